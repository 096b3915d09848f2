; what could end the attempts, or make the next one another: it raises, leaves, asks a question, or changes something
([
  (if) (unless) (if_modifier) (unless_modifier) (case) (return) (break) (next) (yield)
  (assignment) (operator_assignment)
] @bug)

; any call but those that only wait or write a line
((call method: (identifier) @_method) @bug
  (#not-match? @_method "^(?:sleep|rand|warn|info|debug|error|puts|print|p|log|logger|message|inspect|class|name|backtrace|full_message|to_s|join|now)$"))

; a call that looks like a name
((then (identifier) @bug))
