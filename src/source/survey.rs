//! One walk over the folders that hold tracked files: what stands where git tracks something, and whether anything lies
//! beside it.
//!
//! Most work trees hold nothing else; then git need not be asked what is untracked or ignored, and no file is looked at
//! twice. Invariant: whatever the walk did not see for certain counts as something beside.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Mutex;
use std::thread::available_parallelism;

use rustix::fs::FileType;

use super::gitdir;
use super::index::Index;
use super::scope::PathScope;
use super::walk::{Node, Step, walk};

/// More threads than this wait for each other in the file system.
const THREADS: usize = 4;

/// What the walk saw.
pub(super) struct Survey {
    /// What stands at each tracked path, in their order; nothing where one was not reached without a symbolic link.
    pub(super) kinds: Vec<Option<FileType>>,
    /// Whether there is, or may be, anything that git does not track.
    pub(super) beside: bool,
}

/// Walks the scope of a work tree.
pub(super) fn survey(root: &Path, scope: &PathScope, tracked: &Index) -> Survey {
    let known = Known {
        places: tracked
            .entries()
            .iter()
            .enumerate()
            .map(|(place, (path, _))| (path.as_bytes(), place))
            .collect(),
        folders: folders_of(tracked),
    };
    let mut top = Seen::default();
    // The folders at the root, each of which a thread can walk on its own.
    let mut starts: Vec<Vec<u8>> = scope
        .paths()
        .iter()
        .map(|path| path.as_bytes().to_vec())
        .collect();
    if scope.is_all() {
        walk(root, b"", &mut |path, place, node| {
            if known.see(&mut top, path, place, node) == Step::Into {
                starts.push(path.to_vec());
            }
            Step::Over
        });
    }
    let threads = available_parallelism().map_or(1, usize::from).min(THREADS);
    let rest = Mutex::new(starts);
    let all = Mutex::new(vec![top]);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut seen = Seen::default();
                // Not in the head of the loop, where the lock would be held for all of the walk.
                let next = || lock(&rest).pop();
                while let Some(start) = next() {
                    walk(root, &start, &mut |path, place, node| {
                        known.see(&mut seen, path, place, node)
                    });
                }
                lock(&all).push(seen);
            });
        }
    });
    let mut survey = Survey {
        kinds: vec![None; tracked.entries().len()],
        beside: false,
    };
    for seen in lock(&all).drain(..) {
        survey.beside |= seen.beside;
        for (place, kind) in seen.kinds {
            survey.kinds[place] = Some(kind);
        }
    }
    survey
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What git tracks.
struct Known<'t> {
    /// By path: the place in the order of paths.
    places: HashMap<&'t [u8], usize>,
    /// Every folder that holds something tracked, at any depth.
    folders: HashSet<&'t [u8]>,
}

/// What one thread saw.
#[derive(Default)]
struct Seen {
    kinds: Vec<(usize, FileType)>,
    beside: bool,
}

impl Known<'_> {
    /// Takes down what stands at a path.
    fn see(&self, seen: &mut Seen, path: &[u8], place: &Path, node: Node) -> Step {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        if name == b".git" {
            return Step::Over;
        }
        let kind = match node {
            Node::File => FileType::RegularFile,
            Node::Symlink => FileType::Symlink,
            Node::Folder => FileType::Directory,
            Node::Special | Node::Unreadable(_) => {
                seen.beside = true;
                return Step::Over;
            }
        };
        let tracked = self.places.get(path);
        let leads_on = kind == FileType::Directory && self.folders.contains(path);
        seen.beside |= tracked.is_none() && !leads_on;
        seen.kinds.extend(tracked.map(|place| (*place, kind)));
        let is_folder = tracked.is_some() && kind == FileType::Directory;
        if leads_on || is_folder && gitdir::of_work_tree(place).is_none() {
            Step::Into
        } else {
            Step::Over
        }
    }
}

fn folders_of(tracked: &Index) -> HashSet<&[u8]> {
    let mut folders = HashSet::new();
    for (path, _) in tracked.entries() {
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
