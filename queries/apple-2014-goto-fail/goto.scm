; `if (...) goto L; goto L;`: the @bug is the second goto, which does not belong to the if.
;
; The expression holds wherever the query does: one goto right behind another, with nothing but space, comments and
; continued lines around the words. Files without that need not be parsed; most that have a goto have no such pair.
((_
  (if_statement
    consequence: (goto_statement label: (statement_identifier) @label)
    !alternative)
  .
  (goto_statement label: (statement_identifier) @_again) @bug) @_block
  (#eq? @label @_again)
  (#match? @bug "^goto")
  (#match? @_block "goto(?:\\s|\\\\|/\\*[^*]*\\*+(?:[^*/][^*]*\\*+)*/|//(?:\\\\(?:.|\\r?\\n)|[^\\\\\\n])*)*(?:[^\\s;/*\\\\]|\\\\[uU][0-9A-Fa-f]+)+(?:\\s|\\\\|/\\*[^*]*\\*+(?:[^*/][^*]*\\*+)*/|//(?:\\\\(?:.|\\r?\\n)|[^\\\\\\n])*)*;?(?:\\s|\\\\|/\\*[^*]*\\*+(?:[^*/][^*]*\\*+)*/|//(?:\\\\(?:.|\\r?\\n)|[^\\\\\\n])*)*goto"))

; The same with a comment between the two. An anchor does not skip comments.
((_
  (if_statement
    consequence: (goto_statement label: (statement_identifier) @label)
    !alternative)
  .
  (comment)
  .
  (goto_statement label: (statement_identifier) @_again) @bug) @_block
  (#eq? @label @_again)
  (#match? @bug "^goto")
  (#match? @_block "goto(?:\\s|\\\\|/\\*[^*]*\\*+(?:[^*/][^*]*\\*+)*/|//(?:\\\\(?:.|\\r?\\n)|[^\\\\\\n])*)*(?:[^\\s;/*\\\\]|\\\\[uU][0-9A-Fa-f]+)+(?:\\s|\\\\|/\\*[^*]*\\*+(?:[^*/][^*]*\\*+)*/|//(?:\\\\(?:.|\\r?\\n)|[^\\\\\\n])*)*;?(?:\\s|\\\\|/\\*[^*]*\\*+(?:[^*/][^*]*\\*+)*/|//(?:\\\\(?:.|\\r?\\n)|[^\\\\\\n])*)*goto"))
