//! What answers are made of.

use std::sync::Arc;

use super::State;
use crate::model::{FindingFact, Suppression};

/// A finding on a line of development.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The repository's name.
    pub repository: String,
    /// The line: a branch, a tag, `HEAD`, `folder`.
    pub line: String,
    /// The identity: that under which it was first seen.
    pub fingerprint: String,
    /// Another one under which it is known since its file moved; the same if none did.
    pub current_fingerprint: String,
    /// The incident's id.
    pub incident: String,
    /// The full rule id.
    pub rule: String,
    /// Where it is now, or was last.
    pub path: String,
    /// More about the place.
    pub place: FindingFact,
    /// What became of it.
    pub state: State,
    /// When it came to be so, seconds since 1970.
    pub since: i64,
    /// When it was seen first on this line.
    pub first_seen: i64,
    /// The commit on which the state rests.
    pub judged_at: Option<String>,
    /// `history` or `time`.
    pub basis: String,
    /// A word more on the state; may be empty.
    pub reason: String,
    /// Since when comments in the code answer for it; which, says its place.
    pub answered_since: Option<i64>,
    /// The commit at which it was seen last.
    pub seen_at: Option<String>,
}

impl Entry {
    /// The comment in the code that answers for it on a day, and since when.
    pub fn answered(&self, today: &str) -> Option<(&Suppression, i64)> {
        let said = self.place.suppression.as_ref();
        said.filter(|said| is_answer(self.state, said, today))
            .zip(self.answered_since)
    }
}

/// Whether a comment answers for a finding: only where the code was seen, and as long as it says.
fn is_answer(state: State, said: &Suppression, today: &str) -> bool {
    matches!(state, State::Open | State::Regressed) && said.holds(today)
}

/// As much of an [`Entry`] as a count needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The repository's name.
    pub repository: Arc<str>,
    /// The line.
    pub line: Arc<str>,
    /// The identity.
    pub fingerprint: Arc<str>,
    /// See [`Entry::current_fingerprint`].
    pub current_fingerprint: Arc<str>,
    /// The incident's id.
    pub incident: Arc<str>,
    /// The full rule id.
    pub rule: Arc<str>,
    /// Where it is now, or was last.
    pub path: Arc<str>,
    /// Who owns the path.
    pub owner: Option<Arc<str>>,
    /// What became of it.
    pub state: State,
    /// When it was seen first on this line.
    pub first_seen: i64,
    /// What a comment in the code says of it.
    pub answer: Option<Box<Suppression>>,
}

impl Brief {
    /// Whether a comment in the code answers for it on a day.
    pub fn is_answered(&self, today: &str) -> bool {
        let said = self.answer.as_deref();
        said.is_some_and(|said| is_answer(self.state, said, today))
    }
}
