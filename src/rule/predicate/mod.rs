//! The predicates of queries: one row each in [`TABLE`], evaluated by us.
//!
//! The binding ignores predicates it does not know, and its `any-*` family never rejects a match; so the engine gets
//! none and we evaluate all, with the meaning that tree-sitter documents. A predicate speaks of *all* nodes of its
//! capture unless its name begins with `any-`.

mod any_of;
mod equal;
mod matches;
mod resolves;
mod set;

use std::collections::BTreeMap;
use std::ops::Range;

use super::parts::Scene;
use super::required::Clause;
use super::syntax::{Argument, PredicateText, Presence, SyntaxError};
use crate::language::Language;
use crate::model::nearest;

/// The nodes of one match: capture indices and byte ranges, and the text they stand in.
pub struct Nodes<'m, 's> {
    /// Capture index and range, in order.
    pub captures: &'m [(u32, Range<usize>)],
    /// The whole decoded text.
    pub text: &'m [u8],
    /// What the names in it mean.
    pub scene: &'m Scene<'s>,
}

impl<'m> Nodes<'m, '_> {
    /// The places of a capture's nodes.
    fn ranges(&self, capture: u32) -> impl Iterator<Item = &'m Range<usize>> {
        let captures = self.captures.iter();
        captures
            .filter(move |(index, _)| *index == capture)
            .map(|(_, range)| range)
    }

    /// The texts of a capture's nodes.
    fn texts(&self, capture: u32) -> impl Iterator<Item = &'m [u8]> {
        let text = self.text;
        self.ranges(capture)
            .filter_map(move |range| text.get(range.clone()))
    }
}

/// How many nodes of a capture must comply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    All,
    Any,
}

impl Quantifier {
    fn holds(self, mut items: impl Iterator<Item = bool>) -> bool {
        match self {
            Self::All => items.all(|complies| complies),
            Self::Any => items.any(|complies| complies),
        }
    }
}

/// A predicate ready to be evaluated.
pub trait Predicate: Send + Sync {
    /// Whether a match stands.
    fn holds(&self, nodes: &Nodes<'_, '_>) -> bool;
    /// Text that must occur in the file if the match stands: all of the clauses.
    fn required(&self) -> Vec<Clause>;
    /// Text that must occur in the match itself.
    fn inside(&self) -> Vec<Clause> {
        self.required()
    }
}

/// A predicate, or none for a mere note; or what is wrong with it.
type Built = Result<Option<Box<dyn Predicate>>, SyntaxError>;

/// One row of the registry.
struct Row {
    /// Without the `#`.
    name: &'static str,
    /// One sentence.
    meaning: &'static str,
    /// A query, for the documentation and its test.
    example: &'static str,
    /// The language of example and sample.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the test of the examples reads it")
    )]
    language: &'static str,
    /// Code in which of the strings and lines that begin with `yes` or `no` exactly the former are matched by the example.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the test of the examples reads it")
    )]
    sample: &'static str,
    build: fn(&Parts<'_>) -> Built,
}

/// Every predicate, sorted by name.
const TABLE: [&Row; 12] = [
    &any_of::ANY_OF,
    &equal::ANY_EQ,
    &equal::ANY_NOT_EQ,
    &equal::EQ,
    &equal::NOT_EQ,
    &any_of::NOT_ANY_OF,
    &matches::ANY_MATCH,
    &matches::ANY_NOT_MATCH,
    &matches::MATCH,
    &matches::NOT_MATCH,
    &resolves::RESOLVES,
    &set::SET,
];

/// Name, meaning and example of every predicate.
pub fn documentation() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE.iter().map(|row| (row.name, row.meaning, row.example))
}

/// What a row needs to build its predicate.
struct Parts<'p> {
    written: &'p PredicateText,
    captures: &'p BTreeMap<String, Presence>,
    indices: &'p dyn Fn(&str) -> Option<u32>,
    language: &'p Language,
}

impl Parts<'_> {
    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.written.span.clone(), message, self.usage())
    }

    fn usage(&self) -> String {
        let row = TABLE.iter().find(|row| row.name == self.written.name);
        row.map_or_else(String::new, |row| format!("as in `{}`", row.example))
    }

    /// The first argument: a capture that is there in every match.
    fn subject(&self) -> Result<u32, SyntaxError> {
        match self.written.arguments.first() {
            Some(argument @ Argument::Capture(..)) => self.capture(argument),
            Some(other) => Err(SyntaxError::new(
                other.span(),
                "must be a capture",
                self.usage(),
            )),
            None => Err(self.error("the predicate has no arguments")),
        }
    }

    /// The index of a capture that is there in every match.
    fn capture(&self, argument: &Argument) -> Result<u32, SyntaxError> {
        let Argument::Capture(name, span) = argument else {
            return Err(SyntaxError::new(
                argument.span(),
                "must be a capture",
                self.usage(),
            ));
        };
        let Some(presence) = self.captures.get(name) else {
            let hint = nearest(name, self.captures.keys().map(String::as_str)).map_or_else(
                || "captures belong to one pattern".to_owned(),
                |near| format!("did you mean `@{near}`?"),
            );
            return Err(SyntaxError::new(
                span.clone(),
                format!("the pattern has no capture `@{name}`"),
                hint,
            ));
        };
        if !presence.always {
            let message = format!("`@{name}` can be absent: the predicate would then say nothing");
            return Err(SyntaxError::new(
                span.clone(),
                message,
                "write two patterns, one with the node and one without",
            ));
        }
        (self.indices)(name).ok_or_else(|| {
            SyntaxError::new(span.clone(), "the engine does not know this capture", "")
        })
    }

    /// All arguments behind the subject, which must be texts.
    fn texts(&self) -> Result<Vec<(&str, Range<usize>)>, SyntaxError> {
        let rest = self.written.arguments.iter().skip(1);
        rest.map(|argument| match argument {
            Argument::Text(text, span) => Ok((text.as_str(), span.clone())),
            Argument::Capture(_, span) => Err(SyntaxError::new(
                span.clone(),
                "must be a string",
                self.usage(),
            )),
        })
        .collect()
    }

    /// The only argument behind the subject.
    fn object(&self) -> Result<&Argument, SyntaxError> {
        match self.written.arguments.as_slice() {
            [_, object] => Ok(object),
            _ => Err(self.error("the predicate takes two arguments")),
        }
    }
}

/// Builds a predicate of a pattern. `indices` tells the engine's number of a capture. `#set!` gives none.
pub(super) fn build(
    written: &PredicateText,
    captures: &BTreeMap<String, Presence>,
    indices: &dyn Fn(&str) -> Option<u32>,
    language: &Language,
) -> Built {
    let Some(row) = TABLE.iter().find(|row| row.name == written.name) else {
        let names = || TABLE.iter().map(|row| row.name);
        let hint = match nearest(&written.name, names()) {
            Some(near) => format!("did you mean `#{near}`?"),
            None => format!(
                "known: {}",
                names()
                    .map(|name| format!("#{name}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            ),
        };
        return Err(SyntaxError::new(
            written.name_span.clone(),
            format!("unknown predicate `#{}`", written.name),
            hint,
        ));
    };
    (row.build)(&Parts {
        written,
        captures,
        indices,
        language,
    })
}

#[cfg(test)]
mod tests {
    use tree_sitter::StreamingIterator as _;

    use super::TABLE;

    #[test]
    fn the_registry_is_sorted_by_family() {
        let names: std::collections::BTreeSet<_> = TABLE.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), TABLE.len());
    }

    /// Every row's example compiles and tells the strings of its sample apart.
    #[test]
    fn examples_do_what_they_say() {
        for row in TABLE {
            let language = crate::language::by_name(row.language).expect("it is built in");
            let query = crate::pack::QueryText {
                file: "example".into(),
                text: row.example.into(),
            };
            let compiled = crate::rule::Compiled::new(&query, language)
                .unwrap_or_else(|error| panic!("{}: {error}", row.name));
            let mut parser = tree_sitter::Parser::new();
            parser
                .set_language(&language.grammar())
                .expect("the grammar loads");
            let tree = parser.parse(row.sample, None).expect("the sample parses");
            let scene = crate::rule::Scene::new(
                tree.root_node(),
                language,
                row.sample.as_bytes(),
                false,
                true,
            );
            let mut cursor = tree_sitter::QueryCursor::new();
            let mut found = std::collections::BTreeSet::new();
            let mut matches =
                cursor.matches(compiled.engine(), tree.root_node(), row.sample.as_bytes());
            while let Some(one) = matches.next() {
                let captures: Vec<_> = one
                    .captures()
                    .iter()
                    .map(|c| (c.index, c.node.byte_range()))
                    .collect();
                if compiled.accepts(
                    one.pattern_index,
                    &super::Nodes {
                        captures: &captures,
                        text: row.sample.as_bytes(),
                        scene: &scene,
                    },
                ) {
                    let bug = captures
                        .iter()
                        .find(|(index, _)| *index == compiled.bug())
                        .expect("@bug is there");
                    found.insert(row.sample[bug.1.clone()].to_owned());
                }
            }
            let all: Vec<&str> = row
                .sample
                .split('\n')
                .map(|line| line.trim_matches(['[', ']', ',', ' ']))
                .collect();
            let begins = |item: &&&str| {
                let word = item.trim_start_matches('"');
                word.starts_with("yes") || word.starts_with("no") || word.starts_with("never")
            };
            for item in all.iter().filter(begins) {
                let expected = item.contains("yes");
                assert_eq!(
                    found.contains(*item),
                    expected,
                    "#{} on {item}: {found:?}",
                    row.name
                );
            }
        }
    }
}
