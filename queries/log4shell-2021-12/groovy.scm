; 2.0 to 2.17.0, without the repaired 2.3.2 and 2.12.4

; 'org.apache.logging.log4j:log4j-core:2.14.1', with or without a classifier or type behind it.
; The grammar reads a string in single quotes as a character_literal.
([
  (character_literal)
  (string_literal)
] @bug
  (#match? @bug "org\\.apache\\.logging\\.log4j:log4j-core:2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"':@!]"))

; group: '...', name: 'log4j-core', version: '2.14.1'
((argument_list
  (map_item key: (identifier) @_name value: (_) @_artifact)
  (map_item key: (identifier) @_version value: (_) @version) @bug)
  (#eq? @_name "name")
  (#match? @_artifact "^[\"']log4j-core[\"']$")
  (#eq? @_version "version")
  (#match? @version "^[\"']2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"']$"))

; the same with the version first
((argument_list
  (map_item key: (identifier) @_version value: (_) @version) @bug
  (map_item key: (identifier) @_name value: (_) @_artifact))
  (#eq? @_name "name")
  (#match? @_artifact "^[\"']log4j-core[\"']$")
  (#eq? @_version "version")
  (#match? @version "^[\"']2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"']$"))

; ext.log4jVersion = '2.14.1', log4j_version = '2.14.1'
((assignment_expression left: (_) @_variable right: (_) @version) @bug
  (#match? @_variable "(?i)log4j")
  (#match? @_variable "(?i)ver")
  (#match? @version "^[\"']2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"']$"))

; def log4jVersion = '2.14.1'
((variable_declarator name: (identifier) @_variable value: (_) @version) @bug
  (#match? @_variable "(?i)log4j")
  (#match? @_variable "(?i)ver")
  (#match? @version "^[\"']2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"']$"))

; versions = [log4j: '2.14.1']
((map_item key: (identifier) @_variable value: (_) @version) @bug
  (#match? @_variable "(?i)^log4j(?:2|_?core)?(?:_?version)?$")
  (#match? @version "^[\"']2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"']$"))
