; Calls through Go's default HTTP client, which has no timeout. The expression says in one piece what the names say in two:
; a file that does not hold it is not parsed.
((call_expression
  function: (selector_expression
    operand: (identifier) @_package
    field: (field_identifier) @_function)) @bug
  (#eq? @_package "http")
  (#any-of? @_function "Get" "Head" "Post" "PostForm")
  (#match? @bug "^http\\s*\\.\\s*(?:Get|Head|Post|PostForm)\\s*\\("))
