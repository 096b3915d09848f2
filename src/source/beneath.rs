//! Opening files below a root without ever being led out of it.
//!
//! Invariants: no component of a path may be a symbolic link, and none leads upwards, even if the tree changes while
//! it is read; what is opened for reading is a regular file by the descriptor that is read, never by its name; opening
//! a FIFO or a device does not block.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{FileType, Mode, OFlags, fstat};
use rustix::io::Errno;

/// A folder that is the world.
#[derive(Debug)]
pub(super) struct Beneath {
    root: OwnedFd,
    /// Whether the kernel (or a sandbox around us) lacks `openat2`.
    stepwise: AtomicBool,
}

/// What an open file turned out to be.
pub(super) enum Opened {
    /// A regular file of this size.
    File(File, u64),
    /// Something else.
    Other(FileType),
}

impl Beneath {
    /// Opens the root, which itself may be reached through symbolic links.
    pub(super) fn new(root: &Path) -> Result<Self, Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(root, flags, Mode::empty())?;
        Ok(Self {
            root,
            stepwise: AtomicBool::new(!cfg!(target_os = "linux")),
        })
    }

    /// What stands at a path, itself not followed. `ELOOP` means that a folder on the way is a symbolic link.
    pub(super) fn kind(&self, path: &[u8]) -> Result<FileType, Errno> {
        let found = self.open(path, OFlags::PATH | OFlags::NOFOLLOW)?;
        Ok(FileType::from_raw_mode(fstat(&found)?.st_mode))
    }

    /// Opens a path for reading.
    pub(super) fn read(&self, path: &[u8]) -> Result<Opened, Errno> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let found = self.open(path, flags)?;
        let stat = fstat(&found)?;
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {
                Opened::File(File::from(found), u64::try_from(stat.st_size).unwrap_or(0))
            }
            other => Opened::Other(other),
        })
    }

    fn open(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::CLOEXEC;
        if !self.stepwise.load(Ordering::Relaxed) {
            match self.at_once(path, flags) {
                Err(Errno::NOSYS | Errno::PERM) => self.stepwise.store(true, Ordering::Relaxed),
                result => return result,
            }
        }
        self.step_by_step(path, flags)
    }

    #[cfg(target_os = "linux")]
    fn at_once(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        use rustix::fs::{ResolveFlags, openat2};
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        let mut tries = 0;
        loop {
            match openat2(&self.root, path, flags, Mode::empty(), resolve) {
                // The tree was changed under the kernel's feet.
                Err(Errno::AGAIN) if tries < 32 => tries += 1,
                result => return result,
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn at_once(&self, _: &[u8], _: OFlags) -> Result<OwnedFd, Errno> {
        Err(Errno::NOSYS)
    }

    fn step_by_step(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let (folders, name) = match path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&path[..0], path),
        };
        let mut here: Option<OwnedFd> = None;
        if !folders.is_empty() || path.starts_with(b"/") {
            for folder in folders.split(|byte| *byte == b'/') {
                let step = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let next = self.step(here.as_ref(), folder, step)?;
                match FileType::from_raw_mode(fstat(&next)?.st_mode) {
                    FileType::Directory => here = Some(next),
                    FileType::Symlink => return Err(Errno::LOOP),
                    _ => return Err(Errno::NOTDIR),
                }
            }
        }
        self.step(here.as_ref(), name, flags)
    }

    fn step(&self, here: Option<&OwnedFd>, name: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        if matches!(name, b"" | b"." | b"..") {
            return Err(Errno::XDEV);
        }
        let here = here.map_or(self.root.as_fd(), AsFd::as_fd);
        rustix::fs::openat(here, name, flags, Mode::empty())
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
            let Ok(Opened::File(mut file, size)) = beneath.read(b"a/b/f") else {
                panic!("not opened")
            };
            let mut text = String::new();
            file.read_to_string(&mut text).expect("readable");
            assert_eq!((text.as_str(), size), ("inside", 6));
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
