//! Where an expression stands: what a pattern that is nothing but a metavariable can stand for.

use super::matcher::Matcher;

/// What the kinds of statements, clauses, types and names end in.
const NO_EXPRESSIONS: [&str; 24] = [
    "_statement",
    "_declaration",
    "_definition",
    "_clause",
    "_item",
    "_list",
    "_body",
    "_type",
    "_spec",
    "_specifier",
    "_case",
    "splat_pattern",
    "_directive",
    "_declarator",
    "_tag",
    "_header",
    "type_identifier",
    "field_identifier",
    "package_identifier",
    "statement_identifier",
    "parameter",
    "parameters",
    "modifiers",
    "type_annotation",
];
/// Other kinds that are no expressions.
const NO_EXPRESSION: [&str; 20] = [
    "property_identifier",
    "php_tag",
    "class_heritage",
    "superclass",
    "super_interfaces",
    "pair",
    "keyword_argument",
    "decorator",
    "annotation",
    "label",
    "type",
    "catch",
    "resource",
    "module",
    "program",
    "source_file",
    "source_code",
    "compilation_unit",
    "translation_unit",
    "document",
];
/// Kinds in which only names stand.
const NAMES_ONLY: [&str; 13] = [
    "package_declaration",
    "package_clause",
    "package_header",
    "namespace_name",
    "class_heritage",
    "superclass",
    "base_clause",
    "base_list",
    "delegation_specifier",
    "inheritance_specifier",
    "use_declaration",
    "pragma_directive",
    "function_declarator",
];
/// Fields of names and types.
const NAMING: [&str; 13] = [
    "name",
    "declarator",
    "alias",
    "attribute",
    "property",
    "field",
    "label",
    "type",
    "return_type",
    "result",
    "parameter",
    "parameters",
    "type_arguments",
];

impl Matcher<'_> {
    /// Whether what stands here can be an expression: no statement, no declared name, no type and nothing of an import.
    pub(super) fn is_expression(&self, at: u32) -> bool {
        let (kind, name) = (self.forest.kind(at), self.forest.kind_name(at));
        let other = kind.list
            || kind.block
            || kind.definition && !kind.function
            || kind.import
            || kind.parameter
            || kind.declarator
            || kind.for_loop
            || kind.expression_statement
            || kind.keyword;
        if other
            || NO_EXPRESSION.contains(&name)
            || NO_EXPRESSIONS.iter().any(|end| name.ends_with(end))
            || NAMING.contains(&self.forest.field_name(at))
        {
            return false;
        }
        let mut around = self.forest.item(at).parent;
        if around != u32::MAX
            && self.forest.kind(around).for_loop
            && self.forest.field_name(at) == "left"
        {
            return false;
        }
        let mut direct = true;
        while around != u32::MAX {
            let (kind, name) = (self.forest.kind(around), self.forest.kind_name(around));
            if kind.import
                || NAMES_ONLY.contains(&name)
                || direct && name.contains("parameter") && !self.is_default(at)
            {
                return false;
            }
            if kind.block || kind.definition {
                return true;
            }
            direct &= name.ends_with("_pattern");
            around = self.forest.item(around).parent;
        }
        true
    }

    /// Whether this is the name of a variable that its declaration gives a value.
    pub(super) fn is_given_name(&self, at: u32) -> bool {
        if !self.forest.is_leaf(at) {
            return false;
        }
        let mut at = at;
        loop {
            let parent = self.forest.item(at).parent;
            if parent == u32::MAX {
                return false;
            }
            if self.forest.kind(parent).declarator {
                let children = self.forest.children(parent);
                let named = |child: &&u32| {
                    self.forest.item(**child).named
                        && !self.forest.optional(**child)
                        && self.forest.field_name(**child) != "type"
                };
                let first = children.iter().find(named);
                return first == Some(&at) && children.iter().filter(named).count() > 1;
            }
            if self.forest.field_name(at) != "declarator" {
                return false;
            }
            at = parent;
        }
    }

    fn is_default(&self, at: u32) -> bool {
        matches!(
            self.forest.field_name(at),
            "value" | "default_value" | "right"
        )
    }
}
