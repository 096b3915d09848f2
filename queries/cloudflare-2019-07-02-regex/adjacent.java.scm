; The predicates look for two wildcards of one kind that touch, or have only the bracket of a group between them.
; Pattern.compile("..."), text.matches("..."), text.replaceAll("...", "")
((method_invocation
  name: (identifier) @_method
  arguments: (argument_list . (string_literal) @bug))
  (#any-of? @_method "compile" "matches" "replaceAll" "replaceFirst" "split")
  (#match? @bug "(?:^|[^\\\\])\\.[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\.[*+]|\\\\{1,2}s[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}s[*+]|\\\\{1,2}w[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}w[*+]|\\\\{1,2}d[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}d[*+]|\\\\{1,2}S[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}S[*+]"))

; Pattern.compile("..." + "..."): each part for itself
((method_invocation
  name: (identifier) @_method
  arguments: (argument_list . (binary_expression (string_literal) @bug)))
  (#any-of? @_method "compile" "matches" "replaceAll" "replaceFirst" "split")
  (#match? @bug "(?:^|[^\\\\])\\.[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\.[*+]|\\\\{1,2}s[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}s[*+]|\\\\{1,2}w[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}w[*+]|\\\\{1,2}d[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}d[*+]|\\\\{1,2}S[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}S[*+]"))
