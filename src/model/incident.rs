//! Incidents and rules as the rest of the program sees them: validated, without their queries.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A word that is none of those expected; carries the word and the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What was written.
    pub word: String,
    /// What could have been.
    pub choices: &'static [&'static str],
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown word `{}`: expected one of {}",
            self.word,
            self.choices.join(", ")
        )
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// The words of this enumeration.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word that files and reports use.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { word: text.to_owned(), choices: Self::WORDS }),
                }
            }
        }
    };
}

words! {
    /// How bad the incident was; the first is the worst.
    Severity {
        /// Everything stops for it.
        Critical = "critical",
        /// Fix in the next release at the latest.
        High = "high",
        /// Plan it.
        Medium = "medium",
        /// When the code is touched anyway.
        Low = "low",
    }
}

words! {
    /// What the bug endangers.
    Class {
        /// Confidentiality or integrity against an attacker.
        Security = "security",
        /// Availability.
        Reliability = "reliability",
        /// Loss or corruption of data.
        Data = "data",
    }
}

/// A calendar day, `2026-04-01`; ordered as days are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// The year, 1 to 9999.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// When the incident started, was detected, declared and contained: RFC 3339 texts as the manifest gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IncidentTime {
    /// The first harm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// The first notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected: Option<String>,
    /// When it was called an incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// When it did no more harm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contained: Option<String>,
}

/// A bug that operations found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The organisation's own id, `INC-2041`.
    pub id: String,
    /// One line.
    pub title: String,
    /// What happened, in a few sentences.
    pub summary: String,
    /// How bad.
    pub severity: Severity,
    /// What it endangers.
    pub class: Class,
    /// The incident or its post-mortem; absolute.
    pub url: String,
    /// CVE ids and the like.
    pub aliases: Vec<String>,
    /// `CWE-400`.
    pub cwe: Vec<String>,
    /// Remediation tickets; absolute.
    pub tickets: Vec<String>,
    /// The team that answers for the incident.
    pub owner: Option<String>,
    /// Until this day nothing of it may leave for a code-scanning service.
    pub embargo_until: Option<Date>,
    /// When.
    pub time: IncidentTime,
    /// Where it bit.
    pub origins: Vec<Origin>,
}

/// A place where the bug was, as proof that the pack finds what it was written for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The full id of the rule that must find it.
    pub rule: String,
    /// The repository's URL.
    pub repository: String,
    /// The buggy commit, 40 (or 64) hexadecimal digits.
    pub commit: String,
    /// The file.
    pub path: String,
    /// The line (from 1) that a finding must cover.
    pub line: u32,
    /// A commit in which the same instance is gone.
    pub fixed_by: Option<String>,
}

/// One recognisable form of an incident's bug, without its queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The full id, `INC-2041.http-call-without-timeout`.
    pub id: String,
    /// The id within the pack, `http-call-without-timeout`.
    pub name: String,
    /// Index into [`Catalog::incidents`].
    pub incident: usize,
    /// One line, no full stop.
    pub message: String,
    /// Markdown: why it bites and how to fix it.
    pub help: String,
    /// Canonical language names, sorted.
    pub languages: Vec<&'static str>,
    /// SHA-256 (lower-case hex) over all that decides what the rule matches.
    pub digest: String,
}

/// The selected incidents and their rules. Reports refer to rules by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Sorted by id.
    pub incidents: Vec<Incident>,
    /// Sorted by full id.
    pub rules: Vec<RuleInfo>,
}

impl Catalog {
    /// The incident of the rule at an index.
    pub fn incident_of(&self, rule: usize) -> &Incident {
        &self.incidents[self.rules[rule].incident]
    }
}
