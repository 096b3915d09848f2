; kmalloc with a product as its first argument: the product may overflow.
((call_expression
  function: (identifier) @_function
  arguments: (argument_list . (binary_expression operator: "*"))) @bug
  (#eq? @_function "kmalloc"))
