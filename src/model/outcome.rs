//! What became of an entry: the registry of outcomes, in order of precedence.

use serde::Serialize;

/// What became of one entry. The order of the variants is the order of precedence: where two could be said of an
/// entry, the earlier one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A symbolic link; never followed.
    Symlink,
    /// A FIFO, socket or device; never opened.
    SpecialFile,
    /// A commit of another repository; scan that repository on its own.
    Submodule,
    /// A repository inside a work tree that git does not know as a submodule.
    NestedRepository,
    /// Tracked, but gone from the work tree.
    Deleted,
    /// Tracked, but left out by a sparse checkout.
    NotCheckedOut,
    /// Left out by the user's `--glob`.
    Excluded,
    /// Ignored by git's rules; an ignored folder is one entry.
    Ignored,
    /// The object is not in the repository (partial or damaged clone); never fetched.
    MissingObject,
    /// The object's bytes do not hash to its name.
    CorruptObject,
    /// The operating system refused to give the bytes.
    Unreadable,
    /// A Git LFS pointer stands in place of the content.
    LfsPointer,
    /// No grammar for this kind of file.
    UnsupportedLanguage,
    /// No selected rule can match: none for this language, or its required text is absent.
    RuledOut,
    /// Larger than `--max-file-size`.
    TooLarge,
    /// Holds NUL bytes as no text does.
    Binary,
    /// Not text in any encoding we know.
    Undecodable,
    /// Nested deeper than the engine can follow.
    TooDeep,
    /// Ran past `--timeout-per-file`.
    TimedOut,
    /// Needed more memory than a file may have.
    OutOfMemory,
    /// The parser died.
    Crashed,
    /// Looked at, but parts did not parse; the byte spans tell which.
    ScannedWithErrors,
    /// Looked at, whole.
    Scanned,
}

impl Outcome {
    /// Every outcome, in order of precedence.
    pub const ALL: [Self; 23] = [
        Self::Symlink,
        Self::SpecialFile,
        Self::Submodule,
        Self::NestedRepository,
        Self::Deleted,
        Self::NotCheckedOut,
        Self::Excluded,
        Self::Ignored,
        Self::MissingObject,
        Self::CorruptObject,
        Self::Unreadable,
        Self::LfsPointer,
        Self::UnsupportedLanguage,
        Self::RuledOut,
        Self::TooLarge,
        Self::Binary,
        Self::Undecodable,
        Self::TooDeep,
        Self::TimedOut,
        Self::OutOfMemory,
        Self::Crashed,
        Self::ScannedWithErrors,
        Self::Scanned,
    ];

    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Symlink => "symlink",
            Self::SpecialFile => "special-file",
            Self::Submodule => "submodule",
            Self::NestedRepository => "nested-repository",
            Self::Deleted => "deleted",
            Self::NotCheckedOut => "not-checked-out",
            Self::Excluded => "excluded",
            Self::Ignored => "ignored",
            Self::MissingObject => "missing-object",
            Self::CorruptObject => "corrupt-object",
            Self::Unreadable => "unreadable",
            Self::LfsPointer => "lfs-pointer",
            Self::UnsupportedLanguage => "unsupported-language",
            Self::RuledOut => "ruled-out",
            Self::TooLarge => "too-large",
            Self::Binary => "binary",
            Self::Undecodable => "undecodable",
            Self::TooDeep => "too-deep",
            Self::TimedOut => "timed-out",
            Self::OutOfMemory => "out-of-memory",
            Self::Crashed => "crashed",
            Self::ScannedWithErrors => "scanned-with-errors",
            Self::Scanned => "scanned",
        }
    }

    /// How a person is told of so many: `4 of 55,405 files (2 timed out, 2 unreadable)`.
    pub fn phrase(self, count: u64) -> &'static str {
        let one = count == 1;
        match self {
            Self::Symlink if one => "symbolic link",
            Self::Symlink => "symbolic links",
            Self::SpecialFile if one => "special file",
            Self::SpecialFile => "special files",
            Self::Submodule if one => "submodule",
            Self::Submodule => "submodules",
            Self::NestedRepository if one => "nested repository",
            Self::NestedRepository => "nested repositories",
            Self::LfsPointer if one => "LFS pointer",
            Self::LfsPointer => "LFS pointers",
            Self::Deleted => "deleted",
            Self::NotCheckedOut => "not checked out",
            Self::Excluded => "excluded",
            Self::Ignored => "ignored",
            Self::MissingObject => "missing from the object store",
            Self::CorruptObject => "corrupt in the object store",
            Self::Unreadable => "unreadable",
            Self::UnsupportedLanguage => "in no supported language",
            Self::RuledOut => "ruled out",
            Self::TooLarge => "too large",
            Self::Binary => "binary",
            Self::Undecodable => "undecodable",
            Self::TooDeep => "nested too deep",
            Self::TimedOut => "timed out",
            Self::OutOfMemory => "out of memory",
            Self::Crashed => "crashed the parser",
            Self::ScannedWithErrors => "scanned with errors",
            Self::Scanned => "scanned",
        }
    }

    /// Whether an entry in a language that some rule reads counts as *not looked at*: it could hold an instance, so
    /// the scan is incomplete.
    pub fn is_blind(self) -> bool {
        matches!(
            self,
            Self::NotCheckedOut
                | Self::MissingObject
                | Self::CorruptObject
                | Self::Unreadable
                | Self::LfsPointer
                | Self::TooLarge
                | Self::Binary
                | Self::Undecodable
                | Self::TooDeep
                | Self::TimedOut
                | Self::OutOfMemory
                | Self::Crashed
        )
    }

    /// Whether the entry was judged whole, so that the absence of a finding is evidence of absence. A deleted entry
    /// is: it holds nothing.
    pub fn is_judged(self) -> bool {
        matches!(
            self,
            Self::Scanned | Self::RuledOut | Self::UnsupportedLanguage | Self::Deleted
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn the_registry_is_complete_sorted_and_says_what_serde_says() {
        assert!(Outcome::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for outcome in Outcome::ALL {
            let json = serde_json::to_string(&outcome).expect("an outcome serialises");
            assert_eq!(json, format!("\"{}\"", outcome.word()));
            assert!(!(outcome.is_blind() && outcome.is_judged()), "{outcome:?}");
        }
    }
}
