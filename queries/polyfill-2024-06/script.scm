; "https://cdn.polyfill.io/v3/polyfill.min.js" in any string, template or JSX attribute
([(string) (template_string)] @bug
  (#match? @bug "(?i)^[\"'`](?:https?:)?//(?:[\\w-]+\\.)*(?:polyfill\\.(?:io|com)|bootcdn\\.net|bootcss\\.com|staticfile\\.(?:net|org)|unionadjs\\.com|xhsbpza\\.com|union\\.macoms\\.la|newcrbpc\\.com)(?:[/:?#\"'`]|$)"))
