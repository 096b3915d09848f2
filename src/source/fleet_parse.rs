//! The text of a fleet file, checked strictly.
//!
//! Invariants: an unknown key is an error (but for keys that begin with `x-`); one wrong `[[repository]]` does not
//! hide what is wrong with the next; every error knows its place in the text.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{FleetEntry, remote};

const KEYS: &[&str] = &["name", "owner", "path", "revisions", "url"];

/// Something wrong in a fleet file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetError {
    /// The file.
    pub path: PathBuf,
    /// Its text; empty if it could not be read.
    pub text: Arc<str>,
    /// The bytes of the text that are wrong.
    pub span: Option<Range<usize>>,
    /// What is wrong with them.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl FleetError {
    /// An error about the file as a whole.
    pub(super) fn of_file(path: &Path, message: String) -> Self {
        Self {
            path: path.to_owned(),
            text: "".into(),
            span: None,
            message,
            hint: String::new(),
        }
    }

    /// Line and column of the place, both from 1, the column in characters.
    pub fn position(&self) -> Option<(usize, usize)> {
        let before = self.text.get(..self.span.as_ref()?.start)?;
        let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
        Some((
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        ))
    }
}

impl fmt::Display for FleetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some((line, column)) = self.position() {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for FleetError {}

/// Reads the repositories of a fleet file; errors are in the order of the text.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<FleetEntry>, Vec<FleetError>> {
    let mut check = Check {
        path,
        text: text.into(),
        errors: Vec::new(),
        names: BTreeMap::new(),
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        check.error(error.span(), error.message().to_owned(), "");
    }
    let entries = if check.errors.is_empty() {
        check.document(document.get_ref())
    } else {
        Vec::new()
    };
    if check.errors.is_empty() {
        return Ok(entries);
    }
    check
        .errors
        .sort_by_key(|error| error.span.as_ref().map(|span| span.start));
    Err(check.errors)
}

struct Check<'a> {
    path: &'a Path,
    text: Arc<str>,
    errors: Vec<FleetError>,
    /// Where each name stands.
    names: BTreeMap<String, usize>,
}

impl Check<'_> {
    fn error(&mut self, span: Option<Range<usize>>, message: String, hint: &str) {
        let (path, text) = (self.path.to_owned(), self.text.clone());
        self.errors.push(FleetError {
            path,
            text,
            span,
            message,
            hint: hint.to_owned(),
        });
    }

    fn document(&mut self, document: &DeTable<'_>) -> Vec<FleetEntry> {
        let mut entries = Vec::new();
        for (key, value) in document {
            if key.get_ref() != "repository" {
                self.unknown(key, &["repository"]);
                continue;
            }
            let DeValue::Array(tables) = value.get_ref() else {
                self.error(
                    Some(key.span()),
                    "`repository` is not a list".to_owned(),
                    "write `[[repository]]`",
                );
                continue;
            };
            for table in tables.iter() {
                match table.get_ref() {
                    DeValue::Table(keys) => entries.push(self.repository(keys, table.span())),
                    other => self.wrong_type(table, other, "a table"),
                }
            }
        }
        entries
    }

    fn repository(&mut self, keys: &DeTable<'_>, place: Range<usize>) -> FleetEntry {
        let mut entry = FleetEntry::default();
        for (key, value) in keys {
            match key.get_ref().as_ref() {
                "name" => entry.name = self.name(value).unwrap_or_default(),
                "owner" => entry.owner = self.text(value),
                "path" => entry.path = self.text(value).unwrap_or_default().into(),
                "url" => entry.url = self.url(value),
                "revisions" => entry.revisions = self.revisions(value),
                _ => self.unknown(key, KEYS),
            }
        }
        for required in ["name", "path"] {
            if !keys.keys().any(|key| key.get_ref() == required) {
                let hint = "each `[[repository]]` needs a `name` and a `path`";
                self.error(
                    Some(place.clone()),
                    format!("the repository has no `{required}`"),
                    hint,
                );
            }
        }
        entry
    }

    fn name(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let name = self.text(value)?;
        if let Some(first) = self.names.get(&name) {
            let message = format!("the name `{name}` is taken");
            let hint = format!("the repository in line {first} has it; names are unique");
            self.error(Some(value.span()), message, &hint);
            return None;
        }
        let line = self
            .text
            .get(..value.span().start)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1;
        self.names.insert(name.clone(), line);
        Some(name)
    }

    fn url(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = self.text(value)?;
        let address = remote::clean(&text);
        if address.is_none() {
            let hint = "something like `https://git.example/acme/checkout`; leave it out for a local repository";
            self.error(
                Some(value.span()),
                format!("`{text}` is not a network address"),
                hint,
            );
        }
        address.map(|address| address.url)
    }

    fn revisions(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(names) => names.iter().filter_map(|name| self.text(name)).collect(),
            other => {
                self.wrong_type(value, other, "a list of strings");
                Vec::new()
            }
        }
    }

    /// A string that holds something and nothing odd.
    fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(value, value.get_ref(), "a string");
            return None;
        };
        if text.is_empty() {
            self.error(Some(value.span()), "the string is empty".to_owned(), "");
            return None;
        }
        if text.chars().any(char::is_control) {
            self.error(
                Some(value.span()),
                "the string holds a control character".to_owned(),
                "",
            );
            return None;
        }
        Some(text.clone().into_owned())
    }

    fn wrong_type(&mut self, place: &Spanned<DeValue<'_>>, value: &DeValue<'_>, wanted: &str) {
        self.error(
            Some(place.span()),
            format!("expected {wanted}, found {}", article(value.type_str())),
            "",
        );
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&str]) {
        let name = key.get_ref();
        if name.starts_with("x-") {
            return;
        }
        let nearest = known
            .iter()
            .map(|known| (strsim::damerau_levenshtein(name, known), known))
            .min()
            .filter(|(distance, known)| *distance <= known.len() / 2);
        let hint = match nearest {
            Some((_, nearest)) => format!("did you mean `{nearest}`?"),
            None => format!("known: {}; your own keys begin with `x-`", known.join(", ")),
        };
        self.error(Some(key.span()), format!("unknown key `{name}`"), &hint);
    }
}

fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}
