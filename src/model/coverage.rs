//! The sum of outcomes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ByteSpan, Outcome, RepoPath};

/// One entry and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRecord {
    /// Where.
    pub path: RepoPath,
    /// Git's id: verified by hashing where the bytes were read, else as the tree or index names it.
    pub blob: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// The language or languages it was taken for; empty where none.
    pub languages: Vec<&'static str>,
    /// Byte spans that did not parse, for `scanned-with-errors`.
    pub spans: Vec<ByteSpan>,
    /// Why, where an outcome needs a word more; empty otherwise.
    pub detail: String,
}

/// How many entries were enumerated and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// What the source listed, counted before anything was judged.
    pub enumerated: u64,
    /// Only outcomes that occurred.
    pub outcomes: BTreeMap<Outcome, u64>,
}

impl Coverage {
    /// Counts one more entry with this outcome.
    pub fn count(&mut self, outcome: Outcome) {
        *self.outcomes.entry(outcome).or_default() += 1;
    }

    /// How many entries have an outcome.
    pub fn accounted(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// The sum law: every enumerated entry has exactly one outcome.
    pub fn adds_up(&self) -> bool {
        self.enumerated == self.accounted()
    }

    /// How many entries have this outcome.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    /// Adds another coverage to this one.
    pub fn add(&mut self, other: &Self) {
        self.enumerated += other.enumerated;
        for (outcome, count) in &other.outcomes {
            *self.outcomes.entry(*outcome).or_default() += count;
        }
    }
}
