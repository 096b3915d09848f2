//! What may have become of a finding.

use std::fmt;

/// What became of a finding on a line, the worst first: one on several lines counts in its worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It was closed and is back.
    Regressed,
    /// It is there.
    Open,
    /// Nobody can tell: what came after was not looked at, or not judged there.
    Unknown,
    /// It is there, and somebody answers for that.
    Suppressed,
    /// Its place was judged later and is clean.
    Fixed,
    /// Its file is no more.
    Gone,
    /// The line never had it: its place was judged there and is clean. Only where findings are asked for does it matter.
    Clean,
}

impl State {
    /// All that answers count, the worst first.
    pub const ALL: [Self; 6] = [
        Self::Regressed,
        Self::Open,
        Self::Unknown,
        Self::Suppressed,
        Self::Fixed,
        Self::Gone,
    ];

    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Regressed => "regressed",
            Self::Unknown => "unknown",
            Self::Suppressed => "suppressed",
            Self::Fixed => "fixed",
            Self::Gone => "gone",
            Self::Clean => "clean",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether evidence closed it.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Fixed | Self::Gone | Self::Clean)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
