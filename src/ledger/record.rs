//! Adds facts, each in one transaction, and brings the cache of states up to date in the same.
//!
//! Invariant: a fact is known by a digest of all it says, so that adding it again changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Ledger, LedgerError, history};
use crate::model::{EvidenceFact, FindingFact, PathSet, ScanFact, UnjudgedFact};

/// What a recording added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Units that the reports told of.
    pub units: u64,
    /// Units that no earlier report had told of in this way.
    pub new_units: u64,
    /// Instances that were never seen before.
    pub new_instances: u64,
}

impl Recorded {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.units += other.units;
        self.new_units += other.new_units;
        self.new_instances += other.new_instances;
    }
}

impl Ledger {
    /// Adds what reports tell, all of it or nothing.
    pub fn record(&mut self, scans: &[ScanFact]) -> Result<Recorded, LedgerError> {
        self.write(|transaction| {
            let mut recorded = Recorded::default();
            let mut touched = BTreeSet::new();
            for scan in scans {
                recorded.units += 1;
                let (repository, changed) = add(transaction, scan, &mut recorded)?;
                if changed {
                    touched.insert(repository);
                }
            }
            for repository in touched {
                history::refresh(transaction, repository)?;
            }
            Ok(recorded)
        })
    }

    /// Adds that commits are ancestors of others: pairs of the older and the newer.
    pub fn record_ancestors(
        &mut self,
        repository: &str,
        pairs: &[(String, String)],
    ) -> Result<(), LedgerError> {
        if pairs.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            let id = repository_id(transaction, repository)?;
            if add_ancestors(transaction, id, pairs)? {
                history::refresh(transaction, id)?;
            }
            Ok(())
        })
    }
}

pub(super) fn add_ancestors(
    transaction: &Transaction<'_>,
    repository: i64,
    pairs: &[(String, String)],
) -> rusqlite::Result<bool> {
    let mut add = transaction.prepare_cached(
        "INSERT OR IGNORE INTO ancestor (repository, older, newer) VALUES (?1, ?2, ?3)",
    )?;
    let mut changed = false;
    for (older, newer) in pairs {
        changed |= add.execute(params![repository, older, newer])? > 0;
    }
    Ok(changed)
}

pub(super) fn repository_id(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO repository (name) VALUES (?1)")?
        .execute([name])?;
    transaction
        .prepare_cached("SELECT id FROM repository WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
}

pub(super) fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

pub(super) fn json<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// Keeps a text under its digest and returns its number.
fn keep(transaction: &Transaction<'_>, table: &str, body: &str) -> rusqlite::Result<i64> {
    let name = digest(&[body.as_bytes()]);
    let find = format!("SELECT id FROM {table} WHERE digest = ?1");
    let mut find = transaction.prepare_cached(&find)?;
    let known = find
        .query_row([name.as_slice()], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    transaction
        .prepare_cached(&format!(
            "INSERT INTO {table} (digest, body) VALUES (?1, ?2)"
        ))?
        .execute(params![name.as_slice(), body])?;
    Ok(transaction.last_insert_rowid())
}

fn keep_paths(transaction: &Transaction<'_>, set: &PathSet) -> rusqlite::Result<i64> {
    let name = digest(&[set.as_bytes()]);
    transaction
        .prepare_cached("INSERT OR IGNORE INTO path_set (digest, paths) VALUES (?1, ?2)")?
        .execute(params![name.as_slice(), set.as_bytes()])?;
    transaction
        .prepare_cached("SELECT id FROM path_set WHERE digest = ?1")?
        .query_row([name.as_slice()], |row| row.get(0))
}

/// What of a finding belongs to its place and not to its identity.
pub(super) fn place_of(finding: &FindingFact) -> FindingFact {
    FindingFact {
        fingerprint: String::new(),
        match_key: None,
        rule: String::new(),
        incident: String::new(),
        kind: String::new(),
        path: String::new(),
        ..finding.clone()
    }
}

/// Adds one scan; returns its repository and whether anything was new.
fn add(
    transaction: &Transaction<'_>,
    fact: &ScanFact,
    recorded: &mut Recorded,
) -> rusqlite::Result<(i64, bool)> {
    let repository = repository_id(transaction, &fact.unit.repository)?;
    let unit = json(&fact.unit)?;
    let (asked, unjudged, paths) = match &fact.evidence {
        None => (None, json(&Vec::<UnjudgedFact>::new())?, None),
        Some(evidence) => {
            let paths = evidence.judged.as_deref().and_then(PathSet::from_hex);
            let asked = json(&EvidenceFact {
                unjudged: Vec::new(),
                judged: None,
                ..evidence.clone()
            })?;
            (Some(asked), json(&evidence.unjudged)?, paths)
        }
    };
    // Reports list findings in order; what is told twice counts once.
    let mut findings: BTreeMap<(&str, &str), (&FindingFact, String)> = BTreeMap::new();
    for finding in &fact.findings {
        let place = json(&place_of(finding))?;
        findings.insert((&finding.fingerprint, &finding.kind), (finding, place));
    }
    let mut parts: Vec<&[u8]> = vec![
        unit.as_bytes(),
        if fact.complete { b"complete" } else { b"" },
        asked.as_deref().unwrap_or_default().as_bytes(),
        unjudged.as_bytes(),
        paths.as_ref().map(PathSet::as_bytes).unwrap_or_default(),
    ];
    for ((fingerprint, kind), (_, place)) in &findings {
        parts.extend([fingerprint.as_bytes(), kind.as_bytes(), place.as_bytes()]);
    }
    let name = digest(&parts);
    let find = "SELECT id FROM scan WHERE digest = ?1";
    let known: Option<i64> = transaction
        .prepare_cached(find)?
        .query_row([name.as_slice()], |row| row.get(0))
        .optional()?;
    let (scan, mut changed) = match known {
        Some(scan) => (scan, false),
        None => {
            let asked = asked
                .map(|body| keep(transaction, "asked", &body))
                .transpose()?;
            let paths = paths
                .map(|paths| keep_paths(transaction, &paths))
                .transpose()?;
            transaction
                .prepare_cached(
                    "INSERT INTO scan (digest, repository, unit, complete, asked, path_set, unjudged)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    name.as_slice(),
                    repository,
                    unit,
                    fact.complete,
                    asked,
                    paths,
                    unjudged
                ])?;
            let scan = transaction.last_insert_rowid();
            recorded.new_units += 1;
            for (finding, place) in findings.values() {
                recorded.new_instances += sight(transaction, repository, scan, finding, place)?;
            }
            (scan, true)
        }
    };
    let line = fact.unit.line();
    let added = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO pointer (repository, line, scan, observed) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![repository, line, scan, fact.observed])?;
    changed |= added > 0;
    for incident in &fact.incidents {
        add_incident(transaction, incident, fact.observed)?;
    }
    Ok((repository, changed))
}

/// Adds a sighting; returns 1 if the instance was never seen before.
fn sight(
    transaction: &Transaction<'_>,
    repository: i64,
    scan: i64,
    finding: &FindingFact,
    place: &str,
) -> rusqlite::Result<u64> {
    let added = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO instance (fingerprint, kind, repository, incident, rule, path, match_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            finding.fingerprint,
            finding.kind,
            repository,
            finding.incident,
            finding.rule,
            finding.path,
            finding.match_key
        ])?;
    let instance: i64 = transaction
        .prepare_cached(
            "SELECT id FROM instance WHERE repository = ?1 AND fingerprint = ?2 AND kind = ?3",
        )?
        .query_row(
            params![repository, finding.fingerprint, finding.kind],
            |row| row.get(0),
        )?;
    let place = keep(transaction, "place", place)?;
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO sighting (scan, instance, place) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![scan, instance, place])?;
    Ok(added as u64)
}

pub(super) fn add_incident(
    transaction: &Transaction<'_>,
    incident: &Value,
    observed: i64,
) -> rusqlite::Result<()> {
    let Some(id) = incident.get("id").and_then(Value::as_str) else {
        return Ok(());
    };
    let body = json(incident)?;
    let name = digest(&[body.as_bytes()]);
    transaction
        .prepare_cached(
            "INSERT INTO incident (id, digest, observed, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET observed = MAX(observed, excluded.observed)",
        )?
        .execute(params![id, name.as_slice(), observed, body])?;
    Ok(())
}
