; each part of a text for itself
((string) @bug @TEXT)
