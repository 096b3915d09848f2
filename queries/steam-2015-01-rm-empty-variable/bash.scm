; rm -r... "$X/"*  ${X}/*  "$X"/*  $X/  "$X/$Y": if X is empty, what is left begins at the root and names nothing of ours.
; `${X:?}` and `${X:-default}` do not match: between the braces only a name may stand.
((command
  name: (command_name) @_command
  argument: (_) @_option
  argument: (_) @path) @bug
  (#match? @_command "^(?:/usr)?(?:/bin/)?rm$")
  (#match? @_option "^-(?:[a-zA-Z]*[rR][a-zA-Z]*|-recursive)$")
  (#match? @path "^\"?\\$(?:\\w+|\\{\\w+\\})\"?/\"?(?:\\.?\\*|\\.\\[|\\{|\"?\\$(?:\\w+|\\{\\w+\\})\"?/?\\*?\"?$|$)"))

; The same behind sudo and its like.
((command
  name: (command_name) @_runner
  argument: (_) @_command
  argument: (_) @_option
  argument: (_) @path) @bug
  (#any-of? @_runner "sudo" "doas" "env" "exec" "command" "nice" "ionice" "nohup" "timeout" "time" "xargs")
  (#match? @_command "^(?:/usr)?(?:/bin/)?rm$")
  (#match? @_option "^-(?:[a-zA-Z]*[rR][a-zA-Z]*|-recursive)$")
  (#match? @path "^\"?\\$(?:\\w+|\\{\\w+\\})\"?/\"?(?:\\.?\\*|\\.\\[|\\{|\"?\\$(?:\\w+|\\{\\w+\\})\"?/?\\*?\"?$|$)"))
