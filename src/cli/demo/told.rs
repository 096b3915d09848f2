//! What the story says a scan of the demo's fleet finds, and how that compares with what it found.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

/// A place that the scan reports.
struct Told {
    repository: &'static str,
    /// `None` for a work tree.
    revision: Option<&'static str>,
    path: &'static str,
    line: u32,
    kind: &'static str,
    /// Why it is worth a look.
    note: &'static str,
}

/// In the order of the reports.
const FINDINGS: [Told; 8] = [
    Told {
        repository: "acme/billing",
        revision: Some("main"),
        path: "rates/rates.go",
        line: 10,
        kind: "fail",
        note: "the same bug in another language",
    },
    Told {
        repository: "acme/billing",
        revision: Some("main"),
        path: "tools/settle.py",
        line: 8,
        kind: "fail",
        note: "in Latin-1: decoded, not skipped",
    },
    Told {
        repository: "acme/checkout",
        revision: Some("main"),
        path: "src/refunds.py",
        line: 9,
        kind: "fail",
        note: "written four weeks after the fix",
    },
    Told {
        repository: "acme/checkout",
        revision: Some("release/1.4"),
        path: "src/gateway.py",
        line: super::pack::BUG_LINE,
        kind: "fail",
        note: "the line that hurt, still deployed",
    },
    Told {
        repository: "acme/web",
        revision: None,
        path: "scripts/export.py",
        line: 9,
        kind: "review",
        note: "merge marks: look yourself",
    },
    Told {
        repository: "acme/web",
        revision: None,
        path: "vendor/checkout/gateway.py",
        line: super::pack::BUG_LINE,
        kind: "fail",
        note: "a vendored copy",
    },
    Told {
        repository: "partner/checkout",
        revision: Some("main"),
        path: "src/gateway.py",
        line: super::pack::BUG_LINE,
        kind: "fail",
        note: "the fork never got the fix",
    },
    Told {
        repository: "partner/checkout",
        revision: Some("main"),
        path: "src/loyalty.py",
        line: 8,
        kind: "fail",
        note: "and copied the habit",
    },
];

/// How many entries have which outcome.
const OUTCOMES: [(&str, u64); 5] = [
    ("scanned", 12),
    ("scanned-with-errors", 1),
    ("ruled-out", 4),
    ("unsupported-language", 8),
    ("lfs-pointer", 1),
];

/// A finding, as the jsonl report has it.
#[derive(Deserialize)]
pub(super) struct Found {
    repository: String,
    revision: Option<String>,
    path: String,
    line: u32,
    kind: String,
}

#[derive(Deserialize)]
struct Entry {
    outcome: String,
}

/// What the scan's reports hold.
pub(super) struct Reports {
    /// In the order of the report.
    pub(super) findings: Vec<Found>,
    /// By outcome, in the report's words.
    pub(super) outcomes: BTreeMap<String, u64>,
}

impl Reports {
    /// Reads the reports in jsonl and coverage format.
    pub(super) fn read(findings: &Path, coverage: &Path) -> io::Result<Self> {
        let mut outcomes = BTreeMap::new();
        for entry in lines::<Entry>(coverage)? {
            *outcomes.entry(entry.outcome).or_default() += 1;
        }
        Ok(Self {
            findings: lines(findings)?,
            outcomes,
        })
    }

    /// What is not as the story has it, a line each.
    pub(super) fn differences(&self) -> Vec<String> {
        let mut differences = Vec::new();
        for told in &FINDINGS {
            if !self.findings.iter().any(|found| told.is(found)) {
                let place = place(told.repository, told.revision, told.path, told.line);
                differences.push(format!("{place}: no {} was reported", told.kind));
            }
        }
        for found in &self.findings {
            if found.told().is_none() {
                differences.push(format!("{}: a {} was reported", found.place(), found.kind));
            }
        }
        if self.findings.len() != FINDINGS.len() {
            let (found, told) = (self.findings.len(), FINDINGS.len());
            differences.push(format!("{found} findings and reviews, expected {told}"));
        }
        let told: BTreeMap<String, u64> = OUTCOMES
            .iter()
            .map(|(outcome, count)| ((*outcome).to_owned(), *count))
            .collect();
        if self.outcomes != told {
            let (found, told) = (sum(&self.outcomes), sum(&told));
            differences.push(format!("{found}; expected {told}"));
        }
        differences
    }

    /// `13 files = 1 lfs-pointer + 12 scanned`.
    pub(super) fn sum(&self) -> String {
        sum(&self.outcomes)
    }
}

impl Found {
    /// Repository, revision, path and line.
    pub(super) fn cells(&self) -> [String; 2] {
        [
            unit(&self.repository, self.revision.as_deref()),
            format!("{}:{}", self.path, self.line),
        ]
    }

    /// Whether it is a place to review.
    pub(super) fn is_review(&self) -> bool {
        self.kind == "review"
    }

    /// Why it is worth a look; empty if the story does not know it.
    pub(super) fn note(&self) -> &'static str {
        self.told().map_or("", |told| told.note)
    }

    fn told(&self) -> Option<&'static Told> {
        FINDINGS.iter().find(|told| told.is(self))
    }

    fn place(&self) -> String {
        place(
            &self.repository,
            self.revision.as_deref(),
            &self.path,
            self.line,
        )
    }
}

impl Told {
    fn is(&self, found: &Found) -> bool {
        (self.repository, self.revision, self.path)
            == (&found.repository, found.revision.as_deref(), &found.path)
            && (self.line, self.kind) == (found.line, &found.kind)
    }
}

fn unit(repository: &str, revision: Option<&str>) -> String {
    match revision {
        Some(revision) => format!("{repository} @ {revision}"),
        None => repository.to_owned(),
    }
}

fn place(repository: &str, revision: Option<&str>, path: &str, line: u32) -> String {
    format!("{}: {path}:{line}", unit(repository, revision))
}

fn sum(outcomes: &BTreeMap<String, u64>) -> String {
    let parts: Vec<String> = outcomes
        .iter()
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    let total: u64 = outcomes.values().sum();
    format!("{total} files = {}", parts.join(" + "))
}

fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> io::Result<Vec<T>> {
    let text = fs::read_to_string(path)?;
    let read = |line| serde_json::from_str(line).map_err(io::Error::from);
    text.lines().map(read).collect()
}
