//! The types of names, as far as declarations and constructors in the file tell.

use std::collections::HashMap;
use std::ops::Range;

use super::forest::Forest;

/// What is known of the types of a file's names.
#[derive(Debug, Default)]
pub(super) struct Types(HashMap<String, Vec<Declared>>);

/// A declaration that tells a type, and where it holds.
#[derive(Debug)]
struct Declared {
    scope: Range<usize>,
    kind: String,
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
        types.fill(forest);
        types
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
                    if child == kind || !forest.item(child).named || forest.optional(child) {
                        continue;
                    }
                    if let Some(name) = (child..forest.item(child).end)
                        .find(|item| forest.is_leaf(*item) && forest.item(*item).named)
                    {
                        let name = String::from_utf8_lossy(forest.text_of(name)).into_owned();
                        self.0.entry(name).or_default().push(Declared {
                            scope: scope_of(forest, at),
                            kind: simple(&kind_text),
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
                self.0.entry(name).or_default().push(Declared {
                    scope: scope_of(forest, at),
                    kind: made,
                    member: false,
                });
            }
        }
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
        if wanted.starts_with('$') {
            return true;
        }
        let text = String::from_utf8_lossy(forest.text.get(range.clone()).unwrap_or_default())
            .into_owned();
        let wanted = simple(wanted);
        let same = |known: &str| known.eq_ignore_ascii_case(&wanted) || alias(known, &wanted);
        let word = text
            .strip_prefix("this.")
            .or(text.strip_prefix("self."))
            .unwrap_or(&text);
        let known = self.0.get(word).map_or(&[][..], Vec::as_slice);
        let here = known
            .iter()
            .filter(|declared| declared.scope.contains(&range.start));
        // `a.b` is a field `b` of something.
        if let Some((_, field)) = word.rsplit_once('.')
            && let Some(known) = self.0.get(field)
            && known.iter().any(|one| one.member && same(&one.kind))
        {
            return true;
        }
        // The innermost declarations tell.
        let innermost = here.clone().map(|declared| declared.scope.len()).min();
        here.filter(|declared| Some(declared.scope.len()) == innermost)
            .any(|declared| same(&declared.kind))
            || made_type(forest, forest.at_range(range)).is_some_and(|made| same(&made))
    }
}

/// The type behind a name, where the grammar has no field for it.
fn type_behind(forest: &Forest<'_>, at: u32) -> Option<u32> {
    let declares = matches!(
        forest.kind_name(at),
        "parameter" | "class_parameter" | "variable_declaration"
    );
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

/// The type of a literal or of what a constructor makes.
fn made_type(forest: &Forest<'_>, at: u32) -> Option<String> {
    let mut at = at;
    while let Some("argument" | "value_argument") =
        forest.grammar.node_kind_for_id(forest.item(at).kind)
    {
        at = *forest.children(at).last()?;
    }
    let kind = forest.kind(at);
    if kind.string {
        return Some(
            if forest.language.name == "python" {
                "str"
            } else {
                "string"
            }
            .to_owned(),
        );
    }
    let name = forest.grammar.node_kind_for_id(forest.item(at).kind)?;
    if name.contains("integer") || name == "int_literal" || name == "decimal_integer_literal" {
        return Some("int".to_owned());
    }
    if kind.call || name.contains("composite_literal") || name.contains("struct_expression") {
        let callee = forest.child_by_field(at, &["type", "constructor", "function", "name"])?;
        return Some(simple(&String::from_utf8_lossy(forest.text_of(callee))));
    }
    if name == "unary_expression" || name == "reference_expression" {
        return forest
            .children(at)
            .last()
            .and_then(|inner| made_type_once(forest, *inner));
    }
    None
}

fn made_type_once(forest: &Forest<'_>, at: u32) -> Option<String> {
    let callee = forest.child_by_field(at, &["type", "constructor", "function", "name"])?;
    Some(simple(&String::from_utf8_lossy(forest.text_of(callee))))
}

/// The last word of a type, without what is around it.
fn simple(kind: &str) -> String {
    let kind = kind.split(['<', '[']).next().unwrap_or_default();
    let kind = kind.trim_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
    let kind = kind.rsplit(['.', ' ', '*', '&']).next().unwrap_or_default();
    kind.to_owned()
}
