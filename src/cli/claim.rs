//! Whether an incident's bug is eradicated: claimed at full coverage only.
//!
//! Invariant: silence is no evidence. Whatever was not looked at makes the answer "unknown", with the reason.

use super::status::Incident;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nothing is left anywhere, and everything was looked at.
    Eradicated {
        /// Findings that somebody answers for leaving.
        suppressed: u64,
    },
    /// So many are there, or may be.
    Remains(u64),
    /// Nobody can tell, and why.
    Unknown(Vec<String>),
}

impl Claim {
    /// Of an incident's account.
    pub(crate) fn of(incident: &Incident) -> Self {
        let remaining = incident.remaining();
        if remaining > 0 {
            return Self::Remains(remaining);
        }
        let why = incident.not_covered();
        if why.is_empty() {
            Self::Eradicated {
                suppressed: incident.suppressed(),
            }
        } else {
            Self::Unknown(why)
        }
    }

    /// In a sentence.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Eradicated { suppressed: 0 } => {
                "eradicated: no instance is left on any line or in any deployment".to_owned()
            }
            Self::Eradicated { suppressed } => {
                format!("eradicated but for {suppressed} that somebody answers for leaving")
            }
            Self::Remains(1) => "not eradicated: 1 instance is there, or may be".to_owned(),
            Self::Remains(count) => {
                format!("not eradicated: {count} instances are there, or may be")
            }
            Self::Unknown(why) => format!("unknown: {}", why.join("; ")),
        }
    }
}
