//! One walk over the folders that hold tracked files: what stands where git tracks something, and whether anything lies
//! beside it.
//!
//! Most work trees hold nothing else; then git need not be asked what is untracked or ignored, and no file is looked at
//! twice. Invariant: whatever the walk did not see for certain counts as something beside.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use rustix::fs::FileType;

use super::gitdir;
use super::index::Tracked;
use super::scope::PathScope;
use super::walk::{Node, Step, walk};
use crate::model::RepoPath;

/// What the walk saw.
pub(super) struct Survey {
    /// What stands at tracked paths that were reached without a symbolic link.
    pub(super) kinds: HashMap<RepoPath, FileType>,
    /// Whether there is, or may be, anything that git does not track.
    pub(super) beside: bool,
}

/// Walks the scope of a work tree.
pub(super) fn survey(
    root: &Path,
    scope: &PathScope,
    tracked: &BTreeMap<RepoPath, Tracked>,
) -> Survey {
    let folders = folders_of(tracked);
    let mut survey = Survey {
        kinds: HashMap::with_capacity(tracked.len()),
        beside: false,
    };
    let mut see = |path: &[u8], place: &Path, node: Node| {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        if name == b".git" {
            return Step::Over;
        }
        let kind = match node {
            Node::File => FileType::RegularFile,
            Node::Symlink => FileType::Symlink,
            Node::Folder => FileType::Directory,
            Node::Special | Node::Unreadable(_) => {
                survey.beside = true;
                return Step::Over;
            }
        };
        let path = RepoPath::new(path);
        let is_tracked = tracked.contains_key(&path);
        let leads_on = kind == FileType::Directory && folders.contains(path.as_bytes());
        survey.beside |= !is_tracked && !leads_on;
        let is_folder = is_tracked && kind == FileType::Directory;
        let step = if leads_on || is_folder && gitdir::of_work_tree(place).is_none() {
            Step::Into
        } else {
            Step::Over
        };
        if is_tracked {
            survey.kinds.insert(path, kind);
        }
        step
    };
    if scope.is_all() {
        walk(root, b"", &mut see);
    }
    for path in scope.paths() {
        walk(root, path.as_bytes(), &mut see);
    }
    survey
}

/// Every folder that holds something tracked, at any depth.
fn folders_of(tracked: &BTreeMap<RepoPath, Tracked>) -> HashSet<&[u8]> {
    let mut folders = HashSet::new();
    for path in tracked.keys() {
        let mut path = path.as_bytes();
        while let Some(end) = path.iter().rposition(|byte| *byte == b'/') {
            path = &path[..end];
            if !folders.insert(path) {
                break;
            }
        }
    }
    folders
}
