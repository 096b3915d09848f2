//! What commits, tags and trees say, parsed from bytes that were hashed.

use bstr::ByteSlice;

use super::oid::{ObjectFormat, Oid};

/// The parts of a commit that we need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) tree: Oid,
    /// The committer's time, seconds since 1970.
    pub(super) time: i64,
}

impl Commit {
    /// Reads the header; `None` if it is none.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let header = bytes.split_str("\n\n").next()?;
        let field = |name: &str| {
            header
                .lines()
                .find_map(|line| line.strip_prefix(name.as_bytes()))
        };
        let tree = Oid::parse(field("tree ")?)?;
        // `Name <mail> <seconds> <zone>`: names may hold anything, so count from the end.
        let time = field("committer ")
            .and_then(|line| line.rsplit_str(" ").nth(1)?.to_str().ok()?.parse().ok());
        Some(Self {
            tree,
            time: time.unwrap_or_default(),
        })
    }
}

/// What an annotated tag points at; `None` if the bytes are no tag.
pub(super) fn tag_target(bytes: &[u8]) -> Option<Oid> {
    Oid::parse(bytes.lines().next()?.strip_prefix(b"object ")?)
}

/// What a tree entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Blob,
    Tree,
    Symlink,
    Submodule,
    /// No mode that git writes.
    Other(u32),
}

impl Mode {
    /// Reads git's octal mode.
    pub(super) fn parse(octal: &[u8]) -> Option<Self> {
        let bits = u32::from_str_radix(octal.to_str().ok()?, 8).ok()?;
        Some(match bits & 0o170_000 {
            0o100_000 => Self::Blob,
            0o040_000 => Self::Tree,
            0o120_000 => Self::Symlink,
            0o160_000 => Self::Submodule,
            _ => Self::Other(bits),
        })
    }
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TreeEntry<'a> {
    pub(super) mode: Mode,
    pub(super) name: &'a [u8],
    pub(super) oid: Oid,
}

/// Reads a tree: `<mode> <name>\0<id>`, again and again. `None` if it is malformed.
pub(super) fn tree_entries(format: ObjectFormat, mut bytes: &[u8]) -> Option<Vec<TreeEntry<'_>>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (mode, rest) = bytes.split_once_str(" ")?;
        let (name, rest) = rest.split_once_str("\0")?;
        let oid = Oid::from_bytes(format, rest.get(..format.length())?)?;
        if name.is_empty() || name.contains(&b'/') {
            return None;
        }
        entries.push(TreeEntry {
            mode: Mode::parse(mode)?,
            name,
            oid,
        });
        bytes = &rest[format.length()..];
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::{Commit, tag_target, tree_entries};
    use crate::source::oid::ObjectFormat;

    #[test]
    fn a_name_with_odd_parts_does_not_move_the_time() {
        let id = "ce013625030ba8dba906f756967f9e9ca394464a";
        let text = format!(
            "tree {id}\nauthor A <a> 1 +0000\ncommitter C 7 > 9 <c> 1700000000 -0330\n\ntree x\n"
        );
        let commit = Commit::parse(text.as_bytes()).expect("a commit");
        assert_eq!(
            (commit.tree.to_string().as_str(), commit.time),
            (id, 1_700_000_000)
        );
        assert_eq!(Commit::parse(b"author x\n\n"), None);
        let tag = format!("object {id}\ntype commit\n");
        assert_eq!(
            tag_target(tag.as_bytes())
                .map(|oid| oid.to_string())
                .as_deref(),
            Some(id)
        );
    }

    #[test]
    fn malformed_trees_are_refused() {
        let id = [7u8; 20];
        let good = [b"100644 a\0".as_slice(), &id, b"40000 b\0", &id].concat();
        assert_eq!(
            tree_entries(ObjectFormat::Sha1, &good)
                .expect("a tree")
                .len(),
            2
        );
        let cut = &good[..good.len() - 1];
        let slash = [b"100644 a/b\0".as_slice(), &id].concat();
        let nameless = [b"100644 \0".as_slice(), &id].concat();
        for bad in [cut, &slash, &nameless, b"x"] {
            assert_eq!(tree_entries(ObjectFormat::Sha1, bad), None);
        }
    }
}
