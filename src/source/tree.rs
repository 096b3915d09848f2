//! Walking the trees of a commit ourselves, each hashed before it is believed.
//!
//! `git ls-tree` would be shorter, but it lists whatever bytes lie under a tree's name, and then a repository could
//! show other files for a commit than it has. Invariants: paths are unique and sorted; a subtree that cannot be read
//! is an entry of its own, so nothing below it disappears in silence.

use std::collections::HashMap;
use std::sync::Arc;

use super::cat_file::{CatFile, Fetched};
use super::object::{self, Mode};
use super::oid::{ObjectFormat, ObjectKind, Oid};
use super::{Repository, SourceError};
use crate::model::{Outcome, RepoPath};

/// Trees are small; a larger one is not a tree.
const TREE_LIMIT: u64 = 256 << 20;
const ENTRY_LIMIT: usize = 10_000_000;
const PATH_BYTES_LIMIT: usize = 1 << 30;

/// What lies at a path of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    Blob(Oid),
    Symlink(Oid),
    Submodule(Oid),
    /// An entry with a mode that git does not know.
    Strange(Oid, u32),
    /// A subtree that could not be read, with what there is to say.
    LostTree(Oid, Outcome, String),
    /// A second entry of the same name: only the first is kept, this one tells.
    Twin(Oid),
}

/// So many bytes of trees are kept.
const MEMORY: usize = 64 << 20;

/// The trees of one repository that were read and hashed before: its revisions share most of them.
#[derive(Default)]
pub struct Trees {
    objects: Option<CatFile>,
    known: HashMap<Oid, Arc<[u8]>>,
    bytes: usize,
}

impl Trees {
    /// Reads these trees, each once.
    fn read(
        &mut self,
        repository: &Repository,
        mut wanted: Vec<Oid>,
    ) -> Result<HashMap<Oid, Tree>, SourceError> {
        wanted.sort_unstable();
        wanted.dedup();
        let mut trees = HashMap::with_capacity(wanted.len());
        wanted.retain(|oid| match self.known.get(oid) {
            Some(bytes) => {
                trees.insert(*oid, Ok(Arc::clone(bytes)));
                false
            }
            None => true,
        });
        if wanted.is_empty() {
            return Ok(trees);
        }
        let objects = match &mut self.objects {
            Some(objects) => objects,
            none => none.insert(repository.objects()?),
        };
        for (oid, fetched) in wanted.iter().zip(objects.read(&wanted, TREE_LIMIT)?) {
            let tree = tree(fetched);
            if let Ok(bytes) = &tree
                && self.bytes + bytes.len() <= MEMORY
            {
                self.bytes += bytes.len();
                self.known.insert(*oid, Arc::clone(bytes));
            }
            trees.insert(*oid, tree);
        }
        Ok(trees)
    }
}

/// The bytes of a tree, or why there are none.
type Tree = Result<Arc<[u8]>, (Outcome, String)>;

/// Lists everything below a tree that the scope of the repository takes in, sorted by path.
///
/// Errors if the tree itself cannot be read.
pub(super) fn list(
    repository: &Repository,
    memory: &mut Trees,
    root: Oid,
) -> Result<Vec<(RepoPath, Leaf)>, SourceError> {
    let (format, scope) = (repository.format(), &repository.scope);
    let mut leaves = Vec::new();
    let mut path_bytes = 0;
    let mut level = vec![(Vec::new(), root)];
    while !level.is_empty() {
        let trees = memory.read(repository, level.iter().map(|(_, oid)| *oid).collect())?;
        let mut next = Vec::new();
        for (folder, oid) in level {
            let entries = match trees.get(&oid).map(|tree| entries(tree, format)) {
                Some(Ok(entries)) => entries,
                Some(Err((outcome, detail))) if folder.is_empty() => {
                    return Err(SourceError::Object {
                        object: format!("tree {oid}"),
                        outcome,
                        detail,
                    });
                }
                Some(Err((outcome, detail))) => {
                    leaves.push((RepoPath::new(folder), Leaf::LostTree(oid, outcome, detail)));
                    continue;
                }
                None => continue,
            };
            for entry in entries {
                let mut path = folder.clone();
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(entry.name);
                let wanted = match entry.mode {
                    Mode::Tree => scope.may_hold(&path),
                    _ => scope.contains(&path),
                };
                if !wanted {
                    continue;
                }
                path_bytes += path.len();
                if leaves.len() + next.len() >= ENTRY_LIMIT || path_bytes > PATH_BYTES_LIMIT {
                    return Err(SourceError::TooManyEntries {
                        limit: "ten million entries or 1 GiB of paths",
                    });
                }
                let leaf = match entry.mode {
                    Mode::Tree => {
                        next.push((path, entry.oid));
                        continue;
                    }
                    Mode::Blob => Leaf::Blob(entry.oid),
                    Mode::Symlink => Leaf::Symlink(entry.oid),
                    Mode::Submodule => Leaf::Submodule(entry.oid),
                    Mode::Other(bits) => Leaf::Strange(entry.oid, bits),
                };
                leaves.push((RepoPath::new(path), leaf));
            }
        }
        level = next;
    }
    // Stable, so that of two entries with one path the first of the tree stays first.
    leaves.sort_by(|left, right| left.0.cmp(&right.0));
    mark_twins(&mut leaves);
    Ok(leaves)
}

fn tree(fetched: Fetched) -> Tree {
    match fetched {
        Fetched::Object {
            kind: ObjectKind::Tree,
            bytes,
        } => Ok(bytes.into()),
        Fetched::Object { kind, .. } | Fetched::Oversized { kind, .. } => Err((
            Outcome::CorruptObject,
            format!("a {} where a tree should be", kind.word()),
        )),
        Fetched::Failed(outcome, detail) => Err((outcome, detail)),
    }
}

fn entries(
    tree: &Tree,
    format: ObjectFormat,
) -> Result<Vec<object::TreeEntry<'_>>, (Outcome, String)> {
    let bytes = tree.as_ref().map_err(Clone::clone)?;
    object::tree_entries(format, bytes)
        .ok_or_else(|| (Outcome::CorruptObject, "the tree is malformed".to_owned()))
}

fn mark_twins(leaves: &mut [(RepoPath, Leaf)]) {
    for index in 1..leaves.len() {
        if leaves[index].0 == leaves[index - 1].0 {
            let oid = match &leaves[index].1 {
                Leaf::Blob(oid)
                | Leaf::Symlink(oid)
                | Leaf::Submodule(oid)
                | Leaf::Strange(oid, _)
                | Leaf::LostTree(oid, ..)
                | Leaf::Twin(oid) => *oid,
            };
            leaves[index].1 = Leaf::Twin(oid);
        }
    }
}

/// Finds the entry at one path; `None` if there is nothing.
///
/// Errors if a tree on the way cannot be read.
pub(super) fn find(
    objects: &mut CatFile,
    format: ObjectFormat,
    root: Oid,
    path: &[u8],
) -> Result<Option<(Mode, Oid)>, SourceError> {
    let mut found = (Mode::Tree, root);
    for name in path.split(|byte| *byte == b'/') {
        let (Mode::Tree, oid) = found else {
            return Ok(None);
        };
        let tree = tree(objects.read_one(oid, TREE_LIMIT)?);
        let entries = entries(&tree, format).map_err(|(outcome, detail)| SourceError::Object {
            object: format!("tree {oid}"),
            outcome,
            detail,
        })?;
        match entries.iter().find(|entry| entry.name == name) {
            Some(entry) => found = (entry.mode, entry.oid),
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}
