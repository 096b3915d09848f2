//! A text and its tree, as the rewriters walk it.

use std::ops::Range;

use tree_sitter::{Node, Parser, Tree};

use crate::language::Language;

/// A parsed text.
pub(super) struct Source<'s> {
    pub(super) text: &'s str,
    pub(super) language: &'static Language,
    tree: Tree,
    errors: usize,
}

/// A node, with the name that it has in its parent.
#[derive(Clone, Copy)]
pub(super) struct Named<'t> {
    pub(super) node: Node<'t>,
    pub(super) field: Option<&'t str>,
}

impl<'s> Source<'s> {
    /// Parses a text.
    pub(super) fn parse(text: &'s str, language: &'static Language) -> Option<Self> {
        let mut parser = Parser::new();
        parser.set_language(&language.grammar()).ok()?;
        let tree = parser.parse(text, None)?;
        let mut source = Self {
            text,
            language,
            tree,
            errors: 0,
        };
        source.errors = source
            .nodes()
            .iter()
            .filter(|named| named.node.is_error() || named.node.is_missing())
            .count();
        Some(source)
    }

    pub(super) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// The text of a node.
    pub(super) fn of(&self, node: Node<'_>) -> &'s str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// All nodes, parents before their children.
    pub(super) fn nodes(&self) -> Vec<Named<'_>> {
        let mut nodes = Vec::new();
        let mut cursor = self.tree.walk();
        loop {
            nodes.push(Named {
                node: cursor.node(),
                field: cursor.field_name(),
            });
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return nodes;
                }
            }
        }
    }

    /// The nodes that lie in a place.
    pub(super) fn within(&self, place: &Range<usize>) -> Vec<Named<'_>> {
        let mut nodes = self.nodes();
        nodes.retain(|named| {
            named.node.start_byte() >= place.start && named.node.end_byte() <= place.end
        });
        nodes
    }

    /// Whether a text has no more errors than this one.
    pub(super) fn is_well_formed(&self, text: &str) -> bool {
        Source::parse(text, self.language).is_some_and(|other| other.errors <= self.errors)
    }

    /// Whether a text parses to the same tree, but for comments and nodes of some kinds.
    pub(super) fn is_same_but(&self, text: &str, kinds: &[&str]) -> bool {
        let Some(other) = Source::parse(text, self.language) else {
            return false;
        };
        other.errors <= self.errors && other.shape(kinds) == self.shape(kinds)
    }

    /// Whether a text parses to the same tree, but for comments and one more node of these kinds.
    pub(super) fn gains_one_of(&self, text: &str, kinds: &[&str]) -> bool {
        let Some(other) = Source::parse(text, self.language) else {
            return false;
        };
        let count = |source: &Source<'_>| {
            let nodes = source.nodes();
            nodes
                .iter()
                .filter(|named| kinds.contains(&named.node.kind()))
                .count()
        };
        count(&other) == count(self) + 1 && self.is_same_but(text, kinds)
    }

    fn shape(&self, kinds: &[&str]) -> Vec<u16> {
        self.nodes()
            .iter()
            .map(|named| named.node)
            .filter(|node| node.is_named())
            .filter(|node| !kinds.contains(&node.kind()) && !self.language.is_comment(node.kind()))
            .map(|node| node.kind_id())
            .collect()
    }
}
