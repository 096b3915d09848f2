//! How languages write things: one row each, for what the rewriters need to know.
//!
//! A language without a row is not rewritten, and `test --recall` says so.

use crate::language::Language;

/// Where lines may be broken.
#[derive(Clone, Copy)]
pub(super) enum Wrap {
    /// Behind a bracket or a comma; with `dots` also before the dot of a chain.
    Brackets { dots: bool },
    /// Before each child of nodes of these kinds, with this text.
    Between(&'static [&'static str], &'static str),
    /// Nowhere that is known.
    Nowhere,
}

/// How a language writes things.
pub(super) struct Habits {
    languages: &'static [&'static str],
    /// Queries for imports: the name as `@name`, and as `@edit` what is replaced by the text beside, in which `{text}`
    /// is what stood there and `{new}` the new name.
    pub(super) imports: &'static [(&'static str, &'static str)],
    /// A query for the `@name` of variables and parameters where they are declared.
    pub(super) locals: &'static str,
    /// The kinds of tokens that can name a variable, with the kind of the node above where that matters.
    pub(super) variables: &'static [(&'static str, &'static str)],
    /// Places where they do not: the kind of the node above and the field in it.
    pub(super) apart: &'static [(&'static str, &'static str)],
    /// The kinds of strings.
    pub(super) strings: &'static [&'static str],
    /// Quotes that mean the same around a string without anything special in it.
    pub(super) quotes: &'static [&'static str],
    /// Lists whose members may stand in any order: the list, the member, and the field that a member must have.
    pub(super) keywords: &'static [(&'static str, &'static str, &'static str)],
    /// The kinds of an expression in parentheses.
    pub(super) parentheses: &'static [&'static str],
    pub(super) wrap: Wrap,
    /// The kinds of nodes between whose children a comment in brackets of its own may stand, beside the hit.
    pub(super) around: &'static [&'static str],
    /// The kinds of nodes that are only layout.
    pub(super) blank: &'static [&'static str],
}

const PLAIN: Habits = Habits {
    languages: &[],
    imports: &[],
    locals: "",
    variables: &[],
    apart: &[],
    strings: &[],
    quotes: &[],
    keywords: &[],
    parentheses: &["parenthesized_expression"],
    wrap: Wrap::Brackets { dots: true },
    around: &[],
    blank: &[],
};

const TABLE: &[Habits] = &[
    Habits {
        languages: &["python"],
        imports: &[
            (
                "(import_statement name: (dotted_name . (identifier) @name .) @edit)",
                "{text} as {new}",
            ),
            (
                "(import_from_statement name: (dotted_name . (identifier) @name .) @edit)",
                "{text} as {new}",
            ),
        ],
        locals: "(assignment left: (identifier) @name) (parameters (identifier) @name) \
                 (for_statement left: (identifier) @name) (as_pattern_target (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[
            ("attribute", "attribute"),
            ("keyword_argument", "name"),
            ("dotted_name", ""),
        ],
        strings: &["string"],
        quotes: &["\"", "'", "\"\"\""],
        keywords: &[("argument_list", "keyword_argument", "")],
        wrap: Wrap::Brackets { dots: false },
        ..PLAIN
    },
    Habits {
        languages: &["javascript", "tsx", "typescript"],
        imports: &[
            (
                "(import_specifier name: (identifier) @name !alias) @edit",
                "{name} as {new}",
            ),
            ("(import_clause (identifier) @name)", "{new}"),
            ("(namespace_import (identifier) @name)", "{new}"),
            (
                "(variable_declarator name: (identifier) @name value: (call_expression function: (identifier) @_f)) (#eq? @_f \"require\")",
                "{new}",
            ),
            (
                "(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @name) value: (call_expression))",
                "{name}: {new}",
            ),
        ],
        locals: "(variable_declarator name: (identifier) @name)",
        variables: &[
            ("identifier", ""),
            ("type_identifier", ""),
            ("shorthand_property_identifier", ""),
            ("shorthand_property_identifier_pattern", ""),
        ],
        apart: &[("import_specifier", "name"), ("export_specifier", "")],
        strings: &["string", "template_string"],
        quotes: &["\"", "'", "`"],
        keywords: &[("object", "pair", "")],
        ..PLAIN
    },
    Habits {
        languages: &["go"],
        imports: &[(
            "(import_spec !name path: (interpreted_string_literal) @name @edit)",
            "{new} {text}",
        )],
        locals: "(short_var_declaration left: (expression_list (identifier) @name)) (var_spec name: (identifier) @name) \
                 (parameter_declaration name: (identifier) @name) (range_clause left: (expression_list (identifier) @name))",
        variables: &[("identifier", ""), ("package_identifier", "")],
        apart: &[("keyed_element", "key"), ("literal_element", "")],
        strings: &["interpreted_string_literal", "raw_string_literal"],
        quotes: &["\"", "`"],
        keywords: &[("literal_value", "keyed_element", "")],
        wrap: Wrap::Brackets { dots: false },
        ..PLAIN
    },
    Habits {
        languages: &["java"],
        locals: "(local_variable_declaration declarator: (variable_declarator name: (identifier) @name)) \
                 (formal_parameter name: (identifier) @name) (catch_formal_parameter name: (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[
            ("method_invocation", "name"),
            ("field_access", "field"),
            ("scoped_identifier", ""),
        ],
        keywords: &[("annotation_argument_list", "element_value_pair", "")],
        ..PLAIN
    },
    Habits {
        languages: &["c", "cpp"],
        locals: "(parameter_declaration declarator: (identifier) @name) \
                 (parameter_declaration declarator: (pointer_declarator declarator: (identifier) @name)) \
                 (init_declarator declarator: (identifier) @name) (declaration declarator: (identifier) @name) \
                 (init_declarator declarator: (pointer_declarator declarator: (identifier) @name))",
        variables: &[("identifier", "")],
        ..PLAIN
    },
    Habits {
        languages: &["csharp"],
        locals: "(variable_declarator name: (identifier) @name) (parameter name: (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[
            ("member_access_expression", "name"),
            ("member_binding_expression", "name"),
            ("qualified_name", ""),
            ("argument", "name"),
        ],
        keywords: &[
            ("argument_list", "argument", "name"),
            ("initializer_expression", "assignment_expression", ""),
        ],
        ..PLAIN
    },
    Habits {
        languages: &["rust"],
        imports: &[
            (
                "(use_declaration argument: (scoped_identifier name: (identifier) @name) @edit)",
                "{text} as {new}",
            ),
            ("(use_list (identifier) @name)", "{name} as {new}"),
        ],
        locals: "(let_declaration pattern: (identifier) @name) (parameter pattern: (identifier) @name) \
                 (closure_parameters (identifier) @name) (for_expression pattern: (identifier) @name)",
        variables: &[("identifier", ""), ("type_identifier", "")],
        apart: &[
            ("scoped_identifier", "name"),
            ("use_list", ""),
            ("shorthand_field_initializer", ""),
        ],
        keywords: &[("field_initializer_list", "field_initializer", "")],
        ..PLAIN
    },
    Habits {
        languages: &["ruby"],
        locals: "(assignment left: (identifier) @name) (method_parameters (identifier) @name) (block_parameters (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[("call", "method"), ("method", "name")],
        strings: &["string"],
        quotes: &["\"", "'"],
        keywords: &[("argument_list", "pair", ""), ("hash", "pair", "")],
        parentheses: &["parenthesized_statements"],
        ..PLAIN
    },
    Habits {
        languages: &["php"],
        imports: &[(
            "(namespace_use_clause (qualified_name (name) @name .) @edit !alias)",
            "{text} as {new}",
        )],
        locals: "(assignment_expression left: (variable_name (name) @name)) (simple_parameter name: (variable_name (name) @name))",
        variables: &[("name", "variable_name")],
        strings: &["string", "encapsed_string"],
        quotes: &["\"", "'"],
        keywords: &[("arguments", "argument", "name")],
        ..PLAIN
    },
    Habits {
        languages: &["kotlin"],
        imports: &[(
            "(import (qualified_identifier (identifier) @name .) @edit)",
            "{text} as {new}",
        )],
        locals: "(property_declaration (variable_declaration (identifier) @name)) (parameter (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[
            ("navigation_expression", ""),
            ("qualified_identifier", ""),
            ("value_argument", ""),
        ],
        keywords: &[("value_arguments", "value_argument", "name")],
        ..PLAIN
    },
    Habits {
        languages: &["scala"],
        locals: "(val_definition pattern: (identifier) @name) (parameter name: (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[
            ("field_expression", "field"),
            ("assignment_expression", "left"),
        ],
        wrap: Wrap::Brackets { dots: true },
        ..PLAIN
    },
    Habits {
        languages: &["solidity"],
        locals: "(parameter name: (identifier) @name) (variable_declaration name: (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[
            ("member_expression", "property"),
            ("call_struct_argument", "name"),
        ],
        strings: &["string"],
        quotes: &["\"", "'"],
        parentheses: &["parenthesized_expression", "tuple_expression"],
        ..PLAIN
    },
    Habits {
        languages: &["lua"],
        locals: "(variable_list name: (identifier) @name) (parameters name: (identifier) @name)",
        variables: &[("identifier", "")],
        apart: &[
            ("dot_index_expression", "field"),
            ("method_index_expression", "method"),
            ("field", "name"),
        ],
        strings: &["string"],
        quotes: &["\"", "'"],
        ..PLAIN
    },
    Habits {
        languages: &["swift"],
        locals: "(property_declaration name: (pattern bound_identifier: (simple_identifier) @name))",
        variables: &[("simple_identifier", "")],
        apart: &[("navigation_suffix", ""), ("value_argument_label", "")],
        parentheses: &["tuple_expression"],
        ..PLAIN
    },
    Habits {
        languages: &["groovy"],
        strings: &["string_literal", "character_literal"],
        quotes: &["\"", "'"],
        keywords: &[
            ("argument_list", "map_item", ""),
            ("map_literal", "map_item", ""),
        ],
        ..PLAIN
    },
    Habits {
        languages: &["bash"],
        locals: "(variable_assignment name: (variable_name) @name)",
        variables: &[("variable_name", "")],
        strings: &["string", "raw_string"],
        quotes: &["\"", "'"],
        parentheses: &[],
        wrap: Wrap::Between(&["command"], "\\\n    "),
        ..PLAIN
    },
    Habits {
        languages: &["hcl"],
        parentheses: &[],
        keywords: &[("body", "attribute", ""), ("object", "object_elem", "")],
        wrap: Wrap::Brackets { dots: false },
        ..PLAIN
    },
    Habits {
        languages: &["yaml"],
        strings: &["double_quote_scalar", "single_quote_scalar"],
        quotes: &["\"", "'"],
        keywords: &[
            ("block_mapping", "block_mapping_pair", ""),
            ("flow_mapping", "flow_pair", ""),
        ],
        parentheses: &[],
        wrap: Wrap::Nowhere,
        ..PLAIN
    },
    Habits {
        languages: &["xml"],
        strings: &["AttValue"],
        quotes: &["\"", "'"],
        keywords: &[
            ("EmptyElemTag", "Attribute", ""),
            ("STag", "Attribute", ""),
            ("content", "element", ""),
        ],
        parentheses: &[],
        wrap: Wrap::Between(&["EmptyElemTag", "STag"], "\n    "),
        blank: &["CharData"],
        ..PLAIN
    },
    Habits {
        languages: &["html"],
        strings: &["quoted_attribute_value"],
        quotes: &["\"", "'"],
        keywords: &[
            ("start_tag", "attribute", ""),
            ("self_closing_tag", "attribute", ""),
        ],
        parentheses: &[],
        wrap: Wrap::Between(&["start_tag", "self_closing_tag"], "\n    "),
        ..PLAIN
    },
    Habits {
        languages: &["sql"],
        parentheses: &[],
        wrap: Wrap::Brackets { dots: false },
        ..PLAIN
    },
    Habits {
        languages: &["json"],
        keywords: &[("object", "pair", "")],
        parentheses: &[],
        wrap: Wrap::Brackets { dots: false },
        ..PLAIN
    },
    Habits {
        languages: &["dockerfile"],
        parentheses: &[],
        wrap: Wrap::Nowhere,
        ..PLAIN
    },
];

/// The row of a language.
pub(super) fn of(language: &Language) -> Option<&'static Habits> {
    TABLE
        .iter()
        .find(|row| row.languages.contains(&language.name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::TABLE;
    use crate::language;

    /// A query that does not compile would rewrite nothing, in silence; so would a kind that the grammar does not have.
    #[test]
    fn every_row_speaks_of_its_grammar() {
        let mut wrong = Vec::new();
        let mut seen = BTreeSet::new();
        for row in TABLE {
            let mut kinds = BTreeSet::new();
            let mut built_in = false;
            for name in row.languages {
                assert!(seen.insert(name), "{name} has two rows");
                let Ok(language) = language::by_name(name) else {
                    continue; // not in this build
                };
                built_in = true;
                let grammar = language.grammar();
                let imports = row.imports.iter().map(|(query, _)| query);
                for query in imports.chain([&row.locals]) {
                    if let Err(error) = tree_sitter::Query::new(&grammar, query) {
                        wrong.push(format!("{name}: {query}: {error}"));
                    }
                }
                let ids = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
                let names = ids.filter_map(|id| grammar.node_kind_for_id(id));
                kinds.extend(names.map(str::to_owned));
            }
            let pairs = row.variables.iter().flat_map(|(one, other)| [one, other]);
            let apart = row.apart.iter().map(|(kind, _)| kind);
            let members = row.keywords.iter();
            let members = members.flat_map(|(list, member, _)| [list, member]);
            let lists = row.strings.iter().chain(row.parentheses);
            let lists = lists.chain(row.around).chain(row.blank);
            for kind in pairs.chain(apart).chain(members).chain(lists) {
                if built_in && !kind.is_empty() && !kinds.contains(*kind) {
                    wrong.push(format!("{:?}: no kind `{kind}`", row.languages));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
