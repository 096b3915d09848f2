; http.Get(url) and its relatives use http.DefaultClient, which waits for ever.
((call_expression
  function: (selector_expression
    operand: (identifier) @_package
    field: (field_identifier) @function)) @bug
  (#eq? @_package "http")
  (#any-of? @function "Get" "Head" "Post" "PostForm"))

; http.DefaultClient.Do(request)
((call_expression
  function: (selector_expression
    operand: (selector_expression
      operand: (identifier) @_package
      field: (field_identifier) @_client)
    field: (field_identifier) @function)) @bug
  (#eq? @_package "http")
  (#eq? @_client "DefaultClient")
  (#any-of? @function "Do" "Get" "Head" "Post" "PostForm"))

; http.Client{} and http.Client{Transport: t}, without a key Timeout
((composite_literal
  type: (qualified_type
    package: (package_identifier) @_package
    name: (type_identifier) @_type)
  body: (literal_value) @_body) @bug
  (#eq? @_package "http")
  (#eq? @_type "Client")
  (#not-match? @_body "\\bTimeout\\s*:"))

; new(http.Client)
((call_expression
  function: (identifier) @_function
  arguments: (argument_list
    (qualified_type
      package: (package_identifier) @_package
      name: (type_identifier) @_type))) @bug
  (#eq? @_function "new")
  (#eq? @_package "http")
  (#eq? @_type "Client"))

; http.DefaultClient handed on as a value: assigned, returned, passed, put into a field.
((expression_list (selector_expression operand: (identifier) @_package field: (field_identifier) @_client) @bug)
  (#eq? @_package "http")
  (#eq? @_client "DefaultClient"))

((argument_list (selector_expression operand: (identifier) @_package field: (field_identifier) @_client) @bug)
  (#eq? @_package "http")
  (#eq? @_client "DefaultClient"))

((literal_element (selector_expression operand: (identifier) @_package field: (field_identifier) @_client) @bug)
  (#eq? @_package "http")
  (#eq? @_client "DefaultClient"))
