//! Finds a pattern in a forest: kinds and words must agree, holes remember what they stand for.
//!
//! Recursion follows the pattern. What a file can make expensive (many `...` over long lists) is bounded by fuel; out of
//! fuel is said, never taken for "no match".

use std::cell::Cell;
use std::ops::Range;

use super::compile::{NamePart, Pattern, Shape, Tree, types_by_name};
use super::dotted;
use super::forest::Forest;
use super::leaves::{is_empty_list, same_text};
use super::names::Names;
use super::reader::inside;
use super::special;

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
    fuel: Cell<u64>,
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

    /// All matches, or none if there was too much to try.
    pub(in crate::rule) fn all(&self) -> Option<Vec<Found>> {
        let mut found = Vec::new();
        for (_, shape) in &self.pattern.shapes {
            match shape {
                Shape::One(tree) => self.one(tree, &mut found),
                Shape::Statement(tree) => {
                    let mut inner = Vec::new();
                    self.one(tree, &mut inner);
                    found.extend(inner.into_iter().filter_map(|one| self.evaluating(one)));
                }
                Shape::Sequence(trees) => self.sequences(trees, &mut found),
            }
        }
        if self.fuel.get() == 0 {
            return None;
        }
        let types = types_by_name(&self.pattern.types);
        found.retain(|found| {
            types.iter().all(|(name, kind)| {
                found
                    .bindings
                    .get(name)
                    .is_none_or(|range| self.names.has_type(self.forest, range, kind))
            })
        });
        found.sort_by_key(|found| (found.range.start, found.range.end));
        let mut kept: Vec<Found> = Vec::new();
        for one in found {
            if !kept
                .iter()
                .rev()
                .take_while(|known| known.range == one.range)
                .any(|known| known.bindings == one.bindings)
            {
                kept.push(one);
            }
        }
        Some(kept)
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

    /// The kinds a match of the tree can have; none: any.
    pub(super) fn roots(&self, tree: &Tree) -> Option<Vec<u16>> {
        let Tree::Node { kind, parts, .. } = tree else {
            return None;
        };
        let mut kinds = vec![*kind];
        let meaning = self.pattern.kinds.get(*kind);
        if meaning.assignment {
            kinds.extend(
                self.pattern
                    .kinds
                    .all(|kind| kind.declarator || kind.assignment),
            );
        }
        if meaning.function {
            kinds.extend(self.pattern.kinds.all(|kind| kind.function));
        }
        match self.name_of(*kind) {
            "local_variable_declaration" => kinds.extend(self.kind_called("resource")),
            "function_declaration" => kinds.extend(self.kind_called("pair")),
            "var_declaration" | "const_declaration" => kinds.extend(self.kind_called("var_spec")),
            "if" => kinds.extend(self.kind_called("if_modifier")),
            "unless" => kinds.extend(self.kind_called("unless_modifier")),
            "set" => kinds.extend(self.kind_called("dictionary")),
            "dictionary" => kinds.extend(self.kind_called("set")),
            "assignment_expression" if self.is_script() => {
                kinds.extend(self.kind_called("augmented_assignment_expression"));
            }
            _ => {}
        }
        if self.name_of(*kind) == "function_call_expression" {
            kinds.extend(self.pattern.kinds.all(|kind| kind.call));
        }
        if meaning.for_loop {
            kinds.extend(self.pattern.kinds.all(|kind| kind.for_loop));
        }
        if meaning.import {
            kinds.extend(self.pattern.kinds.all(|kind| kind.import));
        }
        if (parts.is_some() && !meaning.call) || special::any_kind(self.name_of(*kind)) {
            return None;
        }
        kinds.extend(self.decorated());
        Some(kinds)
    }

    pub(super) fn one(&self, tree: &Tree, found: &mut Vec<Found>) {
        self.returned(tree, found);
        let roots = self.roots(tree);
        let callee = self.last_word_of_callee(tree);
        let start = Way {
            bindings: Bindings::default(),
            end: 0,
        };
        let count = u32::try_from(self.forest.items.len()).unwrap_or(u32::MAX);
        for at in 0..count {
            let item = self.forest.item(at);
            if roots
                .as_ref()
                .is_some_and(|kinds| !kinds.contains(&item.kind))
                || !item.named
                || callee.is_some_and(|word| !self.can_call(at, word))
                || self.has_decorators(tree, at)
                || self.in_header(at)
                || self.is_of_command(at)
            {
                continue;
            }
            for way in self.tree(tree, at, &start) {
                found.push(Found {
                    range: self.with_decorators(at),
                    bindings: way.bindings,
                    sequence: false,
                });
            }
        }
    }

    /// The kind that holds a definition with its decorators, where a language has one.
    pub(super) fn decorated(&self) -> Option<u16> {
        self.kind_called("decorated_definition")
    }

    /// JavaScript and its relatives.
    pub(super) fn is_script(&self) -> bool {
        matches!(
            self.forest.language.name,
            "javascript" | "typescript" | "tsx"
        )
    }

    fn kind_called(&self, name: &str) -> Option<u16> {
        let id = self.forest.grammar.id_for_node_kind(name, true);
        (id > 0).then(|| self.pattern.kinds.get(id).canonical)
    }

    /// A definition with decorators is found with them, and only once.
    pub(super) fn has_decorators(&self, tree: &Tree, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        matches!(tree, Tree::Node { .. })
            && parent != u32::MAX
            && Some(self.forest.item(parent).kind) == self.decorated()
            && !self.forest.optional(at)
    }

    /// Where a definition begins: with its decorators, also where they stand before `export`.
    pub(super) fn with_decorators(&self, at: u32) -> Range<usize> {
        let range = self.forest.range(at);
        let parent = self.forest.item(at).parent;
        if !self.forest.kind(at).definition || parent == u32::MAX {
            return range;
        }
        let parent_kind = self.name_of(self.forest.item(parent).kind);
        let before = self
            .forest
            .children(parent)
            .into_iter()
            .take_while(|child| *child < at);
        let is_decorator = |child: &u32| self.name_of(self.forest.item(*child).kind) == "decorator";
        let mut start = range.start;
        match parent_kind {
            "export_statement" => {
                if let Some(first) = before.into_iter().find(is_decorator) {
                    start = self.forest.item(first).start_byte;
                }
            }
            "class_body" => {
                let mut before: Vec<u32> = before.collect();
                while let Some(child) = before.pop().filter(is_decorator) {
                    start = self.forest.item(child).start_byte;
                }
            }
            _ => {}
        }
        start..range.end
    }

    /// Words that stand for an object.
    fn is_self(&self, at: u32) -> bool {
        self.forest.language.name == "csharp"
            && matches!(self.forest.text_of(at), b"this" | b"base")
    }

    /// The last word of what a call calls, where the pattern says it and nothing else can be called.
    fn last_word_of_callee<'t>(&self, tree: &'t Tree) -> Option<&'t str> {
        let Tree::Node { kind, children, .. } = tree else {
            return None;
        };
        if !self.pattern.kinds.get(*kind).call {
            return None;
        }
        match children.first() {
            Some((
                _,
                Tree::Node {
                    parts: Some(parts), ..
                },
            )) => match parts.last() {
                Some(NamePart::Word(word)) => Some(word),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a call can be one of something with this last word: a quick look, which most calls do not pass.
    fn can_call(&self, at: u32, word: &str) -> bool {
        let kind = self.forest.kind(at);
        // Where the callee is no node of its own, or is made by another call, only the matcher knows.
        !kind.call
            || dotted::split_callee(self.forest, at).is_some()
            || self.forest.is_leaf(at)
            || self.names.can_end(self.forest, at + 1, word)
    }

    /// What stands where an expression could, but is none: `1:2` in `x[1:2]`, `E as e` behind `except`.
    fn is_no_expression(&self, at: u32) -> bool {
        match self.name_of(self.forest.item(at).kind) {
            "slice" | "implicit_type" => true,
            "parameter_list" => self.forest.children(at).len() > 1,
            "as_pattern" => {
                let parent = self.forest.item(at).parent;
                parent != u32::MAX && self.forest.kind_name(parent) == "except_clause"
            }
            _ => false,
        }
    }

    /// What the header of a loop declares is part of the loop.
    fn in_header(&self, at: u32) -> bool {
        if !self.forest.kind(at).declarator && !self.forest.kind_name(at).ends_with("declaration") {
            return false;
        }
        let mut at = at;
        while matches!(self.forest.field_name(at), "" | "declarator") {
            at = self.forest.item(at).parent;
            if at == u32::MAX || self.forest.kind(at).block {
                return false;
            }
        }
        let parent = self.forest.item(at).parent;
        matches!(
            self.forest.field_name(at),
            "init" | "initializer" | "initial"
        ) && parent != u32::MAX
            && self.forest.kind_name(parent) == "for_statement"
    }

    pub(super) fn name_of(&self, kind: u16) -> &str {
        self.pattern.kinds.name(kind)
    }

    pub(super) fn sequences(&self, trees: &[Tree], found: &mut Vec<Found>) {
        let wanted: Vec<(u16, &Tree)> = trees.iter().map(|tree| (0, tree)).collect();
        let start = Way {
            bindings: Bindings::default(),
            end: 0,
        };
        let count = u32::try_from(self.forest.items.len()).unwrap_or(u32::MAX);
        for at in 0..count {
            let kind = self.forest.kind(at);
            if !(kind.block || kind.list || kind.unordered) {
                continue;
            }
            let children = self.forest.children(at);
            for index in 0..children.len() {
                let leading = matches!(trees.first(), Some(Tree::Ellipsis(_)));
                if leading && index > 0 {
                    break;
                }
                for way in self.sequence(&wanted, &children[index..], &start, true, true) {
                    let begin = self.forest.item(children[index]).start_byte;
                    if way.end > begin {
                        found.push(Found {
                            range: begin..way.end,
                            bindings: way.bindings,
                            sequence: true,
                        });
                    }
                }
            }
        }
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
            Tree::Interpolated(parts) => {
                if !kind.string {
                    return Vec::new();
                }
                let own = self.forest.interpolations(at);
                if parts.is_empty() && !own.is_empty() {
                    return vec![way.clone()];
                }
                let wanted: Vec<(u16, &Tree)> = parts.iter().map(|part| (0, part)).collect();
                let mut ways = Vec::new();
                for start in 0..own.len() {
                    self.add(
                        &mut ways,
                        self.sequence(&wanted, &own[start..], way, false, true),
                    );
                }
                ways
            }
            Tree::Leaf(word, _) => {
                let thing = self.named_thing(at);
                let text = self.forest.text_of(thing);
                // Nothing but blanks and comments stands in an empty list: its brackets are all it says.
                let language = self.forest.language;
                let empty =
                    || is_empty_list(word.as_bytes(), language) && is_empty_list(text, language);
                let same = (text == word.as_bytes() && !self.in_text(thing))
                    || (empty() && text.first() == word.as_bytes().first())
                    || (kind.binding_word && word == "var");
                let key = || {
                    kind.string && self.is_key(at) && inside(text) == word.as_bytes()
                        || self.is_symbol_key(at) && text.get(1..) == Some(word.as_bytes())
                };
                if key()
                    || (same && (self.forest.is_leaf(thing) || kind.string))
                    || self.made_by_name(word, at)
                    || self.constant_word(word, at)
                    || (word == "var" && self.forest.field_name(at) == "type")
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
