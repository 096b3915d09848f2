//! Handlers of exceptions: in Python, each that the pattern names is there, in whatever order and beside others.

use super::compile::{Children, Tree};
use super::matcher::{Matcher, Way};

impl Matcher<'_> {
    /// A `try` with several handlers, and one handler of several exceptions; none where this is neither.
    pub(super) fn handlers(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.forest.language.name != "python" {
            return None;
        }
        let (name, own) = (self.name_of(wanted), self.forest.item(at).kind);
        match name {
            "try_statement" if own == wanted => {
                let is_handler = |tree: &Tree| matches!(tree, Tree::Node { kind, .. } if self.name_of(*kind) == "except_clause");
                let (handlers, rest): (Vec<_>, Vec<_>) = children
                    .iter()
                    .map(|(field, tree)| (*field, tree))
                    .partition(|(_, tree)| is_handler(tree));
                let (own_handlers, others): (Vec<u32>, Vec<u32>) = self
                    .forest
                    .children(at)
                    .into_iter()
                    .partition(|child| self.forest.kind_name(*child) == "except_clause");
                if handlers.len() < 2 {
                    return None;
                }
                let ways = self.unordered(&handlers, &own_handlers, way, true, false);
                Some(self.each(&ways, |way| {
                    self.sequence(&rest, &others, way, false, false)
                }))
            }
            // One exception is a list of one.
            "tuple" | "expression_list" if own != wanted && self.is_caught(at) => {
                let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
                Some(self.sequence(&trees, &[at], way, false, false))
            }
            _ => None,
        }
    }

    /// `catch` of JavaScript without a name catches what it does not name; none where this is something else.
    pub(super) fn catches_anything(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.name_of(wanted) != "catch_clause" || !self.is_script() {
            return None;
        }
        let has_name = self.forest.child_by_field(at, &["parameter"]).is_some();
        if has_name || self.forest.item(at).kind != wanted {
            return None;
        }
        let rest: Vec<(u16, &Tree)> = children
            .iter()
            .filter(|(_, tree)| !matches!(tree, Tree::Metavariable(_)))
            .map(|(field, tree)| (*field, tree))
            .collect();
        Some(self.sequence(&rest, &self.forest.children(at), way, false, false))
    }

    /// Whether a handler names this as what it catches.
    fn is_caught(&self, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        parent != u32::MAX && self.forest.kind_name(parent) == "except_clause"
    }
}
