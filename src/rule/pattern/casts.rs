//! Casts: what a pattern says of a value also holds of the value taken for one of another type.

use super::compile::Tree;
use super::matcher::Matcher;

impl Matcher<'_> {
    pub(super) fn is_cast(&self, at: u32) -> bool {
        self.forest.kind(at).cast
    }

    /// Whether a pattern says a cast itself, or anything, which a cast is too.
    pub(super) fn says_cast(&self, tree: &Tree) -> bool {
        match tree {
            Tree::Metavariable(_) | Tree::Ellipsis(_) | Tree::Deep(_) => true,
            Tree::Node { kind, .. } => self.pattern.kinds.get(*kind).cast,
            _ => false,
        }
    }

    /// What is taken for a value of another type.
    pub(super) fn value_of_cast(&self, at: u32) -> Option<u32> {
        let value = self.forest.child_by_field(at, &["value", "left", "expr"]);
        value.or_else(|| {
            let children = self.forest.children(at);
            let mut named = children
                .into_iter()
                .filter(|child| self.forest.item(*child).named);
            if self.forest.kind_name(at) == "type_assertion" {
                named.next_back()
            } else {
                named.next()
            }
        })
    }
}
