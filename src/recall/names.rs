//! Names that can be others: variables, parameters, and what is imported under a name of one's own.

use std::collections::BTreeSet;
use std::ops::Range;

use tree_sitter::{Node, Query, QueryCursor, StreamingIterator as _};

use super::edit::Edits;
use super::table::Habits;
use super::tree::Source;

/// Every variable and parameter that is named in a place gets another name.
pub(super) fn locals(source: &Source<'_>, habits: &Habits, place: &Range<usize>) -> Vec<Edits> {
    let mut edits = Edits::default();
    let mut names = BTreeSet::new();
    for found in declared(source, habits.locals) {
        names.insert(source.of(found.name));
    }
    let uses = uses(source, habits);
    for name in names {
        let near = uses.iter().any(|node| {
            source.of(*node) == name
                && node.start_byte() >= place.start
                && node.end_byte() <= place.end
        });
        // `{name}` may stand in a string that is a template.
        let hidden =
            source.text.contains(&format!("{{{name}")) || is_elsewhere(source, habits, name);
        if near && !hidden && name != "_" && !name.is_empty() {
            rename(source, habits, name, &fresh(source, name), &mut edits);
        }
    }
    checked(source, edits)
}

/// Every import gets an alias, or another one, and so do its uses.
pub(super) fn imports(source: &Source<'_>, habits: &Habits) -> Vec<Edits> {
    let mut rewrites = Vec::new();
    for (query, template) in habits.imports {
        let mut edits = Edits::default();
        for found in declared(source, query) {
            let written = source.of(found.name);
            // A path names its last part.
            let name = written
                .trim_matches(['"', '\'', '`'])
                .rsplit(['/', '.', '\\', ':'])
                .next()
                .unwrap_or_default();
            let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
            let used = uses(source, habits).iter().any(|node| {
                source.of(*node) == name && !found.edit.byte_range().contains(&node.start_byte())
            });
            if !plain || !used {
                continue;
            }
            let new = fresh(source, name);
            let text = template
                .replace("{text}", source.of(found.edit))
                .replace("{name}", name)
                .replace("{new}", &new);
            edits.replace(found.edit.byte_range(), text);
            rename(source, habits, name, &new, &mut edits);
        }
        rewrites.extend(checked(source, edits));
    }
    rewrites
}

fn checked(source: &Source<'_>, edits: Edits) -> Vec<Edits> {
    if !edits.is_empty() && source.is_well_formed(&edits.apply(source.text)) {
        vec![edits]
    } else {
        Vec::new()
    }
}

/// What a query captures: the name, and what is rewritten to give it another.
struct Declared<'t> {
    name: Node<'t>,
    edit: Node<'t>,
}

fn declared<'t>(source: &'t Source<'_>, query: &str) -> Vec<Declared<'t>> {
    let Ok(query) = Query::new(&source.language.grammar(), query) else {
        return Vec::new();
    };
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, source.root(), source.text.as_bytes());
    let mut all = Vec::new();
    while let Some(found) = matches.next() {
        let captured = |word: &str| {
            let wanted = query.capture_index_for_name(word);
            let mut captures = found.captures().iter();
            captures.find_map(|capture| (Some(capture.index) == wanted).then_some(capture.node))
        };
        if let Some(name) = captured("name") {
            let edit = captured("edit").unwrap_or(name);
            all.push(Declared { name, edit });
        }
    }
    all
}

/// The tokens that name variables.
fn uses<'t>(source: &'t Source<'_>, habits: &Habits) -> Vec<Node<'t>> {
    source
        .nodes()
        .iter()
        .filter(|named| is_use(habits, named.node, named.field))
        .map(|named| named.node)
        .collect()
}

fn is_use(habits: &Habits, node: Node<'_>, field: Option<&str>) -> bool {
    let parent = node.parent().map_or("", |parent| parent.kind());
    let names = habits
        .variables
        .iter()
        .any(|(kind, below)| node.kind() == *kind && (below.is_empty() || parent == *below));
    let apart = habits
        .apart
        .iter()
        .any(|(kind, name)| parent == *kind && (name.is_empty() || field == Some(*name)));
    names && !apart
}

/// Whether a name also stands where it does not name a variable.
fn is_elsewhere(source: &Source<'_>, habits: &Habits, name: &str) -> bool {
    source.nodes().iter().any(|named| {
        named.node.child_count() == 0
            && source.of(named.node) == name
            && named.node.is_named()
            && !is_use(habits, named.node, named.field)
            && !source.language.is_comment(named.node.kind())
    })
}

/// A name that does not stand in the text.
fn fresh(source: &Source<'_>, name: &str) -> String {
    (2..)
        .map(|number| format!("{name}{number}"))
        .find(|new| !source.text.contains(new.as_str()))
        .unwrap_or_default()
}

fn rename(source: &Source<'_>, habits: &Habits, name: &str, new: &str, edits: &mut Edits) {
    for node in uses(source, habits) {
        if source.of(node) == name {
            // `{ name }` is short for `{ name: name }`.
            let short = node.kind() == "shorthand_property_identifier"
                || node.kind() == "shorthand_property_identifier_pattern";
            let text = if short {
                format!("{name}: {new}")
            } else {
                new.to_owned()
            };
            edits.replace(node.byte_range(), text);
        }
    }
}
