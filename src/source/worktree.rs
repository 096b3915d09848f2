//! Listing a work tree: what git tracks, what lies beside it, and what git does not speak of.
//!
//! Git is asked first; then our own walk adds what git leaves out (FIFOs, sockets, devices, folders without
//! permission, and anything that a hostile configuration made it forget). Invariant: every path that the walk sees is
//! an entry or lies below one that stands for its whole folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::beneath::Beneath;
use super::entry::{Changes, Entry, ListOptions, Listing, State, apply_globs};
use super::git::Verb;
use super::index::{self, Tracked};
use super::object::Mode;
use super::oid::Oid;
use super::repository::{Place, Store};
use super::revision_list::problem;
use super::scope::is_or_below;
use super::tree::{self, Leaf};
use super::walk::{Node, Step, walk};
use super::{PathScope, Reader, Repository, Revision, SourceError, gitdir};
use crate::model::{Outcome, Problem, RepoPath, UnitKind};

/// Lists the work tree within the scope of the repository.
pub(super) fn list(repository: &Repository, options: &ListOptions) -> Result<Listing, SourceError> {
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
    let tracked = index::read(&store.git, &repository.scope)?;
    let mut problems = Vec::new();
    let head = repository.head().unwrap_or_else(|error| {
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
    let index = index_differs(repository, head.as_ref(), &tracked);
    let mut gathering = Gathering {
        repository,
        beneath,
        tracked: &tracked,
        entries: BTreeMap::new(),
        changes: Changes {
            index,
            ..Changes::default()
        },
        problems,
    };
    for (path, entry) in &tracked {
        gathering.add_tracked(path, entry);
    }
    let seen = Seen::look(repository.root(), &repository.scope, &tracked);
    gathering.add_beside(store, &seen, options.no_ignore)?;
    gathering.add_seen(seen);
    let Gathering {
        entries,
        changes,
        problems,
        ..
    } = gathering;
    let mut entries: Vec<Entry> = entries.into_values().collect();
    apply_globs(&mut entries, options.globs.as_ref());
    Ok(Listing {
        unit,
        entries,
        changes,
        problems,
    })
}

/// Whether the index holds other things than HEAD; if HEAD cannot be read, we cannot vouch that it does not.
fn index_differs(
    repository: &Repository,
    head: Option<&Revision>,
    tracked: &BTreeMap<RepoPath, Tracked>,
) -> bool {
    let Some(head) = head else {
        return !tracked.is_empty();
    };
    let leaves = head.tree_id().and_then(|tree| {
        tree::list(
            &mut repository.objects()?,
            repository.format(),
            tree,
            &repository.scope,
        )
    });
    let Ok(leaves) = leaves else { return true };
    let same = |(path, leaf): &(RepoPath, Leaf)| {
        tracked.get(path).is_some_and(|tracked| match leaf {
            Leaf::Blob(oid) => (tracked.mode, tracked.oid) == (Mode::Blob, Some(*oid)),
            Leaf::Symlink(oid) => (tracked.mode, tracked.oid) == (Mode::Symlink, Some(*oid)),
            Leaf::Submodule(oid) => (tracked.mode, tracked.oid) == (Mode::Submodule, Some(*oid)),
            Leaf::Strange(..) | Leaf::LostTree(..) | Leaf::Twin(..) => false,
        })
    };
    leaves.len() != tracked.len() || !leaves.iter().all(same)
}

/// What our own walk saw and the index does not know.
#[derive(Default)]
struct Seen {
    nodes: Vec<(RepoPath, Node)>,
    /// A `.gitignore` on which git would wait for ever.
    blocked: Option<RepoPath>,
}

impl Seen {
    fn look(root: &Path, scope: &PathScope, tracked: &BTreeMap<RepoPath, Tracked>) -> Self {
        let mut seen = Self::default();
        let mut see = |path: &[u8], place: &Path, node: Node| {
            let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
            if name == b".git" {
                return Step::Over;
            }
            let path = RepoPath::new(path);
            if matches!(node, Node::Special) && name == b".gitignore" {
                seen.blocked = Some(path.clone());
            }
            match node {
                Node::Folder => match tracked.get(&path) {
                    Some(Tracked {
                        mode: Mode::Submodule,
                        ..
                    }) => Step::Over,
                    _ if gitdir::of_work_tree(place).is_some()
                        && !holds_tracked(tracked, &path) =>
                    {
                        seen.nodes.push((path, node));
                        Step::Over
                    }
                    _ => Step::Into,
                },
                Node::Unreadable(_) => {
                    seen.nodes.push((path, node));
                    Step::Over
                }
                _ => {
                    if !tracked.contains_key(&path) {
                        seen.nodes.push((path, node));
                    }
                    Step::Over
                }
            }
        };
        if scope.is_all() {
            walk(root, b"", &mut see);
        }
        for path in scope.paths() {
            walk(root, path.as_bytes(), &mut see);
        }
        seen
    }
}

/// Whether the index has anything below this folder.
fn holds_tracked(tracked: &BTreeMap<RepoPath, Tracked>, folder: &RepoPath) -> bool {
    let mut below = folder.as_bytes().to_vec();
    below.push(b'/');
    let next = tracked.range(RepoPath::new(below.clone())..).next();
    next.is_some_and(|(path, _)| path.as_bytes().starts_with(&below))
}

struct Gathering<'a> {
    repository: &'a Repository,
    beneath: Beneath,
    tracked: &'a BTreeMap<RepoPath, Tracked>,
    entries: BTreeMap<RepoPath, Entry>,
    changes: Changes,
    problems: Vec<Problem>,
}

impl Gathering<'_> {
    /// Of two things that can be said of one path the one with precedence stays.
    fn add(&mut self, entry: Entry) {
        let rank = |state: &State| match state {
            State::Settled(outcome, _) => *outcome,
            State::Object(_) | State::File { .. } => Outcome::Scanned,
        };
        match self.entries.get_mut(&entry.path) {
            Some(known) if rank(&known.state) <= rank(&entry.state) => {}
            Some(known) => *known = entry,
            None => drop(self.entries.insert(entry.path.clone(), entry)),
        }
    }

    fn add_tracked(&mut self, path: &RepoPath, tracked: &Tracked) {
        let kind = self.beneath.kind(path.as_bytes());
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
        self.add(Entry {
            path: path.clone(),
            state,
            claimed: tracked.oid,
        });
    }

    /// Whether a file on disk has the bytes of this blob.
    fn holds(&self, path: &RepoPath, oid: Option<Oid>) -> bool {
        let entry = Entry {
            path: path.clone(),
            state: State::File { index: oid },
            claimed: None,
        };
        let Ok(reader) = Reader::new(self.repository, 1 << 16) else {
            return false;
        };
        match reader.files().read(&entry) {
            super::Loaded::Bytes(blob) => Some(blob.oid) == oid,
            _ => false,
        }
    }

    /// Adds what git says is untracked and ignored.
    fn add_beside(
        &mut self,
        store: &Store,
        seen: &Seen,
        no_ignore: bool,
    ) -> Result<(), SourceError> {
        let scope = self.repository.scope.clone();
        if no_ignore {
            return self.add_others(store, &scope, false);
        }
        if let Some(path) = &seen.blocked {
            let message = format!(
                "{path} is a FIFO or device: git would wait on it, so no ignore file is honoured"
            );
            self.problems.push(problem(
                self.repository,
                message,
                "remove it, or pass --no-ignore",
            ));
            return self.add_others(store, &scope, false);
        }
        self.add_others(store, &scope, true)?;
        let flags = [
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
        ];
        let listing = store
            .git
            .run(Verb::LsFiles, &index::arguments(&flags, &scope))?;
        let mut ignored: Vec<&[u8]> = listing
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty())
            .collect();
        ignored.sort_unstable();
        let mut asked_for = Vec::new();
        for (index, path) in ignored.iter().enumerate() {
            let folder = path.strip_suffix(b"/");
            // Git names a folder of nothing but ignored files beside those files; they say it better.
            if folder.is_some()
                && ignored
                    .get(index + 1)
                    .is_some_and(|next| next.starts_with(path))
            {
                continue;
            }
            let name = folder.unwrap_or(path);
            // Who names an ignored path on the command line wants it scanned.
            let named: Vec<&RepoPath> = scope
                .paths()
                .iter()
                .filter(|asked| is_or_below(asked.as_bytes(), name))
                .collect();
            if !named.is_empty() {
                asked_for.extend(named.into_iter().cloned());
                continue;
            }
            if scope.contains(name) {
                self.add_ignored(name, folder.is_some());
            }
        }
        if asked_for.is_empty() {
            Ok(())
        } else {
            self.add_others(store, &PathScope::of(asked_for), false)
        }
    }

    fn add_ignored(&mut self, path: &[u8], folder: bool) {
        let path = RepoPath::new(path);
        let entry = if folder {
            Entry::settled(path, Outcome::Ignored, "folder")
        } else {
            match self.beneath.kind(path.as_bytes()) {
                Ok(FileType::Symlink) => Entry::settled(path, Outcome::Symlink, ""),
                _ => Entry::settled(path, Outcome::Ignored, ""),
            }
        };
        self.add(entry);
    }

    fn add_others(
        &mut self,
        store: &Store,
        scope: &PathScope,
        exclude: bool,
    ) -> Result<(), SourceError> {
        let flags: &[&str] = if exclude {
            &["-z", "--others", "--exclude-standard"]
        } else {
            &["-z", "--others"]
        };
        let listing = store
            .git
            .run(Verb::LsFiles, &index::arguments(flags, scope))?;
        for path in listing
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty())
        {
            if let Some(folder) = path.strip_suffix(b"/") {
                if scope.contains(folder) {
                    self.add(Entry::settled(
                        RepoPath::new(folder),
                        Outcome::NestedRepository,
                        "",
                    ));
                }
            } else if scope.contains(path) {
                self.add_untracked(RepoPath::new(path));
            }
        }
        Ok(())
    }

    fn add_untracked(&mut self, path: RepoPath) {
        let state = match self.beneath.kind(path.as_bytes()) {
            Ok(FileType::RegularFile) => State::File { index: None },
            Ok(FileType::Symlink) => State::Settled(Outcome::Symlink, String::new()),
            Ok(FileType::Directory) => State::Settled(Outcome::NestedRepository, String::new()),
            Ok(_) => State::Settled(Outcome::SpecialFile, String::new()),
            Err(errno) => {
                State::Settled(Outcome::Unreadable, std::io::Error::from(errno).to_string())
            }
        };
        self.changes.untracked = true;
        self.add(Entry {
            path,
            state,
            claimed: None,
        });
    }

    /// Adds what the walk saw and nothing accounts for yet.
    fn add_seen(&mut self, seen: Seen) {
        let stands_for_all = |entry: &&Entry| {
            matches!(
                &entry.state,
                State::Settled(Outcome::NestedRepository | Outcome::Submodule, _)
            ) || matches!(&entry.state, State::Settled(Outcome::Ignored, detail) if detail == "folder")
        };
        let whole: BTreeSet<RepoPath> = self
            .entries
            .values()
            .filter(stands_for_all)
            .map(|entry| entry.path.clone())
            .collect();
        for (path, node) in seen.nodes {
            if is_below_any(&whole, path.as_bytes()) {
                continue;
            }
            match node {
                Node::Special => self.add(Entry::settled(path, Outcome::SpecialFile, "")),
                Node::Folder => self.add(Entry::settled(path, Outcome::NestedRepository, "")),
                Node::Unreadable(cause) => {
                    let message = format!("the folder {path} cannot be listed: {cause}");
                    self.problems.push(problem(
                        self.repository,
                        message,
                        "nothing untracked below it was seen",
                    ));
                    if !holds_tracked(self.tracked, &path) && !path.as_bytes().is_empty() {
                        self.add(Entry::settled(path, Outcome::Unreadable, cause.to_string()));
                    }
                }
                Node::File | Node::Symlink => {
                    if !self.entries.contains_key(&path) {
                        self.add_untracked(path);
                    }
                }
            }
        }
    }
}

/// Whether the path is one of these or lies below one.
fn is_below_any(folders: &BTreeSet<RepoPath>, path: &[u8]) -> bool {
    let ends = path
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .map(|(index, _)| index);
    ends.chain([path.len()])
        .any(|end| folders.contains(&RepoPath::new(&path[..end])))
}
