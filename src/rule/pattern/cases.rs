//! The cases of a `switch`, `match` or `when`: each that the pattern names is there, in whatever order and beside others.

use super::compile::Tree;
use super::matcher::{Matcher, Way};

/// What grammars call a case.
const CASES: [&str; 16] = [
    "case_clause",
    "case_statement",
    "communication_case",
    "default_case",
    "default_statement",
    "expression_case",
    "match_arm",
    "switch_block_statement_group",
    "switch_case",
    "switch_default",
    "switch_entry",
    "switch_expression_arm",
    "switch_rule",
    "switch_section",
    "type_case",
    "when_entry",
];

impl Matcher<'_> {
    fn is_case(&self, at: u32) -> bool {
        CASES.contains(&self.forest.kind_name(at))
    }

    /// Whether an item is the brackets around cases.
    pub(super) fn holds_cases(&self, at: u32) -> bool {
        let children = self.forest.children(at);
        !children.is_empty() && children.into_iter().all(|child| self.is_case(child))
    }

    /// Children of which some are cases; none where this is no such construct.
    pub(super) fn cases(
        &self,
        wanted: &[(u16, &Tree)],
        children: &[u32],
        way: &Way,
    ) -> Option<Vec<Way>> {
        let (own, others): (Vec<u32>, Vec<u32>) =
            children.iter().partition(|child| self.is_case(**child));
        if own.is_empty() {
            return None;
        }
        let is_case = |tree: &Tree| match tree {
            Tree::Node { kind, .. } => CASES.contains(&self.name_of(*kind)),
            _ => false,
        };
        let (cases, rest): (Vec<_>, Vec<_>) =
            wanted.iter().copied().partition(|(_, tree)| is_case(tree));
        let ways = self.unordered(&cases, &own, way, true, false);
        Some(self.each(&ways, |way| {
            self.sequence(&rest, &others, way, false, false)
        }))
    }
}
