//! What the cache holds, and emptying it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::place;
use super::store::Store;

/// What the cache holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Where it is.
    pub folder: PathBuf,
    /// Bytes on disk.
    pub bytes: u64,
    /// Blobs of which something is known, or why that cannot be told.
    pub blobs: Result<u64, String>,
}

/// Looks at the cache in a folder; changes nothing.
pub fn status(folder: &Path) -> Status {
    let versioned = place::versioned(folder);
    let files = fs::read_dir(&versioned).into_iter().flatten().flatten();
    let bytes = files
        .filter_map(|file| file.metadata().ok())
        .map(|about| about.len())
        .sum();
    let blobs = if place::file(&versioned).exists() {
        Store::look_at(&versioned)
            .and_then(|store| store.count())
            .map_err(|error| error.to_string())
    } else {
        Ok(0)
    };
    Status {
        folder: versioned,
        bytes,
        blobs,
    }
}

/// Empties the cache in a folder, with what other versions kept there. Runs that use it go on without.
///
/// # Errors
/// Where something of it cannot be removed.
pub fn clear(folder: &Path) -> io::Result<()> {
    place::remove(&place::versioned(folder));
    let kept = match fs::read_dir(folder) {
        Ok(kept) => kept,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for one in kept {
        let one = one?;
        if one.file_name().as_encoded_bytes().starts_with(b"verdicts-") {
            fs::remove_dir_all(one.path())?;
        }
    }
    Ok(())
}
