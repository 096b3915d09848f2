; /.../ and %r{...}
((regex) @bug @TEXT)
