//! Turns the formula of a semgrep rule into parts and a condition.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::language::{self, Language};
use crate::pack::{Part, PartKind, QueryText};
use crate::rule;

/// Why something cannot be carried over.
pub(super) type Reason = String;

/// What patterns are, where they are no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Patterns over plain text.
    Words,
    /// Regular expressions.
    Expression,
}

impl Reading {
    /// A regular expression that says what a pattern says.
    fn expression(self, pattern: &str) -> Result<String, Reason> {
        match self {
            Self::Words => {
                let written = QueryText {
                    file: String::new(),
                    text: Arc::from(pattern),
                };
                rule::words_expression(&written).map_err(|error| error.message)
            }
            Self::Expression => Ok(pattern.trim_end_matches('\n').to_owned()),
        }
    }
}

/// Collects the parts of one rule.
pub(super) struct Translation<'t> {
    pub(super) languages: &'t [&'static Language],
    pub(super) parts: Vec<Part>,
    /// Branches that were left out of an alternative.
    pub(super) notes: Vec<String>,
    /// The metavariable that the formula is about: expressions are over what it stands for.
    pub(super) subject: Option<String>,
    /// The language of what that metavariable stands for, where it is not the file's.
    pub(super) other: Option<&'static Language>,
    /// What patterns are, if they are no code.
    pub(super) reading: Option<Reading>,
    /// Metavariables that rows speak of and no pattern has.
    pub(super) absent: &'t [String],
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
    // What `$...X` remembers is called `$X` in conditions.
    Ok(text.replacen("$...", "$", 1))
}

impl<'t> Translation<'t> {
    /// Of a rule in these languages.
    pub(super) fn new(
        languages: &'t [&'static Language],
        reading: Option<Reading>,
        absent: &'t [String],
        known: &'t mut Known,
    ) -> Self {
        Self {
            languages,
            parts: Vec::new(),
            notes: Vec::new(),
            subject: None,
            other: None,
            reading,
            absent,
            names: Vec::new(),
            known,
        }
    }
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
        self.present(key, value)?;
        match key {
            "pattern" => self.positive(value),
            "pattern-regex" | "pattern-not-regex" if self.subject.is_some() => {
                let condition = self.about_subject(value.as_str(), None)?;
                let denied = key == "pattern-not-regex";
                Ok(format!("{}{condition}", if denied { "not " } else { "" }))
            }
            "pattern-regex" => self.part(PartKind::Regex, value),
            "patterns" => self.all(value),
            "pattern-either" | "any" => self.any(value),
            "pattern-inside" => Ok(format!("inside({})", self.positive(value)?)),
            "pattern-not" if only_around(value) => {
                Ok(format!("not inside({})", self.positive(value)?))
            }
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
                    "written({}, {})",
                    metavariable(&value["metavariable"])?,
                    quoted(&format!("^(?:{regex})"))
                ))
            }
            "metavariable-pattern" => {
                let language = value.get("language").and_then(Value::as_str);
                let subject = metavariable(&value["metavariable"])?;
                let kept = (self.reading, self.subject.replace(subject), self.other);
                match language {
                    Some("generic" | "regex") => self.reading = Some(Reading::Words),
                    Some(name) => {
                        let other = language::by_name(name);
                        let other = other.map_err(|_| format!("no grammar for {name}"))?;
                        (self.reading, self.other) = (None, Some(other));
                    }
                    None => {}
                }
                let inner = self.formula(value);
                (self.reading, self.subject, self.other) = kept;
                let inner = inner?;
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
            "metavariable-type" => self.of_type(value),
            "metavariable-name" => Err("metavariable-name".to_owned()),
            "semgrep-internal-pattern-anywhere" => Err(key.to_owned()),
            other => {
                let _ = row;
                Err(format!("`{other}` is not known"))
            }
        }
    }

    /// What is said of a metavariable that no pattern has never holds.
    fn present(&self, key: &str, value: &Value) -> Result<(), Reason> {
        let named = match key {
            "focus-metavariable" => Some(value),
            key if key.starts_with("metavariable-") => value.get("metavariable"),
            _ => None,
        };
        let named = named.filter(|named| named.is_string());
        let Some(name) = named.map(metavariable).transpose()? else {
            return Ok(());
        };
        if self.absent.iter().any(|absent| name[1..] == *absent) {
            return Err(format!("no pattern has the metavariable `{name}`"));
        }
        Ok(())
    }

    /// `metavariable-type`: what a typed metavariable says, of one that has no type in its pattern.
    fn of_type(&mut self, value: &Value) -> Result<String, Reason> {
        let name = metavariable(&value["metavariable"])?;
        let one = value.get("type").into_iter();
        let many = value.get("types").and_then(Value::as_array);
        let mut branches = Vec::new();
        for kind in one.chain(many.into_iter().flatten()) {
            let kind = kind.as_str().ok_or("metavariable-type has no type")?;
            let typed = Value::String(format!("({name}: {kind})"));
            branches.push(self.part(PartKind::Pattern, &typed)?);
        }
        if branches.is_empty() {
            return Err("metavariable-type has no type".to_owned());
        }
        Ok(format!("{name} is ({})", branches.join(" or ")))
    }

    /// What an expression says of the metavariable that the formula is about.
    fn about_subject(
        &self,
        text: Option<&str>,
        reading: Option<Reading>,
    ) -> Result<String, Reason> {
        let text = text.ok_or("a pattern is not text")?.trim_end_matches('\n');
        let regex = reading.unwrap_or(Reading::Expression).expression(text)?;
        rule::expression(&regex)?;
        let subject = self.subject.clone().unwrap_or_default();
        Ok(format!("matches({subject}, {})", quoted(&regex)))
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
        // Where all rows say "inside", they tell the place: what they have in common.
        if !terms.iter().any(|term| tells(term)) {
            for term in &mut terms {
                *term = placed(term);
            }
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
        if self.subject.is_some()
            && kind == PartKind::Pattern
            && let Some(reading) = self.reading
            && !text.contains('$')
        {
            return self.about_subject(Some(text), Some(reading));
        }
        // The language of plain text has such patterns itself.
        let own = self.languages.iter().all(|language| language.is_text());
        let over_text = self
            .reading
            .filter(|reading| kind == PartKind::Pattern && !(own && *reading == Reading::Words));
        let written = over_text
            .map(|reading| reading.expression(text))
            .transpose()?;
        let kind = if written.is_some() {
            PartKind::Regex
        } else {
            kind
        };
        let text = written.as_deref().unwrap_or(text);
        let text = if kind == PartKind::Pattern {
            text.trim()
        } else {
            text.trim_end_matches('\n')
        };
        let other = self.other.filter(|_| kind == PartKind::Pattern);
        if let Some(known) = self.parts.iter().find(|part| {
            part.kind == kind
                && &*part.text.text == text
                && part.language.as_deref() == other.map(|language| language.name)
        }) {
            return Ok(known.name.clone());
        }
        let name = format!("p{}", self.parts.len() + 1);
        let part = Part {
            name: name.clone(),
            kind,
            language: other.map(|language| language.name.to_owned()),
            text: QueryText {
                file: String::new(),
                text: Arc::from(text),
            },
        };
        if kind == PartKind::Regex {
            self.names.extend(rule::expression_names(text)?);
        } else {
            let own = other.as_slice();
            let languages = if own.is_empty() { self.languages } else { own };
            for language in languages {
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
        // A call of Ruby has no node for what it calls: what a metavariable stands for there is its text.
        if let Some(subject) = &self.subject
            && kind == PartKind::Pattern
            && self
                .languages
                .iter()
                .all(|language| language.name == "ruby")
            && text.contains('.')
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || ".:_".contains(c))
        {
            let whole = format!("^{}$", text.replace('.', "\\."));
            return Ok(format!(
                "({name} or written({subject}, {}))",
                quoted(&whole)
            ));
        }
        Ok(name)
    }
}

/// Whether all that a formula says is what stands around a place.
fn only_around(formula: &Value) -> bool {
    let rows = formula.get("patterns").and_then(Value::as_array);
    let keys = |row: &Value| {
        row.as_object().is_some_and(|row| {
            row.keys().all(|key| {
                ["pattern-inside", "pattern-not-inside"].contains(&key.as_str())
                    || key.starts_with("metavariable-")
            })
        })
    };
    rows.is_some_and(|rows| rows.iter().all(keys))
}

/// The parts of a condition that a word joins, brackets aside.
fn split<'t>(term: &'t str, word: &str) -> Vec<&'t str> {
    let (mut depth, mut quoted, mut start) = (0_usize, false, 0);
    let mut parts = Vec::new();
    let bytes = term.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0
                && !quoted
                && term.is_char_boundary(at)
                && term[at..].starts_with(word) =>
            {
                parts.push(&term[start..at]);
                at += word.len();
                start = at;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&term[start..]);
    parts
}

/// A condition without the brackets around it.
fn bare(term: &str) -> &str {
    let mut term = term.trim();
    while let Some(inner) = term
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        let whole = split(term, "\u{0}").len() == 1 && closes_at_end(term);
        if !whole {
            break;
        }
        term = inner.trim();
    }
    term
}

/// Whether the first bracket of a text is closed by its last.
fn closes_at_end(term: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in term.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1 == term.len();
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a condition tells the place of a finding in each of its branches.
fn tells(term: &str) -> bool {
    let term = bare(term);
    let branches = split(term, " or ");
    if branches.len() > 1 {
        return branches.into_iter().all(tells);
    }
    let rows = split(term, " and ");
    if rows.len() > 1 {
        return rows.into_iter().any(tells);
    }
    let silent = [
        "inside(", "not ", "matches(", "written(", "at(", "$", "has(",
    ];
    !silent.iter().any(|start| term.starts_with(start))
}

/// A condition whose branches that only say "inside" tell the place.
pub(super) fn placed(term: &str) -> String {
    let inner = bare(term);
    let branches = split(inner, " or ");
    if branches.len() > 1 {
        let branches: Vec<String> = branches.into_iter().map(placed).collect();
        return format!("({})", branches.join(" or "));
    }
    match inner.strip_prefix("inside") {
        Some(rest) if rest.starts_with('(') && closes_at_end(rest) => rest.to_owned(),
        _ => term.to_owned(),
    }
}

/// `$X in ["a", "b"]`, with or without a `not`.
fn membership(text: &str) -> Option<String> {
    let text = text.trim();
    let (denied, text) = match text.strip_prefix("not ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (subject, list) = text.split_once(" in ")?;
    let (subject, denied) = match subject.trim().strip_suffix(" not") {
        Some(subject) => (subject, !denied),
        None => (subject, denied),
    };
    let subject = bare(subject.trim());
    let list = list.trim().strip_prefix('[')?.strip_suffix(']')?;
    let condition = format!("one-of({subject}, {list})");
    rule::condition(&condition).ok()?;
    Some(format!("{}{condition}", if denied { "not " } else { "" }))
}

/// `re.match("EXPRESSION", $X)`, with or without a `not`.
fn matched(text: &str) -> Option<String> {
    let text = text.trim();
    let (denied, text) = match text.strip_prefix("not ") {
        Some(rest) => ("not ", rest.trim()),
        None => ("", text),
    };
    let arguments = text.strip_prefix("re.match(")?.strip_suffix(')')?;
    let (regex, subject) = arguments.rsplit_once(',')?;
    let subject = bare(subject.trim());
    let regex = regex.trim().trim_start_matches('r');
    let quote = regex.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let regex = regex.strip_prefix(quote)?.strip_suffix(quote)?;
    let condition = format!("matches({subject}, {})", quoted(&format!("^(?:{regex})")));
    rule::condition(&condition).ok()?;
    Some(format!("{denied}{condition}"))
}

/// A comparison in Python's syntax, as far as ours says the same.
fn comparison(value: &Value) -> Result<String, Reason> {
    let text = value
        .get("comparison")
        .and_then(Value::as_str)
        .ok_or("a comparison is missing")?;
    let plain = text
        .replace("$...", "$")
        .replace("int(", "(")
        .replace("float(", "(")
        .replace("str(", "(")
        .replace('\n', " ");
    if let Some(condition) = membership(&plain).or_else(|| matched(&plain)) {
        return Ok(condition);
    }
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
