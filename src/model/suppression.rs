//! Findings that somebody answers for, and the comments in code that say so.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::RepoPath;

/// A comment that begins with `stampout:ignore`, as it stands in a file: a fact about the bytes, whatever the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoreComment {
    /// The line on which it stands.
    pub line: u32,
    /// The line of code that it is about.
    pub covers: u32,
    /// Whether it stands behind code, on the line that it is about.
    pub trailing: bool,
    /// Whether it begins a comment. What only mentions the words does not count.
    pub begins: bool,
    /// What follows the words `stampout:ignore`, up to the end of the comment or the line, cut to a bounded length.
    pub text: String,
}

/// The comments of a file, shared by all its places.
pub type IgnoreComments = Arc<[IgnoreComment]>;

/// Said in a comment in the code.
pub const IN_SOURCE: &str = "in-source";
/// Said in the ledger.
pub const EXTERNAL: &str = "external";

/// Somebody answers, by name and for a reason, for leaving a finding as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// [`IN_SOURCE`] or [`EXTERNAL`]; words of other versions stay words.
    pub kind: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds: `2027-01-31`.
    #[serde(default)]
    pub until: Option<String>,
    /// The line of the comment.
    #[serde(default)]
    pub line: Option<u32>,
    /// Its name in the ledger.
    #[serde(default)]
    pub id: Option<String>,
}

impl Suppression {
    /// Whether it holds on a day (`2027-01-31`).
    pub fn holds(&self, today: &str) -> bool {
        self.until.as_deref().is_none_or(|until| today <= until)
    }
}

/// What is wrong with a comment that suppresses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentProblem {
    /// It is not written as it must be.
    Malformed,
    /// Its last day has passed.
    Expired,
    /// There is no finding of the rule where it points.
    Unused,
}

impl CommentProblem {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Expired => "expired",
            Self::Unused => "unused",
        }
    }
}

/// A comment that suppresses nothing, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommentNote {
    /// In which file.
    pub path: RepoPath,
    /// On which line.
    pub line: u32,
    /// What is wrong.
    pub problem: CommentProblem,
    /// The same in a sentence.
    pub message: String,
}
