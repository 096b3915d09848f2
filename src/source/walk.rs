//! One walk over folders on disk, for discovery and for accounting.
//!
//! Invariants: no symbolic link is followed; children come sorted by name; a folder that cannot be listed is told, not
//! skipped.

use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// What stands at a path.
#[derive(Debug)]
pub(super) enum Node {
    File,
    Folder,
    Symlink,
    Special,
    /// A folder whose content could not be listed, wholly or from some point on.
    Unreadable(io::Error),
}

/// What to do with a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Into,
    Over,
}

/// Visits everything below `start` (`start` itself not, if it is a folder), with paths relative to `root`. The answer
/// counts for folders only.
pub(super) fn walk(root: &Path, start: &[u8], visit: &mut dyn FnMut(&[u8], &Path, Node) -> Step) {
    let top = join(root, start);
    match fs::symlink_metadata(&top) {
        Ok(meta) if !meta.is_dir() => {
            visit(start, &top, node(meta.file_type()));
            return;
        }
        _ => {}
    }
    let mut folders = vec![(start.to_vec(), top)];
    while let Some((mut path, mut folder)) = folders.pop() {
        let mut children = Vec::new();
        match fs::read_dir(&folder) {
            Ok(listing) => {
                for child in listing {
                    match child.and_then(|child| Ok((child.file_name(), child.file_type()?))) {
                        Ok(child) => children.push(child),
                        Err(cause) => drop(visit(&path, &folder, Node::Unreadable(cause))),
                    }
                }
            }
            Err(cause) => {
                visit(&path, &folder, Node::Unreadable(cause));
                continue;
            }
        }
        children.sort_by(|left, right| left.0.cmp(&right.0));
        let mut below = Vec::new();
        if !path.is_empty() {
            path.push(b'/');
        }
        let parent = path.len();
        for (name, kind) in children {
            path.truncate(parent);
            path.extend_from_slice(name.as_bytes());
            folder.push(&name);
            let step = visit(&path, &folder, node(kind));
            if kind.is_dir() && step == Step::Into {
                below.push((path.clone(), folder.clone()));
            }
            folder.pop();
        }
        folders.extend(below.into_iter().rev());
    }
}

fn node(kind: fs::FileType) -> Node {
    if kind.is_dir() {
        Node::Folder
    } else if kind.is_symlink() {
        Node::Symlink
    } else if kind.is_file() {
        Node::File
    } else {
        debug_assert!(
            kind.is_fifo() || kind.is_socket() || kind.is_block_device() || kind.is_char_device()
        );
        Node::Special
    }
}

/// A path of the walk as the operating system wants it.
pub(super) fn join(root: &Path, path: &[u8]) -> PathBuf {
    if path.is_empty() {
        root.to_owned()
    } else {
        root.join(std::ffi::OsStr::from_bytes(path))
    }
}

/// The bytes of a relative path.
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().to_owned().into_vec()
}
