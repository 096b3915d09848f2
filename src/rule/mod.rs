//! Compiles packs into a rule set and refuses what it does not understand.
//!
//! Invariants: the engine never sees a predicate (it ignores those it does not know); a rule is compiled for a language
//! when the first candidate needs it and not before; the required text of a rule is implied by every match of it.

mod compile;
mod condition;
mod expression;
mod literals;
mod matches;
mod parts;
mod pattern;
mod predicate;
mod queries;
mod required;
mod required_expression;
mod set;
mod sieve;
mod syntax;
mod windows;
mod words;

pub use compile::Compiled;
pub use matches::QueryMatch;
pub use parts::{CompiledParts, Finding, Scene};
pub use predicate::{Nodes, Predicate, documentation as predicate_documentation};
pub use queries::{Queries, Selected};
pub use required::{Clause, Required};
pub use required_expression::RequiredExpression;
pub use set::RuleSet;

use crate::language::Language;
use crate::model::Diagnostic;
use crate::pack::{Body, QueryText};

/// Checks a regular expression of a condition or a part.
///
/// # Errors
/// Why it is none.
pub fn expression(text: &str) -> Result<(), String> {
    expression::Expression::new(text, false).map(|_| ())
}

/// Checks a condition that speaks of no parts.
///
/// # Errors
/// What is wrong with it.
pub fn condition(text: &str) -> Result<(), String> {
    condition::read(text, &[])
        .map(|_| ())
        .map_err(|wrong| wrong.message)
}

/// Checks a pattern for a language; gives the names of its metavariables.
///
/// # Errors
/// What is wrong with it, with its place.
pub fn pattern_names(
    text: &QueryText,
    language: &'static Language,
) -> Result<Vec<String>, Diagnostic> {
    if language.is_text() {
        return words::Pattern::new(text).map(|pattern| pattern.names());
    }
    pattern::Pattern::new(text, language).map(|pattern| pattern.names())
}

/// A regular expression for a pattern over plain text.
///
/// # Errors
/// Where the pattern is none, with its place.
pub fn words_expression(text: &QueryText) -> Result<String, Diagnostic> {
    words::Pattern::new(text).map(|pattern| pattern.expression())
}

/// The names of the groups of a regular expression.
///
/// # Errors
/// Why it is none.
pub fn expression_names(text: &str) -> Result<Vec<String>, String> {
    expression::Expression::new(text, true).map(|expression| expression.names())
}

/// The metavariables that a condition over these parts speaks of and that none of them has.
///
/// # Errors
/// Where it is no condition over these parts, with the place.
pub fn unknown_names(
    condition: &QueryText,
    parts: &[&str],
    names: &[String],
) -> Result<Vec<String>, Diagnostic> {
    parts::unknown_names(condition, parts, names)
}

/// Compiles a rule for one of its languages, to learn what is wrong with it.
///
/// # Errors
/// What is wrong, with its place.
pub fn check(body: &Body, language: &'static Language) -> Result<(), Diagnostic> {
    match body {
        Body::Query(query) => Compiled::new(query, language).map(|_| ()),
        Body::Parts(parts) => CompiledParts::new(parts, language).map(|_| ()),
    }
}
