//! Reads a file of semgrep rules.

use std::sync::Arc;

use serde_json::Value;

use super::formula::{Known, Reading, Translation, placed};
use super::write::{self, Rule};
use super::yaml;
use crate::language::{self, Language};
use crate::pack::{Parts, QueryText};
use crate::rule;

/// A rule, or a part of one, that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The rule's id.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Whether the rule was carried over all the same, without a part.
    pub partly: bool,
}

/// What became of a file of rules.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The files of the pack, by name; none where no rule carried over.
    pub files: Vec<(String, Vec<u8>)>,
    /// How many rules the file has.
    pub rules: usize,
    /// How many are in the pack.
    pub carried: usize,
    /// What was left out.
    pub left: Vec<Left>,
}

/// Turns a file of semgrep rules into a pack called `name`. `case` is the annotated test file beside it.
///
/// # Errors
/// Where the text is not a file of rules.
pub fn semgrep(name: &str, text: &str, cases: &[(String, Vec<u8>)]) -> Result<Imported, String> {
    let document = yaml::read(text)?;
    let rules = document
        .get("rules")
        .and_then(Value::as_array)
        .ok_or("there is no list `rules`")?;
    let mut imported = Imported {
        rules: rules.len(),
        ..Imported::default()
    };
    let mut carried: Vec<Rule> = Vec::new();
    let mut known = Known::new();
    for (index, rule) in rules.iter().enumerate() {
        let id = rule
            .get("id")
            .and_then(Value::as_str)
            .map_or_else(|| format!("rule-{}", index + 1), str::to_owned);
        match translate(&id, rule, &mut known) {
            Ok((mut rule, notes)) => {
                imported.left.extend(notes.into_iter().map(|reason| Left {
                    rule: id.clone(),
                    reason,
                    partly: true,
                }));
                let taken = |id: &str| carried.iter().any(|known: &Rule| known.id == id);
                if taken(&rule.id) {
                    let free = (2..).map(|number| format!("{}-{number}", rule.id));
                    let free = free.into_iter().find(|id| !taken(id));
                    rule.id = free.unwrap_or_else(|| rule.id.clone());
                    imported.left.push(Left {
                        rule: id,
                        reason: format!(
                            "another rule of the file has this id: it is `{}` here",
                            rule.id
                        ),
                        partly: true,
                    });
                }
                carried.push(rule);
            }
            Err(reason) => imported.left.push(Left {
                rule: id,
                reason,
                partly: false,
            }),
        }
    }
    imported.carried = carried.len();
    if !carried.is_empty() {
        imported.files = write::pack(name, &carried, cases);
    }
    Ok(imported)
}

/// The keys of a rule that are carried over.
const CARRIED: &[&str] = &[
    "id",
    "languages",
    "message",
    "metadata",
    "mode",
    "pattern",
    "pattern-either",
    "pattern-regex",
    "patterns",
    "severity",
];

fn translate(id: &str, rule: &Value, known: &mut Known) -> Result<(Rule, Vec<String>), String> {
    match rule.get("mode").and_then(Value::as_str) {
        None | Some("search") => {}
        Some(mode) => return Err(format!("mode `{mode}`: only search carries over")),
    }
    let languages = languages(rule)?;
    let (mut notes, mut absent) = (Vec::new(), Vec::new());
    let mut drafted = draft(rule, &languages, &absent, known)?;
    loop {
        let parts = drafted.parts.parts.iter();
        let names: Vec<&str> = parts.map(|part| part.name.as_str()).collect();
        let strange = rule::unknown_names(&drafted.parts.condition, &names, &drafted.names);
        let strange = strange.map_err(|error| format!("{} ({})", error.message, error.hint))?;
        let Some(name) = strange.into_iter().next() else {
            break;
        };
        if absent.contains(&name) {
            // It is spoken of where no alternative can be left out.
            return Err(format!("no pattern has the metavariable `${name}`"));
        }
        // The alternative that speaks of it can never hold; where that is the whole rule, drafting fails.
        absent.push(name);
        drafted = draft(rule, &languages, &absent, known)?;
    }
    notes.append(&mut drafted.notes);
    notes.extend(left_behind(rule));
    let text = |key: &str| {
        rule.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    Ok((
        Rule {
            id: write::slug(id),
            written: id.to_owned(),
            message: text("message"),
            severity: text("severity"),
            languages: drafted.languages,
            parts: drafted.parts,
            metadata: rule.get("metadata").cloned().unwrap_or(Value::Null),
        },
        notes,
    ))
}

/// What became of a rule's formula.
struct Draft {
    languages: Vec<&'static Language>,
    parts: Parts,
    /// The metavariables of the parts.
    names: Vec<String>,
    notes: Vec<String>,
}

/// Translates the formula of a rule for those of its languages that can read it. `absent`: metavariables of which is known
/// that no pattern has them.
fn draft(
    rule: &Value,
    languages: &[&'static Language],
    absent: &[String],
    known: &mut Known,
) -> Result<Draft, String> {
    let mut notes = Vec::new();
    let reading = reading(rule);
    // A pattern that one of the languages cannot read costs that language, not the rule.
    let mut reason = String::new();
    let mut kept: Vec<&'static Language> = Vec::new();
    for language in languages {
        let mut trial = Translation::new(std::slice::from_ref(language), reading, absent, known);
        match trial.formula(rule) {
            Ok(_) => kept.push(language),
            Err(why) => {
                notes.push(format!("not in {}: {why}", language.name));
                reason = why;
            }
        }
    }
    if kept.is_empty() {
        return Err(reason);
    }
    let mut translation = Translation::new(&kept, reading, absent, known);
    let condition = placed(&translation.formula(rule)?);
    notes.append(&mut translation.notes);
    let parts = Parts {
        parts: std::mem::take(&mut translation.parts),
        condition: QueryText {
            file: "condition".to_owned(),
            text: Arc::from(condition.as_str()),
        },
        focus: None,
    };
    let names = std::mem::take(&mut translation.names);
    Ok(Draft {
        languages: kept,
        parts,
        names,
        notes,
    })
}

/// What a rule says beside its patterns and what is said of it, and we do not.
fn left_behind(rule: &Value) -> Vec<String> {
    let keys = rule.as_object().into_iter().flatten();
    let strange = keys.filter(|(key, _)| !CARRIED.contains(&key.as_str()));
    strange
        .flat_map(|(key, value)| match (key.as_str(), value.as_object()) {
            ("paths", _) => vec!["`paths` has no counterpart: use --glob".to_owned()],
            ("options", Some(options)) => options
                .iter()
                .map(|(option, value)| format!("the option `{option}: {value}` has no counterpart"))
                .collect(),
            _ => vec![format!("`{key}` has no counterpart")],
        })
        .collect()
}

/// How the patterns of a rule are read, where they are not code.
fn reading(rule: &Value) -> Option<Reading> {
    let names = rule.get("languages").and_then(Value::as_array)?;
    names
        .iter()
        .filter_map(Value::as_str)
        .find_map(|name| match name {
            "generic" => Some(Reading::Words),
            "regex" | "none" => Some(Reading::Expression),
            _ => None,
        })
}

fn languages(rule: &Value) -> Result<Vec<&'static Language>, String> {
    let names: Vec<&str> = rule
        .get("languages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut languages: Vec<&'static Language> = Vec::new();
    for name in &names {
        let names: &[&str] = match *name {
            "ts" | "typescript" => &["typescript", "tsx"],
            "py" | "python2" | "python3" => &["python"],
            "sol" => &["solidity"],
            // All files are text, those of other languages too.
            "regex" | "generic" | "none" => return Ok(vec![&language::TEXT]),
            other => &[other],
        };
        for name in names {
            if let Ok(language) = language::by_name(name)
                && !languages.contains(&language)
            {
                languages.push(language);
            }
        }
    }
    languages.sort_by_key(|language| language.name);
    if languages.is_empty() {
        return Err(format!("no grammar for {}", names.join(", ")));
    }
    Ok(languages)
}
