; The predicates look for `(x+)*` with one element x, and for `...)+y?)*`: a repeated group last in a repeated group.
; /.../ and %r{...}
((regex) @bug
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))

; Regexp.new("...")
((call
  receiver: (constant) @_type
  method: (identifier) @_method
  arguments: (argument_list . (string) @bug))
  (#eq? @_type "Regexp")
  (#any-of? @_method "new" "compile")
  (#match? @bug "\\((?:\\?:|\\?P?<\\w+>)?(?:\\.|\\\\{1,2}[wWsSdD.]|\\[(?:[^\\]\\\\]|\\\\.)+\\]|[A-Za-z0-9_ ])[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)|\\)[*+]\\??(?:\\[(?:[^\\]\\\\]|\\\\.)+\\]\\?|\\\\{1,2}[wWsSdD.]\\?)?\\)[*+](?:[^+]|$)"))
