//! Takes all facts out as lines of JSON and brings them in again, into the same ledger or another.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::history::parse;
use super::record::{digest, json as text};
use super::{Ledger, LedgerError, Recorded, history};
use crate::model::{EvidenceFact, FindingFact, PathSet, ScanFact, UnitFact};

/// The version of the lines.
const VERSION: u64 = 1;
/// Facts of one transaction.
const BATCH: usize = 200;

/// What came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Lines read.
    pub facts: u64,
    /// See [`Recorded`].
    pub recorded: Recorded,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
enum Line {
    Ledger {
        version: u64,
    },
    Scan {
        scan: Box<ScanFact>,
        observed: Vec<i64>,
    },
    Ancestors {
        repository: String,
        pairs: Vec<(String, String)>,
    },
    Incident {
        observed: i64,
        incident: Value,
    },
    Note {
        kind: String,
        at: i64,
        body: Value,
    },
}

impl Ledger {
    /// Writes every fact as a line; the lines of equal ledgers are equal, in whatever order they were filled.
    pub fn export(&self, out: &mut dyn Write) -> Result<u64, LedgerError> {
        let mut lines = 0;
        let mut put = |line: &Line| -> std::io::Result<()> {
            lines += 1;
            serde_json::to_writer(&mut *out, line)?;
            out.write_all(b"\n")
        };
        let fail = self.fail();
        let broken = LedgerError::Output;
        // One transaction, so that all is of one moment.
        let snapshot = self.connection.unchecked_transaction().map_err(&fail)?;
        put(&Line::Ledger { version: VERSION }).map_err(broken)?;
        for id in ids(&snapshot).map_err(&fail)? {
            let (scan, observed) = scan(&snapshot, id).map_err(&fail)?;
            let scan = Box::new(scan);
            put(&Line::Scan { scan, observed }).map_err(broken)?;
        }
        for line in others(&snapshot).map_err(&fail)? {
            put(&line).map_err(broken)?;
        }
        Ok(lines)
    }

    /// Reads what [`Self::export`] wrote; nothing of it is kept unless every line is a fact.
    pub fn import(&mut self, input: &mut dyn BufRead) -> Result<Imported, LedgerError> {
        let mut lines: Vec<Line> = Vec::new();
        for (index, line) in input.lines().enumerate() {
            let wrong = |why: String| LedgerError::Import {
                line: index + 1,
                why,
            };
            let line = line.map_err(|error| wrong(error.to_string()))?;
            if line.trim().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_str(&line).map_err(|error| wrong(in_line(&error)))?;
            match (&line, index) {
                (Line::Ledger { version: VERSION }, 0) => {}
                (Line::Ledger { version }, 0) => return Err(LedgerError::NewerExport(*version)),
                (Line::Ledger { .. }, _) => {
                    return Err(wrong(
                        "another export begins here: import it on its own".to_owned(),
                    ));
                }
                (_, 0) => return Err(wrong("it does not begin as an export does".to_owned())),
                _ => {}
            }
            lines.push(line);
        }
        if lines.is_empty() {
            return Err(LedgerError::Import {
                line: 1,
                why: "the file is empty".to_owned(),
            });
        }
        let mut imported = Imported::default();
        let mut scans = Vec::new();
        for line in lines {
            imported.facts += 1;
            match line {
                Line::Ledger { .. } => {}
                Line::Scan { scan, observed } => {
                    scans.extend(observed.into_iter().map(|observed| ScanFact {
                        observed,
                        ..(*scan).clone()
                    }));
                    if scans.len() >= BATCH {
                        imported
                            .recorded
                            .add(self.record(&std::mem::take(&mut scans))?);
                    }
                }
                Line::Ancestors { repository, pairs } => {
                    self.record_ancestors(&repository, &pairs)?;
                }
                Line::Incident { observed, incident } => self.write(|transaction| {
                    super::record::add_incident(transaction, &incident, observed)
                })?,
                Line::Note { kind, at, body } => {
                    self.add_note(&kind, at, &body)?;
                }
            }
        }
        imported.recorded.add(self.record(&scans)?);
        Ok(imported)
    }

    /// Adds what somebody said; false if it was said before in the same words at the same time.
    pub fn add_note(&mut self, kind: &str, at: i64, body: &Value) -> Result<bool, LedgerError> {
        self.write(|transaction| {
            let body = text(body)?;
            let name = digest(&[kind.as_bytes(), &at.to_be_bytes(), body.as_bytes()]);
            let added = transaction
                .prepare_cached(
                    "INSERT OR IGNORE INTO note (digest, kind, at, body) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![name.as_slice(), kind, at, body])?;
            Ok(added > 0)
        })
    }

    /// What was said of a kind, in order of time.
    pub fn notes(&self, kind: &str) -> Result<Vec<(i64, Value)>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<(i64, Value)>> {
            let mut find = self
                .connection
                .prepare_cached("SELECT at, body FROM note WHERE kind = ?1 ORDER BY at, digest")?;
            let rows = find.query_map([kind], |row| Ok((row.get(0)?, parse(row, 1)?)))?;
            rows.collect()
        };
        read().map_err(self.fail())
    }

    /// Makes every state anew from the facts.
    pub fn rebuild(&mut self) -> Result<(), LedgerError> {
        self.write(rebuild)
    }
}

/// What is wrong with a line; serde counts lines too, and each is read alone.
fn in_line(error: &serde_json::Error) -> String {
    let (text, column) = (error.to_string(), error.column());
    match text.strip_suffix(&format!(" at line {} column {column}", error.line())) {
        Some(bare) => format!("{bare}, in column {column}"),
        None => text,
    }
}

pub(super) fn rebuild(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut find = transaction.prepare("SELECT id FROM repository")?;
    let all = find.query_map([], |row| row.get(0))?;
    for id in all.collect::<rusqlite::Result<Vec<i64>>>()? {
        history::refresh(transaction, id)?;
    }
    Ok(())
}

fn ids(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut find = connection.prepare_cached("SELECT id FROM scan ORDER BY digest")?;
    find.query_map([], |row| row.get(0))?.collect()
}

/// A scan as it was recorded, and when it was observed.
pub(super) fn scan(connection: &Connection, id: i64) -> rusqlite::Result<(ScanFact, Vec<i64>)> {
    let mut find = connection.prepare_cached(
        "SELECT unit, complete, asked.body, path_set.paths, unjudged FROM scan
         LEFT JOIN asked ON asked.id = scan.asked LEFT JOIN path_set ON path_set.id = scan.path_set WHERE scan.id = ?1",
    )?;
    let mut fact = find.query_row([id], |row| {
        let evidence = match row.get_ref(2)? {
            rusqlite::types::ValueRef::Null => None,
            _ => {
                let paths: Option<Vec<u8>> = row.get(3)?;
                let paths = paths.and_then(|bytes| PathSet::from_bytes(&bytes));
                Some(EvidenceFact {
                    unjudged: parse(row, 4)?,
                    judged: paths.map(|set| set.to_hex()),
                    ..parse(row, 2)?
                })
            }
        };
        Ok(ScanFact {
            unit: parse::<UnitFact>(row, 0)?,
            complete: row.get(1)?,
            evidence,
            ..ScanFact::default()
        })
    })?;
    let mut find = connection.prepare_cached(
        "SELECT instance.fingerprint, instance.kind, instance.incident, instance.rule, instance.path,
                instance.match_key, place.body
         FROM sighting JOIN instance ON instance.id = sighting.instance JOIN place ON place.id = sighting.place
         WHERE sighting.scan = ?1 ORDER BY instance.fingerprint, instance.kind",
    )?;
    let findings = find.query_map([id], |row| {
        Ok(FindingFact {
            fingerprint: row.get(0)?,
            kind: row.get(1)?,
            incident: row.get(2)?,
            rule: row.get(3)?,
            path: row.get(4)?,
            match_key: row.get(5)?,
            ..parse(row, 6)?
        })
    })?;
    fact.findings = findings.collect::<rusqlite::Result<_>>()?;
    let mut find = connection.prepare_cached(
        "SELECT DISTINCT observed FROM pointer WHERE scan = ?1 ORDER BY observed",
    )?;
    let observed = find.query_map([id], |row| row.get(0))?;
    Ok((fact, observed.collect::<rusqlite::Result<_>>()?))
}

fn others(connection: &Connection) -> rusqlite::Result<Vec<Line>> {
    let mut all = Vec::new();
    let mut ancestors: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut find = connection.prepare_cached(
        "SELECT repository.name, older, newer FROM ancestor JOIN repository ON repository.id = ancestor.repository
         ORDER BY 1, 2, 3",
    )?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let pairs = ancestors.entry(row.get(0)?).or_default();
        pairs.push((row.get(1)?, row.get(2)?));
    }
    all.extend(
        ancestors
            .into_iter()
            .map(|(repository, pairs)| Line::Ancestors { repository, pairs }),
    );
    let mut find =
        connection.prepare_cached("SELECT observed, body FROM incident ORDER BY id, digest")?;
    let rows = find.query_map([], |row| {
        let (observed, incident) = (row.get(0)?, parse(row, 1)?);
        Ok(Line::Incident { observed, incident })
    })?;
    all.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    let mut find = connection.prepare_cached("SELECT kind, at, body FROM note ORDER BY digest")?;
    let rows = find.query_map([], |row| {
        let (kind, at, body) = (row.get(0)?, row.get(1)?, parse(row, 2)?);
        Ok(Line::Note { kind, at, body })
    })?;
    all.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    Ok(all)
}

/// For tests: all lines as one value.
#[cfg(test)]
pub(super) fn exported(ledger: &Ledger) -> Value {
    let mut out = Vec::new();
    ledger.export(&mut out).expect("it can be written");
    serde_json::json!(String::from_utf8(out).expect("text"))
}
