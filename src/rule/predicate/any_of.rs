//! `#any-of?` and `#not-any-of?`: a node's text is one of several strings.

use std::collections::BTreeSet;

use super::{Built, Clause, Nodes, Parts, Predicate, Row};

pub(super) const ANY_OF: Row = Row {
    name: "any-of?",
    meaning: "the text of every node of the capture is one of the strings",
    example: r#"((string) @bug (#any-of? @bug "\"yes\"" "\"yes!\""))"#,
    language: "json",
    sample: "[\n\"yes\",\n\"yes!\",\n\"no\"\n]",
    build: |parts| build(parts, true),
};
pub(super) const NOT_ANY_OF: Row = Row {
    name: "not-any-of?",
    meaning: "the text of no node of the capture is one of the strings",
    example: r#"((string) @bug (#not-any-of? @bug "\"no\"" "\"never\""))"#,
    language: "json",
    sample: "[\n\"yes\",\n\"no\",\n\"never\"\n]",
    build: |parts| build(parts, false),
};

struct AnyOf {
    subject: u32,
    texts: BTreeSet<Vec<u8>>,
    positive: bool,
}

fn build(parts: &Parts<'_>, positive: bool) -> Built {
    let subject = parts.subject()?;
    let texts: BTreeSet<Vec<u8>> = parts
        .texts()?
        .into_iter()
        .map(|(text, _)| text.as_bytes().to_vec())
        .collect();
    if texts.is_empty() {
        return Err(parts.error("the predicate names no strings"));
    }
    Ok(Some(Box::new(AnyOf {
        subject,
        texts,
        positive,
    })))
}

impl Predicate for AnyOf {
    fn holds(&self, nodes: &Nodes<'_, '_>) -> bool {
        nodes
            .texts(self.subject)
            .all(|node| self.texts.contains(node) == self.positive)
    }

    fn required(&self) -> Vec<Clause> {
        let promised = self.positive && self.texts.iter().all(|text| !text.is_empty());
        let clause = promised.then(|| Clause::one_of(self.texts.iter().cloned()));
        clause.into_iter().collect()
    }
}
