(import_declaration) @paths
(import_declaration (namespace_wildcard) @wildcard) @paths
(import_declaration (as_renamed_identifier name: (_) @name alias: (_) @alias)) @paths
(import_declaration (arrow_renamed_identifier name: (_) @name alias: (_) @alias)) @paths
(import_declaration (namespace_selectors (identifier) @name)) @paths
(import_declaration (namespace_selectors (namespace_wildcard) @wildcard)) @paths
(import_declaration (namespace_selectors (arrow_renamed_identifier name: (_) @name alias: (_) @alias))) @paths
(import_declaration (namespace_selectors (as_renamed_identifier name: (_) @name alias: (_) @alias))) @paths
