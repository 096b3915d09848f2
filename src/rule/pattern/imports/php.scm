(namespace_use_clause [(qualified_name) (name)] @path !alias)
(namespace_use_clause [(qualified_name) (name)] @path alias: (name) @alias)
(namespace_use_declaration (namespace_name) @prefix body: (namespace_use_group)) @group
