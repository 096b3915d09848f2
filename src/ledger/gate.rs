//! What gates decided: which findings they stopped, and whom they guarded.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Ledger, LedgerError};

const GATE: &str = "gate";

/// What a gate decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateFact {
    /// When.
    #[serde(skip)]
    pub at: i64,
    /// `new`, `open`, `regressed` or `never`.
    pub fail_on: String,
    /// The repositories that it guarded.
    pub repositories: BTreeSet<String>,
    /// The incidents whose rules it ran.
    pub incidents: BTreeSet<String>,
    /// What it stopped.
    pub stopped: Vec<StoppedFact>,
}

/// A finding that a gate stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoppedFact {
    /// Where.
    pub repository: String,
    /// Of which incident.
    pub incident: String,
    /// Which.
    pub fingerprint: String,
    /// Where in the repository.
    pub path: String,
}

impl Ledger {
    /// Adds what a gate decided.
    pub fn record_gate(&mut self, gate: &GateFact) -> Result<(), LedgerError> {
        let body = serde_json::to_value(gate).unwrap_or_default();
        self.add_note(GATE, gate.at, &body).map(|_| ())
    }

    /// What gates decided, in order of time.
    pub fn gates(&self) -> Result<Vec<GateFact>, LedgerError> {
        let notes = self.notes(GATE)?.into_iter();
        let read = |(at, body): (i64, Value)| {
            let gate: GateFact = serde_json::from_value(body).ok()?;
            Some(GateFact { at, ..gate })
        };
        Ok(notes.filter_map(read).collect())
    }
}
