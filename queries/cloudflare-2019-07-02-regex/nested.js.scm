; The predicates look for `(x+)*` with one element x, and for `...)+y?)*`: a repeated group last in a repeated group.
; /.../
((regex pattern: (regex_pattern) @_pattern) @bug
  (#match? @_pattern "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))

; new RegExp("..."), RegExp(`...`)
((new_expression
  constructor: (identifier) @_constructor
  arguments: (arguments . [(string) (template_string)] @bug))
  (#eq? @_constructor "RegExp")
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\{1,2}[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))

((call_expression
  function: (identifier) @_constructor
  arguments: (arguments . [(string) (template_string)] @bug))
  (#eq? @_constructor "RegExp")
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\{1,2}[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))
