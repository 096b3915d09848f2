//! Exit codes: a contract with scripts.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Complete, nothing found; or the command did what it was asked.
    Clean,
    /// Findings or reviews; for `test`, a case failed.
    Findings,
    /// Usage, pack or query error, or nothing to scan.
    Usage,
    /// An entry that could hold an instance was not looked at.
    Incomplete,
}

impl Exit {
    /// Every exit code with its meaning, for the documentation.
    pub const ALL: [(Self, u8, &'static str); 4] = [
        (Self::Clean, 0, "complete, nothing found"),
        (
            Self::Findings,
            1,
            "findings or reviews (`test`: a case failed)",
        ),
        (
            Self::Usage,
            2,
            "usage, pack or query error, or nothing to scan (`test`: a pack is invalid)",
        ),
        (
            Self::Incomplete,
            3,
            "incomplete: an entry that could hold an instance was not looked at",
        ),
    ];

    /// The number.
    pub fn code(self) -> u8 {
        Self::ALL
            .iter()
            .find(|(exit, ..)| *exit == self)
            .map_or(2, |(_, code, _)| *code)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
