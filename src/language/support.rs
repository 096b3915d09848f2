//! How far each language is supported: the facts behind `stampout languages`.

use super::table::TABLE;
use super::{Language, all};

/// How the cases of a pack mark their lines in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseMarks {
    /// After this opener, to the end of the line.
    Line(&'static str),
    /// Between these two.
    Block(&'static str, &'static str),
    /// The language has no comments: a `.expect` file beside the case.
    Beside,
}

impl CaseMarks {
    /// A comment that holds this text, or `None` where the language has no place for one.
    pub fn comment(&self, text: &str) -> Option<String> {
        match self {
            Self::Line(open) => Some(format!("{open} {text}")),
            Self::Block(open, close) => Some(format!("{open} {text} {close}")),
            Self::Beside => None,
        }
    }
}

/// How far one language is supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// The canonical name.
    pub name: &'static str,
    /// Other words that mean it.
    pub aliases: &'static [&'static str],
    /// What a file of it is known by: `*.ext`, `Name`, `Name.*`, `#!program`; of plain text, in words.
    pub detection: Vec<String>,
    /// Whether queries run on it; true of every language of the build but plain text.
    pub queries: bool,
    /// How cases mark their lines.
    pub case_marks: CaseMarks,
    /// What a scan cannot see; may be empty.
    pub note: &'static str,
}

/// How far a language is supported.
pub fn support(language: &Language) -> Support {
    let extensions = language
        .extensions
        .iter()
        .map(|extension| format!("*.{extension}"));
    let names = language
        .file_names
        .iter()
        .chain(language.name_patterns)
        .map(|name| (*name).to_owned());
    let interpreters = language
        .interpreters
        .iter()
        .map(|interpreter| format!("#!{interpreter}"));
    let detection = if language.is_text() {
        vec!["every file that is text, for rules that ask for it".to_owned()]
    } else {
        extensions.chain(names).chain(interpreters).collect()
    };
    Support {
        name: language.name,
        aliases: language.aliases,
        detection,
        queries: language.grammar.is_some() && !language.is_text(),
        case_marks: match (language.line_comment, language.block_comment) {
            ([open, ..], _) => CaseMarks::Line(open),
            ([], Some((open, close))) => CaseMarks::Block(open, close),
            ([], None) => CaseMarks::Beside,
        },
        note: language.note,
    }
}

/// The names of the languages that this build leaves out, sorted.
pub fn absent() -> Vec<&'static str> {
    TABLE
        .iter()
        .map(|language| language.name)
        .filter(|name| !all().iter().any(|there| there.name == *name))
        .collect()
}
