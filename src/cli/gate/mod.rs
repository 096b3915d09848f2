//! The gate: which findings of a scan fail it.
//!
//! Invariant: it decides between the exit codes 0 and 1 only; an incomplete scan is 3 whatever it says.

mod base;
mod baseline;

use std::collections::BTreeSet;

use super::args::{FailOn, Global};
use super::keep::{self, Answered};
use super::{Exit, say};
use crate::ledger::{GateFact, LedgerError, StoppedFact};
use crate::model::ScanFact;
use crate::rule::RuleSet;

pub(crate) use base::{base_scan, base_targets};
pub(crate) use baseline::Against;
use baseline::Baseline;

/// How the findings of a scan stand at the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Judged {
    /// What fails.
    stopped: Vec<StoppedFact>,
    passing: u64,
    /// They would fail, but somebody answers for them.
    suppressed: u64,
}

/// The exit code after the gate, and what it stopped.
pub(crate) fn decide(
    fail_on: FailOn,
    against: Against,
    scans: &[ScanFact],
    answered: Option<&Answered>,
    exit: Exit,
    global: &Global,
) -> Result<(Exit, Vec<StoppedFact>), LedgerError> {
    let baseline = against.baseline(scans)?;
    let judged = judge(fail_on, scans, baseline.as_ref(), answered)?;
    if !global.quiet {
        tell(fail_on, &judged);
    }
    let exit = match exit {
        Exit::Findings if judged.stopped.is_empty() => Exit::Clean,
        exit => exit,
    };
    Ok((exit, judged.stopped))
}

fn tell(fail_on: FailOn, judged: &Judged) {
    let (stopped, passing) = (judged.stopped.len(), judged.passing);
    let rest = format!("{passing} that do not fail");
    let told = match fail_on {
        FailOn::Never => format!("gate: {passing} open, none fails"),
        FailOn::Open => format!("gate: {stopped} open"),
        FailOn::New => format!("gate: {stopped} new, {rest}"),
        FailOn::Regressed => format!("gate: {stopped} regressed, {rest}"),
    };
    if stopped as u64 + passing > 0 {
        say::note(&told);
    }
    if judged.suppressed > 0 {
        say::note(&format!(
            "gate: {} suppressed: in the code, or `stampout suppress --list`",
            judged.suppressed
        ));
    }
}

/// Holds findings and reviews against a baseline.
fn judge(
    fail_on: FailOn,
    scans: &[ScanFact],
    baseline: Option<&Baseline>,
    answered: Option<&Answered>,
) -> Result<Judged, LedgerError> {
    let mut judged = Judged::default();
    for scan in scans {
        let (mut known, mut closed) = (BTreeSet::new(), BTreeSet::new());
        match (fail_on, baseline) {
            (FailOn::New, Some(baseline)) => known = baseline.known(scan)?,
            (FailOn::Regressed, Some(baseline)) => closed = baseline.closed_once(scan),
            _ => {}
        }
        let repository = &scan.unit.repository;
        for finding in &scan.findings {
            let name = finding.fingerprint.as_str();
            let fails = match fail_on {
                FailOn::Never => false,
                FailOn::Open => true,
                FailOn::New => !known.contains(name),
                FailOn::Regressed => closed.contains(name),
            };
            let suppressed = finding.suppression.is_some()
                || answered.is_some_and(|known| {
                    let found = known.of(repository, &finding.path, &finding.rule, name);
                    found.is_some()
                });
            if fails && suppressed {
                judged.suppressed += 1;
            } else if fails {
                judged.stopped.push(StoppedFact {
                    repository: repository.clone(),
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

/// What the gate decided, for the ledger.
pub(crate) fn fact(
    fail_on: FailOn,
    rules: &RuleSet,
    scans: &[ScanFact],
    stopped: Vec<StoppedFact>,
) -> GateFact {
    let word = match fail_on {
        FailOn::New => "new",
        FailOn::Open => "open",
        FailOn::Regressed => "regressed",
        FailOn::Never => "never",
    };
    let incidents = rules.catalog().incidents.iter();
    GateFact {
        at: keep::now(),
        fail_on: word.to_owned(),
        repositories: scans
            .iter()
            .map(|scan| scan.unit.repository.clone())
            .collect(),
        incidents: incidents.map(|incident| incident.id.clone()).collect(),
        stopped,
    }
}
