//! Finds a pattern in a forest: kinds and words must agree, holes remember what they stand for.
//!
//! Recursion follows the pattern. What a file can make expensive (many `...` over long lists) is bounded by fuel; out of
//! fuel is said, never taken for "no match".

use std::cell::Cell;
use std::ops::Range;

use super::compile::{Content, NamePart, Pattern, Shape, Tree, inside, types_by_name};
use super::dotted;
use super::forest::Forest;
use super::names::Names;
use super::special;
use crate::language::Language;

/// Steps that one pattern may take in one file.
const FUEL: u64 = 20_000_000;
/// Ways to match at one place that are followed.
const MAX_WAYS: usize = 1_000;

/// How the kinds of statements begin that hold other statements.
const COMPOUND: [&str; 16] = [
    "case",
    "do_statement",
    "expression_switch",
    "for",
    "foreach",
    "if",
    "lock",
    "match",
    "select",
    "switch",
    "synchronized",
    "try",
    "unless",
    "until",
    "while",
    "with",
];

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
    names: &'m Names,
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
            if ways.contains(&way) {
                continue;
            }
            if ways.len() >= MAX_WAYS {
                self.fuel.set(0);
                return;
            }
            ways.push(way);
        }
    }

    fn spend(&self) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(1));
        left > 0
    }

    /// The kinds a match of the tree can have; none: any.
    fn roots(&self, tree: &Tree) -> Option<Vec<u16>> {
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

    fn one(&self, tree: &Tree, found: &mut Vec<Found>) {
        self.returned(tree, found);
        let roots = self.roots(tree);
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
                || self.has_decorators(tree, at)
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
    fn decorated(&self) -> Option<u16> {
        let id = self
            .forest
            .grammar
            .id_for_node_kind("decorated_definition", true);
        (id > 0).then_some(id)
    }

    /// A definition with decorators is found with them, and only once.
    fn has_decorators(&self, tree: &Tree, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        matches!(tree, Tree::Node { .. })
            && parent != u32::MAX
            && Some(self.forest.item(parent).kind) == self.decorated()
            && !self.forest.optional(at)
    }

    /// Where a definition begins: with its decorators, also where they stand before `export`.
    fn with_decorators(&self, at: u32) -> Range<usize> {
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

    pub(super) fn name_of(&self, kind: u16) -> &str {
        self.forest
            .grammar
            .node_kind_for_id(kind)
            .unwrap_or_default()
    }

    fn sequences(&self, trees: &[Tree], found: &mut Vec<Found>) {
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
                if kind.token {
                    Vec::new()
                } else {
                    self.bind(name, self.forest.range(self.named_thing(at)), way)
                }
            }
            Tree::Ellipsis(None) => vec![way.clone()],
            Tree::Ellipsis(Some(name)) => self.bind(name, self.forest.range(at), way),
            Tree::Deep(inner) => {
                let mut ways = Vec::new();
                for below in at..self.forest.item(at).end {
                    if self.forest.item(below).named {
                        self.add(&mut ways, self.tree(inner, below, way));
                    }
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
                if (same && (self.forest.is_leaf(thing) || kind.string))
                    || self.made_by_name(word, at)
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

    /// Whether an item is the text of a string, which is no code.
    fn in_text(&self, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        parent != u32::MAX && self.forest.is_leaf(at) && self.forest.kind(parent).string
    }

    /// Whether an object is made of a class whose name ends so: `new java.util.Random()`, or an alias of it.
    fn made_by_name(&self, word: &str, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        if !self.names.suffixes() || parent == u32::MAX {
            return false;
        }
        let made = matches!(
            self.forest.kind_name(parent),
            "object_creation_expression" | "instance_expression"
        );
        let fits = |words: &[String]| words.last().is_some_and(|last| last == word);
        made && !self.names.meanings(self.forest, at, &fits).is_empty()
    }

    fn is_import(&self, kind: u16) -> bool {
        self.forest.grammar.node_kind_for_id(kind) == Some("import_declaration")
    }

    /// Where one statement can stand for a block.
    fn is_body(&self, at: u32) -> bool {
        let field = self
            .forest
            .grammar
            .field_name_for_id(self.forest.item(at).field);
        matches!(field, Some("body" | "consequence" | "alternative"))
    }

    /// A list or body that a pattern leaves open can be missing from the file: `foo(...)` of Ruby, `{ ... }` of HCL.
    fn may_be_absent(&self, tree: &Tree) -> bool {
        let Tree::Node { kind, children, .. } = tree else {
            return false;
        };
        let meaning = self.pattern.kinds.get(*kind);
        (meaning.list || meaning.block)
            && !children.is_empty()
            && children
                .iter()
                .all(|(_, child)| matches!(child, Tree::Ellipsis(None)))
    }

    /// Members of a class, fields of a record, interfaces: what the pattern names is there, and more may be.
    fn open_members(&self, kind: u16, wanted: &[(u16, &Tree)], at: u32) -> bool {
        let meaning = self.pattern.kinds.get(kind);
        let parent = self.forest.item(at).parent;
        let around = if parent == u32::MAX {
            ""
        } else {
            self.name_of(self.forest.item(parent).kind)
        };
        let bases = [
            "type_list",
            "class_interface_clause",
            "implements_clause",
            "base_list",
        ];
        meaning.members
            || bases.contains(&self.name_of(kind))
            || (around == "class" && self.forest.language.name == "ruby" && meaning.block)
            || (around == "class_definition"
                && self.forest.language.name == "python"
                && (meaning.block || meaning.list)
                && !wanted.is_empty())
    }

    /// The blocks in the blocks of a block, which `...` looks into.
    fn nested_members(&self, at: u32) -> Vec<u32> {
        let nested = at + 1..self.forest.item(at).end;
        nested
            .filter(|item| {
                let parent = self.forest.item(*item).parent;
                parent != at
                    && self.name_of(self.forest.item(parent).kind) == "body"
                    && self.name_of(self.forest.item(*item).kind) == "block"
            })
            .collect()
    }

    /// A composite literal whose elements have keys.
    fn keyed_elements(&self, kind: u16, wanted: &[(u16, &Tree)]) -> bool {
        let keyed = |tree: &Tree| matches!(tree, Tree::Node { kind, .. } if self.name_of(*kind) == "keyed_element");
        self.name_of(kind) == "literal_value"
            && wanted.iter().any(|(_, tree)| keyed(tree))
            && wanted
                .iter()
                .all(|(_, tree)| keyed(tree) || matches!(tree, Tree::Ellipsis(_)))
    }

    fn is_wrapper(&self, kind: u16) -> bool {
        matches!(
            self.forest.grammar.node_kind_for_id(kind),
            Some("argument" | "value_argument" | "expression_list")
        )
    }

    /// The name of a parameter that says more than its name.
    fn named_thing(&self, at: u32) -> u32 {
        if !self.forest.kind(at).parameter {
            return at;
        }
        self.forest
            .child_by_field(at, &["pattern", "name", "left", "declarator"])
            .or_else(|| {
                self.forest
                    .children(at)
                    .into_iter()
                    .find(|child| self.forest.item(*child).named)
            })
            .unwrap_or(at)
    }

    fn text(&self, wanted: &Content, at: u32, way: &Way) -> Vec<Way> {
        if let Content::Metavariable(name) = wanted
            && ["simple_symbol", "hash_key_symbol"]
                .contains(&self.name_of(self.forest.item(at).kind))
        {
            let range = self.forest.range(at);
            let colon = usize::from(self.forest.text_of(at).starts_with(b":"));
            return self.bind(name, range.start + colon..range.end, way);
        }
        if !self.forest.kind(at).string {
            return Vec::new();
        }
        // A string with code inside is no constant, but in HCL, where all is configuration.
        if self.forest.language.name != "hcl" && self.forest.has_interpolation(at) {
            return Vec::new();
        }
        let written = self.forest.text_of(at);
        let content = inside(written);
        match wanted {
            Content::Any => vec![way.clone()],
            Content::Exactly(exact) => {
                if exact == content {
                    vec![way.clone()]
                } else {
                    Vec::new()
                }
            }
            Content::Metavariable(name) => {
                let start = self.forest.item(at).start_byte
                    + (content.as_ptr() as usize).saturating_sub(written.as_ptr() as usize);
                self.bind(name, start..start + content.len(), way)
            }
            Content::Like(regex) => {
                let matches = crate::rule::expression::matches(regex, content);
                if matches {
                    vec![way.clone()]
                } else {
                    Vec::new()
                }
            }
        }
    }

    /// A dotted name by what it means in the file.
    fn dotted(&self, parts: &[NamePart], at: u32, way: &Way) -> Vec<Way> {
        let mut ways = Vec::new();
        if let Some(NamePart::Word(word)) = parts.last()
            && !self.names.can_end(self.forest, at, word)
        {
            return ways;
        }
        let fits = |words: &[String]| {
            let long =
                words.len() == parts.len() || (self.names.suffixes() && words.len() > parts.len());
            let mut pairs = parts.iter().rev().zip(words.iter().rev());
            long && pairs.all(|(part, word)| match part {
                NamePart::Word(wanted) => wanted == word,
                NamePart::Metavariable(_) => true,
            })
        };
        for (words, last) in self.names.meanings(self.forest, at, &fits) {
            let mut candidates = vec![way.clone()];
            for (index, (part, word)) in parts.iter().rev().zip(words.iter().rev()).enumerate() {
                candidates = candidates
                    .iter()
                    .flat_map(|way| match part {
                        NamePart::Word(wanted) if wanted == word => vec![way.clone()],
                        NamePart::Word(_) => Vec::new(),
                        NamePart::Metavariable(name) if index == 0 => {
                            self.bind(name, self.forest.range(last), way)
                        }
                        NamePart::Metavariable(name) if name == "_" => vec![way.clone()],
                        NamePart::Metavariable(_) => Vec::new(),
                    })
                    .collect();
            }
            self.add(&mut ways, candidates);
        }
        ways
    }

    /// A call whose callee is no node of its own, by what the callee means in the file.
    fn called(
        &self,
        kind: u16,
        parts: &[NamePart],
        wanted: &[(u16, Tree)],
        at: u32,
        way: &Way,
    ) -> Vec<Way> {
        if self.forest.item(at).kind != kind {
            return Vec::new();
        }
        let Some((object, name)) = dotted::split_callee(self.forest, at) else {
            return Vec::new();
        };
        let callee = |field: u16| {
            let name = self.forest.grammar.field_name_for_id(field);
            ["object", "scope", "receiver", "method", "name", "operator"]
                .contains(&name.unwrap_or_default())
        };
        let rest: Vec<(u16, &Tree)> = wanted
            .iter()
            .filter(|(field, _)| !callee(*field))
            .map(|(field, tree)| (*field, tree))
            .collect();
        let others: Vec<u32> = self
            .forest
            .children(at)
            .into_iter()
            .filter(|child| *child != name && Some(*child) != object)
            .filter(|child| !callee(self.forest.item(*child).field))
            .collect();
        let mut ways = Vec::new();
        for way in self.dotted(parts, at, way) {
            self.add(&mut ways, self.sequence(&rest, &others, &way, false, false));
        }
        ways
    }

    /// `base. ... .x`: the base behind any number of accesses and calls.
    fn chain(&self, base: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let mut ways = Vec::new();
        let mut at = at;
        loop {
            self.add(&mut ways, self.tree(base, at, way));
            let kind = self.forest.kind(at);
            if !(kind.member || kind.call || self.is_suffix(at)) || self.forest.is_leaf(at) {
                return ways;
            }
            at += 1;
        }
    }

    fn is_suffix(&self, at: u32) -> bool {
        matches!(
            self.forest
                .grammar
                .node_kind_for_id(self.forest.item(at).kind),
            Some("await_expression" | "non_null_expression" | "await" | "try_expression")
        )
    }

    /// `x = 1` against a declaration that says the same.
    fn assignment(&self, wanted: &[(u16, Tree)], at: u32, way: &Way) -> Vec<Way> {
        let named: Vec<&(u16, Tree)> = wanted
            .iter()
            .filter(|(_, tree)| !matches!(tree, Tree::Leaf(_, false)))
            .collect();
        let [(_, left), .., (_, right)] = named.as_slice() else {
            return Vec::new();
        };
        // `:=` declares, and says so.
        let short = wanted
            .iter()
            .any(|(_, tree)| matches!(tree, Tree::Leaf(word, false) if word == ":="));
        if short && self.name_of(self.forest.item(at).kind) != "short_var_declaration" {
            return Vec::new();
        }
        let children: Vec<u32> = self
            .forest
            .children(at)
            .into_iter()
            .filter(|child| self.forest.item(*child).named)
            .collect();
        let left_item = self
            .forest
            .child_by_field(at, &["name", "left", "pattern", "declarator"])
            .or(children.first().copied());
        let right_item = self
            .forest
            .child_by_field(at, &["value", "right"])
            .or(children.last().copied());
        let (Some(left_item), Some(right_item)) = (left_item, right_item) else {
            return Vec::new();
        };
        if left_item == right_item || (named.len() > 2) {
            return Vec::new();
        }
        let mut ways = Vec::new();
        for way in self.side(left, left_item, way) {
            self.add(&mut ways, self.side(right, right_item, &way));
        }
        ways
    }

    /// One side of an assignment; some grammars put lists around it, some an `= value` clause.
    fn side(&self, tree: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let list = |kind: u16| {
            matches!(
                self.forest.grammar.node_kind_for_id(kind),
                Some(
                    "expression_list"
                        | "equals_value_clause"
                        | "variable_declaration"
                        | "pattern"
                        | "variable_list"
                )
            )
        };
        let (mut tree, mut at) = (tree, at);
        if let Tree::Node { kind, children, .. } = tree
            && list(*kind)
            && let [(_, inner)] = children.as_slice()
        {
            tree = inner;
        }
        let several = matches!(tree, Tree::Node { kind, .. } if list(*kind));
        while !several && list(self.forest.item(at).kind) {
            let named: Vec<u32> = self
                .forest
                .children(at)
                .into_iter()
                .filter(|child| self.forest.item(*child).named)
                .collect();
            let [inner, ..] = named.as_slice() else { break };
            at = *inner;
        }
        self.tree(tree, at, way)
    }

    fn children(&self, kind: u16, wanted: &[(u16, Tree)], at: u32, way: &Way) -> Vec<Way> {
        let meaning = self.pattern.kinds.get(kind);
        let children = self.forest.children(at);
        let wanted: Vec<(u16, &Tree)> = wanted.iter().map(|(field, tree)| (*field, tree)).collect();
        if wanted.is_empty() {
            return if children.iter().all(|child| self.forest.optional(*child)) {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        }
        if self.open_members(kind, &wanted, at) {
            let open = wanted
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            let mut children = children;
            if open && self.forest.language.name == "hcl" {
                children.extend(self.nested_members(at));
            }
            return self.unordered(&wanted, &children, way, true, true);
        }
        if self.keyed_elements(kind, &wanted) {
            let open = wanted
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            return self.unordered(&wanted, &children, way, open, false);
        }
        if meaning.unordered {
            // An object of JavaScript may have more fields than the pattern names.
            let fields = matches!(
                self.forest.language.name,
                "javascript" | "typescript" | "tsx"
            );
            let open = fields
                || wanted
                    .iter()
                    .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            return self.unordered(&wanted, &children, way, open, false);
        }
        if self.forest.field_name(at) == "superclasses" {
            // A class may have more bases than the pattern names.
            return self.unordered(&wanted, &children, way, true, false);
        }
        if meaning.list && !meaning.block {
            let names: Vec<Option<String>> =
                children.iter().map(|child| self.keyword(*child)).collect();
            let wanted_names: Vec<bool> = wanted
                .iter()
                .map(|(_, tree)| self.is_keyword(tree))
                .collect();
            if names.iter().any(Option::is_some) || wanted_names.contains(&true) {
                let open = wanted
                    .iter()
                    .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
                let (mut named, mut plain) = (Vec::new(), Vec::new());
                for (want, is_named) in wanted.iter().zip(&wanted_names) {
                    if *is_named {
                        named.push(*want)
                    } else {
                        plain.push(*want)
                    }
                }
                let (mut named_children, mut plain_children) = (Vec::new(), Vec::new());
                for (child, name) in children.iter().zip(&names) {
                    if name.is_some() {
                        named_children.push(*child)
                    } else {
                        plain_children.push(*child)
                    }
                }
                // A metavariable may stand for a named argument as a whole.
                let mut ways = Vec::new();
                for way in self.unordered(&named, &named_children, way, open, false) {
                    self.add(
                        &mut ways,
                        self.sequence(&plain, &plain_children, &way, false, false),
                    );
                }
                if named.is_empty() && ways.is_empty() {
                    return self.sequence(&wanted, &children, way, false, false);
                }
                return ways;
            }
        }
        self.sequence(&wanted, &children, way, meaning.block, false)
    }

    /// The name of a named argument.
    fn keyword(&self, at: u32) -> Option<String> {
        let kind = self.forest.kind(at);
        let key = if kind.keyword {
            self.forest.children(at).first().copied()
        } else {
            let name = self
                .forest
                .grammar
                .node_kind_for_id(self.forest.item(at).kind)?;
            if !matches!(name, "argument" | "value_argument") || self.forest.children(at).len() < 2
            {
                return None;
            }
            self.forest
                .child_by_field(at, &["name"])
                .or_else(|| self.forest.children(at).first().copied())
        };
        Some(String::from_utf8_lossy(inside(self.forest.text_of(key?))).into_owned())
    }

    fn is_keyword(&self, tree: &Tree) -> bool {
        let Tree::Node { kind, children, .. } = tree else {
            return false;
        };
        self.pattern.kinds.get(*kind).keyword
            || (children.len() > 1
                && matches!(
                    self.forest.grammar.node_kind_for_id(*kind),
                    Some("argument" | "value_argument")
                ))
    }

    /// Each of the wanted matches another child; the rest is allowed or not.
    pub(super) fn unordered(
        &self,
        wanted: &[(u16, &Tree)],
        children: &[u32],
        way: &Way,
        open: bool,
        statements: bool,
    ) -> Vec<Way> {
        let wanted: Vec<(u16, &Tree)> = wanted
            .iter()
            .copied()
            .filter(|(_, tree)| !matches!(tree, Tree::Ellipsis(_)))
            .collect();
        let Some(((_, first), rest)) = wanted.split_first() else {
            return if open || children.iter().all(|child| self.forest.optional(*child)) {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        };
        let mut ways = Vec::new();
        for (index, child) in children.iter().enumerate() {
            let found = if statements {
                self.statement(first, *child, way)
            } else {
                self.tree(first, *child, way)
            };
            for way in found {
                let others: Vec<u32> = children
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != index)
                    .map(|(_, child)| *child)
                    .collect();
                self.add(
                    &mut ways,
                    self.unordered(rest, &others, &way, open, statements),
                );
            }
        }
        ways
    }

    /// Siblings in their order. `block`: statements, between which `...` also looks into nested blocks. `open`: what
    /// follows the last one is free.
    pub(super) fn sequence(
        &self,
        wanted: &[(u16, &Tree)],
        children: &[u32],
        way: &Way,
        block: bool,
        open: bool,
    ) -> Vec<Way> {
        if !self.spend() {
            return Vec::new();
        }
        let Some(((field, first), rest)) = wanted.split_first() else {
            return if open || children.iter().all(|child| self.forest.optional(*child)) {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        };
        let mut ways = Vec::new();
        if let Tree::Ellipsis(name) = first {
            for skipped in 0..=children.len() {
                if rest.is_empty() && skipped < children.len() {
                    continue;
                }
                let mut way = way.clone();
                if let Some(last) = skipped.checked_sub(1).and_then(|last| children.get(last)) {
                    way.end = way.end.max(self.forest.item(*last).end_byte);
                }
                let bound = match (name, children.get(..skipped)) {
                    (Some(name), Some([first, .., last])) => self.bind(
                        name,
                        self.forest.item(*first).start_byte..self.forest.item(*last).end_byte,
                        &way,
                    ),
                    (Some(name), Some([only])) => self.bind(name, self.forest.range(*only), &way),
                    _ => vec![way],
                };
                for way in bound {
                    self.add(
                        &mut ways,
                        self.sequence(rest, &children[skipped..], &way, block, open || block),
                    );
                }
            }
            if block && !rest.is_empty() {
                let nested = self.nested(children);
                for index in 0..nested.len() {
                    self.add(
                        &mut ways,
                        self.sequence(rest, &nested[index..], way, false, true),
                    );
                }
            }
            return ways;
        }
        if self.may_be_absent(first) {
            self.add(&mut ways, self.sequence(rest, children, way, block, open));
        }
        let Some((child, others)) = children.split_first() else {
            return ways;
        };
        let item = self.forest.item(*child);
        if *field == 0 || item.field == 0 || *field == item.field || block {
            for mut next in if block || open {
                self.statement(first, *child, way)
            } else {
                self.tree(first, *child, way)
            } {
                next.end = next.end.max(item.end_byte);
                self.add(&mut ways, self.sequence(rest, others, &next, block, open));
            }
        }
        if self.forest.optional(*child) {
            self.add(&mut ways, self.sequence(wanted, others, way, block, open));
        }
        ways
    }

    /// A statement; one that is an expression also matches where it is part of a statement that is one.
    fn statement(&self, tree: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let mut ways = self.tree(tree, at, way);
        if !ways.is_empty() {
            return ways;
        }
        let (inner, wrapped) = match tree {
            Tree::Node { kind, children, .. }
                if self.pattern.kinds.get(*kind).expression_statement =>
            {
                match children.first() {
                    Some((_, inner)) => (inner, true),
                    None => return ways,
                }
            }
            tree => (tree, false),
        };
        let Tree::Node { kind, .. } = inner else {
            return ways;
        };
        let meaning = self.pattern.kinds.get(*kind);
        if meaning.assignment {
            let name = self.name_of(self.forest.item(at).kind);
            if COMPOUND.iter().any(|word| name.starts_with(word)) {
                return ways;
            }
            for child in at + 1..self.forest.item(at).end.min(at + 6) {
                let kind = self.forest.kind(child);
                if kind.declarator || kind.assignment {
                    self.add(&mut ways, self.tree(inner, child, way));
                    break;
                }
            }
        } else if wrapped || meaning.call {
            for below in self.expressions_of(at) {
                self.add(&mut ways, self.tree(inner, below, way));
            }
        }
        ways
    }

    /// What a statement evaluates itself: not the statements in it, but what a lambda in it does.
    fn expressions_of(&self, at: u32) -> Vec<u32> {
        const LAMBDAS: [&str; 8] = [
            "lambda",
            "literal",
            "arrow",
            "closure",
            "function_expression",
            "anonymous",
            "do_block",
            "block",
        ];
        let lambda = |item: u32| {
            let name = self.name_of(self.forest.item(item).kind);
            LAMBDAS.iter().any(|part| name.contains(part))
        };
        let mut found = Vec::new();
        let end = self.forest.item(at).end;
        // A condition is no statement.
        let name = self.name_of(self.forest.item(at).kind);
        let compound = COMPOUND.iter().any(|word| name.starts_with(word));
        if compound || (self.forest.kind(at).definition && !lambda(at)) {
            return found;
        }
        // Inside a lambda, statements are looked into.
        let mut free_until = at;
        let mut below = at + 1;
        while below < end {
            let kind = self.forest.kind(below);
            if below >= free_until && kind.definition {
                if !lambda(below) {
                    below = self.forest.item(below).end;
                    continue;
                }
                free_until = self.forest.item(below).end;
            } else if below >= free_until && kind.block {
                below = self.forest.item(below).end;
                continue;
            }
            if self.forest.item(below).named {
                found.push(below);
            }
            below += 1;
        }
        found
    }

    /// The statements below some statements, functions and classes left out.
    fn nested(&self, children: &[u32]) -> Vec<u32> {
        let mut nested = Vec::new();
        for child in children {
            let mut at = child + 1;
            while at < self.forest.item(*child).end {
                if self.forest.kind(at).definition {
                    at = self.forest.item(at).end;
                    continue;
                }
                let parent = self.forest.item(at).parent;
                if self.forest.item(at).named
                    && self.forest.kind(parent).block
                    && !self.forest.kind(at).block
                {
                    nested.push(at);
                }
                at += 1;
            }
        }
        nested
    }
}

/// Whether two places say the same, but for layout, comments, parentheses and quotes.
pub(in crate::rule) fn same_text(forest: &Forest<'_>, a: &Range<usize>, b: &Range<usize>) -> bool {
    let raw = |range: &Range<usize>| forest.text.get(range.clone()).unwrap_or_default();
    raw(a) == raw(b) || words(forest, a) == words(forest, b)
}

/// Whether a leaf is a pair of brackets around nothing but blanks and comments.
fn is_empty_list(leaf: &[u8], language: &Language) -> bool {
    let inner = match leaf {
        [b'(', inner @ .., b')'] | [b'[', inner @ .., b']'] | [b'{', inner @ .., b'}'] => inner,
        _ => return false,
    };
    let inner = inner.trim_ascii_start();
    let block = language.block_comment.map(|(open, _)| open);
    let mut openers = language.line_comment.iter().copied().chain(block);
    inner.is_empty() || openers.any(|open| inner.starts_with(open.as_bytes()))
}

fn words<'t>(forest: &Forest<'t>, range: &Range<usize>) -> Vec<&'t [u8]> {
    let mut words = Vec::new();
    let mut at = forest
        .items
        .partition_point(|item| item.start_byte < range.start);
    while let Some(item) = forest.items.get(at) {
        if item.start_byte >= range.end {
            break;
        }
        let index = u32::try_from(at).unwrap_or(u32::MAX);
        if forest.kind(index).string && item.end_byte <= range.end {
            words.push(inside(forest.text_of(index)));
            at = item.end as usize;
            continue;
        }
        if forest.is_leaf(index) {
            words.push(forest.text_of(index));
        }
        at += 1;
    }
    if words.is_empty() {
        words.push(forest.text.get(range.clone()).unwrap_or_default());
    }
    words
}
