; "...", '...', `...`
([(string) (template_string)] @bug @TEXT)
