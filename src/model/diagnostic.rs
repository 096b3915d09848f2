//! An error that points into a text the user wrote.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What is wrong in a manifest, query or fleet file, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The file as the user knows it.
    pub file: String,
    /// Its whole text; empty where the file could not be read.
    pub text: Arc<str>,
    /// The bytes of `text` that are wrong.
    pub span: Option<Range<usize>>,
    /// The cause: a lowercase fragment.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl Diagnostic {
    /// A diagnostic about a whole file.
    pub fn whole(
        file: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            text: Arc::from(""),
            span: None,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Line and column (both from 1, the column in characters) of the start of the span.
    pub fn line_column(&self) -> Option<(usize, usize)> {
        let start = self.span.as_ref()?.start.min(self.text.len());
        let before = self.text.get(..start)?;
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Some((line, column))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line_column() {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for Diagnostic {}

/// The choice most like a word, for hints; none if nothing is near.
pub fn nearest<'a>(word: &str, choices: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    choices
        .into_iter()
        .map(|choice| (strsim::jaro_winkler(&lower, &choice.to_lowercase()), choice))
        .filter(|(score, _)| *score >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, choice)| choice)
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, nearest};

    #[test]
    fn places_count_from_one_in_characters() {
        let diagnostic = Diagnostic {
            file: "a.toml".into(),
            text: "x = 1\né y".into(),
            span: Some(9..10),
            message: "unknown key `y`".into(),
            hint: String::new(),
        };
        assert_eq!(diagnostic.to_string(), "a.toml:2:3: unknown key `y`");
    }

    #[test]
    fn the_nearest_word_is_near_or_none() {
        assert_eq!(
            nearest("langauges", ["languages", "message"]),
            Some("languages")
        );
        assert_eq!(nearest("zzz", ["languages", "message"]), None);
    }
}
