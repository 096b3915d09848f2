//! Text that every match of a regular expression contains.
//!
//! Works on the syntax tree of `regex-syntax`, whose classes already hold the folded letters of `(?i)`, so that the
//! result is sound for them too. Only containment is promised: look-around counts as empty.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::required::Clause;
use super::required_expression::RequiredExpression;

/// No clause has more alternatives.
const MAX_ALTERNATIVES: usize = 64;
/// No class is spelt out further.
const MAX_CLASS: usize = 10;

/// What every text contains in which an expression matches: at least one of some literals, and a match of the expression
/// without its look-around. None if no literal can be promised.
pub(super) fn required(pattern: &str) -> Option<Clause> {
    let hir = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .build()
        .parse(pattern)
        .ok()?;
    let literals = of(&hir).filter(|set| set.iter().all(|literal| !literal.is_empty()))?;
    let is_all = exact(&hir).is_some_and(|exact| exact == literals);
    Some(Clause {
        expression: (!is_all).then(|| RequiredExpression::of(pattern, &hir)),
        literals,
    })
}

fn of(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    if let Some(set) = exact(hir)
        && set.iter().all(|literal| !literal.is_empty())
    {
        return Some(set);
    }
    match hir.kind() {
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min >= 1 => of(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut union = Vec::new();
            for branch in branches {
                union.extend(of(branch)?);
            }
            bounded(union)
        }
        HirKind::Concat(parts) => best_of(parts),
        _ => None,
    }
}

/// The best clause of a sequence: runs of exact parts are joined, the others give their own.
fn best_of(parts: &[Hir]) -> Option<Vec<Vec<u8>>> {
    let mut candidates = Vec::new();
    let mut run: Option<Vec<Vec<u8>>> = None;
    for part in parts {
        let joined = match (exact(part), run.take()) {
            (Some(set), Some(old)) => match product(&old, &set) {
                Some(longer) => Some(longer),
                None => {
                    candidates.push(old);
                    Some(set)
                }
            },
            (Some(set), None) => Some(set),
            (None, old) => {
                candidates.extend(old);
                candidates.extend(of(part));
                None
            }
        };
        run = joined;
    }
    candidates.extend(run);
    candidates
        .into_iter()
        .filter(|set| set.iter().all(|literal| !literal.is_empty()))
        .max_by_key(|set| score(set))
}

/// Longer is rarer; fewer is rarer.
fn score(set: &[Vec<u8>]) -> (usize, std::cmp::Reverse<usize>) {
    (
        set.iter().map(Vec::len).min().unwrap_or_default(),
        std::cmp::Reverse(set.len()),
    )
}

/// All texts that an expression matches, if they are few.
fn exact(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![Vec::new()]),
        HirKind::Literal(literal) => Some(vec![literal.0.to_vec()]),
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Class(class) => class_members(class),
        HirKind::Concat(parts) => parts
            .iter()
            .try_fold(vec![Vec::new()], |set, part| product(&set, &exact(part)?)),
        HirKind::Alternation(branches) => {
            let mut union = Vec::new();
            for branch in branches {
                union.extend(exact(branch)?);
            }
            bounded(union)
        }
        HirKind::Repetition(repetition) => {
            let max = repetition.max?;
            if max != repetition.min || max > 8 {
                return None;
            }
            let set = exact(&repetition.sub)?;
            (0..max).try_fold(vec![Vec::new()], |longer, _| product(&longer, &set))
        }
    }
}

fn class_members(class: &Class) -> Option<Vec<Vec<u8>>> {
    let mut members = Vec::new();
    match class {
        Class::Unicode(class) => {
            for c in class
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .take(MAX_CLASS + 1)
            {
                members.push(c.to_string().into_bytes());
            }
        }
        Class::Bytes(class) => {
            for b in class
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .take(MAX_CLASS + 1)
            {
                members.push(vec![b]);
            }
        }
    }
    (!members.is_empty() && members.len() <= MAX_CLASS).then_some(members)
}

fn product(left: &[Vec<u8>], right: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    if left.len().checked_mul(right.len())? > MAX_ALTERNATIVES {
        return None;
    }
    Some(
        left.iter()
            .flat_map(|a| right.iter().map(move |b| [a.as_slice(), b].concat()))
            .collect(),
    )
}

fn bounded(set: Vec<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    (set.len() <= MAX_ALTERNATIVES).then_some(set)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::required;

    fn texts(pattern: &str) -> Option<Vec<String>> {
        let mut set: Vec<String> = required(pattern)?
            .literals
            .into_iter()
            .map(|literal| String::from_utf8_lossy(&literal).into_owned())
            .collect();
        set.sort();
        Some(set)
    }

    #[test]
    fn literals_of_expressions() {
        for (pattern, expected) in [
            ("abc", Some(vec!["abc"])),
            ("^abc$", Some(vec!["abc"])),
            ("get|post", Some(vec!["get", "post"])),
            ("get|", None),
            (".*", None),
            ("a*", None),
            ("x+", Some(vec!["x"])),
            ("foo.*barbaz", Some(vec!["barbaz"])),
            ("(foo|bar)baz", Some(vec!["barbaz", "foobaz"])),
            ("[ab]c", Some(vec!["ac", "bc"])),
            ("[a-z]c", Some(vec!["c"])),
            (
                "(?i)ok",
                Some(vec!["OK", "OK", "Ok", "oK", "oK", "ok"])
                    .map(|_| vec!["OK", "O\u{212a}", "Ok", "oK", "o\u{212a}", "ok"]),
            ),
            (r"\bfree\b", Some(vec!["free"])),
            ("(a|b*)c?", None),
            ("(?:ab){2}", Some(vec!["abab"])),
        ] {
            let mut expected: Option<Vec<String>> =
                expected.map(|set| set.into_iter().map(str::to_owned).collect());
            if let Some(set) = &mut expected {
                set.sort();
            }
            assert_eq!(texts(pattern), expected, "{pattern}");
        }
    }

    proptest! {
        /// Whatever matches contains one of the literals, and the expression matches wherever that text stands.
        #[test]
        fn every_match_contains_a_literal_and_the_expression(
            pattern in "[a-c(|)?*+.^$]{1,12}",
            text in "[a-c]{0,8}",
        ) {
            if let (Ok(regex), Some(clause)) = (regex::bytes::Regex::new(&pattern), required(&pattern)) {
                for found in regex.find_iter(text.as_bytes()) {
                    let bytes = found.as_bytes();
                    prop_assert!(
                        clause.literals.iter().any(|literal| memchr::memmem::find(bytes, literal).is_some()),
                        "{pattern} matched {:?} without {clause:?}", String::from_utf8_lossy(bytes)
                    );
                    let around = format!("c{text}c");
                    prop_assert!(
                        clause.expression.as_ref().is_none_or(|one| one.is_match(around.as_bytes())),
                        "{pattern} matched in {text}, {clause:?} not in {around}"
                    );
                }
            }
        }
    }
}
