//! What can keep a repository, a revision or a listing from being read.
//!
//! Errors about one entry are not here: they are outcomes and never stop a listing.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::model::Outcome;

/// Why a source could not be read. Messages are lowercase fragments.
#[derive(Debug, Error)]
pub enum SourceError {
    /// There is no git on the PATH (relative elements and those inside the scanned tree do not count).
    #[error("no `git` found on the PATH")]
    GitMissing,
    /// Git was found and did not start.
    #[error("`{program}` did not start: {cause}")]
    Spawn {
        /// The git that was tried.
        program: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// Git ended with an error.
    #[error("`git {verb}` failed: {message}")]
    Git {
        /// The subcommand.
        verb: &'static str,
        /// The last lines that it wrote to standard error, or how it ended.
        message: String,
    },
    /// Git answered something that we do not understand.
    #[error("`git {verb}` gave an unexpected answer: {message}")]
    Answer {
        /// The subcommand.
        verb: &'static str,
        /// What was unexpected.
        message: String,
    },
    /// There is no repository that git could open.
    #[error("{path} is not a repository that git can open: {message}")]
    NotARepository {
        /// The git directory, or the folder that should hold one.
        path: PathBuf,
        /// Why not.
        message: String,
    },
    /// A file or folder could not be read.
    #[error("{path}: {cause}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A commit, tag or tree is missing or is not what its name says.
    #[error("{object}: {}", message_or(outcome, detail))]
    Object {
        /// Which object, with its kind: `commit 1234…`.
        object: String,
        /// [`Outcome::MissingObject`] or [`Outcome::CorruptObject`].
        outcome: Outcome,
        /// More words, may be empty.
        detail: String,
    },
    /// A name leads to a file or tree without a commit, as the tags of some old projects do.
    #[error("it leads to {kind} {oid}, not to a commit")]
    NotACommit {
        /// `blob` or `tree`.
        kind: &'static str,
        /// Its id.
        oid: String,
    },
    /// HEAD leads nowhere, though it should.
    #[error("HEAD is broken: {message}")]
    BrokenHead {
        /// What is wrong.
        message: String,
    },
    /// A work tree was asked of a repository that has none, or the like.
    #[error("{path} is not a {wanted}")]
    WrongKind {
        /// The repository or folder.
        path: PathBuf,
        /// What it was asked to be.
        wanted: &'static str,
    },
    /// The tree unfolds to more entries than any real one has.
    #[error("the tree unfolds to more than {limit}")]
    TooManyEntries {
        /// The limit, in words.
        limit: &'static str,
    },
}

/// The detail, or what the outcome says by itself.
fn message_or(outcome: &Outcome, detail: &str) -> String {
    if detail.is_empty() {
        outcome.phrase(1).to_owned()
    } else {
        detail.to_owned()
    }
}

impl SourceError {
    /// What the user can do about it; empty where there is nothing to say.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::GitMissing => {
                "install git, or put the folder that holds it on the PATH as an absolute path"
            }
            Self::NotARepository { .. } => "`git fsck` in the repository may say more",
            Self::Object {
                outcome: Outcome::MissingObject,
                ..
            } => {
                "the clone is partial, shallow or damaged: fetch what is missing (`git fetch --refetch`) or clone anew"
            }
            Self::Object { .. } => {
                "the object store is damaged or forged: `git fsck` names the objects; clone anew"
            }
            Self::NotACommit { .. } => {
                "only commits can be scanned: write names or a pattern without it"
            }
            Self::BrokenHead { .. } => "name a branch, tag or commit instead",
            _ => "",
        }
    }
}
