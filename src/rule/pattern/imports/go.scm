(import_spec !name path: (_) @path)
(import_spec name: (package_identifier) @alias path: (_) @path)
(import_spec name: (dot) @wildcard path: (_) @path)
