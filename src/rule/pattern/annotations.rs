//! Annotations and decorators: brackets around no arguments say nothing.

use super::compile::{Children, Tree};
use super::matcher::{Matcher, Way};

impl Matcher<'_> {
    /// `@x` against `@x()`, `@x(...)` against `@x`; `@$X` against annotations without arguments only. None where kinds and
    /// children tell all there is.
    pub(super) fn annotation(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        const KINDS: [&str; 3] = ["annotation", "decorator", "marker_annotation"];
        let is = |kind: u16| KINDS.contains(&self.name_of(kind));
        if self.pattern.kinds.get(wanted).call && self.forest.kind_name(at) == "decorator" {
            return Some(self.calls_decorator(children, at, way));
        }
        if !is(wanted) || !is(self.forest.item(at).kind) {
            return None;
        }
        let (name, arguments) = self.wanted_annotation(wanted, children)?;
        let (own_name, own_arguments) = self.own_annotation(at)?;
        let none_given = own_arguments.is_none_or(|list| self.forest.children(list).is_empty());
        let any = |tree: &Tree| match tree {
            Tree::Node { children, .. } => children
                .iter()
                .all(|(_, tree)| matches!(tree, Tree::Ellipsis(_))),
            _ => false,
        };
        match (arguments, own_arguments) {
            (Some(arguments), None) => Some(if any(arguments) {
                self.tree(name, own_name, way)
            } else {
                Vec::new()
            }),
            (None, Some(_)) if none_given => Some(self.tree(name, own_name, way)),
            (None, Some(_)) if matches!(name, Tree::Metavariable(_)) => Some(Vec::new()),
            _ => None,
        }
    }

    /// `f(...)` against `@f`, which calls `f` as `@f()` does.
    fn calls_decorator(&self, children: &Children, at: u32, way: &Way) -> Vec<Way> {
        let (Some(callee), Some(arguments)) = (
            self.by_field(children, &["function"]),
            self.by_field(children, &["arguments"]),
        ) else {
            return Vec::new();
        };
        let none = match arguments {
            Tree::Node { children, .. } => children
                .iter()
                .all(|(_, tree)| matches!(tree, Tree::Ellipsis(_))),
            _ => false,
        };
        match self.own_annotation(at) {
            Some((name, None)) if none => self.tree(callee, name, way),
            _ => Vec::new(),
        }
    }

    /// The name and the arguments of an annotation in the pattern.
    fn wanted_annotation<'t>(
        &self,
        kind: u16,
        children: &'t Children,
    ) -> Option<(&'t Tree, Option<&'t Tree>)> {
        let inner = match self.name_of(kind) {
            "decorator" => children
                .iter()
                .map(|(_, tree)| tree)
                .find(|tree| !matches!(tree, Tree::Leaf(_, false)))?,
            _ => {
                let name = self.by_field(children, &["name"])?;
                return Some((name, self.by_field(children, &["arguments"])));
            }
        };
        match inner {
            Tree::Node { kind, children, .. } if self.pattern.kinds.get(*kind).call => Some((
                self.by_field(children, &["function"])?,
                self.by_field(children, &["arguments"]),
            )),
            inner => Some((inner, None)),
        }
    }

    fn own_annotation(&self, at: u32) -> Option<(u32, Option<u32>)> {
        let around = if self.forest.kind_name(at) == "decorator" {
            let children = self.forest.children(at).into_iter();
            let mut named = children.filter(|child| self.forest.item(*child).named);
            let inner = named.next()?;
            if !self.forest.kind(inner).call {
                return Some((inner, None));
            }
            inner
        } else {
            at
        };
        let name = self.forest.child_by_field(around, &["name", "function"])?;
        Some((name, self.forest.child_by_field(around, &["arguments"])))
    }
}
