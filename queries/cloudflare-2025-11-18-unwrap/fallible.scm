; The body of a function that returns a Result.
((function_item return_type: (_) @_returns body: (block) @bug)
  (#match? @_returns "\\b(?:Result|Fallible)\\b"))
