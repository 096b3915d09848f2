//! What a file imports: which of its names stand for which things of other files.
//!
//! Imports are found by the queries of [`imports`](super::imports); what a variable was given (`get = requests.get`) is read off the forest.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use tree_sitter::{Node, Query, QueryCursor, StreamingIterator as _};

use super::dotted::{self, Dotted};
use super::forest::Forest;
use super::imports::{parts, row};
use crate::language::Language;

/// The query over imports of a language, compiled once per process.
fn query(language: &Language) -> Option<&'static Query> {
    use std::sync::{LazyLock, Mutex, PoisonError};
    static KNOWN: LazyLock<Mutex<HashMap<&'static str, Option<&'static Query>>>> =
        LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(language.name).or_insert_with(|| {
        Query::new(&language.grammar(), row(language)?.query)
            .ok()
            .map(|query| &*Box::leak(Box::new(query)))
    })
}

/// One import of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// What it means.
    pub(super) path: Vec<String>,
    /// Where it stands.
    pub(super) at: usize,
    /// The function, class or the like in which it holds; the whole file at the top.
    pub(super) scope: Range<usize>,
}

/// The imports of a file.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// By the name in the file.
    pub(super) aliases: HashMap<String, Vec<Import>>,
    /// The last words of what goes by another name.
    pub(super) renamed: HashSet<String>,
    /// Of these everything is imported.
    pub(super) wildcards: Vec<Vec<String>>,
}

impl Imports {
    pub(super) fn read(root: Node<'_>, forest: &Forest<'_>) -> Self {
        let mut imports = Self::default();
        let Some(row) = row(forest.language) else {
            return imports;
        };
        let implicit = row.implicit.iter();
        imports.wildcards = implicit.map(|path| parts(path, forest.language)).collect();
        if let Some(query) = query(forest.language) {
            imports.read_query(query, row.words, root, forest);
        }
        if row.variables {
            // A variable may be given what another was given.
            for _ in 0..3 {
                let known = imports.count();
                imports.read_variables(forest);
                if imports.count() == known {
                    break;
                }
            }
        }
        imports
    }

    fn count(&self) -> usize {
        self.aliases.values().map(Vec::len).sum()
    }

    fn add(&mut self, alias: String, path: Vec<String>, at: usize, scope: Range<usize>) {
        if path.is_empty() {
            return;
        }
        if let Some(last) = path.last().filter(|last| **last != alias) {
            self.renamed.insert(last.clone());
        }
        let known = self.aliases.entry(alias).or_default();
        if !known
            .iter()
            .any(|one| one.path == path && one.scope == scope)
        {
            known.push(Import { path, at, scope });
        }
    }

    fn read_query(&mut self, query: &Query, words: &[&str], root: Node<'_>, forest: &Forest<'_>) {
        let mut groups: Vec<(Range<usize>, Vec<String>)> = Vec::new();
        let mut rows: Vec<Written> = Vec::new();
        let mut seen: HashSet<Written> = HashSet::new();
        let names = query.capture_names();
        for window in windows(words, root, forest.text) {
            let mut cursor = QueryCursor::new();
            cursor.set_byte_range(window);
            let mut matches = cursor.matches(query, root, forest.text);
            while let Some(one) = matches.next() {
                let node = |wanted: &str| {
                    one.captures().iter().find_map(|capture| {
                        let name = names.get(capture.index as usize)?;
                        (*name == wanted).then_some(capture.node)
                    })
                };
                if let (Some(group), Some(prefix)) = (node("group"), node("prefix")) {
                    let group = (
                        group.byte_range(),
                        parts(&text(prefix, forest), forest.language),
                    );
                    if !groups.contains(&group) {
                        groups.push(group);
                    }
                    continue;
                }
                let Some(first) = one.captures().iter().map(|one| one.node.start_byte()).min()
                else {
                    continue;
                };
                let path = match node("paths") {
                    Some(whole) => {
                        let plain = ["name", "wildcard"].iter().all(|word| node(word).is_none());
                        match whole_path(whole, forest, plain) {
                            Some(path) => path,
                            None => continue,
                        }
                    }
                    None => node("path").map_or_else(String::new, |node| text(node, forest)),
                };
                for path in path.split(',') {
                    let mut path = parts(path, forest.language);
                    if let Some(name) = node("name") {
                        path.extend(parts(&text(name, forest), forest.language));
                    }
                    if node("head").is_some() {
                        path.truncate(1);
                    }
                    let row = Written {
                        path,
                        alias: node("alias").map(|node| text(node, forest)),
                        wildcard: node("wildcard").map(|node| text(node, forest)),
                        at: first,
                    };
                    if seen.insert(row.clone()) {
                        rows.push(row);
                    }
                }
            }
        }
        groups.sort_by_key(|(range, _)| range.start);
        for row in rows {
            let around = groups.iter().filter(|(range, _)| range.contains(&row.at));
            let mut path: Vec<String> = around.flat_map(|(_, prefix)| prefix.clone()).collect();
            path.extend(row.path);
            match row.wildcard {
                // What is given has no name.
                Some(word) if word == "given" => {}
                Some(_) if path.is_empty() => {}
                Some(_) => self.wildcards.push(path),
                None => {
                    if let Some(alias) = row.alias.or_else(|| path.last().cloned()) {
                        self.add(alias, path, row.at, forest.scope_around(row.at));
                    }
                }
            }
        }
    }

    /// Variables that were given something imported.
    fn read_variables(&mut self, forest: &Forest<'_>) {
        for at in 0..u32::try_from(forest.items.len()).unwrap_or(u32::MAX) {
            let kind = forest.kind(at);
            if !(kind.declarator || kind.assignment) {
                continue;
            }
            let name = forest.child_by_field(at, &["name", "left"]);
            let value = forest.child_by_field(at, &["value", "right"]);
            let (Some(name), Some(value)) = two_sides(forest, at, name, value) else {
                continue;
            };
            let Some(path) = self.given(forest, value) else {
                continue;
            };
            let place = forest.item(at).start_byte;
            for (alias, members) in names_given(forest, name) {
                let scope = forest.scope_around(place);
                self.add(
                    alias,
                    [path.as_slice(), &members].concat(),
                    place,
                    scope.clone(),
                );
            }
        }
    }

    /// What a value means, where it is something imported.
    fn given(&self, forest: &Forest<'_>, value: u32) -> Option<Vec<String>> {
        let Dotted {
            words, required, ..
        } = dotted::read(forest, value)?;
        if required {
            return Some(words);
        }
        let (head, rest) = words.split_first()?;
        let constant = forest.language.name == "ruby" && head.starts_with(char::is_uppercase);
        let place = forest.item(value).start_byte;
        let known = self
            .aliases
            .get(head)
            .and_then(|all| all.iter().find(|one| one.scope.contains(&place)));
        match known {
            Some(import) => Some([import.path.as_slice(), rest].concat()),
            None if constant => Some(words),
            None => None,
        }
    }
}

/// An import as it is written.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Written {
    path: Vec<String>,
    alias: Option<String>,
    wildcard: Option<String>,
    at: usize,
}

/// Name and value where the grammar puts lists around them.
fn two_sides(
    forest: &Forest<'_>,
    at: u32,
    name: Option<u32>,
    value: Option<u32>,
) -> (Option<u32>, Option<u32>) {
    if name.is_some() || forest.language.name != "lua" {
        return (name, value);
    }
    let children = forest.children(at);
    let of = |wanted: &str| {
        let list = children
            .iter()
            .find(|child| forest.kind_name(**child) == wanted)?;
        match forest.children(*list).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    };
    (of("variable_list"), of("expression_list"))
}

/// The names that a pattern on the left gives, each with the members it takes: `{ a, b: c }`.
fn names_given(forest: &Forest<'_>, name: u32) -> Vec<(String, Vec<String>)> {
    if forest.is_leaf(name) {
        return vec![(forest.word(name), Vec::new())];
    }
    let mut names = Vec::new();
    if forest.kind_name(name) != "object_pattern" {
        return names;
    }
    // What is open: pattern and the members that led to it.
    let mut open = vec![(name, Vec::new())];
    while let Some((pattern, members)) = open.pop() {
        for child in forest.children(pattern) {
            if forest.is_leaf(child) {
                let word = forest.word(child);
                names.push((word.clone(), [members.as_slice(), &[word]].concat()));
                continue;
            }
            let (Some(key), Some(value)) = (
                forest.child_by_field(child, &["key", "left"]),
                forest.child_by_field(child, &["value", "left"]),
            ) else {
                continue;
            };
            let members = [members.as_slice(), &[forest.word(key)]].concat();
            if forest.is_leaf(value) {
                names.push((forest.word(value), members));
            } else if forest.kind_name(value) == "object_pattern" {
                open.push((value, members));
            }
        }
    }
    names
}

fn text(node: Node<'_>, forest: &Forest<'_>) -> String {
    let bytes = forest.text.get(node.byte_range()).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the fields `path` of a node say together; none where it must say all and does not.
fn whole_path(whole: Node<'_>, forest: &Forest<'_>, plain: bool) -> Option<String> {
    let mut cursor = whole.walk();
    let path: Vec<Node<'_>> = whole.children_by_field_name("path", &mut cursor).collect();
    let named = path.iter().filter(|node| node.is_named()).count();
    (!plain || named == whole.named_child_count())
        .then(|| path.into_iter().map(|node| text(node, forest)).collect())
}

/// Where imports can stand: around the words of which each holds one, as far as what they stand in reaches.
fn windows(words: &[&str], root: Node<'_>, text: &[u8]) -> Vec<Range<usize>> {
    const NEAR: usize = 256;
    const MOST: usize = 200;
    let part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let mut places: Vec<Range<usize>> = words
        .iter()
        .flat_map(|word| {
            let starts = memchr::memmem::find_iter(text, word).collect::<Vec<_>>();
            starts.into_iter().map(move |at| at..at + word.len())
        })
        .filter(|place| {
            let before = place.start.checked_sub(1).and_then(|at| text.get(at));
            !part(before) && !part(text.get(place.end))
        })
        .collect();
    if places.len() > MOST {
        return std::iter::once(0..text.len()).collect();
    }
    for place in &mut places {
        let node = root.descendant_for_byte_range(place.start, place.end);
        if let Some(around) = node.and_then(|node| node.parent())
            && around.parent().is_some()
        {
            place.end = place.end.max(around.end_byte());
        }
    }
    places.sort_by_key(|place| place.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for place in places {
        match joined.last_mut() {
            Some(last) if place.start <= last.end + NEAR => last.end = last.end.max(place.end),
            _ => joined.push(place),
        }
    }
    joined
}
