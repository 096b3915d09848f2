; The loop is over: nothing overwrites the variable any more.
((return_statement) @bug)
