//! Matches a pattern at a place of a forest: kinds and words must agree, holes remember what they stand for.
//!
//! Recursion follows the pattern. What a file can make expensive (many `...` over long lists) is bounded by fuel; out of
//! fuel is said, never taken for "no match".

use std::cell::Cell;
use std::ops::Range;

use super::compile::{Pattern, Tree};
use super::forest::Forest;
use super::leaves::{is_empty_list, same_number, same_text};
use super::names::Names;
use super::reader::inside;

/// Steps that one pattern may take in one file.
const FUEL: u64 = 20_000_000;
/// Ways to match at one place that are followed.
const MAX_WAYS: usize = 10_000;

/// What metavariables stand for, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::rule) struct Bindings(pub(in crate::rule) Vec<(String, Range<usize>)>);

impl Bindings {
    pub(in crate::rule) fn get(&self, name: &str) -> Option<&Range<usize>> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, range)| range)
    }

    /// These and those, if what both name is the same.
    pub(in crate::rule) fn join(&self, other: &Self, forest: &Forest<'_>) -> Option<Self> {
        let mut joined = self.clone();
        for (name, range) in &other.0 {
            match joined.get(name) {
                Some(known) if known == range || same_text(forest, known, range) => {}
                // What an expression captures without a name is its own.
                Some(_) if name.bytes().all(|byte| byte.is_ascii_digit()) => {}
                Some(_) => return None,
                None => joined.0.push((name.clone(), range.clone())),
            }
        }
        Some(joined)
    }
}

/// A match of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rule) struct Found {
    pub(in crate::rule) range: Range<usize>,
    pub(in crate::rule) bindings: Bindings,
    /// It spans several statements.
    pub(in crate::rule) sequence: bool,
}

/// One way to match so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) bindings: Bindings,
    /// Where the last matched statement ends.
    pub(super) end: usize,
}

/// Matches a pattern against a forest.
pub(in crate::rule) struct Matcher<'m> {
    pub(super) pattern: &'m Pattern,
    pub(super) forest: &'m Forest<'m>,
    pub(super) names: &'m Names,
    pub(super) fuel: Cell<u64>,
}

impl<'m> Matcher<'m> {
    pub(in crate::rule) fn new(
        pattern: &'m Pattern,
        forest: &'m Forest<'m>,
        names: &'m Names,
    ) -> Self {
        Self {
            pattern,
            forest,
            names,
            fuel: Cell::new(FUEL),
        }
    }

    /// Adds ways to match; more than can be followed are too much to try, which is said.
    pub(super) fn add(&self, ways: &mut Vec<Way>, more: Vec<Way>) {
        for way in more {
            // To look through what is known is work as well.
            let looked = ways.len() as u64 / 8;
            self.fuel.set(self.fuel.get().saturating_sub(looked));
            if ways.contains(&way) {
                continue;
            }
            if ways.len() >= MAX_WAYS || self.fuel.get() == 0 {
                self.fuel.set(0);
                return;
            }
            ways.push(way);
        }
    }

    pub(super) fn spend(&self) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(1));
        left > 0
    }

    /// JavaScript and its relatives.
    pub(super) fn is_script(&self) -> bool {
        matches!(
            self.forest.language.name,
            "javascript" | "typescript" | "tsx"
        )
    }

    /// Words that stand for an object.
    fn is_self(&self, at: u32) -> bool {
        self.forest.language.name == "csharp"
            && matches!(self.forest.text_of(at), b"this" | b"base")
    }

    /// What stands where an expression could, but is none: `1:2` in `x[1:2]`, `E as e` behind `except`.
    fn is_no_expression(&self, at: u32) -> bool {
        match self.name_of(self.forest.item(at).kind) {
            "slice" | "implicit_type" | "stream" | "document" | "element_value_pair" => true,
            "parameter_list" => self.forest.children(at).len() > 1,
            "as_pattern" => {
                let parent = self.forest.item(at).parent;
                parent != u32::MAX && self.forest.kind_name(parent) == "except_clause"
            }
            _ => false,
        }
    }

    pub(super) fn name_of(&self, kind: u16) -> &str {
        self.pattern.kinds.name(kind)
    }

    pub(super) fn bind(&self, name: &str, range: Range<usize>, way: &Way) -> Vec<Way> {
        let mut way = way.clone();
        if name != "_" {
            match way.bindings.get(name) {
                Some(known) if *known == range || same_text(self.forest, known, &range) => {}
                Some(_) => return Vec::new(),
                None => way.bindings.0.push((name.to_owned(), range)),
            }
        }
        vec![way]
    }

    pub(super) fn tree(&self, tree: &Tree, at: u32, way: &Way) -> Vec<Way> {
        if !self.spend() {
            return Vec::new();
        }
        let at = self.carried(tree, at);
        let mut ways = self.tree_itself(tree, at, way);
        // A value that is taken for one of another type is still that value.
        if self.is_cast(at)
            && !self.says_cast(tree)
            && let Some(value) = self.value_of_cast(at)
        {
            self.add(&mut ways, self.tree(tree, value, way));
        }
        ways
    }

    fn tree_itself(&self, tree: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let kind = self.forest.kind(at);
        match tree {
            Tree::Metavariable(name) => {
                if (kind.token && !self.is_self(at)) || self.is_no_expression(at) {
                    Vec::new()
                } else {
                    self.bind(name, self.forest.range(self.named_thing(at)), way)
                }
            }
            Tree::Ellipsis(None) => vec![way.clone()],
            Tree::Ellipsis(Some(name)) => self.bind(name, self.forest.range(at), way),
            Tree::Deep(inner) => {
                let mut ways = Vec::new();
                let mut below = at;
                while below < self.forest.item(at).end {
                    // What a function does is not part of the expression that it stands in.
                    if below > at && self.is_function_body(below) {
                        below = self.forest.item(below).end;
                        continue;
                    }
                    if self.forest.item(below).named {
                        self.add(&mut ways, self.tree(inner, below, way));
                    }
                    below += 1;
                }
                ways
            }
            Tree::Text(content) => self.text(content, at, way),
            Tree::Interpolated(parts) => self.interpolated(parts, at, way),
            Tree::Leaf(word, _) => {
                let thing = self.named_thing(at);
                let text = self.forest.text_of(thing);
                // Nothing but blanks and comments stands in an empty list: its brackets are all it says.
                let language = self.forest.language;
                let empty =
                    || is_empty_list(word.as_bytes(), language) && is_empty_list(text, language);
                let same = (text == word.as_bytes() && !self.in_text(thing))
                    || same_number(word.as_bytes(), text)
                    || (empty() && text.first() == word.as_bytes().first())
                    || (kind.binding_word && word == "var");
                let key = || {
                    kind.string && self.is_key(at) && inside(text) == word.as_bytes()
                        || self.forest.kind_name(at) == "hash_key_symbol"
                            && word.as_bytes().strip_prefix(b":") == Some(text)
                        || self.is_symbol_key(at) && text.get(1..) == Some(word.as_bytes())
                };
                if key()
                    || self.says_word(word.as_bytes(), at)
                    || self.in_other_case(word, at)
                    || (same && (self.forest.is_leaf(thing) || kind.string))
                    || self.made_by_name(word, at)
                    || self.type_by_last_word(word, at)
                    || (is_empty_list(word.as_bytes(), language) && self.holds_cases(at))
                    || self.constant_word(word, at)
                    || (word == "var" && self.forest.field_name(at) == "type")
                    || (word == "class" && self.forest.field_name(at) == "declaration_kind")
                {
                    vec![way.clone()]
                } else {
                    Vec::new()
                }
            }
            Tree::Node {
                kind: wanted,
                children,
                parts,
            } => {
                let mut ways = Vec::new();
                let meaning = self.pattern.kinds.get(*wanted);
                if let Some(parts) = parts {
                    let more = if meaning.call {
                        self.called(*wanted, parts, children, at, way)
                    } else {
                        self.dotted(parts, at, way)
                    };
                    self.add(&mut ways, more);
                }
                let method = self.forest.grammar.field_id_for_name("method");
                if let [(_, base), .., (field, Tree::Ellipsis(None))] = children.as_slice()
                    && (meaning.member
                        || (meaning.call && method.is_some_and(|method| method.get() == *field)))
                {
                    self.add(&mut ways, self.chain(base, at, way));
                }
                let kind_id = self.forest.item(at).kind;
                if let Some(more) = self.special(*wanted, children, at, way) {
                    self.add(&mut ways, more);
                } else if kind_id == *wanted {
                    self.add(&mut ways, self.children(*wanted, children, at, way));
                } else if meaning.block && !kind.block && self.is_body(at) {
                    let wanted: Vec<(u16, &Tree)> =
                        children.iter().map(|(_, tree)| (0, tree)).collect();
                    self.add(&mut ways, self.sequence(&wanted, &[at], way, true, false));
                } else if kind.block && !meaning.block && !meaning.list && self.is_body(at) {
                    // One statement in braces.
                    if let [only] = self.forest.children(at).as_slice() {
                        self.add(&mut ways, self.tree(tree, *only, way));
                    }
                } else if meaning.assignment && (kind.declarator || kind.assignment) {
                    self.add(&mut ways, self.assignment(children, at, way));
                }
                let spec = children.iter().find_map(|(_, child)| match child {
                    Tree::Node { kind, .. } => Some((*kind, child)),
                    _ => None,
                });
                if let Some((spec, tree)) = spec
                    && kind_id == *wanted
                    && ways.is_empty()
                    && self.is_import(kind_id)
                {
                    // One import among several in a group.
                    for below in at + 1..self.forest.item(at).end {
                        if self.forest.item(below).kind == spec {
                            self.add(&mut ways, self.tree(tree, below, way));
                        }
                    }
                }
                if let [(_, inner)] = children.as_slice()
                    && self.is_wrapper(*wanted)
                    && kind_id != *wanted
                {
                    self.add(&mut ways, self.tree(inner, at, way));
                }
                ways
            }
        }
    }

    pub(super) fn is_import(&self, kind: u16) -> bool {
        self.name_of(kind) == "import_declaration"
    }
}
