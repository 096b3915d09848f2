//! Listing a work tree: what git tracks, and how it looks on disk. What lies beside it is in `beside`.
//!
//! Invariants: the disk decides what is read, the index only what should be there; of several things that can be said
//! of a path the one with precedence is.

use std::collections::BTreeMap;
use std::thread::ScopedJoinHandle;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::beneath::Beneath;
use super::entry::{Changes, Entry, ListOptions, Listing, State, apply_globs};
use super::index::{self, Index, Tracked};
use super::object::Mode;
use super::oid::Oid;
use super::repository::Place;
use super::revision_list::problem;
use super::survey::{Survey, survey};
use super::tree::{self, Leaf, Trees};
use super::{Loaded, Reader, Repository, Revision, SourceError};
use crate::model::{Outcome, Problem, RepoPath, UnitKind};

/// What a commit holds.
type Leaves = Vec<(RepoPath, Leaf)>;

/// Lists the work tree within the scope of the repository.
pub(super) fn list(
    repository: &Repository,
    options: &ListOptions,
    trees: &mut Trees,
) -> Result<Listing, SourceError> {
    let store = repository.store()?;
    if repository.place() != Place::WorkTree {
        return Err(SourceError::WrongKind {
            path: repository.root().to_owned(),
            wanted: "work tree",
        });
    }
    let beneath = Beneath::new(repository.root()).map_err(|cause| SourceError::Io {
        path: repository.root().to_owned(),
        cause: cause.into(),
    })?;
    let mut problems = Vec::new();
    // Git reads the commit while we look at the disk.
    let (head, tracked, Survey { kinds, beside }) = std::thread::scope(|threads| {
        let head = threads.spawn(|| {
            let head = repository.head();
            let leaves = match &head {
                Ok(Some(head)) => leaves(repository, head, trees).ok(),
                _ => None,
            };
            (head, leaves)
        });
        let wait = |head: ScopedJoinHandle<'_, (_, Option<Leaves>)>| {
            head.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        let tracked = index::read(&store.git, &repository.scope)?;
        let (root, scope) = (repository.root(), &repository.scope);
        if index::exists(&store.git) {
            let survey = survey(root, scope, &tracked);
            return Ok::<_, SourceError>((wait(head), tracked, survey));
        }
        let head = wait(head);
        let tracked = never_checked_out(repository, head.1.as_deref(), &mut problems);
        let survey = survey(root, scope, &tracked);
        Ok((head, tracked, survey))
    })?;
    let (head, leaves) = head;
    let head = head.unwrap_or_else(|error| {
        problems.push(problem(
            repository,
            error.to_string(),
            "the files on disk are scanned, but no commit is named",
        ));
        None
    });
    let unit = match &head {
        Some(head) => repository.revision_unit(UnitKind::WorkTree, head),
        None => repository.unit(UnitKind::WorkTree),
    };
    if head.is_some() && leaves.is_none() && !index::exists(&store.git) {
        problems.push(problem(
            repository,
            "there is no index, and HEAD cannot be listed".to_owned(),
            "only what lies on disk is scanned",
        ));
    }
    let index = match (&head, leaves) {
        (None, _) => !tracked.entries().is_empty(),
        // We cannot vouch for what we cannot read.
        (Some(_), None) => true,
        (Some(_), Some(leaves)) => index_differs(&leaves, &tracked),
    };
    let mut gathering = Gathering {
        repository,
        beneath,
        tracked: &tracked,
        entries: Vec::with_capacity(tracked.entries().len()),
        others: BTreeMap::new(),
        changes: Changes {
            index,
            ..Changes::default()
        },
        problems,
    };
    for ((path, tracked), kind) in tracked.entries().iter().zip(kinds) {
        let entry = gathering.tracked_entry(path, tracked, kind);
        gathering.entries.push(entry);
    }
    if beside {
        gathering.add_beside(store, options.no_ignore)?;
        gathering.add_seen();
    }
    let Gathering {
        mut entries,
        others,
        changes,
        problems,
        ..
    } = gathering;
    if !others.is_empty() {
        entries.extend(others.into_values());
        entries.sort_by(|left, right| left.path.cmp(&right.path));
    }
    apply_globs(&mut entries, options.globs.as_ref());
    Ok(Listing {
        unit,
        entries,
        changes,
        problems,
    })
}

/// What HEAD holds, as left out on purpose: after `git clone --no-checkout` there is no index, and without this the
/// repository would be empty and its scan complete.
fn never_checked_out(
    repository: &Repository,
    leaves: Option<&[(RepoPath, Leaf)]>,
    problems: &mut Vec<Problem>,
) -> Index {
    let hint =
        "the work tree was never checked out: `git checkout`, or scan the commit with --rev HEAD";
    let mut tracked = Vec::new();
    for (path, leaf) in leaves.unwrap_or_default() {
        let (mode, oid) = match leaf {
            Leaf::Blob(oid) => (Mode::Blob, *oid),
            Leaf::Symlink(oid) => (Mode::Symlink, *oid),
            Leaf::Submodule(oid) => (Mode::Submodule, *oid),
            Leaf::LostTree(..) | Leaf::Strange(..) | Leaf::Twin(..) => {
                let message = format!("{path} at HEAD cannot be listed");
                problems.push(problem(repository, message, hint));
                continue;
            }
        };
        let entry = Tracked {
            mode,
            oid: Some(oid),
            skipped: true,
            stat: None,
        };
        tracked.push((path.clone(), entry));
    }
    Index::of(tracked)
}

/// What a commit holds within the scope.
fn leaves(
    repository: &Repository,
    head: &Revision,
    trees: &mut Trees,
) -> Result<Leaves, SourceError> {
    tree::list(repository, trees, head.tree_id()?)
}

/// Whether the index holds other things than a commit.
fn index_differs(leaves: &[(RepoPath, Leaf)], tracked: &Index) -> bool {
    let same =
        |((path, leaf), (tracked_path, tracked)): (&(RepoPath, Leaf), &(RepoPath, Tracked))| {
            let (mode, oid) = match leaf {
                Leaf::Blob(oid) => (Mode::Blob, oid),
                Leaf::Symlink(oid) => (Mode::Symlink, oid),
                Leaf::Submodule(oid) => (Mode::Submodule, oid),
                Leaf::Strange(..) | Leaf::LostTree(..) | Leaf::Twin(..) => return false,
            };
            path == tracked_path && (tracked.mode, tracked.oid) == (mode, Some(*oid))
        };
    // Both are sorted by path.
    let tracked = tracked.entries();
    leaves.len() != tracked.len() || !leaves.iter().zip(tracked).all(same)
}

/// A listing in the making.
pub(super) struct Gathering<'a> {
    pub(super) repository: &'a Repository,
    pub(super) beneath: Beneath,
    pub(super) tracked: &'a Index,
    /// Of what git tracks, in the order of the index.
    pub(super) entries: Vec<Entry>,
    /// Of everything else.
    pub(super) others: BTreeMap<RepoPath, Entry>,
    pub(super) changes: Changes,
    pub(super) problems: Vec<Problem>,
}

impl Gathering<'_> {
    /// Of two things that can be said of one path the one with precedence stays.
    pub(super) fn add(&mut self, entry: Entry) {
        let rank = |state: &State| match state {
            State::Settled(outcome, _) => *outcome,
            State::Object(_) | State::File { .. } => Outcome::Scanned,
        };
        let known = match self.place(&entry.path) {
            Some(place) => Some(&mut self.entries[place]),
            None => self.others.get_mut(&entry.path),
        };
        match known {
            Some(known) if rank(&known.state) <= rank(&entry.state) => {}
            Some(known) => *known = entry,
            None => drop(self.others.insert(entry.path.clone(), entry)),
        }
    }

    /// Whether there is an entry for a path.
    pub(super) fn knows(&self, path: &RepoPath) -> bool {
        self.place(path).is_some() || self.others.contains_key(path)
    }

    /// Where the entry of a tracked path is.
    fn place(&self, path: &RepoPath) -> Option<usize> {
        let found = self.entries.binary_search_by(|entry| entry.path.cmp(path));
        found.ok()
    }

    /// The entry of a tracked path, where the walk saw something of this kind.
    fn tracked_entry(
        &mut self,
        path: &RepoPath,
        tracked: &Tracked,
        seen: Option<FileType>,
    ) -> Entry {
        let kind = seen.map_or_else(|| self.beneath.kind(path.as_bytes()), Ok);
        let settled = |outcome, detail: &str| State::Settled(outcome, detail.to_owned());
        let gone = matches!(kind, Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP));
        let state = match (tracked.mode, kind) {
            (_, Ok(FileType::Symlink)) => settled(Outcome::Symlink, ""),
            // A regular file in place of a link or a submodule is a file, unless it is how a file system without
            // links shows one.
            (Mode::Symlink, Ok(FileType::RegularFile)) if self.holds(path, tracked.oid) => {
                settled(Outcome::Symlink, "as a text file")
            }
            (Mode::Submodule, Ok(FileType::RegularFile)) => State::File { index: None },
            (_, Ok(FileType::RegularFile)) => State::File { index: tracked.oid },
            (Mode::Submodule, Ok(FileType::Directory) | Err(_)) => {
                let commit = tracked
                    .oid
                    .map(|oid| format!("commit {oid}"))
                    .unwrap_or_default();
                settled(Outcome::Submodule, &commit)
            }
            (_, Ok(FileType::Directory)) => {
                settled(Outcome::Deleted, "a folder stands in its place")
            }
            (_, Ok(_)) => settled(Outcome::SpecialFile, ""),
            (Mode::Symlink, Err(_)) if gone => settled(Outcome::Symlink, "gone from the work tree"),
            (_, Err(_)) if gone && tracked.skipped => settled(Outcome::NotCheckedOut, ""),
            (_, Err(Errno::LOOP)) => {
                settled(Outcome::Deleted, "a folder above it is a symbolic link")
            }
            (_, Err(_)) if gone => settled(Outcome::Deleted, ""),
            (_, Err(errno)) => settled(
                Outcome::Unreadable,
                &std::io::Error::from(errno).to_string(),
            ),
        };
        let is_there = matches!(
            (&state, tracked.mode),
            (State::File { .. }, Mode::Blob)
                | (State::Settled(Outcome::Symlink, _), Mode::Symlink)
                | (State::Settled(Outcome::Submodule, _), Mode::Submodule)
        );
        if tracked.skipped && gone {
            // Left out on purpose.
        } else if gone && tracked.mode != Mode::Submodule || !is_there {
            self.changes.deleted = true;
        }
        Entry {
            path: path.clone(),
            state,
            claimed: tracked.oid,
            stat: tracked.stat,
        }
    }

    /// Whether a file on disk has the bytes of this blob.
    fn holds(&self, path: &RepoPath, oid: Option<Oid>) -> bool {
        let entry = Entry {
            path: path.clone(),
            state: State::File { index: oid },
            claimed: None,
            stat: None,
        };
        let Ok(reader) = Reader::new(self.repository, 1 << 16) else {
            return false;
        };
        match reader.files().read(&entry) {
            Loaded::Bytes(blob) => Some(blob.oid) == oid,
            _ => false,
        }
    }
}
