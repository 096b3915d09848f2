; http_tokens = "required", or whatever a variable says
((attribute (identifier) @_name (expression) @_value) @bug
  (#eq? @_name "http_tokens")
  (#not-match? @_value "^\"optional\"$"))

; http_endpoint = "disabled": there is no service at all
((attribute (identifier) @_name (expression) @_value) @bug
  (#eq? @_name "http_endpoint")
  (#match? @_value "^\"disabled\"$"))

; dynamic "metadata_options" { … }
((block . (identifier) @_dynamic . (string_lit (template_literal) @_name)) @bug
  (#eq? @_dynamic "dynamic")
  (#eq? @_name "metadata_options"))
