//! A syntax tree copied flat, in the order of the text, without what never matters: comments, punctuation, parentheses.
//!
//! Invariant: the nodes below a node stand directly behind it, up to its `end`.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Node, TreeCursor};

use super::constants::Constants;
use super::docker;
use super::kinds::{Kind, Kinds};
use crate::language::Language;

/// A node of a forest.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Item {
    pub(in crate::rule) kind: u16,
    /// 0: none.
    pub(in crate::rule) field: u16,
    pub(in crate::rule) parent: u32,
    /// The first item behind all below this one.
    pub(in crate::rule) end: u32,
    pub(in crate::rule) start_byte: usize,
    pub(in crate::rule) end_byte: usize,
    /// A node of a name's kind, not a token.
    pub(in crate::rule) named: bool,
    optional: bool,
}

/// A tree, flat.
pub(in crate::rule) struct Forest<'t> {
    pub(in crate::rule) text: &'t [u8],
    pub(in crate::rule) items: Vec<Item>,
    pub(super) kinds: Arc<Kinds>,
    pub(super) grammar: tree_sitter::Language,
    pub(in crate::rule) language: &'static Language,
    constants: OnceCell<Constants>,
}

impl<'t> Forest<'t> {
    /// Copies a tree.
    pub(in crate::rule) fn new(
        root: Node<'_>,
        language: &'static Language,
        text: &'t [u8],
    ) -> Self {
        let mut forest = Self {
            text,
            items: Vec::new(),
            kinds: Kinds::of(language),
            grammar: language.grammar(),
            language,
            constants: OnceCell::new(),
        };
        if language.is_text() {
            forest.push_whole(root);
        } else {
            forest.fill(root.walk());
        }
        forest
    }

    /// Plain text is one block without anything in it.
    fn push_whole(&mut self, root: Node<'_>) {
        self.items.push(Item {
            kind: self.kinds.get(root.kind_id()).canonical,
            field: 0,
            parent: u32::MAX,
            end: 1,
            start_byte: 0,
            end_byte: self.text.len(),
            named: true,
            optional: false,
        });
    }

    fn fill(&mut self, mut cursor: TreeCursor<'_>) {
        // What stands open: the item (none where the node was left out, with the field it passes on).
        let mut open: Vec<(Option<u32>, u16)> = Vec::new();
        loop {
            let node = cursor.node();
            let kind = self.kinds.get(node.kind_id());
            let passed = open
                .last()
                .map_or(0, |(item, field)| if item.is_none() { *field } else { 0 });
            let field = match passed {
                0 => cursor.field_id().map_or(0, std::num::NonZero::get),
                passed => passed,
            };
            let missing = node.is_missing()
                || (node.start_byte() == node.end_byte() && node.child_count() == 0);
            let skip = (kind.dropped && !self.tells(node, &open)) || missing;
            // `::f` and `\f` are `f`.
            let from_top = kind.member
                && node
                    .child(0)
                    .is_some_and(|first| matches!(first.kind(), "::" | "\\"));
            // `address[]` is no `address`.
            let array = node.kind() == "type_name" && node.child_count() > 1;
            let transparent =
                (kind.parentheses || from_top) && node.named_child_count() == 1 && !array;
            let mut entered = false;
            if !skip {
                let item = if transparent {
                    None
                } else {
                    Some(self.push(node, kind, field, &open))
                };
                let filled = item.is_some_and(|item| self.fill_from_text(node, item));
                if !filled && cursor.goto_first_child() {
                    open.push((item, field));
                    entered = true;
                }
            }
            if entered {
                continue;
            }
            while !cursor.goto_next_sibling() {
                let Some((item, _)) = open.pop() else {
                    return;
                };
                if let Some(item) = item {
                    let end = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
                    self.items[item as usize].end = end;
                }
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Fills an item of a Dockerfile from its text, where its grammar does not say what stands in it.
    fn fill_from_text(&mut self, node: Node<'_>, item: u32) -> bool {
        if self.language.name != "dockerfile" {
            return false;
        }
        let range = self.range(item);
        let bytes = self.text.get(range.clone()).unwrap_or_default();
        let Ok(text) = std::str::from_utf8(bytes) else {
            return false;
        };
        let word = self.grammar.id_for_node_kind("unquoted_string", true);
        let string = self.grammar.id_for_node_kind("double_quoted_string", true);
        let shift = |inner: &Range<usize>| range.start + inner.start..range.start + inner.end;
        if node.kind() == "shell_command" {
            let kind = self.item(item).kind;
            for piece in docker::shell(text) {
                match piece {
                    docker::Piece::Operator(inner) => {
                        self.push_text(word, item, shift(&inner));
                    }
                    docker::Piece::Command(words) => {
                        let (Some((first, _)), Some((last, _))) = (words.first(), words.last())
                        else {
                            continue;
                        };
                        let command = self.push_text(kind, item, shift(&(first.start..last.end)));
                        let mut leads = true;
                        for (inner, is_string) in &words {
                            let kind = if *is_string { string } else { word };
                            let own = self.push_text(kind, command, shift(inner));
                            leads &= docker::sets(&text[inner.clone()]);
                            self.items[own as usize].optional = leads;
                        }
                        self.close(command);
                    }
                }
            }
        } else if let Some(texts) = docker::inner(node.kind(), text) {
            for inner in texts.iter().filter(|inner| !inner.is_empty()) {
                self.push_text(word, item, shift(inner));
            }
        } else {
            return false;
        }
        self.close(item);
        true
    }

    /// An item for a text that is no node.
    fn push_text(&mut self, kind: u16, parent: u32, range: Range<usize>) -> u32 {
        let index = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(Item {
            kind: self.kinds.get(kind).canonical,
            field: 0,
            parent,
            end: index + 1,
            start_byte: range.start,
            end_byte: range.end,
            named: true,
            optional: false,
        });
        index
    }

    /// Ends an item behind the last one.
    fn close(&mut self, item: u32) {
        let end = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items[item as usize].end = end;
    }

    /// Whether a token that is dropped elsewhere tells two things apart here: `a[1:]` and `a[:1]`.
    fn tells(&self, node: Node<'_>, open: &[(Option<u32>, u16)]) -> bool {
        let within = match node.kind() {
            ":" => "slice",
            "[" => "delete_expression",
            _ => return false,
        };
        matches!(open.last(), Some((Some(item), _)) if self.kind_name(*item) == within)
    }

    fn push(&mut self, node: Node<'_>, kind: Kind, field: u16, open: &[(Option<u32>, u16)]) -> u32 {
        let index = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let parent = open
            .iter()
            .rev()
            .find_map(|(item, _)| *item)
            .unwrap_or(u32::MAX);
        if let Some((list, field)) = self.list_of_one(node, field) {
            self.items.push(Item {
                kind: list,
                field,
                parent,
                end: index + 2,
                start_byte: node.start_byte(),
                end_byte: node.end_byte(),
                named: true,
                optional: false,
            });
            return self.push_item(node, kind, 0, index);
        }
        self.push_item(node, kind, field, parent)
    }

    /// `x => x` is `(x) => x`: the kind of the list of parameters that is not written, and its field.
    fn list_of_one(&self, node: Node<'_>, field: u16) -> Option<(u16, u16)> {
        let alone = node.child_count() == 0
            && self.kinds.field(field) == "parameter"
            && matches!(self.language.name, "javascript" | "typescript" | "tsx");
        if !alone || node.parent()?.kind() != "arrow_function" {
            return None;
        }
        let list = self.grammar.id_for_node_kind("formal_parameters", true);
        let field = self.grammar.field_id_for_name("parameters")?.get();
        Some((self.kinds.get(list).canonical, field))
    }

    fn push_item(&mut self, node: Node<'_>, kind: Kind, field: u16, parent: u32) -> u32 {
        let index = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let by_field = self.kinds.is_optional_field(field);
        let (mut start, mut end) = (node.start_byte(), node.end_byte());
        if self.language.name == "hcl" && kind.members {
            // What a block holds begins at its bracket.
            let bracket = |node: &Node<'_>, name: &str| node.kind() == name;
            if let Some(open) = node
                .prev_sibling()
                .filter(|node| bracket(node, "block_start"))
            {
                start = open.start_byte();
            }
            if let Some(close) = node
                .next_sibling()
                .filter(|node| bracket(node, "block_end"))
            {
                end = close.end_byte();
            }
        }
        self.items.push(Item {
            kind: kind.canonical,
            field,
            parent,
            end: index + 1,
            start_byte: start,
            end_byte: trimmed_end(self.text, start, end),
            named: node.is_named(),
            optional: kind.optional
                || self.says_nothing(node, parent)
                || by_field
                || self.is_type_of_variable(node, field, parent),
        });
        index
    }

    /// A word before something that a pattern need not say, and lists of arguments that say nothing.
    fn says_nothing(&self, node: Node<'_>, parent: u32) -> bool {
        if parent == u32::MAX {
            return false;
        }
        match (self.language.name, node.kind(), self.kind_name(parent)) {
            ("python", "from", "raise_statement") | ("rust", "for", "impl_item") => true,
            ("javascript" | "typescript" | "tsx", "const" | "let" | "var", "for_in_statement") => {
                true
            }
            ("csharp", "argument_list", "object_creation_expression") => {
                node.named_child_count() == 0
            }
            // The type that a function gives.
            ("kotlin", kind, "function_declaration") => kind.ends_with("_type"),
            // What else there is.
            ("kotlin", _, "if_expression") => node
                .prev_sibling()
                .is_some_and(|word| word.kind() == "else"),
            ("solidity", _, "if_statement") => node
                .parent()
                .filter(|around| around.kind() == "statement")
                .unwrap_or(node)
                .prev_sibling()
                .is_some_and(|word| word.kind() == "else"),
            _ => false,
        }
    }

    /// The type of a variable, which a pattern need not say.
    fn is_type_of_variable(&self, node: Node<'_>, field: u16, parent: u32) -> bool {
        if parent == u32::MAX {
            return false;
        }
        let variable = self.kind(parent);
        let said = self.kinds.field(field) == "type"
            && matches!(
                self.language.name,
                "rust" | "python" | "scala" | "go" | "typescript" | "tsx"
            );
        let said = said
            || (self.kinds.field(field) == "type" && self.kind_name(parent) == "default_parameter");
        (said && (variable.declarator || variable.assignment || variable.parameter))
            || (self.kind_name(parent) == "variable_declaration"
                && self.language.name == "kotlin"
                && node.kind().ends_with("_type"))
    }

    /// What its names are given, found out when it is first asked for.
    pub(in crate::rule) fn constants(&self) -> &Constants {
        self.constants.get_or_init(|| Constants::read(self))
    }

    pub(in crate::rule) fn item(&self, at: u32) -> &Item {
        &self.items[at as usize]
    }

    pub(super) fn kind(&self, at: u32) -> Kind {
        self.kinds.get(self.item(at).kind)
    }

    pub(super) fn optional(&self, at: u32) -> bool {
        self.item(at).optional
    }

    pub(super) fn is_leaf(&self, at: u32) -> bool {
        self.item(at).end == at + 1
    }

    pub(in crate::rule) fn range(&self, at: u32) -> Range<usize> {
        let item = self.item(at);
        item.start_byte..item.end_byte
    }

    pub(super) fn text_of(&self, at: u32) -> &'t [u8] {
        self.text.get(self.range(at)).unwrap_or_default()
    }

    /// The text of an item.
    pub(super) fn word(&self, at: u32) -> String {
        String::from_utf8_lossy(self.text_of(at)).into_owned()
    }

    /// The grammar's name of an item's kind.
    pub(super) fn kind_name(&self, at: u32) -> &str {
        self.kinds.name(self.item(at).kind)
    }

    /// The name of the field that an item is in; empty if it is in none.
    pub(super) fn field_name(&self, at: u32) -> &str {
        self.kinds.field(self.item(at).field)
    }

    /// The function, class or the like around a place; all of the text at the top.
    pub(super) fn scope_around(&self, place: usize) -> Range<usize> {
        let behind = self.items.partition_point(|item| item.start_byte <= place);
        let mut at = behind
            .checked_sub(1)
            .map_or(u32::MAX, |at| u32::try_from(at).unwrap_or(u32::MAX));
        while at != u32::MAX {
            let range = self.range(at);
            if self.kind(at).definition && range.contains(&place) {
                return range;
            }
            at = self.item(at).parent;
        }
        0..self.text.len()
    }

    pub(super) fn children(&self, at: u32) -> Vec<u32> {
        let mut children = Vec::new();
        let (mut next, end) = (at + 1, self.item(at).end);
        while next < end {
            children.push(next);
            next = self.item(next).end;
        }
        children
    }

    pub(super) fn child_by_field(&self, at: u32, names: &[&str]) -> Option<u32> {
        let children = self.children(at);
        names.iter().find_map(|name| {
            let id = self.grammar.field_id_for_name(name)?.get();
            children
                .iter()
                .copied()
                .find(|child| self.item(*child).field == id)
        })
    }

    /// The code inside a string.
    pub(super) fn interpolations(&self, at: u32) -> Vec<u32> {
        if self.language.name == "php" {
            return self.variables_in(at);
        }
        let mut parts = Vec::new();
        let mut below = at + 1;
        while below < self.item(at).end {
            if self.kind(below).interpolation {
                if self.is_leaf(below) {
                    parts.push(below);
                    below += 1;
                    continue;
                }
                let inner = self
                    .children(below)
                    .into_iter()
                    .find(|child| self.item(*child).named);
                parts.extend(inner);
                below = self.item(below).end;
            } else {
                below += 1;
            }
        }
        parts
    }

    /// PHP puts code into strings as it is.
    fn variables_in(&self, at: u32) -> Vec<u32> {
        let kind_of = |child: u32| self.grammar.node_kind_for_id(self.item(child).kind);
        let own = self.children(at).into_iter().filter(|child| {
            self.item(*child).named
                && !matches!(
                    kind_of(*child),
                    Some(
                        "string_content"
                            | "escape_sequence"
                            | "string_value"
                            | "heredoc_start"
                            | "nowdoc_body"
                    )
                )
        });
        own.flat_map(|child| match kind_of(child) {
            Some("heredoc_body") => self.variables_in_body(child),
            _ => vec![child],
        })
        .collect()
    }

    fn variables_in_body(&self, body: u32) -> Vec<u32> {
        let is_text = |child: &u32| {
            self.grammar.node_kind_for_id(self.item(*child).kind) == Some("string_content")
        };
        let named = |child: &u32| self.item(*child).named;
        self.children(body)
            .into_iter()
            .filter(|child| named(child) && !is_text(child))
            .collect()
    }

    /// Whether a string has code inside.
    pub(super) fn has_interpolation(&self, at: u32) -> bool {
        (!self.is_leaf(at) && !self.interpolations(at).is_empty())
            || (self.language.name == "kotlin" && has_template(self.text_of(at)))
    }

    /// The innermost block around an item.
    pub(in crate::rule) fn block_around(&self, at: u32) -> u32 {
        let mut at = at;
        loop {
            let parent = self.item(at).parent;
            if parent == u32::MAX {
                return at;
            }
            at = parent;
            if self.kind(at).block {
                return at;
            }
        }
    }

    /// The outermost item with a range, or the innermost around it.
    pub(in crate::rule) fn at_range(&self, range: &Range<usize>) -> u32 {
        let mut best = 0;
        let mut at = 0_u32;
        while (at as usize) < self.items.len() {
            let item = self.item(at);
            if item.start_byte <= range.start && item.end_byte >= range.end {
                best = at;
                if item.start_byte == range.start && item.end_byte == range.end {
                    return best;
                }
                at += 1;
            } else if item.start_byte > range.start {
                break;
            } else {
                at = item.end;
            }
        }
        best
    }
}

/// Some grammars count the line end to the node.
fn trimmed_end(text: &[u8], start: usize, end: usize) -> usize {
    let bytes = text.get(start..end).unwrap_or_default();
    let kept = bytes.trim_ascii_end().len();
    if kept == 0 { end } else { start + kept }
}

/// Whether a string of Kotlin holds `$name`, which its grammar takes for text.
fn has_template(string: &[u8]) -> bool {
    memchr::memchr_iter(b'$', string).any(|at| {
        let escaped = at > 0 && string[at - 1] == b'\\' && !string.starts_with(b"\"\"\"");
        let next = string.get(at + 1);
        !escaped && next.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    })
}
