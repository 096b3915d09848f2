//! The text that every finding of a condition over parts needs, for the prefilter.

use super::names::read_condition;
use super::regex_of;
use crate::language::{self, Language};
use crate::model::Diagnostic;
use crate::pack::{PartKind, Parts, QueryText};
use crate::rule::condition::Condition;
use crate::rule::required::{Clause, Required};
use crate::rule::{compile, expression, literals, pattern, words};

/// A literal of a condition tells something from this length on.
const TELLING: usize = 3;
/// So many alternatives of required text are told apart.
const MAX_ALTERNATIVES: usize = 64;

/// The text that every finding needs; and proves what needs no grammar.
pub(in crate::rule) fn required(
    written: &Parts,
    language: &'static Language,
) -> Result<Required, Diagnostic> {
    let condition = read_condition(written)?;
    let mut parts = Vec::new();
    for part in &written.parts {
        let other = part.language.as_deref().map(language::by_name);
        let language = match other {
            Some(Ok(other)) => other,
            // What is wrong with it is said where it is compiled.
            _ => language,
        };
        parts.push(match part.kind {
            PartKind::Pattern if language.is_text() => {
                vec![words::Pattern::new(&part.text)?.required()]
            }
            PartKind::Pattern => vec![pattern_words(&part.text, language)],
            PartKind::Query => match compile::required(&part.text, language)? {
                Required::Anything => vec![Vec::new()],
                Required::AnyOf(patterns) => patterns,
            },
            PartKind::Regex => {
                regex_of(part)?;
                vec![
                    literals::required(&format!("(?m){}", part.text.text))
                        .into_iter()
                        .collect(),
                ]
            }
        });
    }
    let mut alternatives = needs(&condition, &parts);
    alternatives.dedup();
    Ok(Required::join(alternatives))
}

/// The clauses of each way in which a condition can hold.
fn needs(condition: &Condition, parts: &[Vec<Vec<Clause>>]) -> Vec<Vec<Clause>> {
    match condition {
        Condition::Part(part) => parts
            .get(*part)
            .cloned()
            .unwrap_or_else(|| vec![Vec::new()]),
        Condition::And(all) => {
            let mut ways: Vec<Vec<Clause>> = vec![Vec::new()];
            for one in all {
                let more = needs(one, parts);
                if ways.len() * more.len() > MAX_ALTERNATIVES {
                    // What is required already stays required.
                    continue;
                }
                ways = ways
                    .iter()
                    .flat_map(|way| {
                        more.iter().map(move |other| {
                            let mut joined = way.clone();
                            joined.extend(
                                other.iter().filter(|clause| !way.contains(clause)).cloned(),
                            );
                            joined
                        })
                    })
                    .collect();
            }
            ways
        }
        Condition::Or(all) => all.iter().flat_map(|one| needs(one, parts)).collect(),
        Condition::Related(_, inner) | Condition::Is(_, inner) => needs(inner, parts),
        // What a metavariable stands for is text of the file, and so is the literal that it is the name of.
        Condition::OneOf(_, texts) => {
            let literals: Vec<Vec<u8>> = texts.iter().map(|text| text.clone().into()).collect();
            vec![telling(literals).into_iter().collect()]
        }
        Condition::Matches(_, regex) | Condition::Written(_, regex) => {
            let literals = expression::required(regex).unwrap_or_default();
            vec![telling(literals).into_iter().collect()]
        }
        _ => vec![Vec::new()],
    }
}

/// A clause of literals that tell something: shorter ones stand in nearly every file, and are not worth the search.
fn telling(literals: Vec<Vec<u8>>) -> Option<Clause> {
    let shortest = literals.iter().map(Vec::len).min()?;
    (shortest >= TELLING).then(|| Clause::one_of(literals))
}

/// The words of a pattern: each occurs in every match, whatever the layout, quotes and import aliases.
fn pattern_words(written: &QueryText, language: &Language) -> Vec<Clause> {
    let words = pattern::words(&written.text, language);
    words
        .into_iter()
        .map(|spellings| Clause::one_of(spellings.into_iter().map(String::into_bytes)))
        .collect()
}
