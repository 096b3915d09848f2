//! What a report must carry so that a ledger may believe it.

use serde::Serialize;

use super::{ByteSpan, Outcome, PathSet, RepoPath};

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Parts of the repository that were scanned; empty means all of it.
    pub paths: Vec<RepoPath>,
    /// The `--glob`s; empty means all files.
    pub globs: Vec<String>,
    /// The selected incidents' ids.
    pub incidents: Vec<String>,
    /// Whether ignored files were scanned too.
    pub no_ignore: bool,
}

/// A rule and the digest of what it was when it judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The full rule id.
    pub rule: String,
    /// See [`super::RuleInfo::digest`].
    pub digest: String,
    /// Whether every form of it requires some text, so that a part that did not parse raises a review if it holds it.
    pub required_text: bool,
}

/// A grammar and the digest of its tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrammarDigest {
    /// The language.
    pub language: &'static str,
    /// SHA-256 (lower-case hex) over what identifies the grammar.
    pub digest: String,
}

/// An entry that was not fully judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unjudged {
    /// Where.
    pub path: RepoPath,
    /// Git's id, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// Why.
    pub outcome: Outcome,
    /// Full ids of the rules that could not be judged; empty means all of the selected ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The parts that were not judged; empty means the whole entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<ByteSpan>,
}

/// All that a ledger needs to know about one unit's scan beside its findings and the unit itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// What was asked for.
    pub scope: Scope,
    /// Every selected rule, sorted by id.
    pub rules: Vec<Judgement>,
    /// Digest of the engine: our version and tree-sitter's.
    pub engine: String,
    /// Grammars of the languages that the selected rules read, sorted.
    pub grammars: Vec<GrammarDigest>,
    /// Sorted by path.
    pub unjudged: Vec<Unjudged>,
    /// The paths that were judged, wholly or but for some parts: what is neither here nor in `unjudged` is not there.
    #[serde(serialize_with = "as_text")]
    pub judged: PathSet,
}

fn as_text<S: serde::Serializer>(set: &PathSet, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&set.to_hex())
}
