//! What a state rests on.

/// How it is known that what closed a finding came after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The commit descends from the one where it was seen.
    History,
    /// It was observed later; the history was not at hand.
    Time,
}

impl Basis {
    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Time => "time",
        }
    }
}
