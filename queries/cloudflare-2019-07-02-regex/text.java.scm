; each part of a text for itself
((string_literal) @bug @TEXT)
