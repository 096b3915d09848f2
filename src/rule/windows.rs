//! Where in a text the matches of a merged query can lie: around the literals that they must contain.
//!
//! A match of a rooted pattern lies within one node, and so does the text of its captures. So a match that must contain
//! a literal overlaps one of its occurrences, and the engine need not look at nodes that overlap none. What a pattern
//! matches is not changed by it: the engine looks at every node of a match that it has begun.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::required::Clause;

/// Windows nearer than this are one.
const NEAR: usize = 256;
/// Every window costs a descent from the root; more of them are joined with their neighbours.
const MOST: usize = 48;

/// The literals of the patterns of one query.
pub(super) struct Anchors {
    /// By pattern: its rule, and for each clause the literals by their number in the automaton. Without clauses a match
    /// can lie anywhere.
    patterns: Vec<(usize, Vec<Vec<usize>>)>,
    /// How long each literal is.
    lengths: Vec<usize>,
    automaton: Option<AhoCorasick>,
}

impl Anchors {
    /// Takes the rule and the clauses of every pattern; without clauses for one that is not rooted.
    pub(super) fn new(patterns: Vec<(usize, Vec<Clause>)>) -> Self {
        let mut literals: Vec<Vec<u8>> = patterns
            .iter()
            .flat_map(|(_, clauses)| clauses)
            .flat_map(|clause| clause.literals.iter().cloned())
            .collect();
        literals.sort();
        literals.dedup();
        let number = |literal: &Vec<u8>| literals.binary_search(literal).ok();
        let patterns = patterns
            .iter()
            .map(|(rule, clauses)| {
                let numbers = |clause: &Clause| clause.literals.iter().filter_map(number).collect();
                (*rule, clauses.iter().map(numbers).collect())
            })
            .collect();
        Self {
            patterns,
            lengths: literals.iter().map(Vec::len).collect(),
            automaton: AhoCorasick::new(&literals).ok(),
        }
    }

    /// Sorted, disjoint ranges such that every match of these rules overlaps one; `None` where all of the text must be
    /// looked at.
    pub(super) fn windows(
        &self,
        is_asked: impl Fn(usize) -> bool,
        text: &[u8],
    ) -> Option<Vec<Range<usize>>> {
        let asked: Vec<&Vec<Vec<usize>>> = self
            .patterns
            .iter()
            .filter(|(rule, _)| is_asked(*rule))
            .map(|(_, clauses)| clauses)
            .collect();
        if asked.iter().any(|clauses| clauses.is_empty()) {
            return None;
        }
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); self.lengths.len()];
        for found in self.automaton.as_ref()?.find_overlapping_iter(text) {
            ends[found.pattern().as_usize()].push(found.end());
        }
        let mut windows = Vec::new();
        for clauses in asked {
            let count = |clause: &&Vec<usize>| -> usize {
                clause.iter().map(|literal| ends[*literal].len()).sum()
            };
            let rarest = clauses.iter().min_by_key(count)?;
            for literal in rarest {
                let of = |end: &usize| end - self.lengths[*literal]..*end;
                windows.extend(ends[*literal].iter().map(of));
            }
        }
        windows.sort_by_key(|window| (window.start, window.end));
        let mut near = NEAR;
        windows = joined(windows, near);
        while windows.len() > MOST {
            near *= 4;
            windows = joined(windows, near);
        }
        let covered: usize = windows.iter().map(Range::len).sum();
        (covered < text.len() / 2).then_some(windows)
    }
}

fn joined(windows: Vec<Range<usize>>, near: usize) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for window in windows {
        match joined.last_mut() {
            Some(last) if window.start <= last.end + near => last.end = last.end.max(window.end),
            _ => joined.push(window),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{Anchors, Clause, MOST};

    fn clause(literals: &[&str]) -> Clause {
        Clause::one_of(literals.iter().map(|literal| literal.as_bytes().to_vec()))
    }

    #[test]
    fn windows_lie_around_the_rarest_clause_of_each_pattern() {
        let text = format!(
            "aa{}http.Get{}http{}",
            " ".repeat(4000),
            " ".repeat(4000),
            " ".repeat(4000)
        );
        let get = 4002 + "http.".len();
        let anchors = Anchors::new(vec![
            (0, vec![clause(&["http"]), clause(&["Get", "Head"])]),
            (1, vec![clause(&["aa"])]),
            (2, Vec::new()),
        ]);
        let windows =
            |rules: &[usize]| anchors.windows(|rule| rules.contains(&rule), text.as_bytes());
        let places = |rules: &[usize]| {
            windows(rules).map(|all| {
                all.iter()
                    .map(|one| (one.start, one.end))
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(places(&[0]), Some(vec![(get, get + 3)]));
        assert_eq!(places(&[0, 1]), Some(vec![(0, 2), (get, get + 3)]));
        assert_eq!(windows(&[1, 2]), None, "a match of 2 can lie anywhere");
        assert_eq!(windows(&[]), Some(Vec::new()));
    }

    #[test]
    fn many_windows_are_joined_and_too_many_are_the_whole_text() {
        let anchors = Anchors::new(vec![(0, vec![clause(&["x"])])]);
        let sparse = format!(
            "{}{}",
            format!("x{}", " ".repeat(300)).repeat(MOST + 1),
            " ".repeat(90_000)
        );
        let windows = anchors.windows(|_| true, sparse.as_bytes());
        let windows = windows.expect("they cover a part");
        assert_eq!((windows.len(), windows[0].clone()), (1, 0..301 * MOST + 1));
        assert_eq!(anchors.windows(|_| true, "x ".repeat(900).as_bytes()), None);
    }
}
