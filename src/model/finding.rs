//! Findings and their identity.
//!
//! An [`Instance`] is what a rule said about a blob, wherever that blob lies; a [`Finding`] is an instance at one path
//! of one repository. The match key knows neither path nor line (law 4), so it survives added lines, re-indentation
//! and moved neighbours; the [`Fingerprint`] adds repository, path and rule.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{RepoPath, Suppression};

/// Half-open range of bytes in the raw file.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct ByteSpan {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// A place in a file. Bytes count in the raw file, before any decoding; lines from 1, split at LF; columns from 1 in
/// UTF-16 code units, a byte order mark not counted; the end is exclusive.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Span {
    /// The bytes.
    pub bytes: ByteSpan,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// One past the last column.
    pub end_column: u32,
}

/// Whether the rule matched, or the parser could not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An instance of the bug.
    Fail,
    /// A place that might hold one and could not be read.
    Review,
}

impl Kind {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Review => "review",
        }
    }
}

/// What identifies a match within its blob: a digest of rule, normalised text, enclosing names and ordinal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MatchKey([u8; 32]);

impl MatchKey {
    /// Digests the parts of the identity.
    ///
    /// `tokens` is the matched text without white space and comments; `enclosing` are the names of the definitions
    /// around it from the outside in; `ordinal` counts equal matches in the file from 0.
    pub fn new(rule: &str, kind: Kind, tokens: &[u8], enclosing: &[String], ordinal: u32) -> Self {
        let mut hasher = Sha256::new();
        field(&mut hasher, b"stampout/v1");
        field(&mut hasher, rule.as_bytes());
        field(&mut hasher, kind.word().as_bytes());
        field(&mut hasher, tokens);
        field(&mut hasher, &(enclosing.len() as u64).to_be_bytes());
        for name in enclosing {
            field(&mut hasher, name.as_bytes());
        }
        field(&mut hasher, &ordinal.to_be_bytes());
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for MatchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Length first, so that two different lists of fields never give the same bytes.
fn field(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}

/// The identity of a finding: SHA-256 over repository name, path and match key, shown in lower-case hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Adds the place to the match key.
    pub fn new(repository: &str, path: &RepoPath, key: &MatchKey) -> Self {
        let mut hasher = Sha256::new();
        field(&mut hasher, repository.as_bytes());
        field(&mut hasher, path.as_bytes());
        field(&mut hasher, &key.0);
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A named node of a match, shown beside the finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The name in the pattern or query, without `$` or `@`.
    pub name: String,
    /// Where.
    pub span: Span,
    /// Its text, cut to a bounded length.
    pub text: String,
}

impl Capture {
    /// The name as the rule has it: `$X` of a pattern, `@x` of a query. Metavariables are in capitals.
    pub fn written(&self) -> String {
        let sigil = if self.name.starts_with(|c: char| c.is_ascii_uppercase()) {
            '$'
        } else {
            '@'
        };
        format!("{sigil}{}", self.name)
    }
}

/// The lines around a finding, decoded; long files and lines are cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The number of the first line given.
    pub first_line: u32,
    /// Whole lines without their ends.
    pub lines: Vec<String>,
}

/// What one rule said about one blob at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Index into [`super::Catalog::rules`].
    pub rule: usize,
    /// A finding proper, or a review.
    pub kind: Kind,
    /// Canonical language name under which it was found.
    pub language: String,
    /// Where.
    pub span: Span,
    /// The text of the finding, cut to a bounded length.
    pub snippet: String,
    /// The lines around it.
    pub frame: Frame,
    /// In order of position; none is private.
    pub captures: Vec<Capture>,
    /// Names of the definitions around it, outside in.
    pub enclosing: Vec<String>,
    /// Its identity within the blob.
    pub key: MatchKey,
    /// GitHub's `primaryLocationLineHash`, `<hex>:<n>`.
    pub line_hash: String,
    /// For a review: why it is one ("in a part that did not parse"). Empty for a finding.
    pub reason: String,
}

/// Facts about a file that holds a finding or could not be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileFacts {
    /// Git's id of the bytes, verified by hashing them; absent where they could not be had.
    pub blob: Option<String>,
    /// SHA-256 of the raw bytes, lower-case hex; absent where they could not be had.
    pub sha256: Option<String>,
    /// Bytes.
    pub length: u64,
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE`, `UTF-32LE`, `UTF-32BE`, `ISO-8859-1`.
    pub encoding: &'static str,
}

/// An instance at one path of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where in the repository.
    pub path: RepoPath,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// What was found.
    pub instance: Arc<Instance>,
    /// About the file.
    pub file: Arc<FileFacts>,
    /// Who owns the path: the owner of the repository, as far as is known.
    pub owner: Option<String>,
    /// Who answers for leaving it, if somebody does: then it does not count.
    pub suppression: Option<Arc<Suppression>>,
}

impl Finding {
    /// The order in which reports list the findings of a unit.
    pub fn order(&self) -> (&RepoPath, ByteSpan, usize, Kind) {
        (
            &self.path,
            self.instance.span.bytes,
            self.instance.rule,
            self.instance.kind,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Fingerprint, Kind, MatchKey};
    use crate::model::RepoPath;

    #[test]
    fn every_part_of_the_identity_counts() {
        let base = MatchKey::new("A.b", Kind::Fail, b"f(x)", &["main".into()], 0);
        let others = [
            MatchKey::new("A.c", Kind::Fail, b"f(x)", &["main".into()], 0),
            MatchKey::new("A.b", Kind::Review, b"f(x)", &["main".into()], 0),
            MatchKey::new("A.b", Kind::Fail, b"f(y)", &["main".into()], 0),
            MatchKey::new("A.b", Kind::Fail, b"f(x)", &["ma".into(), "in".into()], 0),
            MatchKey::new("A.b", Kind::Fail, b"f(x)", &["main".into()], 1),
        ];
        assert!(others.iter().all(|other| *other != base));
        let path = RepoPath::from("a.py");
        assert_ne!(
            Fingerprint::new("r", &path, &base),
            Fingerprint::new("s", &path, &base)
        );
        assert_eq!(Fingerprint::new("r", &path, &base).to_string().len(), 64);
    }
}
