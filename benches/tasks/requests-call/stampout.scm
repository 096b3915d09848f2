; Calls of the functions of Python's requests.
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @_function)) @bug
  (#eq? @_module "requests")
  (#any-of? @_function "get" "head" "post" "put" "patch" "delete" "request"))
