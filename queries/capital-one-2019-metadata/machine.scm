; resource "aws_instance" "web" { … }
((block
  . (identifier) @_resource
  . (string_lit (template_literal) @type)) @bug
  (#eq? @_resource "resource")
  (#any-of? @type "aws_instance" "aws_launch_template" "aws_launch_configuration" "aws_spot_instance_request"))
