; Calls of the functions of Python's requests. The expression says in one piece what the names say in two: a file that does
; not hold it is not parsed.
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @_function)) @bug
  (#eq? @_module "requests")
  (#any-of? @_function "get" "head" "post" "put" "patch" "delete" "request")
  (#match? @bug "^requests[\\s\\\\]*\\.[\\s\\\\]*(?:get|head|post|put|patch|delete|request)[\\s\\\\]*\\("))
