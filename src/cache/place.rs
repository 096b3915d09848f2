//! The folder of the cache: private, on a local disk, and taken away whole when it is damaged.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher as _;
use std::path::{Path, PathBuf};

use super::record::FORMAT;

/// The store's file.
const FILE: &str = "store.sqlite";

/// A number that no other run has.
pub(super) fn run() -> i64 {
    RandomState::new()
        .hash_one(std::process::id())
        .cast_signed()
}

/// Where this version keeps its store.
pub(super) fn versioned(folder: &Path) -> PathBuf {
    folder.join(format!("verdicts-{FORMAT}"))
}

/// The store in its folder.
pub(super) fn file(versioned: &Path) -> PathBuf {
    versioned.join(FILE)
}

/// Takes the folder away in one step, so that no process finds half of it, and then apart.
pub(super) fn remove(versioned: &Path) {
    let aside = versioned.with_extension(format!("{:x}.gone", run()));
    // Both fail only where another process was faster, or where nothing can be written at all.
    if fs::rename(versioned, &aside).is_ok() {
        let _ = fs::remove_dir_all(&aside);
    }
}
