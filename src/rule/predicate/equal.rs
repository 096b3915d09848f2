//! `#eq?` and its family: a node's text is a string, or another node's text.

use super::{Built, Clause, Nodes, Parts, Predicate, Quantifier, Row};
use crate::rule::syntax::Argument;

pub(super) const EQ: Row = Row {
    name: "eq?",
    meaning: "the text of every node of the capture is the string, or the text of the other capture",
    example: r#"((string) @bug (#eq? @bug "\"yes\""))"#,
    language: "json",
    sample: "[\n\"yes\",\n\"no\"\n]",
    build: |parts| build(parts, Quantifier::All, true),
};
pub(super) const NOT_EQ: Row = Row {
    name: "not-eq?",
    meaning: "the text of no node of the capture is the string, or the text of the other capture",
    example: r#"((string) @bug (#not-eq? @bug "\"no\""))"#,
    language: "json",
    sample: "[\n\"yes\",\n\"no\"\n]",
    build: |parts| build(parts, Quantifier::All, false),
};
pub(super) const ANY_EQ: Row = Row {
    name: "any-eq?",
    meaning: "the text of at least one node of the capture is the string, or the text of the other capture",
    example: r#"((array (number)+ @n . (string) @bug) (#any-eq? @n "2"))"#,
    language: "json",
    sample: "[[1, 2,\n\"yes\"\n],[3, 4,\n\"no\"\n]]",
    build: |parts| build(parts, Quantifier::Any, true),
};
pub(super) const ANY_NOT_EQ: Row = Row {
    name: "any-not-eq?",
    meaning: "the text of at least one node of the capture is not the string, or not the text of the other capture",
    example: r#"((array (number) @n (number) @n (string) @bug) (#any-not-eq? @n "2"))"#,
    language: "json",
    sample: "[[1, 2,\n\"yes\"\n],[2, 2,\n\"no\"\n]]",
    build: |parts| build(parts, Quantifier::Any, false),
};

enum Other {
    Text(Vec<u8>),
    Capture(u32),
}

struct Equal {
    subject: u32,
    other: Other,
    quantifier: Quantifier,
    positive: bool,
}

fn build(parts: &Parts<'_>, quantifier: Quantifier, positive: bool) -> Built {
    let subject = parts.subject()?;
    let other = match parts.object()? {
        Argument::Text(text, _) => Other::Text(text.clone().into_bytes()),
        argument @ Argument::Capture(..) => Other::Capture(parts.capture(argument)?),
    };
    Ok(Some(Box::new(Equal {
        subject,
        other,
        quantifier,
        positive,
    })))
}

impl Predicate for Equal {
    /// Two captures are compared pairwise; nodes without a partner are equal to nothing.
    fn holds(&self, nodes: &Nodes<'_, '_>) -> bool {
        match &self.other {
            Other::Text(text) => self.quantifier.holds(
                nodes
                    .texts(self.subject)
                    .map(|node| (node == text.as_slice()) == self.positive),
            ),
            Other::Capture(other) => {
                let (mut left, mut right) = (nodes.texts(self.subject), nodes.texts(*other));
                let pairs = std::iter::from_fn(|| match (left.next(), right.next()) {
                    (None, None) => None,
                    (left, right) => Some((left == right) == self.positive),
                });
                self.quantifier.holds(pairs)
            }
        }
    }

    fn required(&self) -> Vec<Clause> {
        match &self.other {
            Other::Text(text) if self.positive && !text.is_empty() => {
                vec![Clause::one_of([text.clone()])]
            }
            _ => Vec::new(),
        }
    }
}
