//! What a listing consists of.

use super::stat::Stat;
use super::{Globs, Oid, Revision};
use crate::model::{Outcome, Problem, RepoPath, Unit};

/// What to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The files on disk of a git work tree.
    WorkTree,
    /// A commit, from the object store.
    Revision(Revision),
    /// Files on disk that are not under git.
    Folder,
}

/// How to list it.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Ignored files are entries like others.
    pub no_ignore: bool,
    /// `-g`.
    pub globs: Option<Globs>,
}

/// Where an entry's bytes are, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// There is nothing to read: its outcome, and a word more where there is one to say.
    Settled(Outcome, String),
    /// In the object store. The id is what the tree says; reading verifies it.
    Object(Oid),
    /// On disk, with the blob that git's index has for it.
    File {
        /// `None` for untracked files and unmerged paths.
        index: Option<Oid>,
    },
}

/// One path of one revision, work tree or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where. Bytes from outside: never join it to a file system path.
    pub path: RepoPath,
    /// Where its bytes are.
    pub state: State,
    /// For settled entries: the object's id as the tree or index names it.
    pub claimed: Option<Oid>,
    /// For files that git's index can vouch for: what they are like if nobody changed them.
    pub(super) stat: Option<Stat>,
}

impl Entry {
    /// The object id that the tree or the index gives for this path, believed or not.
    pub fn named_oid(&self) -> Option<Oid> {
        match &self.state {
            State::Object(oid) | State::File { index: Some(oid) } => Some(*oid),
            _ => self.claimed,
        }
    }

    /// An object whose id was believed before, under the path that it had.
    pub fn object(path: RepoPath, oid: Oid) -> Self {
        Self {
            path,
            state: State::Object(oid),
            claimed: None,
            stat: None,
        }
    }

    /// An entry that is settled at once.
    pub(super) fn settled(path: RepoPath, outcome: Outcome, detail: impl Into<String>) -> Self {
        Self {
            path,
            state: State::Settled(outcome, detail.into()),
            claimed: None,
            stat: None,
        }
    }
}

/// How a work tree differs from its HEAD, as far as a listing can tell; reading the files tells the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The index holds other files or blobs than HEAD, or HEAD could not be read.
    pub index: bool,
    /// There are files that git does not track and does not ignore.
    pub untracked: bool,
    /// Tracked files are gone or became something else.
    pub deleted: bool,
}

impl Changes {
    /// Whether there is any difference.
    pub fn any(self) -> bool {
        self.index || self.untracked || self.deleted
    }
}

/// Everything that is at one revision, in one work tree or in one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What was listed.
    pub unit: Unit,
    /// Sorted by the bytes of the path; no path comes twice.
    pub entries: Vec<Entry>,
    /// For a work tree: how it differs from HEAD.
    pub changes: Changes,
    /// Parts that could not be listed (a folder without permission, a missing tree): the scan is incomplete.
    pub problems: Vec<Problem>,
}

/// Marks what `-g` leaves out, in the order of precedence: what has an earlier outcome keeps it.
pub(super) fn apply_globs(entries: &mut [Entry], globs: Option<&Globs>) {
    let Some(globs) = globs else { return };
    for entry in entries {
        let earlier =
            matches!(&entry.state, State::Settled(outcome, _) if *outcome < Outcome::Excluded);
        if !earlier && !globs.wants(entry.path.as_bytes()) {
            entry.claimed = entry.named_oid();
            entry.state = State::Settled(Outcome::Excluded, String::new());
        }
    }
}
