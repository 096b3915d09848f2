//! Opening files below a root without ever being led out of it.
//!
//! Invariants: no component of a path may be a symbolic link, and none leads upwards, even if the tree changes while
//! it is read; what is opened for reading is a regular file by the descriptor that is read, never by its name; opening
//! a FIFO or a device does not block.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, statat};
use rustix::io::Errno;

/// How folders on the way are opened: where the system can, without the right to list them.
#[cfg(target_os = "linux")]
const FOLDER: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const FOLDER: OFlags = OFlags::CLOEXEC.union(OFlags::NONBLOCK);

/// A folder that is the world.
#[derive(Debug)]
pub(super) struct Beneath {
    root: OwnedFd,
    /// Whether the kernel (or a sandbox around us) lacks `openat2`.
    stepwise: AtomicBool,
}

/// What an open file turned out to be.
pub(super) enum Opened {
    /// A regular file.
    File(File, Stat),
    /// Something else.
    Other(FileType),
}

impl Beneath {
    /// Opens the root, which itself may be reached through symbolic links.
    pub(super) fn new(root: &Path) -> Result<Self, Errno> {
        let root = rustix::fs::open(root, FOLDER | OFlags::DIRECTORY, Mode::empty())?;
        Ok(Self {
            root,
            stepwise: AtomicBool::new(!cfg!(target_os = "linux")),
        })
    }

    /// What stands at a path, itself not followed. `ELOOP` means that a folder on the way is a symbolic link.
    pub(super) fn kind(&self, path: &[u8]) -> Result<FileType, Errno> {
        if let Some(found) = self.at_once(path, FOLDER | OFlags::NOFOLLOW) {
            return Ok(FileType::from_raw_mode(fstat(&found?)?.st_mode));
        }
        let (folder, name) = self.way(path)?;
        let folder = folder.as_ref().map_or(self.root.as_fd(), AsFd::as_fd);
        let stat = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(FileType::from_raw_mode(stat.st_mode))
    }

    /// Opens a path for reading.
    pub(super) fn read(&self, path: &[u8]) -> Result<Opened, Errno> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let found = self.open(path, flags)?;
        let stat = fstat(&found)?;
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Opened::File(File::from(found), stat),
            other => Opened::Other(other),
        })
    }

    fn open(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::CLOEXEC;
        if let Some(found) = self.at_once(path, flags) {
            return found;
        }
        let (folder, name) = self.way(path)?;
        let folder = folder.as_ref().map_or(self.root.as_fd(), AsFd::as_fd);
        rustix::fs::openat(folder, name, flags, Mode::empty())
    }

    /// Opens with one call; `None` where there is no such call.
    #[cfg(target_os = "linux")]
    fn at_once(&self, path: &[u8], flags: OFlags) -> Option<Result<OwnedFd, Errno>> {
        use rustix::fs::{ResolveFlags, openat2};
        if self.stepwise.load(Ordering::Relaxed) {
            return None;
        }
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        let mut tries = 0;
        loop {
            match openat2(&self.root, path, flags, Mode::empty(), resolve) {
                // The tree was changed under the kernel's feet.
                Err(Errno::AGAIN) if tries < 32 => tries += 1,
                Err(Errno::NOSYS | Errno::PERM) => {
                    self.stepwise.store(true, Ordering::Relaxed);
                    return None;
                }
                result => return Some(result),
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn at_once(&self, _: &[u8], _: OFlags) -> Option<Result<OwnedFd, Errno>> {
        None
    }

    /// Opens the folder that holds a path, step by step (`None` is the root); also returns the name in it.
    fn way<'a>(&self, path: &'a [u8]) -> Result<(Option<OwnedFd>, &'a [u8]), Errno> {
        let mut parts = path.split(|byte| *byte == b'/').peekable();
        let mut here: Option<OwnedFd> = None;
        while let Some(part) = parts.next() {
            if matches!(part, b"" | b"." | b"..") {
                return Err(Errno::XDEV);
            }
            if parts.peek().is_none() {
                return Ok((here, part));
            }
            let folder = here.as_ref().map_or(self.root.as_fd(), AsFd::as_fd);
            let flags = FOLDER | OFlags::NOFOLLOW;
            let next = rustix::fs::openat(folder, part, flags, Mode::empty())?;
            match FileType::from_raw_mode(fstat(&next)?.st_mode) {
                FileType::Directory => here = Some(next),
                FileType::Symlink => return Err(Errno::LOOP),
                _ => return Err(Errno::NOTDIR),
            }
        }
        Err(Errno::XDEV)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::Ordering;

    use rustix::fs::FileType;
    use rustix::io::Errno;

    use super::{Beneath, Opened};

    #[test]
    fn neither_way_of_opening_leaves_the_root() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("a/b")).expect("folders");
        std::fs::write(root.join("a/b/f"), "inside").expect("a file");
        std::fs::write(dir.path().join("secret"), "outside").expect("a file");
        symlink("../secret", root.join("link")).expect("a link");
        symlink("a", root.join("folder")).expect("a link");
        let beneath = Beneath::new(&root).expect("the root");
        for stepwise in [false, true] {
            beneath.stepwise.store(stepwise, Ordering::Relaxed);
            let Ok(Opened::File(mut file, stat)) = beneath.read(b"a/b/f") else {
                panic!("not opened")
            };
            let mut text = String::new();
            file.read_to_string(&mut text).expect("readable");
            assert_eq!((text.as_str(), stat.st_size), ("inside", 6));
            assert_eq!(beneath.kind(b"link").expect("a link"), FileType::Symlink);
            assert_eq!(beneath.kind(b"a").expect("a folder"), FileType::Directory);
            assert!(matches!(
                beneath.read(b"a"),
                Ok(Opened::Other(FileType::Directory))
            ));
            assert_eq!(beneath.read(b"link").err(), Some(Errno::LOOP));
            assert_eq!(beneath.read(b"folder/b/f").err(), Some(Errno::LOOP));
            assert_eq!(beneath.kind(b"a/b/f/x").err(), Some(Errno::NOTDIR));
            assert_eq!(beneath.kind(b"a/none").err(), Some(Errno::NOENT));
            for outside in ["../secret", "a/../../secret", "/etc/passwd"] {
                assert_eq!(
                    beneath.read(outside.as_bytes()).err(),
                    Some(Errno::XDEV),
                    "{outside}"
                );
            }
        }
    }
}
