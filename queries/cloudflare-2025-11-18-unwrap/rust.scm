; `.unwrap()` and `.expect("...")` inside a function whose return type is a Result (or failure's Fallible), at any of
; thirteen depths below the body: a query cannot say "somewhere below", so there is one pattern per depth.
;
; @_arguments tells Option::expect and Result::expect from a parser's own `expect(token)`. A lock taken with
; `.lock().unwrap()` is left alone: there the panic of another thread is passed on, by convention.

((function_item
  return_type: (_) @returns
  body: (block (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug)))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug)))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug)))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug))))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug)))))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug))))))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug)))))))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug))))))))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug)))))))))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))

((function_item
  return_type: (_) @returns
  body: (block (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (_ (call_expression
    function: (field_expression value: (_) @receiver field: (field_identifier) @_method)
    arguments: (arguments) @_arguments) @bug))))))))))))))
  (#match? @returns "\\b(?:Result|Fallible)\\b")
  (#any-of? @_method "unwrap" "expect")
  (#match? @_arguments "^\\(\\s*(?:\\)$|\"|r#*\"|&?format!|concat!)")
  (#not-match? @receiver "\\.(?:lock|read|write)\\(\\)$"))
