((string) @bug @TEXT)
