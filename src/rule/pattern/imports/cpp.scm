(using_declaration (qualified_identifier) @path)
(using_declaration "namespace" [(identifier) (qualified_identifier) (nested_namespace_specifier)] @path @wildcard)
(namespace_alias_definition name: (namespace_identifier) @alias [(namespace_identifier) (nested_namespace_specifier)] @path .)
(alias_declaration name: (type_identifier) @alias type: (type_descriptor type: (qualified_identifier) @path))
