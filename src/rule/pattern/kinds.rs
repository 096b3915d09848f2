//! What the kinds of a grammar mean to patterns, found once per language from their names.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::docker;
use super::kind_names::{
    BLOCKS, HCL_BRACKETS, OPTIONAL, PUNCTUATION, STRINGS, optional_field, same_as, wrappers,
};
use super::markup;
use crate::language::Language;

/// What a kind means to patterns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kind {
    /// Kinds of one name have one number.
    pub(super) canonical: u16,
    /// Left out of the forest with all below it.
    pub(super) dropped: bool,
    /// Left out of the forest where it holds one node.
    pub(super) parentheses: bool,
    /// A string, compared by its content.
    pub(super) string: bool,
    /// Its children are statements, members or the like.
    pub(super) block: bool,
    /// Its children are a list that a pattern spells with `...`.
    pub(super) list: bool,
    /// A statement that is one expression.
    pub(super) expression_statement: bool,
    /// May stand in the file where the pattern has nothing: modifiers, annotations, types.
    pub(super) optional: bool,
    /// `x = 1`, and the declarations that say the same.
    pub(super) assignment: bool,
    pub(super) declarator: bool,
    /// An argument or pair with a name.
    pub(super) keyword: bool,
    /// `a.b`
    pub(super) member: bool,
    /// `f(x)`
    pub(super) call: bool,
    /// A parameter with more than a name.
    pub(super) parameter: bool,
    /// Unordered: an object or a map.
    pub(super) unordered: bool,
    /// An anonymous token.
    pub(super) token: bool,
    /// A function or class: what is inside runs at another time.
    pub(super) definition: bool,
    /// `var` of a pattern stands for `let` and `const` too.
    pub(super) binding_word: bool,
    /// Code inside a string.
    pub(super) interpolation: bool,
    /// A function in whatever form the language has.
    pub(super) function: bool,
    /// A loop with a header: `for (...)` stands for each form of it.
    pub(super) for_loop: bool,
    /// The members of a class or the fields of a record: their order does not matter, and there may be more of them.
    pub(super) members: bool,
    /// Its parts are parts of what it is in.
    pub(super) spread: bool,
    /// An element of XML or HTML, and an attribute of one.
    pub(super) element: bool,
    pub(super) attribute: bool,
    /// Says nothing of what it holds or stands for: a tag before a value, an alias.
    pub(super) carrier: bool,
    /// An import in whatever form.
    pub(super) import: bool,
    /// A value with the type that it is taken for: `(T) x`, `x as T`.
    pub(super) cast: bool,
}

/// All kinds of a language, by number.
pub(super) struct Kinds {
    kinds: Vec<Kind>,
    /// What the grammar calls them, and its fields.
    names: Vec<Box<str>>,
    fields: Vec<Box<str>>,
    /// Fields whose child may be missing from a pattern.
    optional: Vec<bool>,
}

/// The number of what is of no known kind.
const UNKNOWN: u16 = u16::MAX - 1;

impl Kinds {
    pub(super) fn of(language: &Language) -> Arc<Self> {
        static KNOWN: LazyLock<Mutex<HashMap<&'static str, Arc<Kinds>>>> =
            LazyLock::new(Mutex::default);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            known
                .entry(language.name)
                .or_insert_with(|| Arc::new(read(language))),
        )
    }

    pub(super) fn get(&self, id: u16) -> Kind {
        self.kinds.get(usize::from(id)).copied().unwrap_or(Kind {
            canonical: UNKNOWN,
            ..Kind::default()
        })
    }

    /// The grammar's name of a kind.
    pub(super) fn name(&self, id: u16) -> &str {
        self.names.get(usize::from(id)).map_or("", Box::as_ref)
    }

    /// The name of a field; empty for none.
    pub(super) fn field(&self, id: u16) -> &str {
        self.fields.get(usize::from(id)).map_or("", Box::as_ref)
    }

    /// Whether the language has calls, and so expressions; a notation for data has none.
    pub(super) fn has_calls(&self) -> bool {
        self.kinds.iter().any(|kind| kind.call)
    }

    pub(super) fn is_optional_field(&self, id: u16) -> bool {
        self.optional
            .get(usize::from(id))
            .copied()
            .unwrap_or_default()
    }

    /// The numbers of all kinds for which something holds.
    pub(super) fn all(&self, is: impl Fn(&Kind) -> bool) -> Vec<u16> {
        let mut numbers: Vec<u16> = self
            .kinds
            .iter()
            .filter(|kind| is(kind))
            .map(|kind| kind.canonical)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

fn read(language: &Language) -> Kinds {
    let grammar = language.grammar();
    let mut first: HashMap<(&str, bool), u16> = HashMap::new();
    let mut kinds = Vec::new();
    let mut names = Vec::new();
    let is_markup = markup::is_markup(language);
    for id in 0..grammar.node_kind_count() {
        let id = u16::try_from(id).unwrap_or(u16::MAX);
        let name = grammar.node_kind_for_id(id).unwrap_or_default();
        names.push(Box::from(name));
        let named = grammar.node_kind_is_named(id);
        let name = same_as(language.name, name);
        let one = name;
        let canonical = *first.entry((one, named)).or_insert(id);
        let is = |list: &[&str]| list.contains(&name);
        let string = named
            && (is(STRINGS) || is_markup && is(markup::TEXTS))
            && !(name == "plain_scalar" && language.name != "yaml")
            // What stands before its quotes says what becomes of it.
            && !(name == "interpolated_string_expression" && language.name == "scala");
        let yaml = language.name == "yaml";
        let hcl = language.name == "hcl";
        let solidity = language.name == "solidity";

        // A whole file of Python, and what others declare.
        let declared = name == "module" && language.name != "python";
        kinds.push(Kind {
            canonical,
            dropped: (named
                && (language.is_comment(name) || is(&["line_continuation", "heredoc_end"])))
                || (!named && is(PUNCTUATION))
                || (yaml && !named && is(&["-", "|", ">", "?"]))
                || (yaml && named && is(&["anchor"]))
                || (is_markup && named && is(markup::ENDS))
                || (is_markup && !named && is(markup::SIGNS))
                || (hcl && is(HCL_BRACKETS))
                || (hcl && !named && is(&["="]))
                || (language.name == "r" && named && is(&["comma"]))
                || (language.name == "bash" && !named && is(&["$", "${", "$(", "function"]))
                || (language.name == "ruby" && !named && is(&["=>"]))
                || (language.name == "php" && !named && is(&["array"]))
                || (language.name == "dockerfile" && !named && is(docker::INSTRUCTIONS))
                || (language.name == "java" && !named && is(&["interface", "@interface"]))
                || (solidity && !named && is(&["is"])),
            parentheses: named
                && (is(&[
                    "parenthesized_expression",
                    "paren_expression",
                    "parenthesized_statements",
                ]) || is(wrappers(language.name))),
            string,
            block: named
                && is(BLOCKS)
                && !declared
                && !(hcl && is(&["block", "body"]))
                && !(language.name == "ruby" && name == "subshell"),
            list: named
                && !name.contains("element_init")
                && !(hcl && is(&["block"]))
                && (is(BLOCKS) && !declared
                    || (yaml && is(&["block_sequence"]))
                    || (solidity && is(&["modifier_invocation"]))
                    || (language.name == "dockerfile"
                        && is(&["shell_command", "image_spec", "arg_pair"]))
                    || [
                        "list",
                        "arguments",
                        "parameters",
                        "argument_list",
                        "statements",
                        "array",
                        "suite",
                        "elements",
                    ]
                    .iter()
                    .any(|part| name.contains(part))),
            expression_statement: named
                && is(&["expression_statement", "global_statement", "line_statement"]),
            optional: is(OPTIONAL)
                || (language.name == "csharp" && !named && is(&["using"]))
                || (solidity && !named && is(&["constant", "immutable"]))
                || (language.name == "dockerfile" && is(&["param", "mount_param"])),
            assignment: named
                && is(&[
                    "assignment",
                    "assignment_expression",
                    "assignment_statement",
                    "short_var_declaration",
                    "variable_assignment",
                    "assign",
                ]),
            declarator: named
                && is(&[
                    "variable_declarator",
                    "init_declarator",
                    "let_declaration",
                    "short_var_declaration",
                    "var_spec",
                    "const_spec",
                    "property_declaration",
                    "val_definition",
                    "var_definition",
                    "const_item",
                    "static_item",
                    "field_definition",
                    "public_field_definition",
                    "assignment_statement",
                    "property_element",
                    "const_element",
                    "typed_assignment",
                    "initialized_variable_definition",
                    "resource",
                    "variable_declaration_statement",
                    "state_variable_declaration",
                ]),
            keyword: named && is(&["keyword_argument", "pair", "named_argument", "hash_pair"]),
            member: named
                && is(&[
                    "attribute",
                    "member_expression",
                    "selector_expression",
                    "field_access",
                    "scoped_identifier",
                    "field_expression",
                    "navigation_expression",
                    "member_access_expression",
                    "scope_resolution",
                    "qualified_name",
                    "class_constant_access_expression",
                    "qualified_identifier",
                    "scoped_type_identifier",
                    "dot_index_expression",
                    "qualified_type",
                    "stable_identifier",
                    "nested_identifier",
                    "dotted_name",
                    "stable_type_identifier",
                    "nested_type_identifier",
                    "namespace_name",
                    "nested_namespace_specifier",
                    "generic_name_",
                ]),
            call: named
                && is(&[
                    "call",
                    "call_expression",
                    "method_invocation",
                    "invocation_expression",
                    "function_call_expression",
                    "member_call_expression",
                    "scoped_call_expression",
                    "function_call",
                    "new_expression",
                    "object_creation_expression",
                    "instance_creation_expression",
                    "subscript",
                    "subscript_expression",
                    "index_expression",
                    "method_call",
                    "command",
                    "nullsafe_member_call_expression",
                ]),
            parameter: named
                && is(&[
                    "typed_parameter",
                    "typed_default_parameter",
                    "default_parameter",
                    "required_parameter",
                    "optional_parameter",
                    "formal_parameter",
                    "parameter",
                    "parameter_declaration",
                    "simple_parameter",
                    "assignment_pattern",
                    "optional_parameter_declaration",
                ]),
            unordered: named
                && is(&[
                    "object",
                    "dictionary",
                    "hash",
                    "object_expression",
                    "object_pattern",
                    "block_mapping",
                ]),
            token: !named,
            definition: named
                && [
                    "function_def",
                    "function_decl",
                    "function_expr",
                    "method_decl",
                    "method_def",
                    "lambda",
                    "arrow_function",
                    "class_def",
                    "class_decl",
                    "closure",
                    "func_literal",
                    "function_item",
                ]
                .iter()
                .any(|part| name.contains(part))
                && !name.ends_with("declarator"),
            binding_word: !named && is(&["var", "let", "const"]),
            interpolation: named
                && is(&[
                    "interpolation",
                    "template_interpolation",
                    "template_substitution",
                    "interpolated_expression",
                    "interpolated_identifier",
                    "string_interpolation",
                ])
                || (language.name == "bash" && named && is(&["command_substitution", "expansion"])),
            function: named
                && is(&[
                    "function_declaration",
                    "function_expression",
                    "arrow_function",
                    "method_definition",
                    "generator_function",
                    "generator_function_declaration",
                    "function_signature",
                    "method_declaration",
                    "constructor_declaration",
                    "anonymous_function",
                ])
                || (named && name == "lambda_expression" && language.name == "java"),
            for_loop: named
                && is(&[
                    "for_statement",
                    "for_in_statement",
                    "enhanced_for_statement",
                    "foreach_statement",
                    "for_range_loop",
                ]),
            members: named
                && (is(&["class_body", "interface_body", "field_declaration_list"])
                    || (language.name != "rust" && is(&["declaration_list"]))
                    || is(&["contract_body"])
                    || (hcl && is(&["body"]))),
            spread: is_markup && named && is(markup::PARTS),
            element: is_markup && named && is(&["element"]),
            attribute: is_markup && named && is(&["Attribute"]),
            carrier: yaml && named && is(&["flow_node", "alias"]),
            import: named
                && is(&[
                    "import_statement",
                    "import_from_statement",
                    "import_declaration",
                    "import",
                    "using_directive",
                    "import_specification",
                ]),
            cast: named
                && is(&[
                    "as_expression",
                    "cast_expression",
                    "satisfies_expression",
                    "type_assertion",
                    "type_cast_expression",
                ]),
        });
    }
    let fields: Vec<Box<str>> = (0..=grammar.field_count())
        .map(|id| u16::try_from(id).unwrap_or(u16::MAX))
        .map(|id| Box::from(grammar.field_name_for_id(id).unwrap_or_default()))
        .collect();
    let optional = fields
        .iter()
        .map(|name| optional_field(language.name, name))
        .collect();
    Kinds {
        kinds,
        names,
        fields,
        optional,
    }
}
