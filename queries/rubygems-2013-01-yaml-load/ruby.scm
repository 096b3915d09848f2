; YAML.load(text), Psych.unsafe_load text
((call
  receiver: [
    (constant) @_module
    (scope_resolution name: (constant) @_module)
  ]
  method: (identifier) @method
  arguments: (argument_list) @_arguments) @bug
  (#any-of? @_module "YAML" "Psych")
  (#any-of? @method "load" "unsafe_load" "load_stream")
  (#not-match? @_arguments "\\bpermitted_classes\\b"))
