//! Reads TOML strictly: every key is asked for by name, and what was not asked for is an error with the nearest name.
//!
//! Invariant: no value is read without its place, so every error can point at it.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::{Diagnostic, nearest};

/// Collects what is wrong in one file.
pub struct Errors {
    file: String,
    text: Arc<str>,
    found: Vec<Diagnostic>,
}

impl Errors {
    /// For a file as the user knows it, and its text.
    pub fn new(file: &str, text: Arc<str>) -> Self {
        Self {
            file: file.to_owned(),
            text,
            found: Vec::new(),
        }
    }

    /// Parses a text as TOML; notes what is wrong with it.
    pub fn document<'t>(&mut self, text: &'t str) -> Option<Spanned<DeTable<'t>>> {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            self.at(error.span().unwrap_or(0..0), error.message().to_owned(), "");
        }
        errors.is_empty().then_some(document)
    }

    /// Notes an error at a place.
    pub fn at(&mut self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Diagnostic {
            file: self.file.clone(),
            text: Arc::clone(&self.text),
            span: Some(span),
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Notes an error found elsewhere, with its own place.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All errors, those of this file first and in the order of its text.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        let (mut own, others): (Vec<_>, Vec<_>) = self
            .found
            .into_iter()
            .partition(|error| error.file == self.file);
        own.sort_by_key(|error| error.span.as_ref().map(|span| span.start));
        own.extend(others);
        own
    }
}

/// A value with its place.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// The bytes of the text that hold it.
    pub span: Range<usize>,
}

/// One table while it is being read.
pub struct Table<'t> {
    /// What the table is called in messages: `[incident]`.
    name: &'static str,
    span: Range<usize>,
    rows: &'t DeTable<'t>,
    asked: Vec<&'static str>,
}

impl<'t> Table<'t> {
    /// Wraps a table.
    pub fn new(name: &'static str, span: Range<usize>, rows: &'t DeTable<'t>) -> Self {
        Self {
            name,
            span,
            rows,
            asked: Vec::new(),
        }
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The value of a key, if it is there.
    pub fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.rows.get(key)
    }

    /// A text, if the key is there.
    pub fn text(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<String>> {
        let value = self.get(key)?;
        let text = text_of(value);
        if text.is_none() {
            wrong_type(self.name, key, "a string", value, errors);
        }
        text
    }

    /// A text that must be there and must not be blank.
    pub fn required_text(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<String>> {
        if self.rows.get(key).is_none() {
            self.asked.push(key);
            self.missing(key, errors);
            return None;
        }
        let text = self.text(key, errors)?;
        if text.value.trim().is_empty() {
            errors.at(
                text.span,
                format!("`{key}` of {} is blank", self.name),
                "fill it in",
            );
            return None;
        }
        Some(text)
    }

    /// Notes that a key is missing.
    pub fn missing(&self, key: &str, errors: &mut Errors) {
        let hint = if key.starts_with('[') {
            format!("add a table `{key}`")
        } else {
            format!("add `{key} = …`")
        };
        let message = format!("{} has no `{key}`", self.name);
        errors.at(self.span(), message, hint);
    }

    /// A whole number, if the key is there.
    pub fn integer(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<u32>> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|n| {
            let digits = n.as_str().replace('_', "");
            u32::from_str_radix(&digits, n.radix()).ok()
        });
        if number.is_none() {
            wrong_type(self.name, key, "a whole number", value, errors);
        }
        number.map(|value_of| At {
            value: value_of,
            span: value.span(),
        })
    }

    /// A list of texts; empty if the key is not there.
    pub fn texts(&mut self, key: &'static str, errors: &mut Errors) -> Vec<At<String>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            wrong_type(self.name, key, "a list of strings", value, errors);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match text_of(item) {
                Some(text) => texts.push(text),
                None => wrong_type(self.name, key, "a list of strings", item, errors),
            }
        }
        texts
    }

    /// A date or time, written bare or as a string, as its text.
    pub fn datetime(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<String>> {
        let value = self.get(key)?;
        if let Some(datetime) = value.get_ref().as_datetime() {
            return Some(At {
                value: datetime.to_string(),
                span: value.span(),
            });
        }
        let text = text_of(value);
        if text.is_none() {
            wrong_type(self.name, key, "a date or time", value, errors);
        }
        text
    }

    /// A table below this one, if the key is there.
    pub fn table(
        &mut self,
        key: &'static str,
        name: &'static str,
        errors: &mut Errors,
    ) -> Option<Table<'t>> {
        let value = self.get(key)?;
        match value.get_ref().as_table() {
            Some(rows) => Some(Table::new(name, value.span(), rows)),
            None => {
                wrong_type(self.name, key, "a table", value, errors);
                None
            }
        }
    }

    /// The tables of an array of tables; empty if the key is not there.
    pub fn tables(
        &mut self,
        key: &'static str,
        name: &'static str,
        errors: &mut Errors,
    ) -> Vec<Table<'t>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            let is = value.get_ref().type_str();
            let message = format!(
                "`{key}` of {} must be an array of tables, not {is}",
                self.name
            );
            errors.at(value.span(), message, format!("write `{name}`"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(rows) => tables.push(Table::new(name, item.span(), rows)),
                None => wrong_type(self.name, key, "an array of tables", item, errors),
            }
        }
        tables
    }

    /// Every key and value, for tables whose keys are free.
    pub fn rows(&self) -> impl Iterator<Item = (&'t str, Range<usize>, &'t Spanned<DeValue<'t>>)> {
        self.rows
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
    }

    /// Notes every key that was not asked for and does not begin with `x-`.
    pub fn finish(self, errors: &mut Errors) {
        for (key, span, _) in self.rows() {
            if key.starts_with("x-") || self.asked.contains(&key) {
                continue;
            }
            let hint = match nearest(key, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? Keys of your own begin with `x-`"),
                None => format!(
                    "known keys: {}; keys of your own begin with `x-`",
                    self.asked.join(", ")
                ),
            };
            errors.at(span, format!("unknown key `{key}` in {}", self.name), hint);
        }
    }
}

/// The text of a value, if it is a string.
pub fn text_of(value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
    let text = value.get_ref().as_str()?;
    Some(At {
        value: text.to_owned(),
        span: value.span(),
    })
}

fn wrong_type(
    table: &str,
    key: &str,
    wanted: &str,
    value: &Spanned<DeValue<'_>>,
    errors: &mut Errors,
) {
    let is = value.get_ref().type_str();
    errors.at(
        value.span(),
        format!("`{key}` of {table} must be {wanted}, not {is}"),
        "",
    );
}
