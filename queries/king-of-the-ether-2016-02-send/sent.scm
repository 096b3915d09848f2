; king.send(price);
((expression_statement
  (expression
    (call_expression
      function: (expression (member_expression property: (identifier) @method))) @bug))
  (#eq? @method "send"))
