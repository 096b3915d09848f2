; requests.get(url), without the word timeout and without **options
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @function)
  arguments: (argument_list) @_arguments) @bug
  (#eq? @_module "requests")
  (#any-of? @function "get" "post" "put" "patch" "delete" "head" "options" "request")
  (#not-match? @_arguments "\\btimeout|\\*\\*"))

; urllib.request.urlopen(url), request.urlopen(url), urlopen(url)
((call
  function: [
    (identifier) @function
    (attribute attribute: (identifier) @function)
  ]
  arguments: (argument_list) @_arguments) @bug
  (#eq? @function "urlopen")
  (#not-match? @_arguments "\\btimeout|\\*\\*"))

; requests.get(url, timeout=None): asked to wait for ever
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @function)
  arguments: (argument_list
    (keyword_argument name: (identifier) @_keyword value: (none)))) @bug
  (#eq? @_module "requests")
  (#any-of? @function "get" "post" "put" "patch" "delete" "head" "options" "request")
  (#eq? @_keyword "timeout"))

((call
  function: [
    (identifier) @function
    (attribute attribute: (identifier) @function)
  ]
  arguments: (argument_list
    (keyword_argument name: (identifier) @_keyword value: (none)))) @bug
  (#eq? @function "urlopen")
  (#eq? @_keyword "timeout"))
