//! The text that every match of a rule contains: clauses over literals and expressions, containment only (law 3).

use std::cmp::Reverse;
use std::ops::Range;

use super::required_expression::RequiredExpression;

/// Text that must occur in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Alternatives of which at least one must occur.
    pub literals: Vec<Vec<u8>>,
    /// What must match as well, where the literals do not say all.
    pub expression: Option<RequiredExpression>,
}

impl Clause {
    /// One of these literals, which must not be empty.
    pub(super) fn one_of(literals: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self {
            literals: literals.into_iter().collect(),
            expression: None,
        }
    }

    /// Every place where it occurs.
    fn places(&self, text: &[u8]) -> Vec<Range<usize>> {
        let of_expression = self.expression.as_ref().and_then(|one| one.places(text));
        of_expression.unwrap_or_else(|| {
            let of_literal = |literal: &Vec<u8>| {
                let length = literal.len();
                let starts = memchr::memmem::find_iter(text, literal).collect::<Vec<_>>();
                starts.into_iter().map(move |start| start..start + length)
            };
            self.literals.iter().flat_map(of_literal).collect()
        })
    }
}

/// What a blob must contain so that a rule can match: one of the patterns, and of that pattern every clause.
///
/// `Anything` is the answer where nothing can be promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Required {
    /// No text is required: every blob is a candidate.
    Anything,
    /// The clauses of each pattern.
    AnyOf(Vec<Vec<Clause>>),
}

impl Required {
    /// Joins the clauses of the patterns of a rule. A pattern without clauses makes the whole rule match anything.
    pub(super) fn join(patterns: Vec<Vec<Clause>>) -> Self {
        if patterns.iter().any(Vec::is_empty) {
            Self::Anything
        } else {
            Self::AnyOf(patterns)
        }
    }

    /// Whether text is required at all.
    pub fn is_some(&self) -> bool {
        matches!(self, Self::AnyOf(_))
    }

    /// Whether the rule can match in a text, given which literals occur in it.
    pub fn met(&self, occurs: impl Fn(&[u8]) -> bool, text: &[u8]) -> bool {
        let occurs = |clause: &Clause| clause.literals.iter().any(|literal| occurs(literal));
        let matches = |clause: &Clause| {
            let expression = clause.expression.as_ref();
            expression.is_none_or(|expression| expression.is_match(text))
        };
        match self {
            Self::Anything => true,
            // Expressions are slower than literals, which are found already.
            Self::AnyOf(patterns) => patterns
                .iter()
                .any(|clauses| clauses.iter().all(occurs) && clauses.iter().all(matches)),
        }
    }

    /// The place in a text that tells most of a rule whose requirement it meets: the first of the clause that occurs least
    /// often (of equals, the longest).
    pub fn first_place(&self, text: &[u8]) -> Option<Range<usize>> {
        let Self::AnyOf(patterns) = self else {
            return None;
        };
        let of_clause = |clause: &Clause| {
            let places = clause.places(text);
            let count = places.len();
            let first = places.into_iter().min_by_key(|place| place.start)?;
            Some((count, Reverse(first.len()), first))
        };
        let of_pattern = |clauses: &Vec<Clause>| {
            let places: Option<Vec<_>> = clauses.iter().map(of_clause).collect();
            places?
                .into_iter()
                .min_by_key(|(count, length, _)| (*count, *length))
        };
        let places = patterns.iter().filter_map(of_pattern);
        places
            .min_by_key(|(count, length, place)| (*count, *length, place.start))
            .map(|(_, _, place)| place)
    }

    /// Over how few bytes of a text all clauses of one pattern occur; `None` if they do not, or none is required. Code
    /// that looks like the bug holds its words side by side.
    pub fn spread(&self, text: &[u8]) -> Option<usize> {
        let Self::AnyOf(patterns) = self else {
            return None;
        };
        let of_pattern = |clauses: &Vec<Clause>| {
            let mut places: Vec<(Range<usize>, usize)> = Vec::new();
            for (number, clause) in clauses.iter().enumerate() {
                places.extend(clause.places(text).into_iter().map(|place| (place, number)));
            }
            places.sort_by_key(|(place, _)| place.start);
            // Where each clause was seen last: the widest gap back to one of them is the spread that ends here.
            let mut last: Vec<Option<usize>> = vec![None; clauses.len()];
            let spreads = places.into_iter().filter_map(|(place, number)| {
                last[number] = Some(place.start);
                let starts: Option<Vec<usize>> = last.iter().copied().collect();
                Some(place.end.saturating_sub(*starts?.iter().min()?))
            });
            spreads.min()
        };
        patterns.iter().filter_map(of_pattern).min()
    }

    /// The literals of one clause of each pattern, of which at least one occurs where the rule can match: the longest, as
    /// they are the rarest. None if no text is required.
    pub fn telling(&self) -> impl Iterator<Item = &[u8]> {
        let rarity = |clause: &&Clause| {
            let shortest = clause.literals.iter().map(Vec::len).min();
            (shortest, Reverse(clause.literals.len()))
        };
        let patterns = match self {
            Self::Anything => [].as_slice(),
            Self::AnyOf(patterns) => patterns,
        };
        patterns
            .iter()
            .filter_map(move |clauses| clauses.iter().max_by_key(rarity))
            .flat_map(|clause| &clause.literals)
            .map(Vec::as_slice)
    }

    /// Every literal.
    pub fn literals(&self) -> impl Iterator<Item = &[u8]> {
        let patterns = match self {
            Self::Anything => [].as_slice(),
            Self::AnyOf(patterns) => patterns,
        };
        patterns
            .iter()
            .flatten()
            .flat_map(|clause| &clause.literals)
            .map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clause, Required};
    use crate::rule::literals;

    fn clause(alternatives: &[&str]) -> Clause {
        Clause::one_of(alternatives.iter().map(|one| one.as_bytes().to_vec()))
    }

    #[test]
    fn all_clauses_of_one_pattern_must_occur() {
        let required = Required::join(vec![
            vec![clause(&["a", "b"]), clause(&["c"])],
            vec![clause(&["dd"])],
        ]);
        let met = |text: &str| {
            let text = text.as_bytes();
            required.met(
                |literal| memchr::memmem::find(text, literal).is_some(),
                text,
            )
        };
        assert!(met("xbxc") && met("dd"));
        assert!(!met("ab") && !met("c") && !met("d"));
        assert_eq!(required.first_place(b"..c..b.b"), Some(2..3));
        assert_eq!(required.first_place(b"..dd"), Some(2..4));
        assert_eq!(required.first_place(b"a"), None);
        assert_eq!(required.spread(b"a......c..b.c"), Some(3));
        assert_eq!(required.spread(b"a......c.dd"), Some(2));
        assert_eq!(required.spread(b"ab"), None);
    }

    #[test]
    fn an_expression_must_match_in_one_piece_and_look_around_does_not_count() {
        let clause = literals::required(r"^http\s*\.\s*(Get|Head)$").expect("it has literals");
        let required = Required::join(vec![vec![clause]]);
        for (text, place) in [
            ("x := http.Get(url)", Some(5..13)),
            ("0http . Get;http.Head", Some(1..11)),
            ("http.Client{}.Get(url)", None),
        ] {
            let met = required.met(
                |literal| text.contains(&*String::from_utf8_lossy(literal)),
                text.as_bytes(),
            );
            assert_eq!(met, place.is_some(), "{text}");
            assert_eq!(required.first_place(text.as_bytes()), place, "{text}");
        }
    }

    #[test]
    fn a_pattern_without_clauses_lets_everything_through() {
        assert_eq!(
            Required::join(vec![vec![clause(&["a"])], vec![]]),
            Required::Anything
        );
    }
}
