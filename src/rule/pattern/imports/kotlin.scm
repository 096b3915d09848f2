(import (qualified_identifier) @path .)
(import (qualified_identifier) @path "as" (identifier) @alias)
(import (qualified_identifier) @path "*" @wildcard)
