//! What lies in a work tree beside what git tracks: untracked and ignored files, and what git does not speak of.
//!
//! Git is asked first; then our own walk adds what git leaves out (FIFOs, sockets, devices, folders without
//! permission, and anything that a hostile configuration made it forget). Invariant: every path that the walk sees is
//! an entry or lies below one that stands for its whole folder.

use std::collections::BTreeSet;
use std::path::Path;

use rustix::fs::FileType;

use super::entry::{Entry, State};
use super::git::Verb;
use super::index::{self, Index};
use super::repository::Store;
use super::revision_list::problem;
use super::scope::is_or_below;
use super::walk::{Node, Step, walk};
use super::worktree::Gathering;
use super::{PathScope, SourceError, gitdir};
use crate::model::{Outcome, RepoPath};

/// What our own walk sees and neither the index knows nor an entry stands for.
fn look(
    root: &Path,
    scope: &PathScope,
    tracked: &Index,
    whole: &BTreeSet<RepoPath>,
) -> Vec<(RepoPath, Node)> {
    let mut seen = Vec::new();
    let mut see = |path: &[u8], place: &Path, node: Node| {
        let path = RepoPath::new(path);
        let is_folder = matches!(node, Node::Folder);
        if path.file_name() == b".git" || whole.contains(&path) {
            return Step::Over;
        }
        if is_folder {
            let nested = gitdir::of_work_tree(place).is_some() && !tracked.holds_any_below(&path);
            if !nested {
                return Step::Into;
            }
        }
        if is_folder || matches!(node, Node::Unreadable(_)) || !tracked.contains(&path) {
            seen.push((path, node));
        }
        Step::Over
    };
    if scope.is_all() {
        walk(root, b"", &mut see);
    }
    for path in scope.paths() {
        walk(root, path.as_bytes(), &mut see);
    }
    seen
}

/// A `.gitignore` that is a FIFO or device: git opens it and waits for ever.
fn blocking_ignore_file(root: &Path) -> Option<RepoPath> {
    let mut found = None;
    walk(root, b"", &mut |path, place, node| {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        if matches!(node, Node::Special) && name == b".gitignore" {
            found = Some(RepoPath::new(path));
        }
        if found.is_some() || name == b".git" || gitdir::of_work_tree(place).is_some() {
            Step::Over
        } else {
            Step::Into
        }
    });
    found
}

impl Gathering<'_> {
    /// Adds what git says is untracked and ignored.
    pub(super) fn add_beside(&mut self, store: &Store, no_ignore: bool) -> Result<(), SourceError> {
        let scope = self.repository.scope.clone();
        if no_ignore {
            return self.add_others(&others(store, &scope)?, &scope);
        }
        let flags = ["-z", "--others", "--exclude-standard"];
        let Some(kept) = self.ask(store, &flags, &scope)? else {
            return self.add_others(&others(store, &scope)?, &scope);
        };
        self.add_others(&kept, &scope)?;
        let flags = [
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
        ];
        let Some(listing) = self.ask(store, &flags, &scope)? else {
            return self.add_others(&others(store, &scope)?, &scope);
        };
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
            return Ok(());
        }
        let asked_for = PathScope::of(asked_for);
        self.add_others(&others(store, &asked_for)?, &asked_for)
    }

    /// Lists with the help of ignore files; `None` if one of them blocks, which is a problem then.
    fn ask(
        &mut self,
        store: &Store,
        flags: &[&str],
        scope: &PathScope,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let mut blocking = None;
        let is_stuck = || {
            blocking = blocking_ignore_file(self.repository.root());
            blocking.is_some()
        };
        let args = index::arguments(flags, scope);
        let output = store.git.output_unless(Verb::LsFiles, &args, is_stuck)?;
        match (output, blocking) {
            (Some(output), _) if output.code == Some(0) => Ok(Some(output.stdout)),
            (Some(output), _) => Err(output.error(Verb::LsFiles)),
            (None, path) => {
                let path = path.unwrap_or_default();
                let message = format!("git waits on {path}, so no ignore file is honoured");
                let hint = "remove it, or pass --no-ignore";
                self.problems.push(problem(self.repository, message, hint));
                Ok(None)
            }
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

    fn add_others(&mut self, listing: &[u8], scope: &PathScope) -> Result<(), SourceError> {
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
            stat: None,
        });
    }

    /// Adds what the walk saw and nothing accounts for yet.
    pub(super) fn add_seen(&mut self) {
        let stands_for_all = |entry: &&Entry| {
            matches!(
                &entry.state,
                State::Settled(Outcome::NestedRepository | Outcome::Submodule, _)
            ) || matches!(&entry.state, State::Settled(Outcome::Ignored, detail) if detail == "folder")
        };
        let whole: BTreeSet<RepoPath> = self
            .entries
            .iter()
            .chain(self.others.values())
            .filter(stands_for_all)
            .map(|entry| entry.path.clone())
            .collect();
        let repository = self.repository;
        let seen = look(repository.root(), &repository.scope, self.tracked, &whole);
        for (path, node) in seen {
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
                    if !self.tracked.holds_any_below(&path) && !path.as_bytes().is_empty() {
                        self.add(Entry::settled(path, Outcome::Unreadable, cause.to_string()));
                    }
                }
                Node::File | Node::Symlink => {
                    if !self.knows(&path) {
                        self.add_untracked(path);
                    }
                }
            }
        }
    }
}

/// All that git does not track, whatever ignore files say.
fn others(store: &Store, scope: &PathScope) -> Result<Vec<u8>, SourceError> {
    let args = index::arguments(&["-z", "--others"], scope);
    store.git.run(Verb::LsFiles, &args)
}
