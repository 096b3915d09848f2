(import_declaration (scoped_identifier) @path .)
(import_declaration (scoped_identifier) @path (asterisk) @wildcard)
