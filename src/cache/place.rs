//! The folder of the cache: private, on a local disk, and taken away whole when it is damaged.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

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

/// Makes the folder, for nobody but the user: records hold code.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes the folder away in one step, so that no process finds half of it, and then apart.
pub(super) fn remove(versioned: &Path) {
    let aside = versioned.with_extension(format!("{:x}.gone", run()));
    // Both fail only where another process was faster, or where nothing can be written at all.
    if fs::rename(versioned, &aside).is_ok() {
        let _ = fs::remove_dir_all(&aside);
    }
}

/// Whether a folder is on a disk of another machine, where no two processes can share a store.
#[cfg(target_os = "linux")]
pub(super) fn is_remote(folder: &Path) -> bool {
    /// NFS, SMB (three ages), 9p, AFS (two), Coda, Ceph, FUSE.
    const REMOTE: [u32; 10] = [
        0x6969,
        0x517B,
        0xFF53_4D42,
        0xFE53_4D42,
        0x0102_1997,
        0x5346_414F,
        0x6B41_4653,
        0x7375_7245,
        0x00C3_6400,
        0x6573_5546,
    ];
    rustix::fs::statfs(folder).is_ok_and(|about| REMOTE.contains(&(about.f_type as u32)))
}

/// Whether a folder is on a disk of another machine, as far as is known here.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_remote(_: &Path) -> bool {
    false
}
