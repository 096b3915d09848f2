(use_declaration argument: [(scoped_identifier) (identifier)] @path)
(use_declaration argument: (use_as_clause path: (_) @path alias: (identifier) @alias))
(use_declaration argument: (use_wildcard (_) @path) @wildcard)
(use_list [(identifier) (scoped_identifier) (self)] @path)
(use_list (use_as_clause path: (_) @path alias: (identifier) @alias))
(use_list (use_wildcard (_) @path) @wildcard)
(use_list (use_wildcard . "*") @wildcard)
(scoped_use_list path: (_) @prefix) @group
(extern_crate_declaration name: (identifier) @path alias: (identifier) @alias)
