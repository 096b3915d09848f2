//! Rules made of parts and a condition: compiled for a language, run over a forest.

mod embedded;
mod names;
mod needs;
mod run;
mod scene;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::compile::Compiled;
use super::condition::Condition;
use super::expression::Expression;
use super::pattern::{self, Pattern};
use super::words;
use crate::language::{self, Language};
use crate::model::Diagnostic;
use crate::pack::{Part, PartKind, Parts};

pub(super) use names::unknown_names;
use names::{check_languages, check_names, part_names, read_condition};
pub(super) use needs::required;
pub use scene::Scene;

/// A finding of a rule made of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub range: Range<usize>,
    /// What the metavariables and captures stand for.
    pub captures: Vec<(String, Range<usize>)>,
}

enum CompiledPart {
    /// A pattern, and the words that stand in every match of it, each in one of its spellings.
    Pattern(Box<Pattern>, Vec<Vec<String>>),
    Query(Box<Compiled>),
    /// A pattern in another language, for what a metavariable stands for.
    Within(&'static Language, Box<Pattern>),
    Regex(Expression),
    Words(words::Pattern),
}

/// Parts and a condition, ready to be run.
pub struct CompiledParts {
    parts: Vec<(String, CompiledPart)>,
    condition: Condition,
    focus: Option<String>,
}

impl CompiledParts {
    /// Compiles the parts for a language.
    ///
    /// # Errors
    /// What is wrong, with its place.
    pub fn new(written: &Parts, language: &'static Language) -> Result<Self, Diagnostic> {
        let condition = read_condition(written)?;
        let mut parts = Vec::new();
        for part in &written.parts {
            let other = match &part.language {
                Some(name) => Some(other_language(name, part)?),
                None => None,
            };
            let compiled = match part.kind {
                PartKind::Pattern if let Some(other) = other => {
                    CompiledPart::Within(other, Box::new(Pattern::new(&part.text, other)?))
                }
                PartKind::Pattern if language.is_text() => {
                    CompiledPart::Words(words::Pattern::new(&part.text)?)
                }
                PartKind::Pattern => {
                    let pattern = Pattern::new(&part.text, language)?;
                    CompiledPart::Pattern(
                        Box::new(pattern),
                        pattern::words(&part.text.text, language),
                    )
                }
                PartKind::Query => {
                    CompiledPart::Query(Box::new(Compiled::new(&part.text, language)?))
                }
                PartKind::Regex => CompiledPart::Regex(regex_of(part)?),
            };
            parts.push((part.name.clone(), compiled));
        }
        let compiled = Self {
            parts,
            condition,
            focus: written.focus.clone(),
        };
        let known: Vec<String> = compiled
            .parts
            .iter()
            .flat_map(|(_, part)| part_names(part))
            .collect();
        check_names(&compiled.condition, &written.condition, &known)?;
        check_languages(&compiled, &written.condition)?;
        Ok(compiled)
    }

    /// Whether types of metavariables matter.
    pub fn typed(&self) -> bool {
        self.parts
            .iter()
            .any(|(_, part)| matches!(part, CompiledPart::Pattern(pattern, _) | CompiledPart::Within(_, pattern) if pattern.typed()))
    }

    /// What each pattern compiled to: part, context, tree.
    pub fn describe(&self, language: &Language) -> Vec<(String, &'static str, String)> {
        let mut rows = Vec::new();
        for (name, part) in &self.parts {
            let own = match part {
                CompiledPart::Pattern(pattern, _) => Some((pattern, language)),
                CompiledPart::Within(other, pattern) => Some((pattern, *other)),
                _ => None,
            };
            if let Some((pattern, language)) = own {
                rows.extend(
                    pattern
                        .describe(language)
                        .into_iter()
                        .map(|(context, tree)| (name.clone(), context, tree)),
                );
            }
        }
        rows
    }

    /// The names that several parts share and that must therefore stand for the same, each with its parts: `$X` of
    /// patterns, `@x` where only queries have it.
    pub fn shared(&self) -> Vec<(String, Vec<&str>)> {
        let mut parts: BTreeMap<String, (bool, Vec<&str>)> = BTreeMap::new();
        for (part, compiled) in &self.parts {
            let mut names = part_names(compiled);
            names.sort();
            names.dedup();
            for name in names {
                let (is_metavariable, among) = parts.entry(name).or_default();
                *is_metavariable |= !matches!(compiled, CompiledPart::Query(_));
                among.push(part);
            }
        }
        parts
            .into_iter()
            .filter(|(_, (_, among))| among.len() > 1)
            .map(|(name, (is_metavariable, among))| {
                let sigil = if is_metavariable { '$' } else { '@' };
                (format!("{sigil}{name}"), among)
            })
            .collect()
    }
}

fn regex_of(part: &Part) -> Result<Expression, Diagnostic> {
    Expression::new(&part.text.text, true).map_err(|error| Diagnostic {
        file: part.text.file.clone(),
        text: Arc::clone(&part.text.text),
        span: Some(0..part.text.text.len()),
        message: "not a regular expression".to_owned(),
        hint: error,
    })
}

/// The other language of a part.
fn other_language(name: &str, part: &Part) -> Result<&'static Language, Diagnostic> {
    let language = language::by_name(name).map_err(|error| error.to_string());
    let language = language.and_then(|language| {
        if language.is_text() {
            Err("what a metavariable stands for is no file of plain text".to_owned())
        } else {
            Ok(language)
        }
    });
    language.map_err(|message| Diagnostic {
        file: part.text.file.clone(),
        text: Arc::clone(&part.text.text),
        span: None,
        message,
        hint: "`matches($X, \"…\")` looks for text in a metavariable".to_owned(),
    })
}
