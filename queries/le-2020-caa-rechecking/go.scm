; The address of a range variable, taken at any of twelve depths inside the loop body. Up to Go 1.21 the variable is one
; for the whole loop, so every address taken is the same one. A query cannot say "somewhere below": one pattern per depth.
;
; A pointer that is returned at once is left alone: the loop is over, nothing overwrites the variable any more.
; The usual repair `v := v` as the first statement is left alone too: @_first is then a name that equals @variable.

; The first statement takes the address: nothing can have copied the variable before.

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list . (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))))))))
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

; A later statement takes it, and the first one does not redeclare the variable.

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ])))))))))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))

((for_statement
  (range_clause left: (expression_list (identifier) @variable)) @_range
  body: (block (statement_list
    . [
      (short_var_declaration left: (expression_list . (identifier) @_first))
      (assignment_statement) @_first (expression_statement) @_first (send_statement) @_first (go_statement) @_first
      (inc_statement) @_first (dec_statement) @_first (defer_statement) @_first (labeled_statement) @_first (block) @_first
      (if_statement) @_first (for_statement) @_first (expression_switch_statement) @_first (type_switch_statement) @_first
      (select_statement) @_first (var_declaration) @_first (const_declaration) @_first (type_declaration) @_first
    ]
    (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ [
      (assignment_statement right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (short_var_declaration right: (expression_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug))
      (send_statement value: (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (argument_list (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
      (literal_element (unary_expression operand: [(identifier) @_taken (selector_expression operand: (identifier) @_taken)]) @bug)
    ]))))))))))))))
  (#not-eq? @_first @variable)
  (#eq? @_taken @variable)
  (#match? @bug "^&")
  (#match? @_range "range"))
