; A lock: its error is the panic of another thread, and passing that on is what unwrap is for.
((call_expression
  function: (field_expression field: (field_identifier) @_method)
  arguments: (arguments) @_arguments) @bug
  (#any-of? @_method "lock" "read" "write")
  (#match? @_arguments "^\\(\\s*\\)$"))
