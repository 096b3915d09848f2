(import_statement (import_clause (identifier) @alias) source: (string) @path)
(import_statement (import_clause (namespace_import (identifier) @alias)) source: (string) @path)
(import_statement (import_clause (named_imports (import_specifier name: _ @name !alias))) source: (string) @path)
(import_statement (import_clause (named_imports (import_specifier name: _ @name alias: (_) @alias))) source: (string) @path)
