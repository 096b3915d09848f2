//! Chains of one operator: how they are nested says nothing, and for some neither does their order.

use super::compile::{Children, Tree};
use super::matcher::{Matcher, Way};

/// Kinds of an operator between two operands.
const KINDS: [&str; 6] = [
    "binary",
    "binary_expression",
    "binary_operator",
    "boolean_operator",
    "conjunction_expression",
    "disjunction_expression",
];

/// Operators whose operands may stand in any order, beside others.
const ANY_ORDER: [&str; 3] = ["&", "|", "^"];

/// Operators whose operands stay in their order.
const IN_ORDER: [&str; 6] = ["&&", "||", "and", "or", "+", "*"];

impl Matcher<'_> {
    /// `A && $X && C` against `A && B && (C)`, `A | B` against `B | C | A`; none where the pattern is no such chain.
    pub(super) fn chained(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.forest.item(at).kind != wanted || !KINDS.contains(&self.name_of(wanted)) {
            return None;
        }
        let sign = children.iter().find_map(|(_, tree)| match tree {
            Tree::Leaf(word, false) => Some(word.as_str()),
            _ => None,
        })?;
        let any_order = ANY_ORDER.contains(&sign);
        if !(any_order || IN_ORDER.contains(&sign)) || !self.has_sign(at, wanted, sign) {
            return None;
        }
        let mut trees = Vec::new();
        operands(children, wanted, sign, &mut trees);
        if any_order {
            let parent = self.forest.item(at).parent;
            if parent != u32::MAX && self.has_sign(parent, wanted, sign) {
                // The whole chain is looked at.
                return Some(Vec::new());
            }
            let own = self.own_operands(at, wanted, sign);
            return Some(self.operands_in_any_order(&trees, &own, way));
        }
        let open = trees.iter().any(|tree| matches!(tree, Tree::Ellipsis(_)));
        if trees.len() < 3 && !open {
            return None;
        }
        let own = self.own_operands(at, wanted, sign);
        Some(self.operands_in_order(&trees, &own, way))
    }

    /// Each operand of the pattern is another of the file. Of many metavariables those that may be anything stand for what
    /// the others leave, in its order: to try every order would take forever.
    fn operands_in_any_order(&self, trees: &[&Tree], own: &[u32], way: &Way) -> Vec<Way> {
        const MANY: usize = 3;
        let is_free = |tree: &&&Tree| match tree {
            Tree::Metavariable(name) => {
                let same = trees.iter().filter(|other| *other == *tree).count();
                name == "_" || (same == 1 && way.bindings.get(name).is_none())
            }
            _ => false,
        };
        let written = trees
            .iter()
            .filter(|tree| !matches!(tree, Tree::Ellipsis(_)));
        let (mut free, mut rest): (Vec<&Tree>, Vec<&Tree>) = written.partition(is_free);
        if free.len() < MANY {
            rest.append(&mut free);
        }
        if free.len() + rest.len() > own.len() {
            return Vec::new();
        }
        let rest: Vec<(u16, &Tree)> = rest.into_iter().map(|tree| (0, tree)).collect();
        let ways = self.unordered(&rest, own, way, true, false);
        self.each(&ways, |way| {
            let mut left = own.to_vec();
            for (_, tree) in &rest {
                let matches = |child: &u32| !self.tree(tree, *child, way).is_empty();
                if let Some(taken) = left.iter().position(matches) {
                    left.remove(taken);
                }
            }
            let mut ways = vec![way.clone()];
            for (tree, child) in free.iter().zip(left) {
                ways = self.each(&ways, |way| self.tree(tree, child, way));
            }
            ways
        })
    }

    fn operands_in_order(&self, trees: &[&Tree], own: &[u32], way: &Way) -> Vec<Way> {
        if !self.spend() {
            return Vec::new();
        }
        let Some((first, rest)) = trees.split_first() else {
            return if own.is_empty() {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        };
        let mut ways = Vec::new();
        let range = |count: usize| match own.get(..count) {
            Some([first, .., last]) => {
                Some(self.forest.range(*first).start..self.forest.range(*last).end)
            }
            Some([only]) => Some(self.forest.range(*only)),
            _ => None,
        };
        match first {
            Tree::Ellipsis(name) => {
                for count in 0..=own.len() {
                    let bound = match (name, range(count)) {
                        (Some(name), Some(range)) => self.bind(name, range, way),
                        _ => vec![way.clone()],
                    };
                    for way in bound {
                        self.add(&mut ways, self.operands_in_order(rest, &own[count..], &way));
                    }
                }
            }
            Tree::Metavariable(name) => {
                // Several operands are one expression too.
                for count in 1..=own.len() {
                    let bound = range(count).map(|range| self.bind(name, range, way));
                    for way in bound.into_iter().flatten() {
                        self.add(&mut ways, self.operands_in_order(rest, &own[count..], &way));
                    }
                }
            }
            tree => {
                if let Some((one, others)) = own.split_first() {
                    for way in self.tree(tree, *one, way) {
                        self.add(&mut ways, self.operands_in_order(rest, others, &way));
                    }
                }
            }
        }
        ways
    }

    /// The operands of a chain, from left to right.
    fn own_operands(&self, at: u32, kind: u16, sign: &str) -> Vec<u32> {
        let mut operands = Vec::new();
        let mut pending = vec![at];
        while let Some(at) = pending.pop() {
            if self.has_sign(at, kind, sign) {
                let children = self.forest.children(at).into_iter();
                let named: Vec<u32> = children
                    .filter(|child| self.forest.item(*child).named)
                    .collect();
                pending.extend(named.into_iter().rev());
            } else {
                operands.push(at);
            }
        }
        operands
    }

    fn has_sign(&self, at: u32, kind: u16, sign: &str) -> bool {
        self.forest.item(at).kind == kind
            && self.forest.children(at).into_iter().any(|child| {
                !self.forest.item(child).named && self.forest.text_of(child) == sign.as_bytes()
            })
    }
}

/// The operands of a chain in a pattern, from left to right.
fn operands<'t>(children: &'t Children, kind: u16, sign: &str, found: &mut Vec<&'t Tree>) {
    let is_sign = |tree: &Tree| matches!(tree, Tree::Leaf(word, false) if word == sign);
    for (_, tree) in children {
        match tree {
            Tree::Leaf(_, false) => {}
            Tree::Node {
                kind: own,
                children,
                ..
            } if *own == kind && children.iter().any(|(_, tree)| is_sign(tree)) => {
                operands(children, kind, sign, found);
            }
            tree => found.push(tree),
        }
    }
}
