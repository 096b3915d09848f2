; Date.new(d.year + 1, d.month, d.day)
((call
  receiver: (constant) @_type
  method: (identifier) @_method
  arguments: (argument_list
    .
    (binary left: (call method: (identifier) @_year) operator: ["+" "-"]) @year
    .
    (call method: (identifier) @_month)
    .
    (call method: (identifier) @_day))) @bug
  (#any-of? @_type "Date" "DateTime")
  (#any-of? @_method "new" "civil")
  (#eq? @_year "year")
  (#any-of? @_month "month" "mon")
  (#any-of? @_day "day" "mday"))
