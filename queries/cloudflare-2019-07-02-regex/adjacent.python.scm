; The predicates look for two wildcards of one kind that touch, or have only the bracket of a group between them.
; re.compile("..."), regex.sub(r"...", ...)
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @_function)
  arguments: (argument_list . (string) @bug))
  (#any-of? @_module "re" "regex")
  (#any-of? @_function "compile" "match" "search" "fullmatch" "findall" "finditer" "split" "sub" "subn")
  (#match? @bug "(?:^|[^\\\\])\\.[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\.[*+]|\\\\{1,2}s[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}s[*+]|\\\\{1,2}w[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}w[*+]|\\\\{1,2}d[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}d[*+]|\\\\{1,2}S[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}S[*+]"))

; re.compile(r"..." r"..."): each part for itself
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @_function)
  arguments: (argument_list . (concatenated_string (string) @bug)))
  (#any-of? @_module "re" "regex")
  (#any-of? @_function "compile" "match" "search" "fullmatch" "findall" "finditer" "split" "sub" "subn")
  (#match? @bug "(?:^|[^\\\\])\\.[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\.[*+]|\\\\{1,2}s[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}s[*+]|\\\\{1,2}w[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}w[*+]|\\\\{1,2}d[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}d[*+]|\\\\{1,2}S[*+]\\??(?:\\)|\\((?:\\?:|\\?P?<\\w+>)?)*\\\\{1,2}S[*+]"))
