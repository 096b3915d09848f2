//! Listing a folder that is not under git: everything is an entry, no ignore file means anything.
//!
//! The walk is our own and not that of the `ignore` crate: that one drops FIFOs' and folders' errors into one list
//! without saying what stands for what, and here every path needs an outcome.

use std::collections::BTreeSet;

use super::entry::{Entry, ListOptions, Listing, State, apply_globs};
use super::revision_list::problem;
use super::walk::{Node, Step, walk};
use super::{PathScope, Repository, SourceError, gitdir};
use crate::model::{Outcome, RepoPath, UnitKind};

/// Lists the folder within its scope. Repositories in it that are scanned on their own are no entries.
pub(super) fn list(repository: &Repository, options: &ListOptions) -> Result<Listing, SourceError> {
    let skipped: BTreeSet<&RepoPath> = repository.skipped().iter().collect();
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    let mut visit = |path: &[u8], place: &std::path::Path, node: Node| {
        let path = RepoPath::new(path);
        let entry = match node {
            Node::File => Entry {
                path,
                state: State::File { index: None },
                claimed: None,
                stat: None,
            },
            Node::Symlink => Entry::settled(path, Outcome::Symlink, ""),
            Node::Special => Entry::settled(path, Outcome::SpecialFile, ""),
            Node::Folder if skipped.contains(&path) => return Step::Over,
            Node::Folder if gitdir::of_work_tree(place).is_some() || gitdir::is_git_dir(place) => {
                Entry::settled(path, Outcome::NestedRepository, "")
            }
            Node::Folder if path.file_name() == b".git" => Entry::settled(
                path,
                Outcome::NestedRepository,
                "a git directory that git cannot open",
            ),
            Node::Folder => return Step::Into,
            Node::Unreadable(cause) => {
                let message = format!("the folder {path} cannot be listed: {cause}");
                problems.push(problem(repository, message, "nothing below it was seen"));
                if path.as_bytes().is_empty() {
                    return Step::Over;
                }
                Entry::settled(path, Outcome::Unreadable, cause.to_string())
            }
        };
        entries.push(entry);
        Step::Over
    };
    let whole = [RepoPath::default()];
    let starts = if repository.scope.is_all() {
        &whole
    } else {
        PathScope::paths(&repository.scope)
    };
    for start in starts {
        walk(repository.root(), start.as_bytes(), &mut visit);
    }
    entries.sort_by(|left, right| left.path.cmp(&right.path));
    entries.dedup_by(|left, right| left.path == right.path);
    apply_globs(&mut entries, options.globs.as_ref());
    Ok(Listing {
        unit: repository.unit(UnitKind::Folder),
        entries,
        changes: Default::default(),
        problems,
    })
}
