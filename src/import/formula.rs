//! Turns the formula of a semgrep rule into parts and a condition.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::language::Language;
use crate::pack::{Part, PartKind, QueryText};
use crate::rule;

/// Why something cannot be carried over.
pub(super) type Reason = String;

/// Collects the parts of one rule.
pub(super) struct Translation<'t> {
    pub(super) languages: &'t [&'static Language],
    pub(super) parts: Vec<Part>,
    /// Branches that were left out of an alternative.
    pub(super) notes: Vec<String>,
    /// The metavariables of the parts.
    pub(super) names: Vec<String>,
    pub(super) known: &'t mut Known,
}

/// The names in patterns that were tried, or what is wrong with them, by language and text: rules repeat patterns, and
/// trying one is dear.
pub(super) type Known = HashMap<(&'static str, String), Result<Vec<String>, Reason>>;

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn metavariable(value: &Value) -> Result<String, Reason> {
    let text = value.as_str().ok_or("a metavariable is missing")?;
    Ok(text.to_owned())
}

impl Translation<'_> {
    /// The condition of a formula.
    pub(super) fn formula(&mut self, rule: &Value) -> Result<String, Reason> {
        for key in [
            "pattern",
            "patterns",
            "pattern-either",
            "pattern-regex",
            "match",
        ] {
            if let Some(value) = rule.get(key) {
                return if key == "match" {
                    self.modern(value)
                } else {
                    self.row(key, value, rule)
                };
            }
        }
        Err("it has no pattern".to_owned())
    }

    fn row(&mut self, key: &str, value: &Value, row: &Value) -> Result<String, Reason> {
        match key {
            "pattern" => self.positive(value),
            "pattern-regex" => self.part(PartKind::Regex, value),
            "patterns" => self.all(value),
            "pattern-either" | "any" => self.any(value),
            "pattern-inside" => Ok(format!("inside({})", self.positive(value)?)),
            "pattern-not" => Ok(format!("not ({})", self.positive(value)?)),
            "pattern-not-inside" => Ok(format!("not inside({})", self.positive(value)?)),
            "pattern-not-regex" => {
                let part = self.part(PartKind::Regex, value)?;
                Ok(format!("not (has({part}) or inside({part}))"))
            }
            "metavariable-regex" => {
                let regex = value
                    .get("regex")
                    .and_then(Value::as_str)
                    .ok_or("metavariable-regex has no expression")?;
                rule::expression(regex)?;
                Ok(format!(
                    "matches({}, {})",
                    metavariable(&value["metavariable"])?,
                    quoted(&format!("^(?:{regex})"))
                ))
            }
            "metavariable-pattern" => {
                if let Some(language) = value.get("language").and_then(Value::as_str) {
                    return Err(format!(
                        "metavariable-pattern in another language ({language})"
                    ));
                }
                let inner = self.formula(value)?;
                Ok(format!(
                    "{} is ({inner})",
                    metavariable(&value["metavariable"])?
                ))
            }
            "metavariable-comparison" => comparison(value),
            "focus-metavariable" => match value {
                Value::String(name) => Ok(format!("at({name})")),
                Value::Array(names) => {
                    let all: Result<Vec<String>, Reason> = names
                        .iter()
                        .map(|name| Ok(format!("at({})", metavariable(name)?)))
                        .collect();
                    Ok(format!("({})", all?.join(" or ")))
                }
                _ => Err("focus-metavariable has no name".to_owned()),
            },
            "metavariable-analysis" => Err("metavariable-analysis (entropy, redos)".to_owned()),
            "metavariable-type" => Err("metavariable-type".to_owned()),
            "metavariable-name" => Err("metavariable-name".to_owned()),
            "semgrep-internal-pattern-anywhere" => Err(key.to_owned()),
            other => {
                let _ = row;
                Err(format!("`{other}` is not known"))
            }
        }
    }

    /// The newer syntax: `any`, `all`, `inside`, `not`, `regex`, `where`.
    fn modern(&mut self, value: &Value) -> Result<String, Reason> {
        if value.is_string() {
            return self.positive(value);
        }
        let map = value
            .as_object()
            .ok_or("a formula is neither text nor table")?;
        let mut terms = Vec::new();
        for (key, value) in map {
            terms.push(match key.as_str() {
                "any" => {
                    let branches: Result<Vec<String>, Reason> = value
                        .as_array()
                        .ok_or("any is no list")?
                        .iter()
                        .map(|one| self.modern(one))
                        .collect();
                    format!("({})", branches?.join(" or "))
                }
                "all" => {
                    let terms: Result<Vec<String>, Reason> = value
                        .as_array()
                        .ok_or("all is no list")?
                        .iter()
                        .map(|one| self.modern(one))
                        .collect();
                    format!("({})", terms?.join(" and "))
                }
                "not" => format!("not ({})", self.modern(value)?),
                "inside" => format!("inside({})", self.modern(value)?),
                "pattern" => self.positive(value)?,
                "regex" => self.part(PartKind::Regex, value)?,
                "where" => {
                    let mut all = Vec::new();
                    for one in value.as_array().into_iter().flatten() {
                        let row = one
                            .as_object()
                            .and_then(|row| row.iter().find(|(key, _)| *key != "metavariable"));
                        let (key, inner) = row.ok_or("where has an empty row")?;
                        all.push(match key.as_str() {
                            "focus" => self.row("focus-metavariable", inner, value)?,
                            "comparison" => comparison(one)?,
                            "regex" => self.row("metavariable-regex", one, value)?,
                            "pattern" | "patterns" => format!(
                                "{} is ({})",
                                metavariable(&one["metavariable"])?,
                                self.formula(one)?
                            ),
                            other => return Err(format!("`where` with {other}")),
                        });
                    }
                    all.join(" and ")
                }
                other => return Err(format!("`{other}` is not known")),
            });
        }
        Ok(format!("({})", terms.join(" and ")))
    }

    /// A pattern as text, or a formula where newer rules allow one.
    fn positive(&mut self, value: &Value) -> Result<String, Reason> {
        if value.is_string() {
            self.part(PartKind::Pattern, value)
        } else if value.is_object() {
            Ok(format!("({})", self.formula(value)?))
        } else {
            Err("a pattern is not text".to_owned())
        }
    }

    fn all(&mut self, value: &Value) -> Result<String, Reason> {
        let mut terms: Vec<String> = Vec::new();
        for row in value.as_array().ok_or("patterns is no list")? {
            for (key, value) in row.as_object().ok_or("a row of patterns is no table")? {
                terms.push(self.row(key, value, row)?);
            }
        }
        // Where all rows say "inside", the first tells the place.
        let tells = |term: &String| {
            !["inside(", "not ", "matches(", "at(", "(at("]
                .iter()
                .any(|start| term.starts_with(start))
                && !term.starts_with('$')
        };
        if !terms.iter().any(tells)
            && let Some(first) = terms.iter_mut().find(|term| term.starts_with("inside("))
        {
            *first = first.trim_start_matches("inside").to_owned();
        }
        Ok(format!("({})", terms.join(" and ")))
    }

    fn any(&mut self, value: &Value) -> Result<String, Reason> {
        let (mut branches, mut reasons) = (Vec::new(), Vec::new());
        for row in value.as_array().ok_or("pattern-either is no list")? {
            for (key, value) in row
                .as_object()
                .ok_or("a row of pattern-either is no table")?
            {
                match self.row(key, value, row) {
                    Ok(branch) => branches.push(branch),
                    Err(reason) => reasons.push(reason),
                }
            }
        }
        if branches.is_empty() {
            return Err(reasons
                .pop()
                .unwrap_or_else(|| "pattern-either is empty".to_owned()));
        }
        self.notes.extend(
            reasons
                .into_iter()
                .map(|reason| format!("one alternative is left out: {reason}")),
        );
        Ok(format!("({})", branches.join(" or ")))
    }

    fn part(&mut self, kind: PartKind, value: &Value) -> Result<String, Reason> {
        let text = value.as_str().ok_or("a pattern is not text")?;
        let text = if kind == PartKind::Pattern {
            text.trim()
        } else {
            text.trim_end_matches('\n')
        };
        if let Some(known) = self
            .parts
            .iter()
            .find(|part| part.kind == kind && &*part.text.text == text)
        {
            return Ok(known.name.clone());
        }
        let name = format!("p{}", self.parts.len() + 1);
        let part = Part {
            name: name.clone(),
            kind,
            text: QueryText {
                file: String::new(),
                text: Arc::from(text),
            },
        };
        if kind == PartKind::Regex {
            self.names.extend(rule::expression_names(text)?);
        } else {
            for language in self.languages {
                let known = self.known.entry((language.name, text.to_owned()));
                let names = known.or_insert_with(|| {
                    rule::pattern_names(&part.text, language).map_err(|error| {
                        let line = text.lines().next().unwrap_or_default();
                        format!("{}: `{line}`", error.message)
                    })
                });
                self.names.extend(names.clone()?);
            }
        }
        self.parts.push(part);
        Ok(name)
    }
}

/// A comparison in Python's syntax, as far as ours says the same.
fn comparison(value: &Value) -> Result<String, Reason> {
    let text = value
        .get("comparison")
        .and_then(Value::as_str)
        .ok_or("a comparison is missing")?;
    let plain = text
        .replace("int(", "(")
        .replace("float(", "(")
        .replace("str(", "(")
        .replace('\n', " ");
    if ["re.match", "len(", " in ", "[", "today(", "strptime"]
        .iter()
        .any(|word| plain.contains(word))
    {
        return Err(format!("the comparison `{}`", text.trim()));
    }
    let plain = plain
        .replace("== False", "== 'False'")
        .replace("== True", "== 'True'");
    rule::condition(&plain).map_err(|_| format!("the comparison `{}`", text.trim()))?;
    Ok(format!("({plain})"))
}
