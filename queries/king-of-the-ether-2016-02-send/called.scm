; king.call(data); library.delegatecall(data);
((expression_statement
  (expression
    (call_expression
      function: (expression (member_expression property: (identifier) @method))) @bug))
  (#any-of? @method "call" "callcode" "delegatecall" "staticcall"))

; king.call{value: price}("");
((expression_statement
  (expression
    (call_expression
      function: (expression
        (struct_expression
          type: (expression (member_expression property: (identifier) @method))))) @bug))
  (#any-of? @method "call" "delegatecall" "staticcall"))

; king.call.value(price)(); as it was written up to Solidity 0.6
((expression_statement
  (expression
    (call_expression
      function: (expression
        (call_expression
          function: (expression
            (member_expression
              object: (expression (member_expression property: (identifier) @method))
              property: (identifier) @_value))))) @bug))
  (#eq? @method "call")
  (#any-of? @_value "value" "gas"))
