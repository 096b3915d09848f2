//! What names mean in a file: import aliases, and the types that declarations tell.
//!
//! What an import looks like is data: a query per language beside this file, whose captures are `@path` (the module),
//! `@name` (a member of it), `@alias` (what the file calls it) and `@wildcard` (everything of it).

use std::collections::HashMap;
use std::ops::Range;

use tree_sitter::{Node, Query, QueryCursor, StreamingIterator as _};

use super::forest::Forest;
use crate::language::Language;

const QUERIES: &[(&str, &str)] = &[
    ("csharp", include_str!("imports/csharp.scm")),
    ("go", include_str!("imports/go.scm")),
    ("java", include_str!("imports/java.scm")),
    ("javascript", include_str!("imports/javascript.scm")),
    ("kotlin", include_str!("imports/kotlin.scm")),
    ("php", include_str!("imports/php.scm")),
    ("python", include_str!("imports/python.scm")),
    ("ruby", include_str!("imports/ruby.scm")),
    ("rust", include_str!("imports/rust.scm")),
    ("tsx", include_str!("imports/javascript.scm")),
    ("typescript", include_str!("imports/javascript.scm")),
];

/// What is known of a language's imports: part of what a pattern means.
pub(in crate::rule) fn knowledge(language: &Language) -> &'static str {
    let row = QUERIES.iter().find(|(name, _)| *name == language.name);
    row.map_or("", |(_, text)| text)
}

/// Languages in which a name is written by its last parts, once its package is imported.
const SUFFIXES: &[&str] = &["csharp", "go", "java", "kotlin", "php", "rust", "scala"];

/// The query over imports of a language, compiled once per process.
fn query(language: &Language) -> Option<&'static Query> {
    use std::sync::{LazyLock, Mutex, PoisonError};
    static KNOWN: LazyLock<Mutex<HashMap<&'static str, Option<&'static Query>>>> =
        LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(language.name).or_insert_with(|| {
        let (_, text) = QUERIES.iter().find(|(name, _)| *name == language.name)?;
        Query::new(&language.grammar(), text)
            .ok()
            .map(|query| &*Box::leak(Box::new(query)))
    })
}

/// A declaration that tells a type, and where it holds.
struct Declared {
    scope: Range<usize>,
    kind: String,
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

/// What the names of a file mean.
#[derive(Default)]
pub(in crate::rule) struct Names {
    aliases: HashMap<String, Vec<Vec<String>>>,
    wildcards: Vec<Vec<String>>,
    types: HashMap<String, Vec<Declared>>,
    suffixes: bool,
}

impl Names {
    pub(in crate::rule) fn read(root: Node<'_>, forest: &Forest<'_>, with_types: bool) -> Self {
        let language = forest.language;
        let mut names = Self {
            suffixes: SUFFIXES.contains(&language.name),
            ..Self::default()
        };
        if with_types {
            names.read_types(forest);
        }
        let Some(query) = query(language) else {
            return names;
        };
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(query, root, forest.text);
        while let Some(one) = matches.next() {
            let captured = |wanted: &str| {
                one.captures().iter().find_map(|capture| {
                    let name = query.capture_names().get(capture.index as usize)?;
                    (*name == wanted).then(|| {
                        String::from_utf8_lossy(
                            forest
                                .text
                                .get(capture.node.byte_range())
                                .unwrap_or_default(),
                        )
                        .into_owned()
                    })
                })
            };
            if captured("require").is_some_and(|word| word != "require") {
                continue;
            }
            let wildcard = captured("wildcard");
            let Some(path) = captured("path").or_else(|| wildcard.clone()) else {
                continue;
            };
            let mut parts = path_parts(&path, language.name);
            if wildcard.is_some() {
                names.wildcards.push(parts);
                continue;
            }
            let name = captured("name");
            if let Some(name) = &name {
                parts.extend(path_parts(name, ""));
            }
            let Some(alias) = captured("alias").or_else(|| parts.last().cloned()) else {
                continue;
            };
            let known = names.aliases.entry(alias).or_default();
            if !known.contains(&parts) {
                known.push(parts);
            }
        }
        names
    }

    pub(super) fn suffixes(&self) -> bool {
        self.suffixes
    }

    /// What a name or dotted name can mean, each with the item of its last word.
    pub(super) fn meanings(&self, forest: &Forest<'_>, at: u32) -> Vec<(Vec<String>, u32)> {
        let kind = forest.kind(at);
        if !forest.item(at).named || kind.string || (!kind.member && !forest.is_leaf(at)) {
            return Vec::new();
        }
        let mut words = Vec::new();
        let mut last = at;
        for item in at..forest.item(at).end {
            if forest.is_leaf(item) {
                if !forest.item(item).named {
                    continue;
                }
                words.push(String::from_utf8_lossy(forest.text_of(item)).into_owned());
                last = item;
            } else if !forest.kind(item).member && forest.children(item).len() > 1 {
                return Vec::new();
            }
        }
        let Some((head, rest)) = words.split_first() else {
            return Vec::new();
        };
        let mut meanings = Vec::new();
        match self.aliases.get(head) {
            Some(_) if self.shadowed(forest, at, head) => {}
            Some(paths) => meanings.extend(
                paths
                    .iter()
                    .map(|path| ([path.as_slice(), rest].concat(), last)),
            ),
            None => meanings.extend(
                self.wildcards
                    .iter()
                    .map(|path| ([path.as_slice(), &words].concat(), last)),
            ),
        }
        if words.len() > 1 {
            meanings.push((words, last));
        }
        meanings
    }

    /// Whether a name is a parameter where it is used.
    fn shadowed(&self, forest: &Forest<'_>, at: u32, name: &str) -> bool {
        let mut around = forest.item(at).parent;
        while around != u32::MAX {
            if forest.kind(around).definition
                && let Some(parameters) =
                    forest.child_by_field(around, &["parameters", "parameter"])
            {
                let inside = parameters..forest.item(parameters).end;
                if !inside.contains(&at)
                    && inside
                        .clone()
                        .any(|item| forest.is_leaf(item) && forest.text_of(item) == name.as_bytes())
                {
                    return true;
                }
            }
            around = forest.item(around).parent;
        }
        false
    }

    /// Whether an item stands in the import that gives it its meaning.
    pub(super) fn declares(&self, forest: &Forest<'_>, at: u32) -> bool {
        let mut around = forest.item(at).parent;
        while around != u32::MAX {
            let kind = forest
                .grammar
                .node_kind_for_id(forest.item(around).kind)
                .unwrap_or_default();
            if kind.contains("import") || kind.contains("use_") || kind.contains("using") {
                return true;
            }
            around = forest.item(around).parent;
        }
        false
    }

    fn read_types(&mut self, forest: &Forest<'_>) {
        for at in 0..u32::try_from(forest.items.len()).unwrap_or(u32::MAX) {
            if forest.is_leaf(at) {
                continue;
            }
            if let Some(kind) = forest.child_by_field(at, &["type"]) {
                let kind_text = String::from_utf8_lossy(forest.text_of(kind)).into_owned();
                for child in forest.children(at) {
                    if child == kind || !forest.item(child).named || forest.optional(child) {
                        continue;
                    }
                    if let Some(name) = (child..forest.item(child).end)
                        .find(|item| forest.is_leaf(*item) && forest.item(*item).named)
                    {
                        let name = String::from_utf8_lossy(forest.text_of(name)).into_owned();
                        self.types.entry(name).or_default().push(Declared {
                            scope: scope_of(forest, at),
                            kind: simple(&kind_text),
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
                        .or_else(|| forest.children(at).last().copied()),
                )
                && let Some(made) = made_type(forest, value)
            {
                let name = String::from_utf8_lossy(forest.text_of(name)).into_owned();
                self.types.entry(name).or_default().push(Declared {
                    scope: scope_of(forest, at),
                    kind: made,
                });
            }
        }
    }

    /// Whether what stands in a place is of a type, as far as the file tells.
    pub(super) fn has_type(&self, forest: &Forest<'_>, range: &Range<usize>, wanted: &str) -> bool {
        if wanted.starts_with('$') {
            return true;
        }
        let text = String::from_utf8_lossy(forest.text.get(range.clone()).unwrap_or_default())
            .into_owned();
        let wanted = simple(wanted);
        let same = |known: &str| known.eq_ignore_ascii_case(&wanted);
        let word = text
            .strip_prefix("this.")
            .or(text.strip_prefix("self."))
            .unwrap_or(&text);
        let known = self.types.get(word).map_or(&[][..], Vec::as_slice);
        let here = known
            .iter()
            .filter(|declared| declared.scope.contains(&range.start));
        // The innermost declarations tell.
        let innermost = here.clone().map(|declared| declared.scope.len()).min();
        here.filter(|declared| Some(declared.scope.len()) == innermost)
            .any(|declared| same(&declared.kind))
            || made_type(forest, forest.at_range(range)).is_some_and(|made| same(&made))
    }
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

fn path_parts(path: &str, language: &str) -> Vec<String> {
    let path = path.trim_matches(['"', '\'', '`', '<', '>']);
    let path = path.strip_prefix("node:").unwrap_or(path);
    let parts: Vec<String> = match language {
        "go" => path
            .rsplit('/')
            .find(|part| {
                !part
                    .strip_prefix('v')
                    .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
            })
            .map(str::to_owned)
            .into_iter()
            .collect(),
        "javascript" | "typescript" | "tsx" => vec![path.to_owned()],
        _ => path
            .split(['.', '\\', ':', '/'])
            .filter(|part| !part.is_empty())
            .map(|part| part.trim().to_owned())
            .collect(),
    };
    parts
}

#[cfg(test)]
mod tests {
    use super::{QUERIES, query};

    #[test]
    fn every_query_over_imports_compiles() {
        for (name, text) in QUERIES {
            if let Ok(language) = crate::language::by_name(name) {
                let compiled = tree_sitter::Query::new(&language.grammar(), text);
                assert!(compiled.is_ok(), "{name}: {:?}", compiled.err());
                assert!(query(language).is_some());
            }
        }
    }
}
