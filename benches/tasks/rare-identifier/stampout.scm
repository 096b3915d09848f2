; Calls of one function that few files name.
((call_expression function: (identifier) @_function) @bug
  (#eq? @_function "alloc_contig_range"))
