//! How far each line of development was looked at for an incident: the last scan that asked, and what it left open.
//!
//! Invariant: a count of findings is worth as much as what is said here, so nothing is summed up away: each outcome
//! keeps its number, and examples are examples.

use std::collections::{BTreeMap, BTreeSet};

use super::history::parse;
use super::{Ledger, LedgerError};
use crate::model::{EvidenceFact, FindingFact, ScopeFact, UnitFact, UnjudgedFact};

/// How many paths of an outcome are named.
const EXAMPLES: usize = 12;

/// The last scan of a line that asked for an incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// The repository's name.
    pub repository: String,
    /// The line of development.
    pub line: String,
    /// What was scanned.
    pub unit: UnitFact,
    /// When.
    pub observed: i64,
    /// Which part of it.
    pub scope: ScopeFact,
    /// Whether every entry in that part that could hold an instance was looked at.
    pub complete: bool,
    /// By the word of the outcome: the entries that were not fully judged for the incident's rules.
    pub unjudged: BTreeMap<String, Unjudged>,
    /// Places that a person has to look at.
    pub reviews: Vec<FindingFact>,
}

/// Entries with one outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unjudged {
    /// How many.
    pub entries: u64,
    /// Some of their paths.
    pub examples: Vec<String>,
}

impl Look {
    /// Whether it looked at every entry of the whole repository that could hold an instance.
    pub fn is_whole(&self) -> bool {
        self.complete && self.scope.paths.is_empty() && self.scope.globs.is_empty()
    }
}

impl Ledger {
    /// The last scan of each line that asked for an incident, sorted by repository and line.
    pub fn looks(&self, incident: &str) -> Result<Vec<Look>, LedgerError> {
        self.read_looks(incident).map_err(self.fail())
    }

    fn read_looks(&self, incident: &str) -> rusqlite::Result<Vec<Look>> {
        let scopes = self.scopes_with(incident)?;
        let asked = serde_json::to_string(&scopes.keys().collect::<Vec<_>>()).unwrap_or_default();
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, pointer.line, MAX(pointer.observed), scan.id, scan.unit, scan.complete, scan.asked,
                    scan.unjudged
             FROM pointer JOIN repository ON repository.id = pointer.repository JOIN scan ON scan.id = pointer.scan
             WHERE scan.asked IN (SELECT value FROM json_each(?1))
             GROUP BY pointer.repository, pointer.line ORDER BY repository.name, pointer.line",
        )?;
        let mut rows = find.query([asked])?;
        let mut looks = Vec::new();
        while let Some(row) = rows.next()? {
            let unjudged: Vec<UnjudgedFact> = parse(row, 7)?;
            looks.push(Look {
                repository: row.get(0)?,
                line: row.get(1)?,
                observed: row.get(2)?,
                reviews: self.reviews(row.get(3)?, incident)?,
                unit: parse(row, 4)?,
                complete: row.get(5)?,
                scope: scopes.get(&row.get(6)?).cloned().unwrap_or_default(),
                unjudged: by_outcome(unjudged, incident),
            });
        }
        Ok(looks)
    }

    /// What was asked by scans that asked for the incident.
    fn scopes_with(&self, incident: &str) -> rusqlite::Result<BTreeMap<i64, ScopeFact>> {
        let mut find = self
            .connection
            .prepare_cached("SELECT id, body FROM asked")?;
        let mut rows = find.query([])?;
        let mut scopes = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let asked: EvidenceFact = parse(row, 1)?;
            if asked.scope.incidents.iter().any(|one| one == incident) {
                scopes.insert(row.get(0)?, asked.scope);
            }
        }
        Ok(scopes)
    }

    fn reviews(&self, scan: i64, incident: &str) -> rusqlite::Result<Vec<FindingFact>> {
        let mut find = self.connection.prepare_cached(
            "SELECT instance.fingerprint, instance.rule, instance.path, place.body
             FROM sighting JOIN instance ON instance.id = sighting.instance JOIN place ON place.id = sighting.place
             WHERE sighting.scan = ?1 AND instance.kind = 'review' AND instance.incident = ?2
             ORDER BY instance.path, instance.rule, instance.fingerprint",
        )?;
        let rows = find.query_map(rusqlite::params![scan, incident], |row| {
            Ok(FindingFact {
                fingerprint: row.get(0)?,
                rule: row.get(1)?,
                path: row.get(2)?,
                incident: incident.to_owned(),
                kind: "review".to_owned(),
                ..parse(row, 3)?
            })
        })?;
        rows.collect()
    }

    /// The names of all repositories.
    pub fn repository_names(&self) -> Result<BTreeSet<String>, LedgerError> {
        let read = || -> rusqlite::Result<BTreeSet<String>> {
            let mut find = self
                .connection
                .prepare_cached("SELECT name FROM repository")?;
            find.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(self.fail())
    }
}

fn by_outcome(entries: Vec<UnjudgedFact>, incident: &str) -> BTreeMap<String, Unjudged> {
    let concerns = |rule: &String| {
        rule.strip_prefix(incident)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    let mut all: BTreeMap<String, Unjudged> = BTreeMap::new();
    for entry in entries {
        // Without rules an entry was not judged for any.
        if entry.rules.is_empty() || entry.rules.iter().any(concerns) {
            let kept = all.entry(entry.outcome).or_default();
            kept.entries += 1;
            if kept.examples.len() < EXAMPLES {
                kept.examples.push(entry.path);
            }
        }
    }
    all
}
