; kmalloc with a product as its first argument: the product may overflow. The expression rules out files in which no call
; goes on to a `*` with an operand before it.
((call_expression
  function: (identifier) @_function
  arguments: (argument_list . (binary_expression operator: "*"))) @bug
  (#eq? @_function "kmalloc")
  (#match? @bug "^kmalloc\\s*\\([^;{}]*[^(\\s]\\s*\\*"))
