//! Listing a commit from the object store: no checkout, no file system.

use super::entry::{Entry, ListOptions, Listing, State, apply_globs};
use super::tree::{self, Leaf, Trees};
use super::{Repository, Revision, SourceError};
use crate::model::{Outcome, Problem, ProblemKind, RepoPath, UnitKind};

/// Lists a commit within the scope of the repository.
pub(super) fn list(
    repository: &Repository,
    revision: &Revision,
    options: &ListOptions,
    trees: &mut Trees,
) -> Result<Listing, SourceError> {
    let leaves = tree::list(repository, trees, revision.tree_id()?)?;
    let mut listing = Listing {
        unit: repository.revision_unit(UnitKind::Revision, revision),
        entries: Vec::with_capacity(leaves.len()),
        changes: Default::default(),
        problems: Vec::new(),
    };
    for (path, leaf) in leaves {
        match entry(path, leaf) {
            Ok(entry) => {
                if let State::Settled(Outcome::MissingObject | Outcome::CorruptObject, detail) =
                    &entry.state
                {
                    let message = format!("{} at {}: {detail}", entry.path, revision.name);
                    listing.problems.push(problem(
                        repository,
                        message,
                        "nothing below it could be listed",
                    ));
                }
                listing.entries.push(entry);
            }
            Err(twin) => {
                let message = format!(
                    "{twin} at {}: the tree has several entries of this name",
                    revision.name
                );
                listing
                    .problems
                    .push(problem(repository, message, "only the first is looked at"));
            }
        }
    }
    apply_globs(&mut listing.entries, options.globs.as_ref());
    Ok(listing)
}

/// A problem of this repository that leaves the scan incomplete.
pub(super) fn problem(repository: &Repository, message: String, hint: &str) -> Problem {
    let repository = Some(repository.name.clone());
    Problem {
        kind: ProblemKind::Source,
        repository,
        message,
        hint: hint.to_owned(),
    }
}

/// The entry of a leaf, or the path of one that is there already.
fn entry(path: RepoPath, leaf: Leaf) -> Result<Entry, RepoPath> {
    let (state, claimed) = match leaf {
        Leaf::Blob(oid) => (State::Object(oid), None),
        Leaf::Symlink(oid) => (State::Settled(Outcome::Symlink, String::new()), Some(oid)),
        Leaf::Submodule(oid) => (
            State::Settled(Outcome::Submodule, format!("commit {oid}")),
            Some(oid),
        ),
        Leaf::Strange(oid, mode) => (
            State::Settled(Outcome::CorruptObject, format!("unknown mode {mode:o}")),
            Some(oid),
        ),
        Leaf::LostTree(oid, outcome, detail) => {
            let detail = if detail.is_empty() {
                format!("tree {oid}")
            } else {
                format!("tree {oid}: {detail}")
            };
            (State::Settled(outcome, detail), Some(oid))
        }
        Leaf::Twin(_) => return Err(path),
    };
    Ok(Entry {
        path,
        state,
        claimed,
        stat: None,
    })
}
