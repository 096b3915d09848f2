//! A syntax tree copied flat, in the order of the text, without what never matters: comments, punctuation, parentheses.
//!
//! Invariant: the nodes below a node stand directly behind it, up to its `end`.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use tree_sitter::Node;

use super::constants::Constants;
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
    pub(super) optional: bool,
}

/// A tree, flat.
pub(in crate::rule) struct Forest<'t> {
    pub(in crate::rule) text: &'t [u8],
    pub(in crate::rule) items: Vec<Item>,
    pub(super) kinds: Arc<Kinds>,
    pub(super) grammar: tree_sitter::Language,
    pub(in crate::rule) language: &'static Language,
    /// The anchors of YAML, each with the item that it stands before.
    pub(super) anchors: Vec<(Range<usize>, u32)>,
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
            anchors: Vec::new(),
            constants: OnceCell::new(),
        };
        if language.is_text() {
            forest.push_whole(root);
        } else {
            forest.fill(root.walk());
        }
        forest
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
                // What a shell expands is code as a whole.
                if self.language.name == "bash" {
                    parts.push(below);
                    below = self.item(below).end;
                    continue;
                }
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
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let first = self
            .items
            .partition_point(|item| item.start_byte < range.start);
        let here = self.items.get(first..).unwrap_or_default().iter();
        let mut here = here.take_while(|item| item.start_byte == range.start);
        if let Some(offset) = here.position(|item| item.end_byte == range.end) {
            return index(first + offset);
        }
        let behind = self
            .items
            .partition_point(|item| item.start_byte <= range.start);
        let Some(last) = behind.checked_sub(1) else {
            return 0;
        };
        let mut at = index(last);
        while self.item(at).end_byte < range.end && self.item(at).parent != u32::MAX {
            at = self.item(at).parent;
        }
        at
    }
}

/// Whether a string of Kotlin holds `$name`, which its grammar takes for text.
fn has_template(string: &[u8]) -> bool {
    memchr::memchr_iter(b'$', string).any(|at| {
        let escaped = at > 0 && string[at - 1] == b'\\' && !string.starts_with(b"\"\"\"");
        let next = string.get(at + 1);
        !escaped && next.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    })
}
