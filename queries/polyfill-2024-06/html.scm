; <script src="https://cdn.polyfill.io/v3/polyfill.min.js">, with quotes or without
((attribute (attribute_name) (quoted_attribute_value (attribute_value) @address)) @bug
  (#match? @address "(?i)^(?:https?:)?//(?:[\\w-]+\\.)*(?:polyfill\\.(?:io|com)|bootcdn\\.net|bootcss\\.com|staticfile\\.(?:net|org)|unionadjs\\.com|xhsbpza\\.com|union\\.macoms\\.la|newcrbpc\\.com)(?:[/:?#]|$)"))

((attribute (attribute_name) (attribute_value) @address) @bug
  (#match? @address "(?i)^(?:https?:)?//(?:[\\w-]+\\.)*(?:polyfill\\.(?:io|com)|bootcdn\\.net|bootcss\\.com|staticfile\\.(?:net|org)|unionadjs\\.com|xhsbpza\\.com|union\\.macoms\\.la|newcrbpc\\.com)(?:[/:?#]|$)"))
