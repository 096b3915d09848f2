(assignment left: (constant) @alias right: (scope_resolution) @path)
(assignment left: (constant) @alias right: (constant) @path)
