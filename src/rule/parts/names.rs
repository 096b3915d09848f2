//! Reads a condition, and holds it to the metavariables that its parts have.

use std::ops::Range;
use std::sync::Arc;

use super::CompiledPart;
use crate::model::{Diagnostic, nearest};
use crate::pack::{Parts, QueryText};
use crate::rule::condition::{self, Condition, Operand};

/// Checks a condition against the names that its parts have.
///
/// # Errors
/// What is wrong with it, with its place.
pub(in crate::rule) fn check_condition(
    written: &QueryText,
    parts: &[&str],
    known: &[String],
) -> Result<(), Diagnostic> {
    let condition = read_over(written, parts)?;
    check_names(&condition, written, known)
}

pub(super) fn check_names(
    condition: &Condition,
    written: &QueryText,
    known: &[String],
) -> Result<(), Diagnostic> {
    for name in names_in(condition) {
        // What a regular expression captures is numbered.
        if known.contains(&name) || name.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let text = &written.text;
        let span = place_of(text, &name);
        let hint = nearest(&name, known.iter().map(String::as_str)).map_or_else(
            || "a condition speaks of metavariables that its parts have".to_owned(),
            |near| format!("did you mean `${near}`?"),
        );
        return Err(Diagnostic {
            file: written.file.clone(),
            text: Arc::clone(text),
            span: Some(span),
            message: format!("no part has a metavariable `${name}`"),
            hint,
        });
    }
    Ok(())
}

/// Where a condition speaks of a metavariable; `$X` is not found in `$XS`.
fn place_of(text: &str, name: &str) -> Range<usize> {
    let written = format!("${name}");
    let whole = |(at, _): &(usize, &str)| {
        let next = text[at + written.len()..].chars().next();
        !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let start = text
        .match_indices(&written)
        .find(whole)
        .map_or(0, |(at, _)| at);
    start..(start + written.len()).min(text.len())
}

pub(super) fn part_names(part: &CompiledPart) -> Vec<String> {
    match part {
        CompiledPart::Pattern(pattern, _) => pattern.names(),
        CompiledPart::Query(query) => {
            let names = query.engine().capture_names().iter();
            names
                .filter(|name| !name.starts_with('_') && **name != "bug")
                .map(|name| (*name).to_owned())
                .collect()
        }
        CompiledPart::Regex(regex) => regex.names(),
        CompiledPart::Words(pattern) => pattern.names(),
    }
}

/// The metavariables a condition speaks of.
fn names_in(condition: &Condition) -> Vec<String> {
    match condition {
        Condition::Part(_) => Vec::new(),
        Condition::And(all) | Condition::Or(all) => all.iter().flat_map(names_in).collect(),
        Condition::Not(inner) | Condition::Related(_, inner) => names_in(inner),
        Condition::Matches(name, _)
        | Condition::Written(name, _)
        | Condition::OneOf(name, _)
        | Condition::At(name) => {
            vec![name.clone()]
        }
        Condition::Same(a, b) => vec![a.clone(), b.clone()],
        Condition::Is(name, inner) => [vec![name.clone()], names_in(inner)].concat(),
        Condition::Compare(left, _, right) => [names_of(left), names_of(right)].concat(),
    }
}

/// The metavariables that a side of a comparison speaks of.
fn names_of(operand: &Operand) -> Vec<String> {
    match operand {
        Operand::Metavariable(name) => vec![name.clone()],
        Operand::Binary(left, _, right) => [names_of(left), names_of(right)].concat(),
        Operand::Number(_) | Operand::Text(_) | Operand::Count(_) => Vec::new(),
    }
}

pub(super) fn read_condition(written: &Parts) -> Result<Condition, Diagnostic> {
    let names: Vec<&str> = written
        .parts
        .iter()
        .map(|part| part.name.as_str())
        .collect();
    read_over(&written.condition, &names)
}

fn read_over(written: &QueryText, names: &[&str]) -> Result<Condition, Diagnostic> {
    condition::read(&written.text, names).map_err(|wrong| Diagnostic {
        file: written.file.clone(),
        text: Arc::clone(&written.text),
        span: Some(wrong.span),
        message: wrong.message,
        hint: wrong.hint,
    })
}
