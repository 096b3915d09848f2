//! What git's index remembers of a file on disk, to tell whether it was changed since without reading it.
//!
//! As git does it: size, inode and both times must be what they were, and older than the index itself, since a file that
//! was changed in the moment in which the index was written looks unchanged. The time of the last change of the inode is
//! the kernel's and not to be set.

use bstr::ByteSlice;

/// A time as the file system keeps it: seconds since 1970 and nanoseconds.
type Time = (i64, i64);

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    changed: Time,
    modified: Time,
    /// The index keeps 32 bits of it.
    inode: u32,
    /// The index keeps 32 bits of it.
    size: u32,
}

impl Stat {
    /// Of an open file.
    #[expect(clippy::cast_possible_truncation, reason = "as the index does it")]
    #[expect(clippy::cast_sign_loss, reason = "sizes and inodes have no sign")]
    #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
    pub(super) fn of(stat: &rustix::fs::Stat) -> Self {
        Self {
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as i64),
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            inode: stat.st_ino as u32,
            size: stat.st_size as u32,
        }
    }

    /// As `git ls-files --debug` writes it; also how long that is. `None` if it looks otherwise.
    pub(super) fn parse(text: &[u8]) -> Option<(Self, usize)> {
        let mut rest = text;
        let mut line = |label: &str| {
            let (line, behind) = rest.split_once_str("\n")?;
            rest = behind;
            line.strip_prefix(label.as_bytes())
        };
        let changed = time(line("  ctime: ")?)?;
        let modified = time(line("  mtime: ")?)?;
        let (_, inode) = line("  dev: ")?.split_once_str("\tino: ")?;
        line("  uid: ")?;
        let (size, _) = line("  size: ")?.split_once_str("\tflags: ")?;
        let stat = Self {
            changed,
            modified,
            inode: number(inode)?,
            size: number(size)?,
        };
        let length = text.len() - rest.len();
        Some((stat, length))
    }

    /// Whether the file had been left alone when the index, last written at this time, was written.
    pub(super) fn is_older(&self, than: Time) -> bool {
        self.changed < than && self.modified < than
    }
}

/// `<seconds>:<nanoseconds>`.
fn time(text: &[u8]) -> Option<Time> {
    let (seconds, nanoseconds) = text.split_once_str(":")?;
    Some((number(seconds)?, number(nanoseconds)?))
}

fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Stat;

    #[test]
    fn what_git_writes_is_understood_and_nothing_else() {
        let text = b"  ctime: 1795558282:748485196\n  mtime: 1793988916:0\n  dev: 65024\tino: 5751267\n  uid: 0\tgid: 0\n  size: 49122\tflags: 0\nH 100644";
        let (stat, length) = Stat::parse(text).expect("it is git's");
        assert_eq!(&text[length..], b"H 100644");
        assert_eq!((stat.inode, stat.size), (5_751_267, 49_122));
        assert!(stat.is_older((1_795_558_282, 748_485_197)));
        assert!(!stat.is_older((1_795_558_282, 748_485_196)), "racy");
        for other in [
            &b"H 100644 0123 0\tpath"[..],
            b"",
            b"  ctime: 1:2\n  mtime: 3:4\n",
            b"  ctime: x:2\n  mtime: 3:4\n  dev: 1\tino: 2\n  uid: 0\tgid: 0\n  size: 4\tflags: 0\n",
        ] {
            assert_eq!(Stat::parse(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}
