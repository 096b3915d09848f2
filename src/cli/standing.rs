//! A finding of the ledger as answers show it: in text, in JSON, and counted.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::history::Story;
use crate::ledger::{Entry, Presence, State, Whereabouts, group_id};

/// An entry of `findings`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row<'e> {
    pub(crate) repository: &'e str,
    /// The line of development.
    pub(crate) revision: &'e str,
    /// The commit on which the state rests.
    pub(crate) commit: Option<&'e str>,
    /// The commit at which it was seen last.
    pub(crate) seen_at: Option<&'e str>,
    pub(crate) path: &'e str,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) incident: &'e str,
    pub(crate) rule: &'e str,
    pub(crate) severity: &'e str,
    pub(crate) message: &'e str,
    pub(crate) owner: Option<&'e str>,
    pub(crate) fingerprint: &'e str,
    /// Under which reports show it since its file moved.
    pub(crate) current_fingerprint: &'e str,
    pub(crate) group: String,
    pub(crate) state: &'static str,
    pub(crate) since: String,
    pub(crate) first_seen: String,
    /// `history` or `time`: how it is known that what closed it came later.
    pub(crate) basis: &'e str,
    pub(crate) reason: &'e str,
    /// Where it is, in a word: see [`Whereabouts::WORDS`].
    pub(crate) r#where: Option<&'static str>,
    /// The environments in which it is live, or may be.
    pub(crate) environments: Vec<&'e str>,
    pub(crate) snippet: Option<&'e str>,
    /// What git tells of it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) history: Option<Story>,
}

impl<'e> Row<'e> {
    /// Of this entry.
    pub(crate) fn new(entry: &'e Entry) -> Self {
        let owner = entry.place.owner.as_deref();
        Self {
            repository: &entry.repository,
            revision: &entry.line,
            commit: entry.judged_at.as_deref(),
            seen_at: entry.seen_at.as_deref(),
            path: &entry.path,
            line: entry.place.line,
            column: entry.place.column,
            incident: &entry.incident,
            rule: &entry.rule,
            severity: &entry.place.severity,
            message: &entry.place.message,
            owner,
            fingerprint: &entry.fingerprint,
            current_fingerprint: &entry.current_fingerprint,
            group: group_id(&entry.incident, &entry.repository, owner),
            state: entry.state.word(),
            since: time(entry.since),
            first_seen: time(entry.first_seen),
            basis: &entry.basis,
            reason: &entry.reason,
            r#where: None,
            environments: Vec::new(),
            snippet: entry.place.snippet.as_deref(),
            history: None,
        }
    }
}

impl<'e> Row<'e> {
    /// With what is known of where it is.
    pub(crate) fn found_at(mut self, whereabouts: Option<&'e Whereabouts>) -> Self {
        if let Some(whereabouts) = whereabouts {
            self.r#where = Some(whereabouts.word());
            let live = |presence: Presence| matches!(presence, Presence::On | Presence::Unknown);
            let all = whereabouts.environments.iter();
            let all = all.filter(|(_, presence)| live(**presence));
            self.environments = all.map(|(name, _)| &**name).collect();
        }
        self
    }
}

/// Seconds since 1970 in RFC 3339.
pub(crate) fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |t| t.to_string())
}

/// How many findings are in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts(BTreeMap<State, u64>);

impl Counts {
    pub(crate) fn add(&mut self, state: State) {
        *self.0.entry(state).or_default() += 1;
    }

    pub(crate) fn of(&self, state: State) -> u64 {
        self.0.get(&state).copied().unwrap_or_default()
    }

    pub(crate) fn found(&self) -> u64 {
        self.0.values().sum()
    }

    /// `found` and every state, zeros too.
    pub(crate) fn to_json(&self) -> serde_json::Map<String, Value> {
        let mut map = serde_json::Map::new();
        map.insert("found".to_owned(), self.found().into());
        for state in State::ALL {
            map.insert(state.word().to_owned(), self.of(state).into());
        }
        map
    }
}
