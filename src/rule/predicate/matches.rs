//! `#match?` and its family: a node's text matches a regular expression somewhere.
//!
//! The syntax is that of the `regex` crate, unanchored; `^` and `$` are the ends of the node's text unless `(?m)`.

use regex::bytes::{Regex, RegexBuilder};

use super::{Built, Clause, Nodes, Parts, Predicate, Quantifier, Row, SyntaxError};
use crate::rule::literals;

/// A compiled expression may take this many bytes.
const SIZE_LIMIT: usize = 1 << 20;

pub(super) const MATCH: Row = Row {
    name: "match?",
    meaning: "the regular expression matches somewhere in the text of every node of the capture",
    example: r#"((string) @bug (#match? @bug "^\"y.s\"$"))"#,
    language: "json",
    sample: "[\n\"yes\",\n\"no\"\n]",
    build: |parts| build(parts, Quantifier::All, true),
};
pub(super) const NOT_MATCH: Row = Row {
    name: "not-match?",
    meaning: "the regular expression matches in the text of no node of the capture",
    example: r#"((string) @bug (#not-match? @bug "o"))"#,
    language: "json",
    sample: "[\n\"yes\",\n\"no\"\n]",
    build: |parts| build(parts, Quantifier::All, false),
};
pub(super) const ANY_MATCH: Row = Row {
    name: "any-match?",
    meaning: "the regular expression matches somewhere in the text of at least one node of the capture",
    example: r#"((array (number) @n (number) @n (string) @bug) (#any-match? @n "^[2-9]$"))"#,
    language: "json",
    sample: "[[1, 2,\n\"yes\"\n],[1, 10,\n\"no\"\n]]",
    build: |parts| build(parts, Quantifier::Any, true),
};
pub(super) const ANY_NOT_MATCH: Row = Row {
    name: "any-not-match?",
    meaning: "the regular expression does not match in the text of at least one node of the capture",
    example: r#"((array (number) @n (number) @n (string) @bug) (#any-not-match? @n "^[2-9]$"))"#,
    language: "json",
    sample: "[[1, 2,\n\"yes\"\n],[3, 4,\n\"no\"\n]]",
    build: |parts| build(parts, Quantifier::Any, false),
};

struct Matches {
    subject: u32,
    regex: Regex,
    quantifier: Quantifier,
    positive: bool,
}

fn build(parts: &Parts<'_>, quantifier: Quantifier, positive: bool) -> Built {
    let subject = parts.subject()?;
    parts.object()?;
    let texts = parts.texts()?;
    let Some((pattern, span)) = texts.first() else {
        return Err(parts.error("the predicate takes two arguments"));
    };
    let regex = RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).nest_limit(100).build().map_err(|error| {
        let cause = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let hint = "the syntax is that of the Rust crate `regex`: no look-around, no back-references; write `\\\\` for `\\`";
        SyntaxError::new(span.clone(), format!("not a regular expression: {cause}"), hint)
    })?;
    Ok(Some(Box::new(Matches {
        subject,
        regex,
        quantifier,
        positive,
    })))
}

impl Predicate for Matches {
    fn holds(&self, nodes: &Nodes<'_, '_>) -> bool {
        self.quantifier.holds(
            nodes
                .texts(self.subject)
                .map(|node| self.regex.is_match(node) == self.positive),
        )
    }

    fn required(&self) -> Vec<Clause> {
        let clause = self
            .positive
            .then(|| literals::required(self.regex.as_str()));
        clause.flatten().into_iter().collect()
    }
}
