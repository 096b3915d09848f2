//! Goes through a forest for the places at which a pattern can match, and lets the matcher look at each.

use std::ops::Range;

use super::compile::{NamePart, Shape, Tree, types_by_name};
use super::dotted;
use super::matcher::{Bindings, Found, Matcher, Way};
use super::special;
use super::text::UNNAMED;

impl Matcher<'_> {
    /// All matches, or none if there was too much to try.
    pub(in crate::rule) fn all(&self) -> Option<Vec<Found>> {
        let mut found = Vec::new();
        for (context, shape) in &self.pattern.shapes {
            match shape {
                Shape::One(tree) if *context == "header" => {
                    let mut whole = Vec::new();
                    self.one(tree, &mut whole);
                    found.extend(whole.into_iter().map(|one| self.header(one)));
                }
                Shape::One(tree) => self.one(tree, &mut found),
                Shape::Statement(Tree::Metavariable(name)) => self.statements(name, &mut found),
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
        found.retain_mut(|found| {
            types
                .iter()
                .all(|(name, kind)| self.is_of_type(name, kind, found))
        });
        for one in &mut found {
            let names = &mut one.bindings.0;
            names.retain(|(name, _)| !name.starts_with(UNNAMED));
        }
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

    /// `$X;` is any statement; what an expression that is one says, without its semicolon, is `$X`.
    fn statements(&self, name: &str, found: &mut Vec<Found>) {
        let start = Way {
            bindings: Bindings::default(),
            end: 0,
        };
        for at in 0..u32::try_from(self.forest.items.len()).unwrap_or(u32::MAX) {
            let item = self.forest.item(at);
            let kind = self.forest.kind(at);
            let stands = item.parent != u32::MAX && self.forest.kind(item.parent).block;
            if !item.named || kind.block || !(stands || self.is_body(at)) {
                continue;
            }
            let said = match self.forest.children(at).as_slice() {
                [only] if kind.expression_statement => *only,
                _ => at,
            };
            for way in self.bind(name, self.forest.range(said), &start) {
                found.push(Found {
                    range: self.forest.range(at),
                    bindings: way.bindings,
                    sequence: false,
                });
            }
        }
    }

    /// What is found of a definition where the pattern is its header.
    fn header(&self, found: Found) -> Found {
        let at = self.forest.at_range(&found.range);
        let body = self.forest.child_by_field(at, &["body"]);
        match body.filter(|_| self.forest.kind(at).definition) {
            Some(body) => {
                let before = found.range.start..self.forest.item(body).start_byte;
                let text = self.forest.text.get(before.clone()).unwrap_or_default();
                let end = before.start + text.trim_ascii_end().len();
                let range = before.start..end;
                Found { range, ..found }
            }
            None => found,
        }
    }

    /// Whether a metavariable of a match is of a type; a type that is a metavariable itself is bound.
    fn is_of_type(&self, name: &str, kind: &str, found: &mut Found) -> bool {
        let Some(range) = found.bindings.get(name).cloned() else {
            return true;
        };
        let Some(kind_name) = kind.strip_prefix('$') else {
            return self.names.has_type(self.forest, &range, kind);
        };
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let signs = kind_name.trim_start_matches(word);
        let kind_name = &kind_name[..kind_name.len() - signs.len()];
        if !signs.is_empty() && !self.names.has_type(self.forest, &range, kind) {
            return false;
        }
        let Some(mut place) = self.names.type_place(self.forest, &range) else {
            return !signs.is_empty();
        };
        // `$T *` is about what the pointer points to.
        let stars = signs.bytes().filter(|sign| *sign == b'*');
        for _ in stars {
            let written = self.forest.text.get(place.clone()).unwrap_or_default();
            let Some(rest) = written.strip_suffix(b"*") else {
                break;
            };
            place.end = place.start + rest.trim_ascii_end().len();
        }
        if kind_name == "_" {
            return true;
        }
        let bound = Bindings(vec![(kind_name.to_owned(), place)]);
        match found.bindings.join(&bound, self.forest) {
            Some(joined) => {
                found.bindings = joined;
                true
            }
            None => false,
        }
    }

    /// The kinds a match of the tree can have; none: any.
    pub(super) fn roots(&self, tree: &Tree) -> Option<Vec<u16>> {
        let Tree::Node {
            kind,
            parts,
            children,
        } = tree
        else {
            return None;
        };
        let mut kinds = vec![*kind];
        let makers = self.makers(*kind, children).iter();
        kinds.extend(makers.filter_map(|name| self.kind_called(name)));
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
            "list" => kinds.extend(self.kind_called("list_comprehension")),
            "call_expression" if self.forest.language.name == "rust" => {
                kinds.extend(self.kind_called("macro_invocation"));
            }
            "assignment_expression" if self.is_script() => {
                kinds.extend(self.kind_called("augmented_assignment_expression"));
            }
            _ => {}
        }
        if self.name_of(*kind) == "function_call_expression" {
            kinds.extend(self.pattern.kinds.all(|kind| kind.call));
        }
        if meaning.call {
            kinds.extend(self.kind_called("decorator"));
        }
        if meaning.for_loop {
            kinds.extend(self.pattern.kinds.all(|kind| kind.for_loop));
        }
        if meaning.import {
            kinds.extend(self.pattern.kinds.all(|kind| kind.import));
            if self.is_script() {
                kinds.extend(self.kind_called("variable_declarator"));
            }
        }
        if (parts.is_some() && !meaning.call) || special::any_kind(self.name_of(*kind)) {
            return None;
        }
        kinds.extend(self.decorated());
        Some(kinds)
    }

    pub(super) fn one(&self, tree: &Tree, found: &mut Vec<Found>) {
        self.returned(tree, found);
        if let Tree::Text(content) = tree {
            self.fragments(content, found);
        }
        let roots = self.roots(tree);
        let callee = self.last_word_of_callee(tree);
        let start = Way {
            bindings: Bindings::default(),
            end: 0,
        };
        let typed = self.pattern.typed();
        let anything =
            matches!(tree, Tree::Metavariable(_) | Tree::Deep(_)) && self.pattern.kinds.has_calls();
        let count = u32::try_from(self.forest.items.len()).unwrap_or(u32::MAX);
        for at in 0..count {
            let item = self.forest.item(at);
            if roots
                .as_ref()
                .is_some_and(|kinds| !kinds.contains(&item.kind))
                || !item.named
                || callee.is_some_and(|word| !self.can_call(at, word))
                || (self.is_cast(at) && !self.says_cast(tree))
                || self.has_decorators(tree, at)
                || self.in_header(at)
                || (anything && !self.is_expression(at) && !(typed && self.is_given_name(at)))
                || (matches!(tree, Tree::Ellipsis(None)) && self.in_text(at))
                || self.is_of_command(at)
                || self.only_carries(tree, at)
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
}
