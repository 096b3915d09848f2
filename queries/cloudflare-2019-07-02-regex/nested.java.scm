; The predicates look for `(x+)*` with one element x, and for `...)+y?)*`: a repeated group last in a repeated group.
; Pattern.compile("..."), text.matches("..."), text.replaceAll("...", "")
((method_invocation
  name: (identifier) @_method
  arguments: (argument_list . (string_literal) @bug))
  (#any-of? @_method "compile" "matches" "replaceAll" "replaceFirst" "split")
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\{1,2}[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\((?:\\?:|\\?P?<\\w+>)?\\((?:\\?:|\\?P?<\\w+>)?(?:[^()\\[\\]\\\\]|\\\\.|\\[(?:[^\\]\\\\]|\\\\.)+\\])+\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))

; Pattern.compile("..." + "..."): each part for itself
((method_invocation
  name: (identifier) @_method
  arguments: (argument_list . (binary_expression (string_literal) @bug)))
  (#any-of? @_method "compile" "matches" "replaceAll" "replaceFirst" "split")
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\{1,2}[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\((?:\\?:|\\?P?<\\w+>)?\\((?:\\?:|\\?P?<\\w+>)?(?:[^()\\[\\]\\\\]|\\\\.|\\[(?:[^\\]\\\\]|\\\\.)+\\])+\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))
