//! All that is known of one repository, as the fold reads it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::order::Event;
use crate::model::{PathSet, ScopeFact, UnjudgedFact};

/// What a scan was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) scope: ScopeFact,
    pub(super) rules: BTreeMap<String, Rule>,
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) digest: String,
    pub(super) required_text: bool,
}

/// A scan of the repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    pub(super) digest: Vec<u8>,
    pub(super) commit: Option<String>,
    pub(super) commit_time: Option<i64>,
    /// Whether it saw what no commit holds.
    pub(super) dirty: bool,
    pub(super) complete: bool,
    pub(super) asked: Option<Arc<Asked>>,
    pub(super) unjudged: Vec<UnjudgedFact>,
    pub(super) paths: Option<Arc<PathSet>>,
    /// By instance.
    pub(super) seen: BTreeMap<i64, Seen>,
    pub(super) reviews: Vec<Review>,
}

#[derive(Clone, Debug)]
pub(super) struct Review {
    pub(super) path: String,
    pub(super) rule: String,
}

/// An instance as a scan saw it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) place: i64,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Its text without white space, if the report showed it.
    pub(super) text: Option<String>,
    /// Whether a comment in the code answered for it.
    pub(super) answered: bool,
}

/// An instance, wherever it was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Instance {
    pub(super) fingerprint: String,
    pub(super) rule: String,
    pub(super) path: String,
    pub(super) match_key: Option<String>,
}

/// All that is known of a repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) scans: Vec<Scan>,
    pub(super) instances: BTreeMap<i64, Instance>,
    /// By line.
    pub(super) events: BTreeMap<String, Vec<Event>>,
    /// Older and newer.
    pub(super) ancestors: HashSet<(String, String)>,
}

impl Facts {
    pub(super) fn is_ancestor(&self, older: &str, newer: &str) -> bool {
        self.ancestors
            .contains(&(older.to_owned(), newer.to_owned()))
    }

    /// When the repository was first judged by a rule as it was then.
    pub(super) fn first_judged(&self) -> BTreeMap<(&str, &str), i64> {
        let mut first = BTreeMap::new();
        for event in self.events.values().flatten() {
            let asked = self.scans[event.scan].asked.as_deref();
            for (id, rule) in asked.iter().flat_map(|asked| &asked.rules) {
                let time = first
                    .entry((id.as_str(), rule.digest.as_str()))
                    .or_insert(event.observed);
                *time = event.observed.min(*time);
            }
        }
        first
    }
}
