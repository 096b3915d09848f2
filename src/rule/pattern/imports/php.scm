(namespace_use_clause (qualified_name) @path)
(namespace_use_clause (qualified_name) @path alias: (name) @alias)
