//! Two looks at the same repositories: what came, what stayed, what went, and what cannot be told.
//!
//! They are recorded in a ledger of the moment, so that moves are followed and evidence is asked for as ever.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Entry, Ledger, LedgerError, State};
use crate::model::ScanFact;

/// What became of a finding between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Only the later look shows it.
    New,
    /// Both show it.
    Unchanged,
    /// The later look shows its place clean, or no such file.
    Closed(State),
    /// The later look did not judge its place, or only one of the two looked at its line at all.
    Unknown,
}

impl Change {
    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Closed(state) => state.word(),
            Self::Unknown => "unknown",
        }
    }
}

/// Compares two looks; where each has one unit of a repository, those are compared whatever their revisions.
pub fn compare(
    before: &[ScanFact],
    after: &[ScanFact],
) -> Result<Vec<(Change, Entry)>, LedgerError> {
    let mut ledger = Ledger::of_the_moment()?;
    let alone = |scans: &[ScanFact]| {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for scan in scans {
            *count.entry(scan.unit.repository.clone()).or_default() += 1;
        }
        count
    };
    let (one, other) = (alone(before), alone(after));
    let placed = |scan: &ScanFact, observed: i64| {
        let mut scan = scan.clone();
        scan.observed = observed;
        // What is compared is what was seen, committed or not.
        if scan.unit.dirty == Some(true) {
            scan.unit.commit = None;
        }
        scan.unit.dirty = None;
        let single = |count: &BTreeMap<String, usize>| {
            count
                .get(&scan.unit.repository)
                .is_none_or(|count| *count == 1)
        };
        if single(&one) && single(&other) {
            if scan.unit.kind == "folder" {
                scan.unit.kind = "revision".to_owned();
            }
            scan.unit.reference = Some("the line".to_owned());
        }
        scan
    };
    let earlier: Vec<ScanFact> = before.iter().map(|scan| placed(scan, 1)).collect();
    let later: Vec<ScanFact> = after.iter().map(|scan| placed(scan, 2)).collect();
    let (earlier_lines, later_lines) = (lines(&earlier), lines(&later));
    ledger.record(&[earlier, later].concat())?;
    let entries = ledger.entries(None)?.into_iter();
    let changes = entries.map(|mut entry| {
        let line = (entry.repository.clone(), entry.line.clone());
        if !earlier_lines.contains(&line) {
            entry.reason = "the earlier side did not look there".to_owned();
            return (Change::Unknown, entry);
        }
        if !later_lines.contains(&line) {
            entry.reason = "the later side did not look there".to_owned();
            return (Change::Unknown, entry);
        }
        let change = match entry.state {
            State::Fixed | State::Gone => Change::Closed(entry.state),
            State::Unknown => Change::Unknown,
            _ if entry.first_seen == 2 => Change::New,
            _ => Change::Unchanged,
        };
        (change, entry)
    });
    Ok(changes.collect())
}

/// The lines that scans looked at, with their repositories.
fn lines(scans: &[ScanFact]) -> BTreeSet<(String, String)> {
    let line = |scan: &ScanFact| (scan.unit.repository.clone(), scan.unit.line());
    scans.iter().map(line).collect()
}

impl Ledger {
    /// A ledger that nobody else sees and that is gone afterwards.
    fn of_the_moment() -> Result<Self, LedgerError> {
        Self::in_memory(Path::new("(in memory)"))
    }

    /// The last scan of each line of a repository.
    pub fn latest(&self, repository: &str) -> Result<Vec<ScanFact>, LedgerError> {
        self.scans(
            "SELECT pointer.scan, MAX(pointer.observed) FROM repository
             JOIN pointer ON pointer.repository = repository.id
             WHERE repository.name = ?1 GROUP BY pointer.line ORDER BY pointer.line",
            repository,
        )
    }

    /// The last scans of a line, or of a commit by the beginning of its id; of every repository that has it.
    pub fn scans_of(&self, revision: &str) -> Result<Vec<ScanFact>, LedgerError> {
        let of_line = self.scans(
            "SELECT scan, MAX(observed) FROM pointer WHERE line = ?1 GROUP BY repository ORDER BY repository",
            revision,
        )?;
        let is_id = revision.len() >= 7 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !of_line.is_empty() || !is_id {
            return Ok(of_line);
        }
        self.scans(
            "SELECT pointer.scan, MAX(pointer.observed) FROM pointer JOIN scan ON scan.id = pointer.scan
             WHERE json_extract(scan.unit, '$.commit') LIKE ?1 || '%' GROUP BY pointer.repository
             ORDER BY pointer.repository",
            revision,
        )
    }

    fn scans(&self, sql: &str, value: &str) -> Result<Vec<ScanFact>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<ScanFact>> {
            let mut find = self.connection.prepare_cached(sql)?;
            let rows = find.query_map([value], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
            let mut scans = Vec::new();
            for row in rows {
                let (id, observed) = row?;
                let (scan, _) = super::transfer::scan(&self.connection, id)?;
                scans.push(ScanFact { observed, ..scan });
            }
            Ok(scans)
        };
        read().map_err(self.fail())
    }
}
