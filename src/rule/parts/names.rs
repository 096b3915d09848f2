//! Reads a condition, and holds it to the metavariables that its parts have.

use std::ops::Range;
use std::sync::Arc;

use super::{CompiledPart, CompiledParts};
use crate::model::{Diagnostic, nearest};
use crate::pack::{Parts, QueryText};
use crate::rule::condition::{self, Condition, Operand};
use crate::rule::expression::Expression;

/// The metavariables that a condition speaks of and that neither its parts, with these names, nor its expressions have.
///
/// # Errors
/// Where it is no condition over these parts.
pub(in crate::rule) fn unknown_names(
    written: &QueryText,
    parts: &[&str],
    known: &[String],
) -> Result<Vec<String>, Diagnostic> {
    let condition = read_over(written, parts)?;
    Ok(missing(&condition, known))
}

fn missing(condition: &Condition, known: &[String]) -> Vec<String> {
    let mut given = Vec::new();
    captured(condition, &mut given);
    let mut names = names_in(condition);
    // What a regular expression captures without a name is numbered.
    names.retain(|name| {
        !known.contains(name) && !given.contains(name) && !name.bytes().all(|b| b.is_ascii_digit())
    });
    names
}

/// The names that the expressions of a condition capture.
fn captured(condition: &Condition, names: &mut Vec<String>) {
    match condition {
        Condition::And(all) | Condition::Or(all) => {
            all.iter().for_each(|one| captured(one, names));
        }
        Condition::Related(_, inner) | Condition::Is(_, inner) => captured(inner, names),
        Condition::Written(_, regex) => {
            if let Ok(expression) = Expression::new(regex, false) {
                names.extend(expression.names());
            }
        }
        _ => {}
    }
}

pub(super) fn check_names(
    condition: &Condition,
    written: &QueryText,
    known: &[String],
) -> Result<(), Diagnostic> {
    if let Some(name) = missing(condition, known).into_iter().next() {
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

/// A part in another language can only be looked for in what a metavariable stands for, one language at a time.
pub(super) fn check_languages(
    compiled: &CompiledParts,
    written: &QueryText,
) -> Result<(), Diagnostic> {
    let mut open: Vec<(&Condition, Option<&str>)> = vec![(&compiled.condition, None)];
    while let Some((condition, within)) = open.pop() {
        match condition {
            Condition::Part(part) => {
                let Some((name, CompiledPart::Within(other, _))) = compiled.parts.get(*part) else {
                    continue;
                };
                if within == Some(other.name) {
                    continue;
                }
                let start = written.text.find(name.as_str()).unwrap_or(0);
                return Err(Diagnostic {
                    file: written.file.clone(),
                    text: Arc::clone(&written.text),
                    span: Some(start..(start + name.len()).min(written.text.len())),
                    message: format!("the part `{name}` is in {}", other.name),
                    hint: format!("look for it in a metavariable: `$X is {name}`"),
                });
            }
            Condition::And(all) | Condition::Or(all) => {
                open.extend(all.iter().map(|one| (one, within)));
            }
            Condition::Not(inner) | Condition::Related(_, inner) => open.push((inner, within)),
            Condition::Is(_, inner) => {
                let own = within.or_else(|| first_language(compiled, inner));
                open.push((inner, own));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The other language of the first part that has one.
fn first_language<'c>(compiled: &'c CompiledParts, condition: &Condition) -> Option<&'c str> {
    condition
        .parts()
        .into_iter()
        .find_map(|part| match compiled.parts.get(part) {
            Some((_, CompiledPart::Within(other, _))) => Some(other.name),
            _ => None,
        })
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
        CompiledPart::Pattern(pattern, _) | CompiledPart::Within(_, pattern) => pattern.names(),
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
