//! The text that every match of a rule contains: clauses over literals, containment only (law 3).

use serde::{Deserialize, Serialize};

/// Alternatives of which at least one must occur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause(pub Vec<Vec<u8>>);

/// What a blob must contain so that a rule can match: one of the patterns, and of that pattern every clause.
///
/// `Anything` is the answer where nothing can be promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Whether the rule can match, given which literals occur.
    pub fn met(&self, occurs: impl Fn(&[u8]) -> bool) -> bool {
        match self {
            Self::Anything => true,
            Self::AnyOf(patterns) => patterns.iter().any(|clauses| {
                clauses
                    .iter()
                    .all(|clause| clause.0.iter().any(|literal| occurs(literal)))
            }),
        }
    }

    /// The place in a text that tells most of a rule whose requirement it meets: the range of the first literal of the
    /// clause that occurs least often (of equals, the longest).
    pub fn first_place(&self, text: &[u8]) -> Option<std::ops::Range<usize>> {
        let Self::AnyOf(patterns) = self else {
            return None;
        };
        let of_clause = |clause: &Clause| {
            let mut count = 0;
            let mut first: Option<std::ops::Range<usize>> = None;
            for literal in &clause.0 {
                for start in memchr::memmem::find_iter(text, literal) {
                    count += 1;
                    if first.as_ref().is_none_or(|first| start < first.start) {
                        first = Some(start..start + literal.len());
                    }
                }
            }
            first.map(|place| (count, std::cmp::Reverse(place.len()), place))
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

    /// Every literal.
    pub fn literals(&self) -> impl Iterator<Item = &[u8]> {
        let patterns = match self {
            Self::Anything => [].as_slice(),
            Self::AnyOf(patterns) => patterns,
        };
        patterns
            .iter()
            .flatten()
            .flat_map(|clause| &clause.0)
            .map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clause, Required};

    fn clause(alternatives: &[&str]) -> Clause {
        Clause(
            alternatives
                .iter()
                .map(|literal| literal.as_bytes().to_vec())
                .collect(),
        )
    }

    #[test]
    fn all_clauses_of_one_pattern_must_occur() {
        let required = Required::join(vec![
            vec![clause(&["a", "b"]), clause(&["c"])],
            vec![clause(&["dd"])],
        ]);
        let met = |text: &str| {
            required.met(|literal| memchr::memmem::find(text.as_bytes(), literal).is_some())
        };
        assert!(met("xbxc") && met("dd"));
        assert!(!met("ab") && !met("c") && !met("d"));
        assert_eq!(required.first_place(b"..c..b.b"), Some(2..3));
        assert_eq!(required.first_place(b"..dd"), Some(2..4));
        assert_eq!(required.first_place(b"a"), None);
    }

    #[test]
    fn a_pattern_without_clauses_lets_everything_through() {
        assert_eq!(
            Required::join(vec![vec![clause(&["a"])], vec![]]),
            Required::Anything
        );
    }
}
