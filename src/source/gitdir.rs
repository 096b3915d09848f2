//! Recognising repositories on disk, without git.
//!
//! Invariant: nothing here opens a file that could block: a FIFO among the files that git reads would hang it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

/// Whether this folder has what git asks of a git directory: `HEAD`, `objects` and `refs` (or what replaces them).
pub(super) fn is_git_dir(path: &Path) -> bool {
    if is_own(path) {
        return true;
    }
    // The git directory of a linked work tree has its own HEAD and shares the rest.
    small_file(&path.join("HEAD")).is_some()
        && common_dir(path) != path
        && is_own(&common_dir(path))
}

fn is_own(path: &Path) -> bool {
    let head = fs::symlink_metadata(path.join("HEAD"));
    head.is_ok_and(|meta| meta.is_file() || meta.is_symlink())
        && path.join("objects").is_dir()
        && path.join("refs").exists()
}

/// The git directory of a work tree root: `.git`, or where the file `.git` points. `None` if there is no `.git` or it
/// is no repository.
pub(super) fn of_work_tree(root: &Path) -> Option<PathBuf> {
    let dot_git = root.join(".git");
    let meta = fs::symlink_metadata(&dot_git).ok()?;
    let git_dir = if meta.is_file() {
        let text = small_file(&dot_git)?;
        let target = text
            .strip_prefix(b"gitdir: ")?
            .trim_end_with(|end| matches!(end, '\n' | '\r'));
        root.join(target.to_path().ok()?)
    } else {
        dot_git
    };
    let git_dir = fs::canonicalize(git_dir).ok()?;
    is_git_dir(&git_dir).then_some(git_dir)
}

/// Whether there is a `.git` of any sort, usable or not.
pub(super) fn has_dot_git(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".git")).is_ok()
}

/// The directory with objects, refs and configuration: that of the main work tree where this one is linked.
pub(super) fn common_dir(git_dir: &Path) -> PathBuf {
    let Some(text) = small_file(&git_dir.join("commondir")) else {
        return git_dir.to_owned();
    };
    let target = text.trim_end_with(|end| matches!(end, '\n' | '\r'));
    match target.to_path() {
        Ok(target) if !target.as_os_str().is_empty() => {
            let path = git_dir.join(target);
            fs::canonicalize(&path).unwrap_or(path)
        }
        _ => git_dir.to_owned(),
    }
}

/// Reads a small regular file; `None` for anything else.
pub(super) fn small_file(path: &Path) -> Option<Vec<u8>> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(path)
        .ok()?
        .take(64 << 10)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(bytes)
}

/// The first FIFO or device in a git directory: git would wait on it for ever.
pub(super) fn blocking_file(git_dir: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::FileTypeExt;
    let blocks =
        |kind: fs::FileType| kind.is_fifo() || kind.is_char_device() || kind.is_block_device();
    let mut folders = vec![git_dir.to_owned()];
    let common = common_dir(git_dir);
    if common != git_dir {
        folders.push(common);
    }
    while let Some(folder) = folders.pop() {
        let Ok(children) = fs::read_dir(&folder) else {
            continue;
        };
        for child in children.flatten() {
            let Ok(kind) = child.file_type() else {
                continue;
            };
            if kind.is_dir() {
                // The git directories of submodules are repositories of their own.
                if child.file_name() != "modules" {
                    folders.push(child.path());
                }
            } else if blocks(kind)
                || kind.is_symlink()
                    && fs::metadata(child.path()).is_ok_and(|meta| blocks(meta.file_type()))
            {
                return Some(child.path());
            }
        }
    }
    None
}
