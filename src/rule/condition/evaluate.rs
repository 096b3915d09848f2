//! Evaluates a condition over the matches of the parts.
//!
//! A state is a place with what metavariables stand for; each condition turns a state into those in which it holds.

use std::ops::Range;

use super::embedded::Embedding;
use super::syntax::{Condition, Relation};
use crate::rule::expression;
use crate::rule::pattern::{Bindings, Forest, Found, same_text};

/// A place and what metavariables stand for there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rule) struct State {
    /// None before the first part.
    pub(in crate::rule) range: Option<Range<usize>>,
    pub(in crate::rule) bindings: Bindings,
    pub(in crate::rule) sequence: bool,
}

/// What a condition is evaluated over.
pub(in crate::rule) struct Evaluation<'e> {
    pub(in crate::rule) forest: &'e Forest<'e>,
    /// The matches of each part.
    pub(in crate::rule) matches: &'e [Vec<Found>],
    /// Code in other languages; none inside of such code.
    pub(in crate::rule) embedding: Option<&'e dyn Embedding>,
}

impl Evaluation<'_> {
    /// The states in which a condition holds, from one state on.
    pub(in crate::rule) fn states(&self, condition: &Condition, from: &State) -> Vec<State> {
        self.evaluate(condition, from, false)
    }

    fn evaluate(&self, condition: &Condition, from: &State, exact: bool) -> Vec<State> {
        let kept = |holds: bool| {
            if holds {
                vec![from.clone()]
            } else {
                Vec::new()
            }
        };
        match condition {
            Condition::Part(part) => self.part(*part, from, exact),
            Condition::And(all) => {
                let mut sorted: Vec<&Condition> = all.iter().collect();
                sorted.sort_by_key(|condition| order(condition));
                let mut states = vec![from.clone()];
                for one in sorted {
                    let mut next: Vec<State> = Vec::new();
                    for state in &states {
                        for found in self.evaluate(one, state, exact) {
                            if !next.contains(&found) {
                                next.push(found);
                            }
                        }
                    }
                    states = next;
                }
                states
            }
            Condition::Or(all) => {
                let mut states: Vec<State> = Vec::new();
                for found in all.iter().flat_map(|one| self.evaluate(one, from, exact)) {
                    if !states.contains(&found) {
                        states.push(found);
                    }
                }
                states
            }
            Condition::Not(inner) => kept(self.evaluate(inner, from, true).is_empty()),
            Condition::Related(relation, inner) => self.related(*relation, inner, from),
            Condition::Matches(name, regex) => kept(self.says(from, name, |text| {
                expression::matches(regex, self.unquoted(text)) || expression::matches(regex, text)
            })),
            Condition::Written(name, regex) => self.written(name, regex, from),
            Condition::At(name) => match from.bindings.get(name) {
                Some(range) => {
                    let narrower = match &from.range {
                        Some(own) if contains(range, own) => own,
                        Some(own) if !contains(own, range) => return Vec::new(),
                        _ => range,
                    };
                    vec![State {
                        range: Some(narrower.clone()),
                        bindings: from.bindings.clone(),
                        sequence: false,
                    }]
                }
                None => Vec::new(),
            },
            Condition::OneOf(name, texts) => kept(self.says(from, name, |text| {
                texts
                    .iter()
                    .any(|one| one.as_bytes() == self.unquoted(text) || one.as_bytes() == text)
            })),
            Condition::Same(a, b) => kept(match (from.bindings.get(a), from.bindings.get(b)) {
                (Some(a), Some(b)) => same_text(self.forest, a, b),
                _ => false,
            }),
            Condition::Is(name, inner) => {
                let Some(range) = from.bindings.get(name).cloned() else {
                    return Vec::new();
                };
                if let Some(embedding) = self.embedding {
                    let mut parts = inner.parts().into_iter();
                    if let Some(other) = parts.find_map(|part| embedding.language_of(part)) {
                        return self.embedded(embedding, other, inner, &range, from);
                    }
                }
                self.is(inner, &range, from)
            }
            Condition::Compare(left, sign, right) => kept(self.compare(left, sign, right, from)),
        }
    }

    /// What a condition says of a place that a metavariable stands for.
    pub(super) fn is(&self, inner: &Condition, range: &Range<usize>, from: &State) -> Vec<State> {
        let inside = State {
            range: None,
            bindings: from.bindings.clone(),
            sequence: false,
        };
        let within = |found: &State| {
            found
                .range
                .as_ref()
                .is_some_and(|found| found.start >= range.start && found.end <= range.end)
        };
        // A condition that only denies holds of the whole.
        let states = if order(inner) > 1 {
            self.evaluate(
                inner,
                &State {
                    range: Some(range.clone()),
                    ..inside
                },
                false,
            )
        } else {
            self.evaluate(inner, &inside, false)
        };
        states
            .into_iter()
            .filter(within)
            .map(|found| State {
                range: from.range.clone(),
                sequence: from.sequence,
                bindings: found.bindings,
            })
            .collect()
    }

    fn part(&self, part: usize, from: &State, exact: bool) -> Vec<State> {
        let Some(matches) = self.matches.get(part) else {
            return Vec::new();
        };
        let mut states = Vec::new();
        for found in matches {
            let range = match &from.range {
                None => found.range.clone(),
                Some(range) if *range == found.range => range.clone(),
                Some(_) if exact => continue,
                Some(range) if contains(range, &found.range) => found.range.clone(),
                Some(range) if contains(&found.range, range) => range.clone(),
                Some(_) => continue,
            };
            let sequence = if range == found.range {
                found.sequence
            } else {
                from.sequence
            };
            // The narrower place says where a metavariable stands, unless it is only a part of what stands there.
            let written = |range: &Range<usize>| self.forest.text.get(range.clone());
            let narrower = from
                .range
                .as_ref()
                .is_some_and(|wide| contains(wide, &found.range) && *wide != found.range)
                && found.bindings.0.iter().all(|(name, range)| {
                    let known = from.bindings.get(name);
                    known.is_none_or(|known| written(known) == written(range))
                });
            let (first, second) = if narrower {
                (&found.bindings, &from.bindings)
            } else {
                (&from.bindings, &found.bindings)
            };
            if let Some(bindings) = first.join(second, self.forest) {
                states.push(State {
                    range: Some(range),
                    bindings,
                    sequence,
                });
            }
        }
        states
    }

    fn related(&self, relation: Relation, inner: &Condition, from: &State) -> Vec<State> {
        let Some(range) = &from.range else {
            return Vec::new();
        };
        let anywhere = State {
            range: None,
            bindings: from.bindings.clone(),
            sequence: false,
        };
        let around = match relation {
            Relation::FollowedBy | Relation::PrecededBy => self
                .forest
                .range(self.forest.block_around(self.forest.at_range(range))),
            _ => 0..usize::MAX,
        };
        let lies = |other: &Range<usize>| match relation {
            Relation::Inside => contains(other, range),
            Relation::Has => contains(range, other),
            Relation::Child => {
                let own = self.forest.at_range(other);
                contains(range, other) && other != range && self.parent_is(own, range)
            }
            Relation::FollowedBy => other.start >= range.end && other.end <= around.end,
            Relation::PrecededBy => other.end <= range.start && other.start >= around.start,
        };
        let mut states: Vec<State> = Vec::new();
        for found in self.evaluate(inner, &anywhere, false) {
            if found.range.as_ref().is_some_and(lies) {
                let state = State {
                    range: from.range.clone(),
                    bindings: found.bindings,
                    sequence: from.sequence,
                };
                if !states.contains(&state) {
                    states.push(state);
                }
            }
        }
        states
    }

    fn parent_is(&self, own: u32, range: &Range<usize>) -> bool {
        let parent = self.forest.item(own).parent;
        parent != u32::MAX && self.forest.range(parent) == *range
    }
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && outer.end >= inner.end
}

/// What tells a place first, what remembers next, what only tests last.
fn order(condition: &Condition) -> u8 {
    match condition {
        Condition::Part(_) => 0,
        Condition::Or(all) => all.iter().map(order).max().unwrap_or(0),
        Condition::And(all) => all.iter().map(order).min().unwrap_or(0),
        Condition::Related(..) => 1,
        Condition::Is(..) => 2,
        Condition::Matches(..)
        | Condition::Written(..)
        | Condition::OneOf(..)
        | Condition::Same(..)
        | Condition::Compare(..) => 3,
        Condition::Not(_) => 4,
        Condition::At(_) => 5,
    }
}
