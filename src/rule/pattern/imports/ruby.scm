(call !receiver method: (identifier) @_include (#any-of? @_include "include" "extend") arguments: (argument_list [(constant) (scope_resolution)] @path @wildcard))
