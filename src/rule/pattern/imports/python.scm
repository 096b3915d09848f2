(import_statement name: (aliased_import name: (dotted_name) @path alias: (identifier) @alias))
(import_from_statement module_name: (dotted_name) @path name: (dotted_name) @name)
(import_from_statement module_name: (dotted_name) @path name: (aliased_import name: (dotted_name) @name alias: (identifier) @alias))
(import_from_statement module_name: (dotted_name) @path (wildcard_import) @wildcard)
