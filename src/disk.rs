//! Where our own files lie: folders that are the user's alone, and on whose disk.

use std::path::Path;
use std::{fs, io};

/// Whose disk a folder or file is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// This machine's, as far as is known.
    Local,
    /// A program's, which may have it from anywhere (FUSE).
    Program,
    /// Another machine's, where two processes cannot share the memory that a SQLite write-ahead log needs.
    Remote,
}

/// Names of file systems of other machines, from Linux's `magic.h`: NFS, SMB (three ages), 9p, AFS (two), Coda, Ceph.
#[cfg(target_os = "linux")]
const REMOTE: [u32; 9] = [
    0x6969,
    0x517B,
    0xFF53_4D42,
    0xFE53_4D42,
    0x0102_1997,
    0x5346_414F,
    0x6B41_4653,
    0x7375_7245,
    0x00C3_6400,
];
#[cfg(target_os = "linux")]
const FUSE: u32 = 0x6573_5546;

impl Disk {
    /// That of a path; local where the system does not tell.
    #[cfg(target_os = "linux")]
    pub fn of(path: &Path) -> Self {
        match rustix::fs::statfs(path).map(|about| about.f_type as u32) {
            Ok(FUSE) => Self::Program,
            Ok(kind) if REMOTE.contains(&kind) => Self::Remote,
            _ => Self::Local,
        }
    }

    /// That of a path; not known on this system.
    #[cfg(not(target_os = "linux"))]
    pub fn of(_: &Path) -> Self {
        Self::Local
    }
}

/// Makes a folder and those above it, for nobody but the user: what lies there shows code.
///
/// # Errors
/// Where it cannot be made; not if it is there.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
