//! The facts of a repository, read for the fold, and its states, kept as a cache.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, params};

use super::State;
use super::facts::{Asked, Facts, Instance, Review, Rule, Scan, Seen};
use super::fold::{self, Standing};
use super::order::Event;
use crate::model::{EvidenceFact, FindingFact, PathSet, UnitFact};

/// Makes the states of a repository anew.
pub(super) fn refresh(transaction: &Transaction<'_>, repository: i64) -> rusqlite::Result<()> {
    let states = fold::fold(&facts(transaction, repository)?);
    let mut clear = transaction.prepare_cached("DELETE FROM state WHERE repository = ?1")?;
    clear.execute([repository])?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO state (repository, line, instance, state, since, first_seen, judged_at, basis, reason, current, place,
                            answered_since, seen_at, steps, owner, answer)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
                json_extract(body, '$.owner'), json_extract(body, '$.suppression') FROM place WHERE id = ?11",
    )?;
    for (line, standings) in &states {
        for one in standings {
            add.execute(params![
                repository,
                line,
                one.instance,
                one.state.word(),
                one.since,
                one.first_seen,
                one.judged_at,
                one.basis.word(),
                one.reason,
                one.current,
                one.place,
                one.answered_since,
                one.seen_at,
                written(&one.steps)
            ])?;
        }
    }
    Ok(())
}

/// Steps as the cache keeps them.
pub(super) fn written(steps: &[(i64, State)]) -> String {
    let steps = steps.iter().map(|(at, state)| (*at, state.word()));
    serde_json::to_string(&steps.collect::<Vec<_>>()).unwrap_or_default()
}

/// The states as they follow from the facts, whatever the cache says.
pub(super) fn states(
    connection: &Connection,
    repository: i64,
) -> rusqlite::Result<BTreeMap<String, Vec<Standing>>> {
    Ok(fold::fold(&facts(connection, repository)?))
}

fn damaged(column: usize, error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| damaged(column, error))
}

fn facts(connection: &Connection, repository: i64) -> rusqlite::Result<Facts> {
    let mut facts = Facts::default();
    let mut numbers: BTreeMap<i64, usize> = BTreeMap::new();
    let mut asked: BTreeMap<i64, Arc<Asked>> = BTreeMap::new();
    let mut paths: BTreeMap<i64, Arc<PathSet>> = BTreeMap::new();
    let mut find = connection.prepare_cached(
        "SELECT id, digest, unit, complete, asked, path_set, unjudged FROM scan WHERE repository = ?1",
    )?;
    let mut rows = find.query([repository])?;
    while let Some(row) = rows.next()? {
        let unit: UnitFact = parse(row, 2)?;
        let asked = match row.get::<_, Option<i64>>(4)? {
            None => None,
            Some(id) => Some(match asked.get(&id) {
                Some(known) => Arc::clone(known),
                None => {
                    let read = Arc::new(read_asked(connection, id)?);
                    asked.insert(id, Arc::clone(&read));
                    read
                }
            }),
        };
        let set = match row.get::<_, Option<i64>>(5)? {
            None => None,
            Some(id) => Some(match paths.get(&id) {
                Some(known) => Arc::clone(known),
                None => {
                    let read = Arc::new(read_paths(connection, id)?);
                    paths.insert(id, Arc::clone(&read));
                    read
                }
            }),
        };
        let time = unit.commit_time.as_deref();
        let time = time.and_then(|time| time.parse::<jiff::Timestamp>().ok());
        numbers.insert(row.get(0)?, facts.scans.len());
        facts.scans.push(Scan {
            digest: row.get(1)?,
            dirty: unit.dirty == Some(true),
            commit: unit.commit.filter(|_| unit.kind != "folder"),
            commit_time: time.map(jiff::Timestamp::as_second),
            complete: row.get(3)?,
            asked,
            unjudged: parse(row, 6)?,
            paths: set,
            ..Scan::default()
        });
    }
    read_instances(connection, repository, &mut facts, &numbers)?;
    let mut find = connection
        .prepare_cached("SELECT line, scan, observed FROM pointer WHERE repository = ?1")?;
    let mut rows = find.query([repository])?;
    while let Some(row) = rows.next()? {
        if let Some(scan) = numbers.get(&row.get(1)?) {
            let events = facts.events.entry(row.get(0)?).or_default();
            events.push(Event {
                scan: *scan,
                observed: row.get(2)?,
            });
        }
    }
    let mut find =
        connection.prepare_cached("SELECT older, newer FROM ancestor WHERE repository = ?1")?;
    let pairs = find.query_map([repository], |row| Ok((row.get(0)?, row.get(1)?)))?;
    facts.ancestors = pairs.collect::<rusqlite::Result<HashSet<_>>>()?;
    Ok(facts)
}

fn read_asked(connection: &Connection, id: i64) -> rusqlite::Result<Asked> {
    let mut find = connection.prepare_cached("SELECT body FROM asked WHERE id = ?1")?;
    let body: EvidenceFact = find.query_row([id], |row| parse(row, 0))?;
    let rules = body.rules.into_iter().map(|rule| {
        let about = Rule {
            digest: rule.digest,
            required_text: rule.required_text,
        };
        (rule.rule, about)
    });
    Ok(Asked {
        rules: rules.collect(),
        scope: body.scope,
    })
}

fn read_paths(connection: &Connection, id: i64) -> rusqlite::Result<PathSet> {
    let mut find = connection.prepare_cached("SELECT paths FROM path_set WHERE id = ?1")?;
    let bytes: Vec<u8> = find.query_row([id], |row| row.get(0))?;
    PathSet::from_bytes(&bytes).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, id))
}

fn read_instances(
    connection: &Connection,
    repository: i64,
    facts: &mut Facts,
    numbers: &BTreeMap<i64, usize>,
) -> rusqlite::Result<()> {
    let mut reviews: BTreeMap<i64, Review> = BTreeMap::new();
    let mut find = connection.prepare_cached(
        "SELECT id, fingerprint, kind, rule, path, match_key FROM instance WHERE repository = ?1",
    )?;
    let mut rows = find.query([repository])?;
    while let Some(row) = rows.next()? {
        let (id, kind): (i64, String) = (row.get(0)?, row.get(2)?);
        let (rule, path): (String, String) = (row.get(3)?, row.get(4)?);
        if kind != "fail" {
            reviews.insert(id, Review { path, rule });
            continue;
        }
        let instance = Instance {
            fingerprint: row.get(1)?,
            rule,
            path,
            match_key: row.get(5)?,
        };
        facts.instances.insert(id, instance);
    }
    let mut places: BTreeMap<i64, Seen> = BTreeMap::new();
    let mut body = connection.prepare_cached("SELECT body FROM place WHERE id = ?1")?;
    let mut find = connection.prepare_cached(
        "SELECT sighting.scan, sighting.instance, sighting.place FROM scan
         JOIN sighting ON sighting.scan = scan.id WHERE scan.repository = ?1",
    )?;
    let mut rows = find.query([repository])?;
    while let Some(row) = rows.next()? {
        let (scan, instance, place): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(scan) = numbers.get(&scan).map(|number| &mut facts.scans[*number]) else {
            continue;
        };
        if let Some(review) = reviews.get(&instance) {
            scan.reviews.push(review.clone());
            continue;
        }
        let seen = match places.get(&place) {
            Some(known) => known.clone(),
            None => {
                let told: FindingFact = body.query_row([place], |row| parse(row, 0))?;
                let bare = |text: String| text.split_whitespace().collect::<String>();
                let seen = Seen {
                    place,
                    start: told.byte_start,
                    end: told.byte_end,
                    text: told.snippet.map(bare),
                    answered: told.suppression.is_some(),
                };
                places.insert(place, seen.clone());
                seen
            }
        };
        scan.seen.insert(instance, seen);
    }
    Ok(())
}
