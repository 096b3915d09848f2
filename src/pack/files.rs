//! The files of one pack, wherever they come from: a folder on disk, or the binary.
//!
//! Invariants: names are relative with `/`; symbolic links are not followed; sizes are bounded.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::PackSource;
use crate::model::Diagnostic;

/// No file of a pack is larger.
const MAX_FILE: u64 = 4 << 20;

/// The name of the manifest.
pub(crate) const MANIFEST: &str = "incident.toml";

/// All files of one pack, in memory.
#[derive(Clone, Debug)]
pub struct PackFiles {
    /// Where they came from.
    pub source: PackSource,
    /// By name relative to the pack's folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl PackFiles {
    /// Reads a folder.
    ///
    /// # Errors
    /// A diagnostic that names the file which could not be read.
    pub fn open(folder: &Path) -> Result<Self, Diagnostic> {
        let mut files = BTreeMap::new();
        let mut folders = vec![(folder.to_path_buf(), String::new())];
        while let Some((path, prefix)) = folders.pop() {
            let listing = fs::read_dir(&path).map_err(|error| unreadable(&path, &error))?;
            for item in listing {
                let item = item.map_err(|error| unreadable(&path, &error))?;
                let kind = item
                    .file_type()
                    .map_err(|error| unreadable(&item.path(), &error))?;
                let Some(name) = item
                    .file_name()
                    .to_str()
                    .map(|name| format!("{prefix}{name}"))
                else {
                    let title = item.path().display().to_string();
                    return Err(Diagnostic::whole(
                        title,
                        "has a name that is not UTF-8",
                        "rename it",
                    ));
                };
                if kind.is_dir() {
                    // A pack inside a pack is a pack of its own.
                    if !item.path().join(MANIFEST).exists() {
                        folders.push((item.path(), format!("{name}/")));
                    }
                } else if kind.is_file() || kind.is_symlink() && item.path().is_file() {
                    files.insert(name, read_bounded(&item.path())?);
                } else if kind.is_symlink() && !item.path().join(MANIFEST).exists() {
                    return Err(Diagnostic::whole(
                        item.path().display().to_string(),
                        "is a link to no file",
                        "put the file there, or link to it",
                    ));
                }
            }
        }
        Ok(Self {
            source: PackSource::Folder(folder.to_path_buf()),
            files,
        })
    }

    /// A file's name as the user knows it.
    pub(crate) fn title(&self, name: &str) -> String {
        match &self.source {
            PackSource::Builtin(pack) => format!("built-in {pack}/{name}"),
            PackSource::Folder(folder) => folder.join(name).display().to_string(),
        }
    }
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let length = fs::metadata(path)
        .map_err(|error| unreadable(path, &error))?
        .len();
    if length > MAX_FILE {
        let message = format!("is too large for a pack: {length} bytes, at most {MAX_FILE}");
        return Err(Diagnostic::whole(
            path.display().to_string(),
            message,
            "cut the case down to what shows the bug",
        ));
    }
    fs::read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::whole(
        path.display().to_string(),
        format!("cannot be read: {error}"),
        "",
    )
}

/// Every folder below `root` (itself included) that holds a manifest, sorted. Symbolic links are not followed.
///
/// # Errors
/// A diagnostic where `root` cannot be listed.
pub fn find(root: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut found = Vec::new();
    if let Err(error) = fs::read_dir(root) {
        let hint = "name a folder that holds packs";
        return Err(Diagnostic::whole(
            root.display().to_string(),
            format!("cannot be read: {error}"),
            hint,
        ));
    }
    let walk = ignore::WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .build();
    for item in walk {
        let item = item.map_err(|error| {
            Diagnostic::whole(
                root.display().to_string(),
                format!("cannot be listed: {error}"),
                "check the path of --packs",
            )
        })?;
        // Packs are ours, not a scanned repository's: what links to one is one.
        if item.path_is_symlink() && item.path().join(MANIFEST).is_file() {
            found.push(item.path().to_path_buf());
        } else if item.file_name() == MANIFEST
            && item.path().is_file()
            && let Some(parent) = item.path().parent()
        {
            found.push(parent.to_path_buf());
        }
    }
    found.sort();
    Ok(found)
}
