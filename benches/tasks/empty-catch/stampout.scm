; A Java catch block without a statement or a comment.
((catch_clause body: (block) @_body) @bug
  (#match? @bug "^catch\\b")
  (#match? @_body "^\\{\\s*\\}$"))
