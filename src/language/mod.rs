//! What we know of each language: its names, its files, its grammar and its comments, as one table.
//!
//! Invariants: the table is the only place that names a language, so a new one is a row (see `table.rs`) and never a
//! match arm; a row whose grammar is not in this build never leaves this room, but its names and files stay known, so
//! that a trimmed build says "not in this build" instead of guessing another language.

mod depth;
mod detect;
mod digest;
mod name;
mod support;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;
use std::sync::LazyLock;

use tree_sitter_language::LanguageFn;

pub use depth::too_deep;
pub use detect::{detect, needs_content, with_text};
pub use name::{UnknownLanguage, by_name};
pub use support::{CaseMarks, Support, absent, support};
pub use text::TEXT;

/// One row of the table.
pub struct Language {
    /// The canonical name, a lower-case word.
    pub name: &'static str,
    /// Other words that mean this language.
    pub aliases: &'static [&'static str],
    /// File extensions without the dot; the first is the one new files get.
    pub extensions: &'static [&'static str],
    /// Exact file names.
    pub file_names: &'static [&'static str],
    /// File names with one `*`.
    pub name_patterns: &'static [&'static str],
    /// Programs that a `#!` line may name, without version digits.
    pub interpreters: &'static [&'static str],
    /// What a file whose name decides nothing may begin with, in lower case.
    pub openings: &'static [&'static str],
    /// What begins a comment that ends with its line; the first is the usual one.
    pub line_comment: &'static [&'static str],
    /// What begins and ends a comment of any length.
    pub block_comment: Option<(&'static str, &'static str)>,
    /// The kinds of those nodes that are comments.
    pub comment_kinds: &'static [&'static str],
    /// Where the language has tags: the elements whose content is no markup.
    pub tags: Option<&'static [&'static str]>,
    /// A short source text that the grammar parses without an error.
    pub sample: &'static str,
    /// What a scan cannot see in this language, for people; may be empty.
    pub note: &'static str,
    /// The recorded number of parse states of the grammar.
    pub parse_states: usize,
    /// The recorded version of the grammar's binary interface.
    pub abi: usize,
    /// The grammar, or `None` where this build leaves it out.
    grammar: Option<LanguageFn>,
}

/// What a row leaves unsaid.
const BLANK: Language = Language {
    name: "",
    aliases: &[],
    extensions: &[],
    file_names: &[],
    name_patterns: &[],
    interpreters: &[],
    openings: &[],
    line_comment: &[],
    block_comment: None,
    comment_kinds: &[],
    tags: None,
    sample: "",
    note: "",
    parse_states: 0,
    abi: 0,
    grammar: None,
};

/// The rows whose grammar is in this build.
static BUILT_IN: LazyLock<Vec<&'static Language>> = LazyLock::new(|| {
    table::TABLE
        .iter()
        .filter(|language| language.grammar.is_some())
        .collect()
});

/// Every language of this build that has a syntax, sorted by name: all but [`TEXT`].
pub fn all() -> &'static [&'static Language] {
    &BUILT_IN
}

/// Every language that a rule may name: those of [`all`], and behind them [`TEXT`].
pub fn known() -> impl Iterator<Item = &'static Language> {
    all().iter().copied().chain([&TEXT])
}

impl Language {
    /// Whether it is [`TEXT`], which has no syntax.
    pub fn is_text(&self) -> bool {
        self.name == TEXT.name
    }

    /// A text as its grammar should see it; each byte stays where it is.
    pub fn readable<'t>(&self, text: &'t [u8]) -> std::borrow::Cow<'t, [u8]> {
        match self.tags {
            Some(raw) => tags::without_comments(text, raw),
            None => std::borrow::Cow::Borrowed(text),
        }
    }

    /// The grammar, ready for a parser or a query.
    pub fn grammar(&self) -> tree_sitter::Language {
        self.grammar
            .expect("rows without a grammar do not leave the room")
            .into()
    }

    /// SHA-256 over what a query can see of the grammar, as hexadecimal digits: the version of its binary interface, its
    /// number of parse states, the names and flags of its node kinds and the names of its fields.
    pub fn grammar_digest(&self) -> &'static str {
        digest::of(self)
    }

    /// Whether nodes of this kind are comments.
    pub fn is_comment(&self, kind: &str) -> bool {
        self.comment_kinds.contains(&kind)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.name)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Language {}

impl std::hash::Hash for Language {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl PartialOrd for Language {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Language {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name.cmp(other.name)
    }
}
