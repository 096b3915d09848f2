//! Object ids, and computing them from bytes.
//!
//! Invariant: an [`Oid`] made by [`Hasher`] was computed from bytes that we held; one made by [`Oid::parse`] is only
//! what a tree, an index or a ref claims.

use std::fmt;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The hash function of a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectFormat {
    /// 20 bytes, the default.
    #[default]
    Sha1,
    /// 32 bytes.
    Sha256,
}

impl ObjectFormat {
    /// How many bytes an id has.
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// Reads git's name of the format.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }
}

/// The kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectKind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl ObjectKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }

    pub(super) fn parse(word: &[u8]) -> Option<Self> {
        match word {
            b"blob" => Some(Self::Blob),
            b"tree" => Some(Self::Tree),
            b"commit" => Some(Self::Commit),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

/// The id of a git object; shown in lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Oid {
    /// Of a repository with SHA-1.
    Sha1([u8; 20]),
    /// Of a repository with SHA-256.
    Sha256([u8; 32]),
}

impl Oid {
    /// Reads a full id in hex, of either length; `None` if it is not one.
    pub fn parse(hex: &[u8]) -> Option<Self> {
        let format = match hex.len() {
            40 => ObjectFormat::Sha1,
            64 => ObjectFormat::Sha256,
            _ => return None,
        };
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Self::from_bytes(format, &bytes[..format.length()])
    }

    /// Takes the raw bytes; `None` if their number is wrong.
    pub fn from_bytes(format: ObjectFormat, bytes: &[u8]) -> Option<Self> {
        match format {
            ObjectFormat::Sha1 => bytes.try_into().ok().map(Self::Sha1),
            ObjectFormat::Sha256 => bytes.try_into().ok().map(Self::Sha256),
        }
    }

    /// Computes the id that these bytes have as a blob.
    pub fn of_blob(format: ObjectFormat, bytes: &[u8]) -> Self {
        Self::of(format, ObjectKind::Blob, bytes)
    }

    /// Computes the id that these bytes have as an object of this kind.
    pub(super) fn of(format: ObjectFormat, kind: ObjectKind, bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new(format, kind, bytes.len() as u64);
        hasher.update(bytes);
        hasher.finish()
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha1(bytes) => bytes,
            Self::Sha256(bytes) => bytes,
        }
    }

    /// Which hash function it comes from.
    pub fn format(&self) -> ObjectFormat {
        match self {
            Self::Sha1(_) => ObjectFormat::Sha1,
            Self::Sha256(_) => ObjectFormat::Sha256,
        }
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Computes an id from bytes that come in pieces.
pub(super) enum Hasher {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    /// Begins an object of this kind and size.
    pub(super) fn new(format: ObjectFormat, kind: ObjectKind, size: u64) -> Self {
        let mut hasher = match format {
            ObjectFormat::Sha1 => Self::Sha1(Sha1::new()),
            ObjectFormat::Sha256 => Self::Sha256(Sha256::new()),
        };
        hasher.update(format!("{} {size}\0", kind.word()).as_bytes());
        hasher
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    pub(super) fn finish(self) -> Oid {
        match self {
            Self::Sha1(hasher) => Oid::Sha1(hasher.finalize().into()),
            Self::Sha256(hasher) => Oid::Sha256(hasher.finalize().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ObjectFormat, Oid};

    #[test]
    fn the_ids_are_those_that_git_computes() {
        let known = [
            (
                ObjectFormat::Sha1,
                "ce013625030ba8dba906f756967f9e9ca394464a",
            ),
            (
                ObjectFormat::Sha256,
                "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4",
            ),
        ];
        for (format, hex) in known {
            let oid = Oid::of_blob(format, b"hello\n");
            assert_eq!(oid.to_string(), hex);
            assert_eq!(Oid::parse(hex.as_bytes()), Some(oid));
            assert_eq!(Oid::parse(hex.to_uppercase().as_bytes()), Some(oid));
        }
        assert_eq!(Oid::parse(b"ce01"), None);
        assert_eq!(Oid::parse(&[b'g'; 40]), None);
    }
}
