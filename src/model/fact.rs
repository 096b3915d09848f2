//! What a ledger takes from a report: one unit's scan, with its findings and its evidence.
//!
//! Invariants: everything here can be written as JSON and read back without loss; words of other versions (outcomes,
//! kinds) stay words, so that a ledger keeps what it does not understand.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ByteSpan, Suppression};

/// A unit as it was scanned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScanFact {
    /// When the run that scanned it began, seconds since 1970.
    pub observed: i64,
    /// Whether every entry that could hold an instance was looked at.
    #[serde(default)]
    pub complete: bool,
    /// What was scanned.
    pub unit: UnitFact,
    /// What was asked and what was not judged; without it a scan closes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceFact>,
    /// Findings and reviews.
    #[serde(default)]
    pub findings: Vec<FindingFact>,
    /// The incidents that were asked for, as the packs of that day told them.
    #[serde(default)]
    pub incidents: Vec<Value>,
}

/// What was scanned. The names are those of the JSON report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFact {
    /// The repository's name.
    pub repository: String,
    /// Where it can be viewed.
    #[serde(default)]
    pub url: Option<String>,
    /// Its owner.
    #[serde(default)]
    pub owner: Option<String>,
    /// `work-tree`, `revision` or `folder`.
    #[serde(default)]
    pub kind: String,
    /// The revision by its short name.
    #[serde(default)]
    pub revision: Option<String>,
    /// The full name of the ref.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// The commit, in hex.
    #[serde(default)]
    pub commit: Option<String>,
    /// The committer's time, RFC 3339.
    #[serde(default)]
    pub commit_time: Option<String>,
    /// The commit's tree, in hex.
    #[serde(default)]
    pub tree: Option<String>,
    /// Whether the history was cut.
    #[serde(default)]
    pub shallow: bool,
    /// Whether the work tree differed from the commit.
    #[serde(default)]
    pub dirty: Option<bool>,
}

impl UnitFact {
    /// The line of development that the unit stands for: a branch or a tag by its name, `HEAD` for a commit that no ref
    /// led to, `folder` for files that are not under git.
    pub fn line(&self) -> String {
        if self.kind == "folder" {
            return "folder".to_owned();
        }
        let named = self.reference.as_deref().map(|name| {
            let short = name
                .strip_prefix("refs/heads/")
                .or_else(|| name.strip_prefix("refs/tags/"));
            let remote = || {
                let rest = name.strip_prefix("refs/remotes/")?;
                rest.split_once('/').map(|(_, branch)| branch)
            };
            short.or_else(remote).unwrap_or(name).to_owned()
        });
        named.unwrap_or_else(|| "HEAD".to_owned())
    }
}

/// What a unit's scan was asked, and what it could not answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFact {
    /// Which part of the unit.
    #[serde(default)]
    pub scope: ScopeFact,
    /// The rules that judged.
    #[serde(default)]
    pub rules: Vec<RuleFact>,
    /// The engine.
    #[serde(default)]
    pub engine: String,
    /// The grammars, as the report has them.
    #[serde(default)]
    pub grammars: Vec<Value>,
    /// Every entry that was not fully judged.
    #[serde(default)]
    pub unjudged: Vec<UnjudgedFact>,
    /// Which paths were judged: see [`super::PathSet`].
    #[serde(default)]
    pub judged: Option<String>,
}

/// Which part of a unit was scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeFact {
    /// Parts of the repository; none: all of it.
    #[serde(default)]
    pub paths: Vec<String>,
    /// What `--glob` said.
    #[serde(default)]
    pub globs: Vec<String>,
    /// The selected incidents.
    #[serde(default)]
    pub incidents: Vec<String>,
    /// Whether ignored files were scanned.
    #[serde(default)]
    pub no_ignore: bool,
}

/// A rule as it judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFact {
    /// The full id.
    pub rule: String,
    /// What it was.
    pub digest: String,
    /// Whether a part that did not parse would have raised a review.
    #[serde(default)]
    pub required_text: bool,
}

/// An entry that was not fully judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnjudgedFact {
    /// Where; a folder stands for all below it.
    pub path: String,
    /// Git's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// Why.
    #[serde(default)]
    pub outcome: String,
    /// For which rules; none: for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Which parts; none: all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<ByteSpan>,
}

/// A finding or review as a report tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingFact {
    /// The identity.
    pub fingerprint: String,
    /// The identity within the blob; survives a move of the file.
    #[serde(default)]
    pub match_key: Option<String>,
    /// The full rule id.
    pub rule: String,
    /// The incident's id.
    pub incident: String,
    /// `fail` or `review`.
    pub kind: String,
    /// Where.
    pub path: String,
    /// First line.
    pub line: u32,
    /// First column.
    #[serde(default)]
    pub column: u32,
    /// Last line.
    #[serde(default)]
    pub end_line: u32,
    /// One past the last column.
    #[serde(default)]
    pub end_column: u32,
    /// First byte.
    #[serde(default)]
    pub byte_start: u64,
    /// One past the last byte.
    #[serde(default)]
    pub byte_end: u64,
    /// Git's id of the file's bytes.
    #[serde(default)]
    pub blob: Option<String>,
    /// Who owns the path.
    #[serde(default)]
    pub owner: Option<String>,
    /// The language.
    #[serde(default)]
    pub language: String,
    /// How bad it is.
    #[serde(default)]
    pub severity: String,
    /// What the rule says.
    #[serde(default)]
    pub message: String,
    /// The code, where the report shows it.
    #[serde(default)]
    pub snippet: Option<String>,
    /// What a comment in the code said of it. What a ledger says of it is no fact about the code and is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Suppression>,
}
