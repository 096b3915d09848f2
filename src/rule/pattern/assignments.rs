//! Assignments and the declarations that say the same.

use super::compile::Tree;
use super::matcher::{Matcher, Way};

impl Matcher<'_> {
    /// `x = 1` against a declaration that says the same.
    pub(super) fn assignment(&self, wanted: &[(u16, Tree)], at: u32, way: &Way) -> Vec<Way> {
        let named: Vec<&(u16, Tree)> = wanted
            .iter()
            .filter(|(_, tree)| !matches!(tree, Tree::Leaf(_, false)))
            .collect();
        let [(_, left), .., (_, right)] = named.as_slice() else {
            return Vec::new();
        };
        // `+=` is no `=`.
        let compound = wanted.iter().any(|(_, tree)| {
            matches!(tree, Tree::Leaf(word, false) if word.len() > 1 && word.ends_with('=') && word != ":=")
        });
        if compound {
            return Vec::new();
        }
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
        let left_item = left_item.map(|left| self.declared_name(left));
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

    /// The name in a declaration of Solidity that also says a type, and in a declarator of C.
    fn declared_name(&self, at: u32) -> u32 {
        let mut at = at;
        while let "array_declarator" | "pointer_declarator" | "reference_declarator" =
            self.forest.kind_name(at)
        {
            match self.inner_declarator(at) {
                Some(inner) => at = inner,
                None => break,
            }
        }
        let declaration = self.forest.kind_name(at) == "variable_declaration";
        let name = self.forest.child_by_field(at, &["name"]);
        name.filter(|_| declaration).unwrap_or(at)
    }

    /// One side of an assignment; some grammars put lists around it, some an `= value` clause.
    pub(super) fn side(&self, tree: &Tree, at: u32, way: &Way) -> Vec<Way> {
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
            let [inner, more @ ..] = named.as_slice() else {
                break;
            };
            let kind = self.name_of(self.forest.item(at).kind);
            if !more.is_empty() && matches!(kind, "expression_list" | "variable_list") {
                // Several at once are no one.
                break;
            }
            at = *inner;
        }
        self.tree(tree, at, way)
    }
}
