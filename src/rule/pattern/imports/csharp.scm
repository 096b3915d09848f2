(using_directive name: (identifier) @alias [(qualified_name) (alias_qualified_name)] @path)
(using_directive name: (identifier) @alias . "=" . (identifier) @path)
(using_directive !name [(qualified_name) (identifier) (alias_qualified_name)] @path @wildcard)
