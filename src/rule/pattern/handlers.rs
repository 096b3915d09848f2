//! Handlers of exceptions in Python: each that the pattern names is there, in whatever order and beside others.

use super::compile::Tree;
use super::matcher::{Matcher, Way};

type Children = [(u16, Tree)];

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
            "tuple" | "expression_list"
                if self.forest.kind_name(self.parent(at)) == "except_clause" && own != wanted =>
            {
                let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
                Some(self.sequence(&trees, &[at], way, false, false))
            }
            // Braces around anything are a set as well as a dictionary.
            "set" | "dictionary"
                if children
                    .iter()
                    .all(|(_, tree)| matches!(tree, Tree::Ellipsis(None)))
                    && !children.is_empty() =>
            {
                matches!(self.name_of(own), "set" | "dictionary").then(|| vec![way.clone()])
            }
            _ => None,
        }
    }

    fn parent(&self, at: u32) -> u32 {
        match self.forest.item(at).parent {
            u32::MAX => 0,
            parent => parent,
        }
    }
}
