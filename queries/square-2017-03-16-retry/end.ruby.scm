; what could end the attempts: it raises, leaves, or asks a question
([(if) (unless) (if_modifier) (unless_modifier) (case) (return) (break) (next) (yield)] @bug)

((call method: (identifier) @_method) @bug
  (#any-of? @_method "raise" "fail" "abort" "exit" "throw"))

((identifier) @bug
  (#any-of? @bug "raise" "abort" "exit"))
