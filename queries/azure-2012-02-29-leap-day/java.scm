; LocalDate.of(d.getYear() + 1, d.getMonth(), d.getDayOfMonth()), also with a time behind it
((method_invocation
  object: (identifier) @_type
  name: (identifier) @_method
  arguments: (argument_list
    .
    (binary_expression left: (method_invocation name: (identifier) @_year) operator: ["+" "-"]) @year
    .
    (method_invocation name: (identifier) @_month)
    .
    (method_invocation name: (identifier) @_day))) @bug
  (#any-of? @_type "LocalDate" "LocalDateTime" "OffsetDateTime" "ZonedDateTime")
  (#eq? @_method "of")
  (#eq? @_year "getYear")
  (#any-of? @_month "getMonth" "getMonthValue")
  (#eq? @_day "getDayOfMonth"))
