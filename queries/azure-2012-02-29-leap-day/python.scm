; d.replace(year=<something> + 1) that does not also set the day.
((call
  function: (attribute object: (_) @date attribute: (identifier) @_method)
  arguments: (argument_list
    (keyword_argument
      name: (identifier) @_keyword
      value: (binary_operator operator: ["+" "-"]) @year)) @_arguments) @bug
  (#eq? @_method "replace")
  (#eq? @_keyword "year")
  (#not-match? @_arguments "\\bday\\s*="))

; date(d.year + 1, d.month, d.day), datetime.date(...), datetime(...), dt.datetime(...)
((call
  function: [
    (identifier) @_type
    (attribute attribute: (identifier) @_type)
  ]
  arguments: (argument_list
    .
    (binary_operator left: (attribute attribute: (identifier) @_year) operator: ["+" "-"]) @year
    .
    (attribute attribute: (identifier) @_month)
    .
    (attribute attribute: (identifier) @_day))) @bug
  (#any-of? @_type "date" "datetime")
  (#eq? @_year "year")
  (#eq? @_month "month")
  (#eq? @_day "day"))
