; Calls through Go's default HTTP client, which has no timeout.
((call_expression
  function: (selector_expression
    operand: (identifier) @_package
    field: (field_identifier) @_function)) @bug
  (#eq? @_package "http")
  (#any-of? @_function "Get" "Head" "Post" "PostForm"))
