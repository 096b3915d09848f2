//! What the gate holds findings against: a report, a git base, or what the ledger knew before.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::super::args::{FailOn, GateArgs};
use super::super::{Exit, keep, say};
use crate::ledger::{Change, DEPLOYMENT, Ledger, LedgerError, State, compare};
use crate::model::{FindingFact, ScanFact};

/// Where a baseline comes from. It is known to be readable before the scan.
pub(crate) enum Against {
    /// The gate asks for none.
    Nothing,
    /// Earlier looks, each of them whole.
    Looks(Vec<ScanFact>),
    /// A ledger, as it is once the scan has ended.
    Ledger(PathBuf),
}

impl Against {
    /// What the arguments name; `base` is the scan of the git base, if they name one. Errors have been said.
    pub(crate) fn of(
        args: &GateArgs,
        base: Option<Vec<ScanFact>>,
        ledger: PathBuf,
    ) -> Result<Self, Exit> {
        let named = base.is_some() || args.baseline.is_some();
        match args.fail_on {
            None | Some(FailOn::Never | FailOn::Open) => Ok(Self::Nothing),
            Some(FailOn::Regressed) if named => {
                say::error(
                    "only the ledger knows what was closed once",
                    "leave --base and --baseline out: `--fail-on regressed --ledger FILE`",
                );
                Err(Exit::Usage)
            }
            Some(FailOn::New | FailOn::Regressed) => {
                if let Some(looks) = base {
                    return Ok(Self::Looks(looks));
                }
                if let Some(path) = &args.baseline {
                    return keep::read(path).map(Self::Looks).ok_or(Exit::Usage);
                }
                match Ledger::look_at(&ledger) {
                    Ok(_) => Ok(Self::Ledger(ledger)),
                    Err(error) => {
                        keep::complain(&error);
                        Err(Exit::Usage)
                    }
                }
            }
        }
    }

    /// The baseline for a scan; `None` if the gate asks for none.
    pub(crate) fn baseline(self, scans: &[ScanFact]) -> Result<Option<Baseline>, LedgerError> {
        match self {
            Self::Nothing => Ok(None),
            Self::Looks(looks) => Ok(Some(Baseline::looks(looks))),
            Self::Ledger(path) => {
                let ledger = Ledger::look_at(&path)?;
                Baseline::ledger(&ledger, scans).map(Some)
            }
        }
    }
}

/// What the findings are held against.
#[derive(Default)]
pub(crate) struct Baseline {
    /// Earlier looks: what one of them shows is not new.
    looks: Vec<ScanFact>,
    /// What the ledger knows.
    entries: Vec<Known>,
}

/// A finding on a line, as the ledger knows it.
struct Known {
    repository: String,
    line: String,
    /// All under which it is known.
    fingerprints: [String; 2],
    /// Whether it is closed, or came back after it was.
    was_closed: bool,
}

impl Baseline {
    /// From looks at the past.
    fn looks(mut looks: Vec<ScanFact>) -> Self {
        looks.iter_mut().for_each(unanswered);
        Self {
            looks,
            ..Self::default()
        }
    }

    /// From what the ledger knew before this scan.
    fn ledger(ledger: &Ledger, scans: &[ScanFact]) -> Result<Self, LedgerError> {
        let today = keep::today();
        let mut baseline = Self::default();
        for entry in ledger.entries(None)? {
            // What runs somewhere still is no excuse for what comes in.
            if !entry.line.starts_with(DEPLOYMENT) && entry.answered(&today).is_none() {
                baseline.entries.push(Known {
                    was_closed: entry.state.is_closed() || entry.state == State::Regressed,
                    repository: entry.repository,
                    line: entry.line,
                    fingerprints: [entry.fingerprint, entry.current_fingerprint],
                });
            }
        }
        let names = scans.iter().map(|scan| scan.unit.repository.as_str());
        for name in names.collect::<BTreeSet<_>>() {
            let mut latest = ledger.latest(name)?;
            latest.retain(|look| !look.unit.line().starts_with(DEPLOYMENT));
            latest.iter_mut().for_each(unanswered);
            baseline.looks.extend(latest);
        }
        Ok(baseline)
    }

    /// The line of a scan, if the baseline knows it: then what others hold is no excuse. `HEAD` may be any.
    fn own_line(&self, scan: &ScanFact) -> Option<String> {
        let line = scan.unit.line();
        let mut looks = self.looks.iter();
        let is_known = looks
            .any(|look| look.unit.repository == scan.unit.repository && look.unit.line() == line);
        (is_known && line != "HEAD").then_some(line)
    }

    /// Under the names that they have now, the findings of a scan that are not new.
    pub(crate) fn known(&self, scan: &ScanFact) -> Result<BTreeSet<String>, LedgerError> {
        let own = self.own_line(scan);
        let here = |repository: &str, line: &str| {
            repository == scan.unit.repository && own.as_deref().is_none_or(|own| own == line)
        };
        let mut known: BTreeSet<String> = BTreeSet::new();
        for one in self.entries.iter().filter(|one| !one.was_closed) {
            if here(&one.repository, &one.line) {
                known.extend(one.fingerprints.iter().cloned());
            }
        }
        for look in &self.looks {
            if !here(&look.unit.repository, &look.unit.line()) {
                continue;
            }
            let reviews = look.findings.iter().filter(|one| one.kind == "review");
            known.extend(reviews.map(|one| one.fingerprint.clone()));
            let changes = compare(std::slice::from_ref(look), std::slice::from_ref(scan))?;
            let stayed = changes
                .into_iter()
                .filter(|(change, _)| *change == Change::Unchanged);
            known.extend(stayed.map(|(_, entry)| entry.current_fingerprint));
        }
        Ok(known)
    }

    /// Of the findings of a scan those that the ledger has seen closed.
    pub(crate) fn closed_once(&self, scan: &ScanFact) -> BTreeSet<&str> {
        let own = self.own_line(scan);
        let closed = self.entries.iter().filter(|one| {
            one.was_closed
                && one.repository == scan.unit.repository
                && own.as_deref().is_none_or(|own| own == one.line)
        });
        closed
            .flat_map(|one| one.fingerprints.iter().map(String::as_str))
            .collect()
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
