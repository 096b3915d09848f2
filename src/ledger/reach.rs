//! How far each line of development was looked at for an incident: the last scan that asked, and what it left open.
//!
//! Invariant: a count of findings is worth as much as what is said here, so nothing is summed up away: each outcome
//! keeps its number, and examples are examples.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{concerns, is_of, is_unread};
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
    /// Paths with parts that could hold an instance and could not be read, each with the full ids of the rules.
    pub unread: Vec<(String, BTreeSet<String>)>,
    /// Whether the line went on since, to where nobody asked.
    pub is_behind: bool,
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
    /// The last scan of each line that asked for an incident, sorted by repository and line; one for each commit, while a
    /// line stands at several.
    pub fn looks(&self, incident: &str) -> Result<Vec<Look>, LedgerError> {
        self.read_looks(incident).map_err(self.fail())
    }

    fn read_looks(&self, incident: &str) -> rusqlite::Result<Vec<Look>> {
        let scopes = self.scopes_with(incident)?;
        let asked = serde_json::to_string(&scopes.keys().collect::<Vec<_>>()).unwrap_or_default();
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, latest.line, latest.at, scan.id, scan.unit, scan.complete, scan.asked,
                    scan.unjudged
             FROM (SELECT pointer.repository, pointer.line, MAX(pointer.observed) AS at
                   FROM pointer JOIN scan ON scan.id = pointer.scan
                   WHERE scan.asked IN (SELECT value FROM json_each(?1))
                   GROUP BY pointer.repository, pointer.line) AS latest
             JOIN pointer ON pointer.repository = latest.repository AND pointer.line = latest.line
                  AND pointer.observed = latest.at
             JOIN scan ON scan.id = pointer.scan JOIN repository ON repository.id = latest.repository
             WHERE scan.asked IN (SELECT value FROM json_each(?1))
             ORDER BY repository.name, latest.line, scan.digest",
        )?;
        let mut rows = find.query([asked])?;
        let mut looks: Vec<Look> = Vec::new();
        while let Some(row) = rows.next()? {
            let unjudged: Vec<UnjudgedFact> = parse(row, 7)?;
            let look = Look {
                repository: row.get(0)?,
                line: row.get(1)?,
                observed: row.get(2)?,
                reviews: self.reviews(row.get(3)?, incident)?,
                unit: parse(row, 4)?,
                complete: row.get(5)?,
                scope: scopes.get(&row.get(6)?).cloned().unwrap_or_default(),
                unread: unread(&unjudged, incident),
                unjudged: by_outcome(unjudged, incident),
                is_behind: false,
            };
            // Of two looks at one commit at one moment the one that saw more.
            let is_same = |other: &&mut Look| {
                (&other.repository, &other.line, &other.unit.commit)
                    == (&look.repository, &look.line, &look.unit.commit)
            };
            match looks
                .iter_mut()
                .rev()
                .take_while(|other| other.line == look.line)
                .find(is_same)
            {
                Some(other) if look.is_whole() && !other.is_whole() => *other = look,
                Some(_) => {}
                None => looks.push(look),
            }
        }
        self.mark_behind(&mut looks)?;
        Ok(looks)
    }

    /// Marks looks whose line went on.
    fn mark_behind(&self, looks: &mut [Look]) -> rusqlite::Result<()> {
        let stood = self.stood()?;
        let of_line = |a: &Look, b: &Look| a.repository == b.repository && a.line == b.line;
        for looks in looks.chunk_by_mut(of_line) {
            let key = (looks[0].repository.clone(), looks[0].line.clone());
            let is_behind = stood.get(&key).is_some_and(|stood| {
                let commits = looks.iter().map(|look| &look.unit.commit);
                stood.is_beyond(looks[0].observed, commits)
            });
            looks.iter_mut().for_each(|look| look.is_behind = is_behind);
        }
        Ok(())
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

    /// The reviews of the last scan of each line, of all incidents: repository and place.
    pub fn open_reviews(&self) -> Result<Vec<(String, FindingFact)>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<(String, FindingFact)>> {
            let mut find = self.connection.prepare_cached(
                "SELECT DISTINCT repository.name, instance.fingerprint, instance.incident, instance.rule, instance.path
                 FROM (SELECT repository, line, MAX(observed) AS at FROM pointer GROUP BY repository, line) AS latest
                 JOIN pointer ON pointer.repository = latest.repository AND pointer.line = latest.line
                      AND pointer.observed = latest.at
                 JOIN sighting ON sighting.scan = pointer.scan JOIN instance ON instance.id = sighting.instance
                 JOIN repository ON repository.id = latest.repository
                 WHERE instance.kind = 'review' ORDER BY 1, 5, 4, 2",
            )?;
            let rows = find.query_map([], |row| {
                let review = FindingFact {
                    fingerprint: row.get(1)?,
                    incident: row.get(2)?,
                    rule: row.get(3)?,
                    path: row.get(4)?,
                    kind: "review".to_owned(),
                    ..FindingFact::default()
                };
                Ok((row.get(0)?, review))
            })?;
            rows.collect()
        };
        read().map_err(self.fail())
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

fn unread(entries: &[UnjudgedFact], incident: &str) -> Vec<(String, BTreeSet<String>)> {
    let unread = entries.iter().filter(|one| is_unread(one, incident));
    let told = unread.map(|one| {
        let rules = one.rules.iter().filter(|rule| is_of(rule, incident));
        (one.path.clone(), rules.cloned().collect())
    });
    told.collect()
}

fn by_outcome(entries: Vec<UnjudgedFact>, incident: &str) -> BTreeMap<String, Unjudged> {
    let mut all: BTreeMap<String, Unjudged> = BTreeMap::new();
    for entry in entries {
        if concerns(&entry, incident) {
            let kept = all.entry(entry.outcome).or_default();
            kept.entries += 1;
            if kept.examples.len() < EXAMPLES {
                kept.examples.push(entry.path);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Ledger;
    use crate::model::{EvidenceFact, FindingFact, ScanFact, ScopeFact, UnitFact, UnjudgedFact};

    fn scan(at: i64, commit: &str, incidents: &[&str]) -> ScanFact {
        ScanFact {
            observed: at,
            complete: true,
            unit: UnitFact {
                repository: "shop".to_owned(),
                kind: "revision".to_owned(),
                reference: Some("refs/heads/main".to_owned()),
                commit: Some(commit.to_owned()),
                ..UnitFact::default()
            },
            evidence: Some(EvidenceFact {
                scope: ScopeFact {
                    incidents: incidents.iter().map(|one| (*one).to_owned()).collect(),
                    ..ScopeFact::default()
                },
                ..EvidenceFact::default()
            }),
            ..ScanFact::default()
        }
    }

    fn unjudged(path: &str, outcome: &str, rules: &[&str]) -> UnjudgedFact {
        UnjudgedFact {
            path: path.to_owned(),
            outcome: outcome.to_owned(),
            rules: rules.iter().map(|one| (*one).to_owned()).collect(),
            ..UnjudgedFact::default()
        }
    }

    #[test]
    fn the_last_look_is_that_of_the_incident_and_names_its_gaps_alone() {
        let mut ledger = Ledger::in_memory(Path::new("(test)")).expect("a ledger");
        let mut first = scan(1, "aaaaaaa", &["INC-1", "INC-10"]);
        let evidence = first.evidence.as_mut().expect("it has some");
        evidence.unjudged = vec![
            unjudged("a.bin", "too-large", &[]),
            unjudged(
                "b.py",
                "scanned-with-errors",
                &["INC-1.rule", "INC-10.rule"],
            ),
            unjudged("c.py", "scanned-with-errors", &["INC-10.rule"]),
        ];
        evidence
            .unjudged
            .extend((0..20).map(|one| unjudged(&format!("{one}.bin"), "binary", &[])));
        first.findings = ["INC-1", "INC-10"]
            .map(|incident| FindingFact {
                fingerprint: incident.to_owned(),
                incident: incident.to_owned(),
                rule: format!("{incident}.rule"),
                kind: "review".to_owned(),
                path: "b.py".to_owned(),
                ..FindingFact::default()
            })
            .to_vec();
        // Later looks ask for another incident, and for a part.
        let mut part = scan(3, "ccccccc", &["INC-10"]);
        part.evidence.as_mut().expect("it has some").scope.paths = vec!["src".to_owned()];
        let mut silent = scan(4, "ddddddd", &[]);
        silent.evidence = None;
        ledger
            .record(&[first, scan(2, "bbbbbbb", &["INC-2"]), part, silent])
            .expect("they are recorded");
        let looks = ledger.looks("INC-1").expect("an answer");
        let [look] = looks.as_slice() else {
            panic!("{looks:?}")
        };
        assert_eq!(
            (look.line.as_str(), look.observed, look.is_whole()),
            ("main", 1, true)
        );
        let told: Vec<(&str, u64, usize)> = look
            .unjudged
            .iter()
            .map(|(outcome, kept)| (outcome.as_str(), kept.entries, kept.examples.len()))
            .collect();
        assert_eq!(
            told,
            [
                ("binary", 20, 12),
                ("scanned-with-errors", 1, 1),
                ("too-large", 1, 1)
            ]
        );
        assert_eq!(
            look.reviews
                .iter()
                .map(|one| one.rule.as_str())
                .collect::<Vec<_>>(),
            ["INC-1.rule"]
        );
        let looks = ledger.looks("INC-10").expect("an answer");
        assert_eq!((looks[0].observed, looks[0].is_whole()), (3, false));
        assert!(ledger.looks("INC-3").expect("an answer").is_empty());
    }
}
