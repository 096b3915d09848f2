//! How far every line was looked at for every incident, in brief; [`super::Look`] tells the same of one incident at length.
//!
//! Invariant: the last look counts, and while a line stands at several commits, the look at each of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::history::parse;
use super::stood::Stood;
use super::{Ledger, LedgerError};
use crate::model::{EvidenceFact, ScopeFact, UnitFact, UnjudgedFact};

/// What is known of a repository beside its findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepositoryAbout {
    /// Its name.
    pub name: String,
    /// By line: where it stands.
    pub lines: BTreeMap<String, LineAbout>,
}

/// Where a line stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineAbout {
    /// What the last scan saw.
    pub unit: UnitFact,
    /// When.
    pub observed: i64,
    /// By incident: the last scan that asked for it.
    pub asked: BTreeMap<String, AskedAbout>,
}

/// The last scan of a line that asked for an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AskedAbout {
    /// When.
    pub observed: i64,
    /// Whether it looked at every entry that could hold an instance, in the whole repository.
    pub whole: bool,
    /// Whether the line went on since, to where nobody asked.
    pub is_behind: bool,
    /// Files with parts that could hold an instance and could not be read.
    pub unread: u64,
}

/// The looks of the last moment at which an incident was asked for: by commit, whether one was whole, and how many files
/// were not read in full.
#[derive(Default)]
struct Moment {
    at: i64,
    looks: BTreeMap<Option<String>, (bool, u64)>,
}

impl Moment {
    fn add(&mut self, at: i64, commit: Option<String>, whole: bool, unread: u64) {
        if self.looks.is_empty() || at > self.at {
            self.at = at;
            self.looks.clear();
        }
        // Of two looks at one commit the one that saw more.
        let best = self.looks.entry(commit).or_insert((whole, unread));
        if whole && !best.0 {
            *best = (whole, unread);
        }
    }

    fn about(&self, stood: Option<&Stood>) -> AskedAbout {
        AskedAbout {
            observed: self.at,
            whole: self.looks.values().all(|(whole, _)| *whole),
            is_behind: stood.is_some_and(|stood| stood.is_beyond(self.at, self.looks.keys())),
            unread: self.looks.values().map(|(_, unread)| unread).sum(),
        }
    }
}

/// Whether an entry was looked at, and a part of it that could hold an instance of the incident could not be read.
pub(super) fn is_unread(entry: &UnjudgedFact, incident: &str) -> bool {
    !entry.spans.is_empty() && concerns(entry, incident)
}

/// Whether an entry was not fully judged for an incident's rules.
pub(super) fn concerns(entry: &UnjudgedFact, incident: &str) -> bool {
    // Without rules an entry was not judged for any.
    entry.rules.is_empty() || entry.rules.iter().any(|rule| is_of(rule, incident))
}

/// Whether a rule is an incident's.
pub(super) fn is_of(rule: &str, incident: &str) -> bool {
    let rest = rule.strip_prefix(incident);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

impl Ledger {
    /// All repositories with the last scan of each line, and the last that asked for each incident.
    pub fn repositories(&self) -> Result<Vec<RepositoryAbout>, LedgerError> {
        self.read_repositories().map_err(self.fail())
    }

    fn read_repositories(&self) -> rusqlite::Result<Vec<RepositoryAbout>> {
        let stood = self.stood()?;
        let mut all: BTreeMap<String, RepositoryAbout> = BTreeMap::new();
        let mut moments: BTreeMap<(String, String), BTreeMap<String, Moment>> = BTreeMap::new();
        let mut scopes: BTreeMap<i64, Arc<ScopeFact>> = BTreeMap::new();
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, latest.line, latest.at, scan.unit, scan.complete, scan.asked,
                    CASE WHEN INSTR(scan.unjudged, '\"spans\"') THEN scan.unjudged END
             FROM (SELECT pointer.repository, pointer.line, scan.asked, MAX(pointer.observed) AS at
                   FROM pointer JOIN scan ON scan.id = pointer.scan
                   GROUP BY pointer.repository, pointer.line, scan.asked) AS latest
             JOIN pointer ON pointer.repository = latest.repository AND pointer.line = latest.line
                  AND pointer.observed = latest.at
             JOIN scan ON scan.id = pointer.scan AND scan.asked IS latest.asked
             JOIN repository ON repository.id = latest.repository",
        )?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let (name, line): (String, String) = (row.get(0)?, row.get(1)?);
            let (at, complete): (i64, bool) = (row.get(2)?, row.get(4)?);
            let unit: UnitFact = parse(row, 3)?;
            let commit = unit.commit.clone();
            let about = all.entry(name.clone()).or_default();
            about.name.clone_from(&name);
            let place = about.lines.entry(line.clone()).or_default();
            if place.unit.repository.is_empty() || at > place.observed {
                place.observed = at;
                place.unit = unit;
            }
            let Some(id) = row.get::<_, Option<i64>>(5)? else {
                continue;
            };
            let scope = match scopes.get(&id) {
                Some(known) => Arc::clone(known),
                None => {
                    let read = Arc::new(self.scope(id)?);
                    scopes.insert(id, Arc::clone(&read));
                    read
                }
            };
            let whole = complete && scope.paths.is_empty() && scope.globs.is_empty();
            let unjudged: Vec<UnjudgedFact> = match row.get_ref(6)? {
                rusqlite::types::ValueRef::Null => Vec::new(),
                _ => parse(row, 6)?,
            };
            let moments = moments.entry((name, line)).or_default();
            for incident in &scope.incidents {
                let unread = unjudged.iter().filter(|one| is_unread(one, incident));
                let moment = moments.entry(incident.clone()).or_default();
                moment.add(at, commit.clone(), whole, unread.count() as u64);
            }
        }
        for (key, moments) in moments {
            let stood = stood.get(&key);
            let line = all
                .get_mut(&key.0)
                .and_then(|one| one.lines.get_mut(&key.1));
            if let Some(line) = line {
                let asked = moments.into_iter();
                line.asked = asked.map(|(id, one)| (id, one.about(stood))).collect();
            }
        }
        Ok(all.into_values().collect())
    }

    fn scope(&self, asked: i64) -> rusqlite::Result<ScopeFact> {
        let mut body = self
            .connection
            .prepare_cached("SELECT body FROM asked WHERE id = ?1")?;
        let asked: EvidenceFact = body.query_row([asked], |row| parse(row, 0))?;
        Ok(asked.scope)
    }
}
