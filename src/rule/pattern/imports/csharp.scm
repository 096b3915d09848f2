(using_directive name: (identifier) @alias (_) @path)
(using_directive !name (qualified_name) @wildcard)
(using_directive !name (identifier) @wildcard)
