; /.../
((regex pattern: (regex_pattern) @TEXT) @bug)
