//! The unit of a report: one repository at one revision, or one work tree or folder.

use serde::Serialize;

use super::{CommentNote, Coverage, Evidence};

/// What kind of tree was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// The files on disk of a git work tree.
    WorkTree,
    /// A commit, read from the object store.
    Revision,
    /// Files on disk that are not under git.
    Folder,
}

/// One repository at one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The repository's unique name in this run.
    pub repository: String,
    /// Where it can be cloned or viewed; never with credentials.
    pub url: Option<String>,
    /// The team that owns it.
    pub owner: Option<String>,
    /// What was scanned.
    pub kind: UnitKind,
    /// The revision by its short name (`main`, `release/1.2`, `v2.3.1`, a commit); none for work trees and folders.
    pub revision: Option<String>,
    /// The full name of the ref (`refs/heads/main`) that led to the commit, if one did. For a work tree, of its HEAD.
    pub reference: Option<String>,
    /// The commit, in hex. For a work tree, its HEAD.
    pub commit: Option<String>,
    /// The committer's time of the commit, seconds since 1970.
    pub commit_time: Option<i64>,
    /// The commit's tree, in hex.
    pub tree: Option<String>,
    /// Whether the clone is shallow, so that its history ends early.
    pub shallow: bool,
}

impl Unit {
    /// `acme/checkout@main`, or just the repository for a work tree.
    pub fn title(&self) -> String {
        match &self.revision {
            Some(revision) => format!("{}@{revision}", self.repository),
            None => self.repository.clone(),
        }
    }
}

/// What is known of a unit once all its entries were accounted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitSummary {
    /// The sum of outcomes.
    pub coverage: Coverage,
    /// Whether every entry that could hold an instance was looked at.
    pub complete: bool,
    /// Number of findings of kind `fail`.
    pub findings: u64,
    /// Number of reviews.
    pub reviews: u64,
    /// Number of findings that do not count because somebody answers for them.
    pub suppressed: u64,
    /// Comments that were meant to suppress something and do not.
    pub comments: Vec<CommentNote>,
    /// Files with parts that did not parse, for which a rule without required text could raise no review.
    pub blind_files: u64,
    /// Entries not looked at that could hold an instance, by outcome (part of `coverage`).
    pub not_looked_at: Coverage,
    /// For a work tree: whether what was scanned differs from the commit, as far as was seen.
    pub dirty: Option<bool>,
    /// Bytes read for it that no earlier unit of the repository had read; what is known from earlier runs need not be.
    pub bytes: u64,
    /// What a ledger needs.
    pub evidence: Evidence,
}
