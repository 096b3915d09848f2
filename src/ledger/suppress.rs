//! Suppressions: somebody answers, by name and for a reason, for leaving a finding as it is.
//!
//! Invariants: a suppression names a finding or a rule, never less; it is a fact as any other, so it can be taken back
//! and never undone; nothing that it hides is left out of an answer, it only has another state.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::record::digest;
use super::{Ledger, LedgerError};

const SUPPRESSION: &str = "suppression";
const REVOCATION: &str = "revocation";

/// A suppression.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Its name: a digest of all else.
    #[serde(skip_deserializing, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The finding, by its fingerprint.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// Or all findings of a rule, by its full id…
    #[serde(default)]
    pub rule: Option<String>,
    /// …in this repository…
    #[serde(default)]
    pub repository: Option<String>,
    /// …at or below this path.
    #[serde(default)]
    pub path: Option<String>,
    /// Who answers for it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds: `2027-01-31`.
    #[serde(default)]
    pub until: Option<String>,
    /// When it was said, seconds since 1970.
    #[serde(skip_deserializing, default)]
    pub at: i64,
    /// Whether it was taken back.
    #[serde(skip_deserializing, default)]
    pub revoked: bool,
}

impl Suppression {
    /// Whether it holds on a day (`2027-01-31`).
    pub fn holds(&self, today: &str) -> bool {
        !self.revoked && self.until.as_deref().is_none_or(|until| today <= until)
    }

    /// Whether it is about this finding, which may be known by several fingerprints.
    pub fn covers(&self, repository: &str, path: &str, rule: &str, fingerprints: &[&str]) -> bool {
        let same =
            |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|one| one == value);
        (self.fingerprint.is_some() || self.rule.is_some())
            && self
                .fingerprint
                .as_deref()
                .is_none_or(|one| fingerprints.contains(&one))
            && same(&self.rule, rule)
            && same(&self.repository, repository)
            && self
                .path
                .as_deref()
                .is_none_or(|part| super::verdict::covers(part, path))
    }

    /// The facts of it, without what follows from them.
    fn body(&self) -> Value {
        json!({
            "fingerprint": self.fingerprint, "rule": self.rule, "repository": self.repository, "path": self.path,
            "by": self.by, "reason": self.reason, "until": self.until,
        })
    }
}

fn name(at: i64, body: &Value) -> String {
    let text = body.to_string();
    let digest = digest(&[&at.to_be_bytes(), text.as_bytes()]);
    let hex: String = digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("S-{hex}")
}

impl Ledger {
    /// Adds a suppression and returns its name.
    pub fn suppress(&mut self, suppression: &Suppression) -> Result<String, LedgerError> {
        let body = suppression.body();
        self.add_note(SUPPRESSION, suppression.at, &body)?;
        Ok(name(suppression.at, &body))
    }

    /// Takes a suppression back, by its name.
    pub fn revoke(&mut self, id: &str, by: &str, at: i64) -> Result<(), LedgerError> {
        self.add_note(REVOCATION, at, &json!({ "suppression": id, "by": by }))?;
        Ok(())
    }

    /// All that were ever said, in order of time.
    pub fn suppressions(&self) -> Result<Vec<Suppression>, LedgerError> {
        let revoked: Vec<Value> = self
            .notes(REVOCATION)?
            .into_iter()
            .map(|(_, body)| body)
            .collect();
        let read = |(at, body): (i64, Value)| {
            let id = name(at, &body);
            let read: Suppression = serde_json::from_value(body).ok()?;
            Some(Suppression {
                at,
                revoked: revoked.iter().any(|one| one["suppression"] == id.as_str()),
                id,
                ..read
            })
        };
        Ok(self
            .notes(SUPPRESSION)?
            .into_iter()
            .filter_map(read)
            .collect())
    }
}
