//! What lies in a work tree beside what git tracks: untracked and ignored files, and what git does not speak of.
//!
//! Git is asked first; then our own walk adds what git leaves out (FIFOs, sockets, devices, folders without
//! permission, and anything that a hostile configuration made it forget). Invariant: every path that the walk sees is
//! an entry or lies below one that stands for its whole folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rustix::fs::FileType;

use super::entry::{Entry, State};
use super::git::Verb;
use super::index::{self, Tracked};
use super::object::Mode;
use super::repository::Store;
use super::revision_list::problem;
use super::scope::is_or_below;
use super::walk::{Node, Step, walk};
use super::worktree::Gathering;
use super::{PathScope, SourceError, gitdir};
use crate::model::{Outcome, RepoPath};

/// What our own walk saw and the index does not know.
#[derive(Default)]
pub(super) struct Seen {
    nodes: Vec<(RepoPath, Node)>,
    /// A `.gitignore` on which git would wait for ever.
    blocked: Option<RepoPath>,
}

impl Seen {
    pub(super) fn look(
        root: &Path,
        scope: &PathScope,
        tracked: &BTreeMap<RepoPath, Tracked>,
    ) -> Self {
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

impl Gathering<'_> {
    /// Adds what git says is untracked and ignored.
    pub(super) fn add_beside(
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
    pub(super) fn add_seen(&mut self, seen: Seen) {
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
