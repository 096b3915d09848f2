; The predicates look for `(x+)*` with one element x, and for `...)+y?)*`: a repeated group last in a repeated group.
; re.compile("..."), regex.sub(r"...", ...)
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @_function)
  arguments: (argument_list . (string) @bug))
  (#any-of? @_module "re" "regex")
  (#any-of? @_function "compile" "match" "search" "fullmatch" "findall" "finditer" "split" "sub" "subn")
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\{1,2}[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\((?:\\?:|\\?P?<\\w+>)?\\((?:\\?:|\\?P?<\\w+>)?(?:[^()\\[\\]\\\\]|\\\\.|\\[(?:[^\\]\\\\]|\\\\.)+\\])+\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))

; re.compile(r"..." r"..."): each part for itself
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @_function)
  arguments: (argument_list . (concatenated_string (string) @bug)))
  (#any-of? @_module "re" "regex")
  (#any-of? @_function "compile" "match" "search" "fullmatch" "findall" "finditer" "split" "sub" "subn")
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\{1,2}[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\((?:\\?:|\\?P?<\\w+>)?\\((?:\\?:|\\?P?<\\w+>)?(?:[^()\\[\\]\\\\]|\\\\.|\\[(?:[^\\]\\\\]|\\\\.)+\\])+\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))
