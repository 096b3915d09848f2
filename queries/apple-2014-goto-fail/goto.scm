; `if (...) goto L; goto L;`: the @bug is the second goto, which does not belong to the if.
((_
  (if_statement
    consequence: (goto_statement label: (statement_identifier) @label)
    !alternative)
  .
  (goto_statement label: (statement_identifier) @_again) @bug)
  (#eq? @label @_again)
  (#match? @bug "^goto"))

; The same with a comment between the two. An anchor does not skip comments.
((_
  (if_statement
    consequence: (goto_statement label: (statement_identifier) @label)
    !alternative)
  .
  (comment)
  .
  (goto_statement label: (statement_identifier) @_again) @bug)
  (#eq? @label @_again)
  (#match? @bug "^goto"))
