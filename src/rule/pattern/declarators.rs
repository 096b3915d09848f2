//! Declarations of C and C++, where a name stands in a declarator that says part of its type.
//!
//! `$T $X` is a variable of any type, pointers and arrays among them, and `$X` its name; `char $X` is no pointer.

use super::c_types;
use super::compile::{Children, Tree};
use super::matcher::{Matcher, Way};

/// Around the name, what says part of the type.
const AROUND: [&str; 4] = [
    "array_declarator",
    "function_declarator",
    "pointer_declarator",
    "reference_declarator",
];

const DECLARATIONS: [&str; 5] = [
    "declaration",
    "field_declaration",
    "function_definition",
    "optional_parameter_declaration",
    "parameter_declaration",
];

impl Matcher<'_> {
    /// A declaration with a name; none where it is no such construct.
    pub(super) fn declarators(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.forest.item(at).kind != wanted
            || !c_types::has_declarators(self.forest)
            || !DECLARATIONS.contains(&self.name_of(wanted))
        {
            return None;
        }
        let declarator = self.forest.grammar.field_id_for_name("declarator")?.get();
        let (declarators, rest): (Vec<_>, Vec<_>) = children
            .iter()
            .map(|(field, tree)| (*field, tree))
            .partition(|(field, _)| *field == declarator);
        let [(_, one)] = declarators.as_slice() else {
            return None;
        };
        let (own, others): (Vec<u32>, Vec<u32>) = self
            .forest
            .children(at)
            .into_iter()
            .partition(|child| self.forest.item(*child).field == declarator);
        let kind = self.by_field(children, &["type"]);
        let any = matches!(kind, Some(Tree::Metavariable(_)));
        let ways = self.sequence(&rest, &others, way, false, false);
        let mut found = Vec::new();
        for child in own {
            let more = self.each(&ways, |way| self.declarator(one, child, any, way));
            self.add(&mut found, more);
        }
        Some(found)
    }

    /// One declarator. `any`: the type is any, also the part of it that the declarator says.
    fn declarator(&self, wanted: &Tree, at: u32, any: bool, way: &Way) -> Vec<Way> {
        let given = self.forest.kind_name(at) == "init_declarator";
        match wanted {
            Tree::Metavariable(_) if given => Vec::new(),
            Tree::Metavariable(name) => match self.name_in_declarator(at, any) {
                Some(own) => self.bind(name, self.forest.range(own), way),
                None => Vec::new(),
            },
            Tree::Node { kind, children, .. }
                if given && self.name_of(*kind) == "init_declarator" =>
            {
                let inner = self.by_field(children, &["declarator"]);
                let own = self.forest.child_by_field(at, &["declarator"]);
                let value = self.by_field(children, &["value"]);
                let own_value = self.forest.child_by_field(at, &["value"]);
                let (Some(inner), Some(own), Some(value), Some(own_value)) =
                    (inner, own, value, own_value)
                else {
                    return self.tree(wanted, at, way);
                };
                let ways = self.declarator(inner, own, any, way);
                self.each(&ways, |way| self.tree(value, own_value, way))
            }
            Tree::Node { kind, children, .. } => {
                let mut at = at;
                while let "pointer_declarator" | "reference_declarator" = self.forest.kind_name(at)
                    && any
                    && self.forest.item(at).kind != *kind
                    && let Some(inner) = self.inner_declarator(at)
                {
                    at = inner;
                }
                let pointers = self.name_of(*kind) == "pointer_declarator"
                    && self.forest.item(at).kind == *kind;
                match (
                    self.by_field(children, &["declarator"]),
                    self.inner_declarator(at),
                ) {
                    (Some(inner), Some(own)) if pointers => self.declarator(inner, own, any, way),
                    _ => self.tree(wanted, at, way),
                }
            }
            _ => self.tree(wanted, at, way),
        }
    }

    pub(super) fn inner_declarator(&self, at: u32) -> Option<u32> {
        let inner = self.forest.child_by_field(at, &["declarator"]);
        let mut named = self.forest.children(at).into_iter();
        inner.or_else(|| named.find(|child| self.forest.item(*child).named))
    }

    /// The name that a declarator gives; none where it is more than a name and may not be.
    fn name_in_declarator(&self, at: u32, any: bool) -> Option<u32> {
        let mut at = at;
        while AROUND.contains(&self.forest.kind_name(at)) {
            if !any {
                return None;
            }
            at = self.inner_declarator(at)?;
        }
        Some(at)
    }
}
