//! Between commands and the ledger: where it is, how it is opened, and how a scan is written into it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::args::LedgerArgs;
use super::config::Config;
use super::{Exit, say, targets};
use crate::inventory::repository_name;
use crate::ledger::{Entry, Ledger, LedgerError, Look, Recorded, State, Suppression};
use crate::model::{self, FindingFact, ScanFact, nearest};
use crate::report;
use crate::source::Repository;

/// Commits of a repository that a new one is compared with.
const COMPARED: usize = 63;

/// Where the ledger is; `None` if there is no place for one, which has been said.
pub(crate) fn place(args: &LedgerArgs, config: &Config) -> Option<PathBuf> {
    let place = config.ledger(args.ledger.as_deref());
    if place.is_none() {
        say::error(
            "there is no place for a ledger",
            "name one: --ledger FILE, or STAMPOUT_LEDGER",
        );
    }
    place
}

/// Says what is wrong with a ledger.
pub(crate) fn complain(error: &LedgerError) {
    say::error(&error.to_string(), error.hint());
}

/// Says that the ledger knows no such incident.
pub(crate) fn unknown_incident(ledger: &Ledger, wanted: &str) -> Exit {
    let known = ledger.incidents().unwrap_or_default();
    let near = nearest(wanted, known.keys().map(String::as_str));
    let hint = near.map_or_else(
        || "no scan that was recorded asked for it".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    say::error(&format!("the ledger does not know {wanted}"), &hint);
    Exit::Usage
}

/// Opens the ledger that the arguments name, to ask it; `None` if it cannot be, which has been said.
pub(crate) fn look_at(args: &LedgerArgs, verbose: bool) -> Option<Ledger> {
    let config = Config::load(verbose)?;
    let place = place(args, &config)?;
    if verbose {
        say::note(&format!("ledger {}", place.display()));
    }
    Ledger::look_at(&place).inspect_err(complain).ok()
}

/// Opens the ledger that the arguments name, to add to it; `None` if it cannot be, which has been said.
pub(crate) fn open(args: &LedgerArgs, verbose: bool) -> Option<Ledger> {
    let config = Config::load(verbose)?;
    let place = place(args, &config)?;
    if verbose {
        say::note(&format!("ledger {}", place.display()));
    }
    let ledger = Ledger::open(&place).and_then(|ledger| ledger.may_write().map(|()| ledger));
    ledger.inspect_err(complain).ok()
}

/// The moment, as reports have it.
pub(crate) fn now() -> i64 {
    targets::clock().0.as_second()
}

/// The day, as suppressions have it.
pub(crate) fn today() -> String {
    let time = targets::clock().0;
    time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// The suppressions that hold today.
pub(crate) fn suppressions(ledger: &Ledger) -> Result<Vec<Suppression>, LedgerError> {
    let today = today();
    let mut all = ledger.suppressions()?;
    all.retain(|one| one.holds(&today));
    Ok(all)
}

/// What a ledger says of findings that somebody answers for today.
pub(crate) struct Answered {
    suppressions: Vec<Suppression>,
    /// For a repository and a fingerprint of today: the one under which it was first known.
    moved: BTreeMap<(String, String), String>,
}

impl Answered {
    /// From a ledger.
    pub(crate) fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        let suppressions = suppressions(ledger)?;
        let mut moved = BTreeMap::new();
        if !suppressions.is_empty() {
            let briefs = ledger.briefs(None)?.into_iter();
            moved.extend(
                briefs
                    .filter(|one| one.fingerprint != one.current_fingerprint)
                    .map(|one| {
                        let now = (
                            one.repository.to_string(),
                            one.current_fingerprint.to_string(),
                        );
                        (now, one.fingerprint.to_string())
                    }),
            );
        }
        Ok(Self {
            suppressions,
            moved,
        })
    }

    /// The suppression that covers a finding.
    pub(crate) fn of(
        &self,
        repository: &str,
        path: &str,
        rule: &str,
        fingerprint: &str,
    ) -> Option<&Suppression> {
        if self.suppressions.is_empty() {
            return None;
        }
        let key = (repository.to_owned(), fingerprint.to_owned());
        let names: Vec<&str> = std::iter::once(fingerprint)
            .chain(self.moved.get(&key).map(String::as_str))
            .collect();
        let mut all = self.suppressions.iter();
        all.find(|one| one.covers(repository, path, rule, &names))
    }
}

/// A suppression of the ledger as a finding carries it.
pub(crate) fn external(suppression: &Suppression) -> model::Suppression {
    model::Suppression {
        kind: model::EXTERNAL.to_owned(),
        by: suppression.by.clone(),
        reason: suppression.reason.clone(),
        until: suppression.until.clone(),
        line: None,
        id: Some(suppression.id.clone()),
    }
}

/// All entries, those that somebody answers for among them.
pub(crate) fn entries(ledger: &Ledger) -> Result<Vec<Entry>, LedgerError> {
    let suppressions = suppressions(ledger)?;
    let today = today();
    let mut entries = ledger.entries(None)?;
    for entry in entries.iter_mut().filter(|entry| !entry.state.is_closed()) {
        let found = suppressions.iter().find(|one| {
            one.covers(
                &entry.repository,
                &entry.path,
                &entry.rule,
                &[&entry.fingerprint, &entry.current_fingerprint],
            )
        });
        if let Some(found) = found {
            entry.state = State::Suppressed;
            entry.since = found.at;
            entry.reason = format!("{} by {}: {}", found.id, found.by, found.reason);
        } else if let Some((said, since)) = entry.answered(&today) {
            entry.reason = format!("in the code by {}: {}", said.by, said.reason);
            entry.since = since;
            entry.state = State::Suppressed;
        }
    }
    Ok(entries)
}

/// Files with parts that could hold an instance and could not be read, but for those where somebody answers for each: a
/// person looked.
pub(crate) fn unread(
    looks: &[Look],
    suppressions: &[Suppression],
    today: &str,
) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for look in looks {
        for (path, rules) in &look.unread {
            let is_answered = |rule: &String| {
                let reviews = look.reviews.iter();
                let mut reviews = reviews.filter(|one| one.path == *path && one.rule == *rule);
                let by = |name: &[&str]| {
                    let mut all = suppressions.iter();
                    all.any(|one| one.covers(&look.repository, path, rule, name))
                };
                let said = |one: &FindingFact| {
                    let said = one.suppression.as_ref();
                    said.is_some_and(|said| said.holds(today)) || by(&[&one.fingerprint])
                };
                by(&[]) || reviews.any(said)
            };
            if rules.is_empty() || !rules.iter().all(is_answered) {
                all.insert(format!("{}@{} {path}", look.repository, look.line));
            }
        }
    }
    all
}

/// Reads a report; says what is wrong with it.
pub(crate) fn read(path: &Path) -> Option<Vec<ScanFact>> {
    let shown = path.display();
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            say::error(&format!("{shown} cannot be read: {error}"), "");
            return None;
        }
    };
    match report::read(&bytes, now()) {
        Ok(told) => {
            for note in told.notes {
                say::warning(&format!("{shown}: {note}"), "");
            }
            let mut scans = told.scans;
            for scan in scans.iter_mut().filter(|scan| scan.evidence.is_none()) {
                // It knows the repository by its URL, and our own scans by what follows from that.
                if scan.unit.url.as_deref() == Some(&scan.unit.repository) {
                    scan.unit.repository = repository_name(&scan.unit.repository);
                }
            }
            Some(scans)
        }
        Err(error) => {
            say::error(&format!("{shown}: {error}"), error.hint());
            None
        }
    }
}

/// Records scans, and of the repositories at hand how their commits follow each other.
pub(crate) fn record(
    ledger: &mut Ledger,
    scans: &[ScanFact],
    repositories: &[Repository],
) -> Result<Recorded, LedgerError> {
    // The history first: a state that it decides shall not be told otherwise in between.
    let mut fresh: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for scan in scans {
        if let Some(commit) = &scan.unit.commit {
            let all = fresh.entry(&scan.unit.repository).or_default();
            if !all.contains(commit) {
                all.push(commit.clone());
            }
        }
    }
    for repository in repositories {
        let Some(commits) = fresh.get(repository.name.as_str()) else {
            continue;
        };
        let mut all = commits.clone();
        for known in ledger.commits(&repository.name, COMPARED)? {
            if !all.contains(&known) {
                all.push(known);
            }
        }
        match repository.ancestry(&all) {
            Ok(pairs) => ledger.record_ancestors(&repository.name, &pairs)?,
            Err(error) => say::warning(
                &format!("{}: its history cannot be read: {error}", repository.name),
                "what is newer is told by time",
            ),
        }
    }
    ledger.record(scans)
}
