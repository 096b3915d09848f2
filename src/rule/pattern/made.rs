//! What Go makes: `make(T, n)`, `new(T)` and `T{...}` all make a `T`.

use super::compile::{Children, Tree};
use super::matcher::{Matcher, Way};

const LITERAL: &str = "composite_literal";
const CALL: &str = "call_expression";
const MAKERS: [&str; 2] = ["make", "new"];

impl Matcher<'_> {
    /// One way to make something against another; none where this is none of them.
    pub(super) fn made(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.forest.language.name != "go" {
            return None;
        }
        let name = self.name_of(wanted);
        if name == LITERAL && self.forest.kind_name(at) == LITERAL {
            return None;
        }
        let (kind, arguments) = match name {
            CALL => self.made_by_call(children)?,
            LITERAL => self.made_by_literal(children)?,
            _ => return None,
        };
        let (own_kind, own_arguments) = self.own_made(at)?;
        let wanted: Vec<(u16, &Tree)> = arguments.iter().map(|(_, tree)| (0, tree)).collect();
        let ways = self.tree(kind, own_kind, way);
        Some(self.each(&ways, |way| {
            self.sequence(&wanted, &own_arguments, way, false, false)
        }))
    }

    /// Kinds of what a pattern that makes something can match.
    pub(super) fn makers(&self, kind: u16, children: &Children) -> &'static [&'static str] {
        let makes = self.forest.language.name == "go"
            && match self.name_of(kind) {
                CALL => self.made_by_call(children).is_some(),
                LITERAL => self.made_by_literal(children).is_some(),
                _ => false,
            };
        if makes { &[CALL, LITERAL] } else { &[] }
    }

    fn made_by_call<'t>(&self, children: &'t Children) -> Option<(&'t Tree, &'t Children)> {
        match (
            self.by_field(children, &["function"])?,
            self.by_field(children, &["arguments"])?,
        ) {
            // `new(T)` is a pointer, which the others are not.
            (Tree::Leaf(word, _), Tree::Node { children, .. }) if word == "make" => {
                let ((_, kind), rest) = children.split_first()?;
                Some((kind, rest))
            }
            _ => None,
        }
    }

    /// Elements that the pattern names are those of a literal only.
    fn made_by_literal<'t>(&self, children: &'t Children) -> Option<(&'t Tree, &'t Children)> {
        let kind = self.by_field(children, &["type"])?;
        match self.by_field(children, &["body"])? {
            Tree::Node { children, .. }
                if matches!(children.as_slice(), [] | [(_, Tree::Ellipsis(_))]) =>
            {
                Some((kind, children))
            }
            Tree::Leaf(..) => Some((kind, &[])),
            _ => None,
        }
    }

    fn own_made(&self, at: u32) -> Option<(u32, Vec<u32>)> {
        let field = |name| self.forest.child_by_field(at, &[name]);
        match self.forest.kind_name(at) {
            LITERAL => {
                let body = field("body")?;
                let elements = !self.forest.children(body).is_empty();
                let arguments = if elements { vec![body] } else { Vec::new() };
                Some((field("type")?, arguments))
            }
            CALL => {
                let word = self.forest.text_of(field("function")?);
                let makes = MAKERS.iter().any(|maker| maker.as_bytes() == word);
                let mut arguments = self.forest.children(field("arguments")?);
                if !makes || arguments.is_empty() {
                    return None;
                }
                Some((arguments.remove(0), arguments))
            }
            _ => None,
        }
    }
}
