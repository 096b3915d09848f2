; 2.0 to 2.17.0, without the repaired 2.3.2 and 2.12.4

; Maven: <artifactId>log4j-core</artifactId> ... <version>2.14.1</version>
((content
  (element
    (STag (Name) @_artifact_tag)
    (content . (CharData) @_artifact .))
  (element
    (STag (Name) @_version_tag)
    (content . (CharData) @version .)) @bug)
  (#eq? @_artifact_tag "artifactId")
  (#match? @_artifact "^\\s*log4j-core\\s*$")
  (#eq? @_version_tag "version")
  (#match? @version "^\\s*2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)\\s*$"))

; the same with the version first
((content
  (element
    (STag (Name) @_version_tag)
    (content . (CharData) @version .)) @bug
  (element
    (STag (Name) @_artifact_tag)
    (content . (CharData) @_artifact .)))
  (#eq? @_artifact_tag "artifactId")
  (#match? @_artifact "^\\s*log4j-core\\s*$")
  (#eq? @_version_tag "version")
  (#match? @version "^\\s*2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)\\s*$"))

; Maven property: <log4j2.version>2.14.1</log4j2.version>, <version.log4j>, <log4jVersion>
((element
  (STag (Name) @_property)
  (content . (CharData) @version .)) @bug
  (#match? @_property "(?i)log4j")
  (#match? @_property "(?i)version")
  (#match? @version "^\\s*2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)\\s*$"))

; Ivy: <dependency org="org.apache.logging.log4j" name="log4j-core" rev="2.14.1"/>
((EmptyElemTag
  (Attribute (Name) @_name (AttValue) @_artifact)
  (Attribute (Name) @_rev (AttValue) @version)) @bug
  (#eq? @_name "name")
  (#match? @_artifact "^[\"']log4j-core[\"']$")
  (#eq? @_rev "rev")
  (#match? @version "^[\"']2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"']$"))

; the same with the version first
((EmptyElemTag
  (Attribute (Name) @_rev (AttValue) @version)
  (Attribute (Name) @_name (AttValue) @_artifact)) @bug
  (#eq? @_name "name")
  (#match? @_artifact "^[\"']log4j-core[\"']$")
  (#eq? @_rev "rev")
  (#match? @version "^[\"']2\\.(?:(?:[0-24-9]|1[013-6])(?:[.-][\\w.-]*)?|3(?:\\.[01])?|12(?:\\.[0-3])?|17(?:\\.0)?)[\"']$"))
