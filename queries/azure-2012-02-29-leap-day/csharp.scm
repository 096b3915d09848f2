; new DateTime(d.Year + 1, d.Month, d.Day), also with a time behind it
((object_creation_expression
  type: [
    (identifier) @_type
    (qualified_name name: (identifier) @_type)
  ]
  arguments: (argument_list
    .
    (argument (binary_expression left: (member_access_expression name: (identifier) @_year) operator: ["+" "-"])) @year
    .
    (argument (member_access_expression name: (identifier) @_month))
    .
    (argument (member_access_expression name: (identifier) @_day)))) @bug
  (#any-of? @_type "DateTime" "DateTimeOffset" "DateOnly")
  (#eq? @_year "Year")
  (#match? @year "\\.Year\\s*[-+]")
  (#eq? @_month "Month")
  (#eq? @_day "Day"))

; DateTime end = new(d.Year + 1, d.Month, d.Day)
((implicit_object_creation_expression
  (argument_list
    .
    (argument (binary_expression left: (member_access_expression name: (identifier) @_year) operator: ["+" "-"])) @year
    .
    (argument (member_access_expression name: (identifier) @_month))
    .
    (argument (member_access_expression name: (identifier) @_day)))) @bug
  (#eq? @_year "Year")
  (#match? @year "\\.Year\\s*[-+]")
  (#eq? @_month "Month")
  (#eq? @_day "Day"))
