//! The types of names, as far as declarations and constructors in the file tell.

use std::collections::HashMap;
use std::ops::Range;

use super::c_types::{self, Told};
use super::forest::Forest;

/// What is known of the types of a file's names.
#[derive(Debug, Default)]
pub(super) struct Types {
    names: HashMap<String, Vec<Declared>>,
    /// What functions return, where declarators say part of the type.
    functions: HashMap<String, String>,
}

/// A declaration that tells a type, and where it holds.
#[derive(Debug)]
struct Declared {
    scope: Range<usize>,
    kind: String,
    /// Where the type is written; what makes the value, where it is not.
    place: Range<usize>,
    /// A field of a record or class.
    member: bool,
}

/// Where a declaration at an item holds.
fn scope_of(forest: &Forest<'_>, at: u32) -> Range<usize> {
    let mut around = at;
    while forest.item(around).parent != u32::MAX {
        around = forest.item(around).parent;
        let kind = forest.kind(around);
        if kind.definition || kind.block {
            return forest.range(around);
        }
    }
    0..forest.text.len()
}

impl Types {
    pub(super) fn read(forest: &Forest<'_>) -> Self {
        let mut types = Self::default();
        if c_types::has_declarators(forest) {
            types.fill_by_declarators(forest);
        } else {
            types.fill(forest);
        }
        types
    }

    fn fill_by_declarators(&mut self, forest: &Forest<'_>) {
        for at in 0..u32::try_from(forest.items.len()).unwrap_or(u32::MAX) {
            for one in c_types::declared(forest, at) {
                let name = forest.word(one.name);
                if one.function {
                    self.functions.entry(name).or_insert(one.kind);
                    continue;
                }
                let mut kinds = vec![one.kind];
                if kinds == ["auto"] {
                    let value = forest.child_by_field(forest.item(one.name).parent, &["value"]);
                    let told = value.map_or_else(Vec::new, |value| self.told(forest, value));
                    kinds.extend(told.into_iter().filter_map(|told| match told {
                        Told::Type(kind) => Some(kind),
                        Told::Pointer => None,
                    }));
                }
                let declared = kinds.into_iter().map(|kind| Declared {
                    scope: scope_of(forest, at),
                    kind,
                    place: one.place.clone(),
                    member: false,
                });
                self.names.entry(name).or_default().extend(declared);
            }
        }
    }

    /// What can be told of the type of an expression, where declarators say part of it.
    fn told(&self, forest: &Forest<'_>, at: u32) -> Vec<Told> {
        let named = |at: u32| {
            let known = self.names.get(&forest.word(at));
            let place = forest.item(at).start_byte;
            let here = |one: &&Declared| one.scope.contains(&place);
            let here = known.into_iter().flatten().filter(here);
            let innermost = here.clone().map(|one| one.scope.len()).min();
            here.filter(|one| Some(one.scope.len()) == innermost)
                .map(|one| one.kind.clone())
                .collect()
        };
        let returned = |at: u32| {
            let known = self.functions.get(&forest.word(at));
            known.cloned().into_iter().collect()
        };
        c_types::of_expression(forest, at, &named, &returned)
    }

    fn fill(&mut self, forest: &Forest<'_>) {
        for at in 0..u32::try_from(forest.items.len()).unwrap_or(u32::MAX) {
            if forest.is_leaf(at) {
                continue;
            }
            if let Some(kind) = forest
                .child_by_field(at, &["type"])
                .or_else(|| type_behind(forest, at))
            {
                let kind_text = String::from_utf8_lossy(forest.text_of(kind)).into_owned();
                for child in forest.children(at) {
                    let other = matches!(
                        forest.field_name(child),
                        "value" | "right" | "body" | "default_value"
                    );
                    if child == kind || other || !forest.item(child).named || forest.optional(child)
                    {
                        continue;
                    }
                    if let Some(name) = (child..forest.item(child).end)
                        .find(|item| forest.is_leaf(*item) && forest.item(*item).named)
                    {
                        let name = String::from_utf8_lossy(forest.text_of(name)).into_owned();
                        self.names.entry(name).or_default().push(Declared {
                            scope: scope_of(forest, at),
                            kind: simple(&kind_text),
                            place: forest.range(kind),
                            member: is_field(forest, at),
                        });
                    }
                }
            }
            let kind = forest.kind(at);
            if (kind.declarator || kind.assignment)
                && let (Some(name), Some(value)) = (
                    forest.child_by_field(at, &["name", "left", "pattern"]),
                    forest
                        .child_by_field(at, &["value", "right"])
                        .or_else(|| last_named(forest, at)),
                )
                && let Some(made) = made_type(forest, value)
            {
                let name = String::from_utf8_lossy(forest.text_of(name)).into_owned();
                self.names.entry(name).or_default().push(Declared {
                    scope: scope_of(forest, at),
                    kind: made,
                    place: made_place(forest, value),
                    member: false,
                });
            }
        }
    }

    /// Where the type of what stands in a place is written, as far as the file tells.
    pub(super) fn place(&self, forest: &Forest<'_>, range: &Range<usize>) -> Option<Range<usize>> {
        let text = String::from_utf8_lossy(forest.text.get(range.clone())?).into_owned();
        let (_, word) = text.rsplit_once('.').unwrap_or(("", &text));
        let known = self.names.get(word)?.iter();
        let here =
            known.filter(|declared| declared.member || declared.scope.contains(&range.start));
        let innermost = here.min_by_key(|declared| declared.scope.len())?;
        Some(innermost.place.clone())
    }

    /// Whether what stands in a place is of a type, as far as the file tells.
    /// `alias`: whether the file calls a type by another name.
    pub(super) fn has(
        &self,
        forest: &Forest<'_>,
        range: &Range<usize>,
        wanted: &str,
        alias: &dyn Fn(&str, &str) -> bool,
    ) -> bool {
        if c_types::has_declarators(forest) {
            let wanted = c_types::canonical(wanted);
            let told = self.told(forest, forest.at_range(range));
            return told.iter().any(|told| match told {
                Told::Type(kind) => c_types::same(kind, &wanted),
                Told::Pointer => wanted.ends_with('*'),
            });
        }
        let text = String::from_utf8_lossy(forest.text.get(range.clone()).unwrap_or_default())
            .into_owned();
        let qualified = qualifier(wanted);
        let fits = |declared: &Declared| {
            let written = forest.text.get(declared.place.clone()).unwrap_or_default();
            let own = String::from_utf8_lossy(written);
            match (qualified, qualifier(&own)) {
                (Some(wanted), Some(own)) => wanted == own,
                _ => true,
            }
        };
        let wanted = simple(wanted);
        let same = |known: &str| {
            let numbers = matches!(
                (known, alike(&wanted).as_str()),
                ("number", "int" | "float")
            );
            alike(known) == alike(&wanted) || numbers || alias(known, &wanted)
        };
        let word = text
            .strip_prefix("this.")
            .or(text.strip_prefix("self."))
            .unwrap_or(&text);
        let known = self.names.get(word).map_or(&[][..], Vec::as_slice);
        let here = known
            .iter()
            .filter(|declared| declared.scope.contains(&range.start));
        // `a.b` is a field `b` of something.
        if let Some((_, field)) = word.rsplit_once('.')
            && let Some(known) = self.names.get(field)
            && known
                .iter()
                .any(|one| one.member && same(&one.kind) && fits(one))
        {
            return true;
        }
        // The innermost declarations tell.
        let innermost = here.clone().map(|declared| declared.scope.len()).min();
        here.filter(|declared| Some(declared.scope.len()) == innermost)
            .any(|declared| same(&declared.kind) && fits(declared))
            || made_type(forest, forest.at_range(range)).is_some_and(|made| same(&made))
            // A type that is called by its name.
            || (known.is_empty() && wanted == text && wanted.starts_with(char::is_uppercase))
    }
}

/// The type behind a name, where the grammar has no field for it.
fn type_behind(forest: &Forest<'_>, at: u32) -> Option<u32> {
    let declares = matches!(
        forest.kind_name(at),
        "parameter" | "class_parameter" | "variable_declaration"
    );
    if forest.language.name == "swift" {
        let kind = forest.kind_name(at);
        let children = forest.children(at).into_iter();
        let mut types = children.filter(|child| {
            let name = forest.kind_name(*child);
            name == "type_annotation" || kind == "parameter" && name.ends_with("_type")
        });
        return types.next_back();
    }
    if forest.language.name != "kotlin" || !declares {
        return None;
    }
    let children = forest.children(at);
    children
        .into_iter()
        .find(|child| forest.kind_name(*child).ends_with("_type"))
}

fn is_field(forest: &Forest<'_>, at: u32) -> bool {
    matches!(
        forest.kind_name(at),
        "field_declaration" | "property_signature" | "public_field_definition"
    )
}

/// What a declarator without fields is given.
fn last_named(forest: &Forest<'_>, at: u32) -> Option<u32> {
    let children = forest.children(at);
    let last = *children.last()?;
    (children.len() > 1 && forest.item(last).named).then_some(last)
}

/// The type of a literal, of what an operator gives, or of what a constructor makes.
fn made_type(forest: &Forest<'_>, at: u32) -> Option<String> {
    let mut at = at;
    while let "argument" | "value_argument" = forest.kind_name(at) {
        at = *forest.children(at).last()?;
    }
    let (kind, name) = (forest.kind(at), forest.kind_name(at));
    if kind.string {
        return Some("string".to_owned());
    }
    if let Some(literal) = literal_type(name) {
        return Some(literal.to_owned());
    }
    if kind.call || name.contains("composite_literal") || name.contains("struct_expression") {
        return constructed(forest, at);
    }
    match name {
        "unary_expression" | "reference_expression" | "prefix_expression" | "not_operator" => {
            let text = forest.text_of(at);
            if text.starts_with(b"!") || text.starts_with(b"not") {
                return Some("bool".to_owned());
            }
            let inner = *forest.children(at).last()?;
            constructed(forest, inner)
                .or_else(|| literal_type(forest.kind_name(inner)).map(str::to_owned))
        }
        "comparison_operator" | "boolean_operator" => Some("bool".to_owned()),
        "binary_expression" | "binary_operator" => {
            const LOGICAL: [&[u8]; 10] = [
                b"==", b"!=", b"<", b"<=", b">", b">=", b"&&", b"||", b"===", b"!==",
            ];
            let children = forest.children(at);
            let sign = children.iter().find(|child| !forest.item(**child).named)?;
            if LOGICAL.contains(&forest.text_of(*sign)) {
                return Some("bool".to_owned());
            }
            // What one side is known to be, the other is as well.
            let mut sides = children.iter().filter(|child| forest.item(**child).named);
            sides.find_map(|side| literal_type(forest.kind_name(*side)).map(str::to_owned))
        }
        _ => None,
    }
}

fn literal_type(name: &str) -> Option<&'static str> {
    match name {
        "true" | "false" | "boolean_literal" | "boolean" | "bool_literal" => Some("bool"),
        "number" => Some("number"),
        "int_literal" | "decimal_integer_literal" | "number_literal" => Some("int"),
        "float" | "float_literal" | "real_literal" => Some("float"),
        name if name.contains("integer") => Some("int"),
        name if name.contains("floating_point") => Some("float"),
        _ => None,
    }
}

/// What says what a value is: the name that its constructor has, or all of it.
fn made_place(forest: &Forest<'_>, value: u32) -> Range<usize> {
    let named = forest.child_by_field(value, &["type", "constructor", "function", "name"]);
    forest.range(named.unwrap_or(value))
}

/// What a constructor makes, Go's `new(T)` and `make(T)` among them.
fn constructed(forest: &Forest<'_>, at: u32) -> Option<String> {
    let callee = forest
        .child_by_field(at, &["type", "constructor", "function", "name"])
        .or_else(|| {
            // PHP has no field for the class.
            let of = forest.kind_name(at) == "object_creation_expression";
            let mut children = forest.children(at).into_iter().filter(|_| of);
            children.find(|child| forest.item(*child).named)
        })?;
    let builtin = matches!(forest.text_of(callee), b"new" | b"make");
    if builtin && forest.language.name == "go" {
        let arguments = forest.child_by_field(at, &["arguments"])?;
        let kind = *forest.children(arguments).first()?;
        return Some(simple(&String::from_utf8_lossy(forest.text_of(kind))));
    }
    Some(simple(&String::from_utf8_lossy(forest.text_of(callee))))
}

/// The last word of a type, without what is around it; `[]` behind it if it is one of many.
fn simple(kind: &str) -> String {
    let (mut plain, mut depth) = (String::new(), 0_usize);
    for c in kind.chars() {
        match c {
            '<' | '[' => depth += 1,
            '>' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let many = kind.trim_start().starts_with('[') || kind.trim_end().ends_with("[]");
    let plain = plain.trim_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
    let plain = plain
        .rsplit(['.', ' ', '*', '&'])
        .next()
        .unwrap_or_default();
    format!("{plain}{}", if many { "[]" } else { "" })
}

/// The name of the module or class before the last name of a type: `sql` of `*sql.DB`.
fn qualifier(kind: &str) -> Option<&str> {
    let plain = kind
        .split(['<', '[', '(', '{'])
        .find(|part| !part.trim().is_empty())?;
    let (before, _) = plain.trim().rsplit_once('.')?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    before
        .rsplit(|c: char| !is_word(c))
        .next()
        .filter(|word| !word.is_empty())
}

/// Names that languages have for one type, by one of them.
fn alike(kind: &str) -> String {
    match kind.to_ascii_lowercase().as_str() {
        "boolean" => "bool".to_owned(),
        "integer" => "int".to_owned(),
        "character" => "char".to_owned(),
        "str" => "string".to_owned(),
        "double" | "float64" | "float32" => "float".to_owned(),
        other => other.to_owned(),
    }
}
