//! The first look at a text: which of the literals that rules require occur in it.
//!
//! Two steps, since most texts hold none: first whether any of the telling literals occurs, then which of all. Few
//! literals are found by comparing many bytes at a time, many by an automaton, which takes a step for each byte.

use std::cell::Cell;
use std::collections::BTreeSet;

use aho_corasick::packed;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem::Finder;

/// Literals of no more bytes become an automaton that takes one step a byte, and some hundred bytes of memory for each.
const DFA_LIMIT: usize = 64 << 10;
/// So few literals are looked for one by one.
const FEW: usize = 24;

/// Finds literals.
pub(super) struct Sieve {
    /// Sorted.
    literals: Vec<Vec<u8>>,
    any: Any,
    each: Each,
}

/// Finds whether any of the telling literals occurs.
enum Any {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
    /// That cannot be told: as if one occurred.
    Unknown,
}

/// Finds which literals occur.
enum Each {
    /// By the literal's place.
    OneByOne(Vec<Finder<'static>>),
    Automaton(AhoCorasick),
    /// That cannot be told: as if all occurred.
    Unknown,
}

impl Sieve {
    /// For these literals, none of which may be empty; where a text holds none of the telling ones, the others do not matter.
    pub(super) fn new(literals: BTreeSet<Vec<u8>>, telling: &BTreeSet<Vec<u8>>) -> Self {
        let literals: Vec<Vec<u8>> = literals.into_iter().collect();
        Self {
            any: any(telling),
            each: each(&literals),
            literals,
        }
    }

    /// Whether any of the telling literals may occur in a text.
    pub(super) fn any(&self, text: &[u8]) -> bool {
        match &self.any {
            Any::Packed(packed) => packed.find(text).is_some(),
            Any::Automaton(automaton) => automaton.is_match(text),
            Any::Unknown => true,
        }
    }

    /// Tells of a literal whether it may occur in a text; of one that is not among ours, that it does not.
    pub(super) fn occurs<'s>(&'s self, text: &'s [u8]) -> impl Fn(&[u8]) -> bool + use<'s> {
        // What is not known yet is looked for when it is asked for.
        let known: Vec<Cell<Option<bool>>> = match &self.each {
            Each::OneByOne(_) => vec![Cell::new(None); self.literals.len()],
            Each::Automaton(automaton) => {
                let found = all(automaton, text, self.literals.len());
                found
                    .into_iter()
                    .map(|found| Cell::new(Some(found)))
                    .collect()
            }
            Each::Unknown => vec![Cell::new(Some(true)); self.literals.len()],
        };
        move |literal| {
            let place = self
                .literals
                .binary_search_by(|known| known.as_slice().cmp(literal));
            let Ok(place) = place else {
                return false;
            };
            known[place].get().unwrap_or_else(|| {
                let found = match &self.each {
                    Each::OneByOne(finders) => finders[place].find(text).is_some(),
                    _ => true,
                };
                known[place].set(Some(found));
                found
            })
        }
    }
}

fn any(telling: &BTreeSet<Vec<u8>>) -> Any {
    if telling.len() > 1 {
        let packed = packed::Config::new().builder().extend(telling).build();
        if let Some(packed) = packed {
            return Any::Packed(packed);
        }
    }
    let is_small = telling.iter().map(Vec::len).sum::<usize>() <= DFA_LIMIT;
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .kind(is_small.then_some(AhoCorasickKind::DFA))
        .build(telling);
    automaton.map_or(Any::Unknown, Any::Automaton)
}

fn each(literals: &[Vec<u8>]) -> Each {
    if literals.len() <= FEW {
        let finders = literals
            .iter()
            .map(|literal| Finder::new(literal).into_owned());
        return Each::OneByOne(finders.collect());
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(literals);
    automaton.map_or(Each::Unknown, Each::Automaton)
}

/// Which of the automaton's literals occur in a text, in one pass.
fn all(automaton: &AhoCorasick, text: &[u8], count: usize) -> Vec<bool> {
    let mut occurs = vec![false; count];
    let mut missing = count;
    for found in automaton.find_overlapping_iter(text) {
        let slot = &mut occurs[found.pattern().as_usize()];
        missing -= usize::from(!*slot);
        *slot = true;
        if missing == 0 {
            break;
        }
    }
    occurs
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Sieve;

    fn contains(text: &[u8], literal: &[u8]) -> bool {
        text.windows(literal.len()).any(|window| window == literal)
    }

    proptest! {
        /// Few literals or many, long or short: what occurs is found, and nothing else.
        #[test]
        fn what_occurs_is_found(
            literals in prop::collection::btree_set("[a-d]{1,5}", 1..60),
            step in 1..4_usize,
            text in "[a-e]{0,80}",
        ) {
            let literals: BTreeSet<Vec<u8>> = literals.into_iter().map(String::into_bytes).collect();
            let telling: BTreeSet<Vec<u8>> = literals.iter().step_by(step).cloned().collect();
            let sieve = Sieve::new(literals.clone(), &telling);
            let text = text.as_bytes();
            let mut occurring = telling.iter().filter(|literal| contains(text, literal));
            prop_assert_eq!(sieve.any(text), occurring.next().is_some());
            let occurs = sieve.occurs(text);
            for literal in &literals {
                prop_assert_eq!(occurs(literal), contains(text, literal));
            }
            prop_assert!(!occurs(b"none of them"));
        }
    }
}
