//! The gate: which findings of a scan fail it.
//!
//! Invariant: it decides between the exit codes 0 and 1 only; an incomplete scan is 3 whatever it says.

use std::collections::BTreeSet;
use std::path::Path;

use super::args::{FailOn, ScanArgs};
use super::keep::{self, Answered};
use crate::ledger::{Change, DEPLOYMENT, Ledger, LedgerError, State, StoppedFact, compare};
use crate::model::{FindingFact, ScanFact};

/// What the findings are held against.
pub(crate) struct Baseline {
    /// Earlier looks, each of them whole: what any of them shows is not new.
    looks: Vec<Vec<ScanFact>>,
    /// Repository and fingerprint of what the ledger knows and is not closed.
    open: BTreeSet<(String, String)>,
    /// Likewise of what it has seen closed, or back.
    closed: BTreeSet<(String, String)>,
}

impl Baseline {
    /// From one report.
    pub(crate) fn report(mut scans: Vec<ScanFact>) -> Self {
        scans.iter_mut().for_each(unanswered);
        Self {
            looks: scans.into_iter().map(|scan| vec![scan]).collect(),
            open: BTreeSet::new(),
            closed: BTreeSet::new(),
        }
    }

    /// From what the ledger knew before this scan.
    pub(crate) fn ledger(ledger: &Ledger, scans: &[ScanFact]) -> Result<Self, LedgerError> {
        let mut baseline = Self::report(Vec::new());
        // What runs somewhere still is no excuse for what comes in.
        let entries = ledger.entries(None)?.into_iter();
        for entry in entries.filter(|entry| !entry.line.starts_with(DEPLOYMENT)) {
            if entry.answered(&keep::today()).is_some() {
                continue;
            }
            let back = entry.state == State::Regressed;
            for fingerprint in [entry.fingerprint, entry.current_fingerprint] {
                let key = (entry.repository.clone(), fingerprint);
                if entry.state.is_closed() || back {
                    baseline.closed.insert(key);
                } else {
                    baseline.open.insert(key);
                }
            }
        }
        let names: BTreeSet<&str> = scans
            .iter()
            .map(|scan| scan.unit.repository.as_str())
            .collect();
        for name in names {
            let latest = ledger.latest(name)?.into_iter();
            let latest = latest.filter(|look| !look.unit.line().starts_with(DEPLOYMENT));
            baseline.looks.extend(latest.map(|mut look| {
                unanswered(&mut look);
                vec![look]
            }));
        }
        Ok(baseline)
    }
}

/// Leaves out what a comment in the code answered for, unless that has expired: with the comment gone, it is as new as
/// its withdrawal.
fn unanswered(scan: &mut ScanFact) {
    let today = keep::today();
    let answered = |one: &FindingFact| {
        one.suppression
            .as_ref()
            .is_some_and(|said| said.holds(&today))
    };
    scan.findings.retain(|one| !answered(one));
}

/// How the findings of a scan stand at the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// What fails.
    pub(crate) stopped: Vec<StoppedFact>,
    pub(crate) passing: u64,
    /// They would fail, but somebody answers for them.
    pub(crate) suppressed: u64,
}

/// Holds findings and reviews against a baseline.
pub(crate) fn judge(
    fail_on: FailOn,
    scans: &[ScanFact],
    baseline: Option<&Baseline>,
    answered: Option<&Answered>,
) -> Result<Judged, LedgerError> {
    let mut judged = Judged::default();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    if let Some(baseline) = baseline.filter(|_| fail_on == FailOn::New) {
        known.extend(baseline.open.iter().cloned());
        for look in &baseline.looks {
            for scan in look {
                let reviews = scan.findings.iter().filter(|one| one.kind == "review");
                known.extend(
                    reviews.map(|one| (scan.unit.repository.clone(), one.fingerprint.clone())),
                );
            }
            for scan in scans {
                let here = |other: &&ScanFact| other.unit.repository == scan.unit.repository;
                let before: Vec<ScanFact> = look.iter().filter(here).cloned().collect();
                if before.is_empty() {
                    continue;
                }
                let changes = compare(&before, std::slice::from_ref(scan))?;
                let stayed = changes
                    .into_iter()
                    .filter(|(change, _)| *change == Change::Unchanged);
                // Under the name that it has now.
                known.extend(stayed.flat_map(|(_, entry)| {
                    let now = scan.findings.iter().filter(move |one| {
                        one.path == entry.path
                            && one.rule == entry.rule
                            && one.line == entry.place.line
                    });
                    now.map(|one| (scan.unit.repository.clone(), one.fingerprint.clone()))
                }));
            }
        }
    }
    for scan in scans {
        for finding in &scan.findings {
            let key = (scan.unit.repository.clone(), finding.fingerprint.clone());
            let fails = match fail_on {
                FailOn::Never => false,
                FailOn::Open => true,
                FailOn::New => !known.contains(&key),
                FailOn::Regressed => {
                    baseline.is_some_and(|baseline| baseline.closed.contains(&key))
                }
            };
            let suppressed = finding.suppression.is_some()
                || answered.is_some_and(|known| {
                    let found = known.of(&key.0, &finding.path, &finding.rule, &key.1);
                    found.is_some()
                });
            if fails && suppressed {
                judged.suppressed += 1;
            } else if fails {
                judged.stopped.push(StoppedFact {
                    repository: key.0.clone(),
                    incident: finding.incident.clone(),
                    fingerprint: finding.fingerprint.clone(),
                    path: finding.path.clone(),
                });
            } else {
                judged.passing += 1;
            }
        }
    }
    Ok(judged)
}

/// The baseline that arguments name, but for a git revision; `None` if it cannot be read, which has been said.
pub(crate) fn named(args: &ScanArgs, ledger: &Path, scans: &[ScanFact]) -> Option<Baseline> {
    if let Some(path) = &args.gate.baseline {
        return keep::read(path).map(Baseline::report);
    }
    let opened = Ledger::look_at(ledger);
    let opened = opened.inspect_err(keep::complain).ok()?;
    Baseline::ledger(&opened, scans)
        .inspect_err(keep::complain)
        .ok()
}
