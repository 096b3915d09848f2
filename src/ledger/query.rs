//! Answers from the cache of states.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::types::ValueRef;
use serde_json::Value;

use super::deployment::on_line;
use super::history::{self, parse};
use super::names::Names;
use super::{Brief, Entry, Ledger, LedgerError, State};

/// In which order entries are listed.
fn order(entry: &Entry) -> (&str, &str, &str, u32, &str) {
    (
        &entry.repository,
        &entry.line,
        &entry.path,
        entry.place.line,
        &entry.fingerprint,
    )
}

impl Ledger {
    /// Every finding on every line, sorted by repository, line, path and place; only of one incident, if one is named.
    pub fn entries(&self, incident: Option<&str>) -> Result<Vec<Entry>, LedgerError> {
        let fail = self.fail();
        let mut all = self.read_entries(incident).map_err(&fail)?;
        let overlays = self.overlays()?;
        for entry in &mut all {
            let overlay = on_line(&overlays, &entry.repository, &entry.line);
            if let Some((state, since, reason)) = overlay.and_then(|one| one.over(entry.state)) {
                entry.state = state;
                entry.since = since;
                entry.reason = reason.to_owned();
            }
        }
        all.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(all)
    }

    fn read_entries(&self, incident: Option<&str>) -> rusqlite::Result<Vec<Entry>> {
        let newer = self.columns_since(2, &["answered_since", "seen_at"]);
        let mut find = self.connection.prepare_cached(&format!(
            "SELECT repository.name, state.line, root.fingerprint, root.incident, root.rule, now.path,
                    state.state, state.since, state.first_seen, state.judged_at, state.basis, state.reason, place.body,
                    now.fingerprint, {newer}
             FROM state JOIN repository ON repository.id = state.repository
             JOIN instance AS root ON root.id = state.instance JOIN instance AS now ON now.id = state.current
             JOIN place ON place.id = state.place
             WHERE state.state <> 'clean' AND (?1 IS NULL OR root.incident = ?1)",
        ))?;
        let rows = find.query_map([incident], |row| {
            let word: String = row.get(6)?;
            Ok(Entry {
                repository: row.get(0)?,
                line: row.get(1)?,
                fingerprint: row.get(2)?,
                incident: row.get(3)?,
                rule: row.get(4)?,
                path: row.get(5)?,
                // A state that a newer version knows: nobody here can tell what it means.
                state: State::parse(&word).unwrap_or(State::Unknown),
                since: row.get(7)?,
                first_seen: row.get(8)?,
                judged_at: row.get(9)?,
                basis: row.get(10)?,
                reason: row.get(11)?,
                place: parse(row, 12)?,
                current_fingerprint: row.get(13)?,
                answered_since: row.get(14)?,
                seen_at: row.get(15)?,
            })
        })?;
        rows.collect()
    }

    /// Every finding on every line, in no order; only of one incident, if one is named.
    pub fn briefs(&self, incident: Option<&str>) -> Result<Vec<Brief>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<Brief>> {
            let newer = self.columns_since(2, &["answer"]);
            let mut find = self.connection.prepare_cached(&format!(
                "SELECT repository.name, state.line, root.fingerprint, root.incident, state.owner, state.state,
                        state.first_seen, root.rule, now.path, now.fingerprint, {newer}
                 FROM state JOIN repository ON repository.id = state.repository
                 JOIN instance AS root ON root.id = state.instance
                 JOIN instance AS now ON now.id = state.current
                 WHERE state.state <> 'clean' AND (?1 IS NULL OR root.incident = ?1)",
            ))?;
            let mut names: [Names; 5] = Default::default();
            let [repositories, lines, incidents, owners, rules] = &mut names;
            // Growing as it goes would copy hundreds of thousands of rows some twenty times.
            let count: i64 =
                self.connection
                    .query_row("SELECT COUNT(*) FROM state", [], |row| row.get(0))?;
            let mut all = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
            let mut rows = find.query([incident])?;
            while let Some(row) = rows.next()? {
                let text =
                    |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
                let fingerprint: Arc<str> = Arc::from(text(2)?);
                all.push(Brief {
                    repository: repositories.keep(text(0)?),
                    line: lines.keep(text(1)?),
                    incident: incidents.keep(text(3)?),
                    owner: match row.get_ref(4)? {
                        ValueRef::Null => None,
                        owner => Some(owners.keep(owner.as_str()?)),
                    },
                    state: State::parse(text(5)?).unwrap_or(State::Unknown),
                    first_seen: row.get(6)?,
                    rule: rules.keep(text(7)?),
                    path: Arc::from(text(8)?),
                    current_fingerprint: match text(9)? {
                        same if *same == *fingerprint => Arc::clone(&fingerprint),
                        other => Arc::from(other),
                    },
                    fingerprint,
                    answer: match row.get_ref(10)? {
                        ValueRef::Null => None,
                        _ => Some(Box::new(parse(row, 10)?)),
                    },
                });
            }
            Ok(all)
        };
        let mut all = read().map_err(self.fail())?;
        let overlays = self.overlays()?;
        if overlays.is_empty() {
            return Ok(all);
        }
        for brief in &mut all {
            let overlay = on_line(&overlays, &brief.repository, &brief.line);
            if let Some((state, ..)) = overlay.and_then(|one| one.over(brief.state)) {
                brief.state = state;
            }
        }
        Ok(all)
    }

    /// All incidents, each as it was told last.
    pub fn incidents(&self) -> Result<BTreeMap<String, Value>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            let mut find = self.connection.prepare_cached(
                "SELECT id, body FROM incident ORDER BY LENGTH(body) > 200, observed, body",
            )?;
            let rows = find.query_map([], |row| Ok((row.get(0)?, parse(row, 1)?)))?;
            rows.collect()
        };
        read().map_err(self.fail())
    }

    /// The commits of a repository that were scanned, the latest first.
    pub fn commits(&self, repository: &str, most: usize) -> Result<Vec<String>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut find = self.connection.prepare_cached(
                "SELECT json_extract(scan.unit, '$.commit') AS hash, MAX(pointer.observed) AS at
                 FROM repository JOIN scan ON scan.repository = repository.id JOIN pointer ON pointer.scan = scan.id
                 WHERE repository.name = ?1 AND hash IS NOT NULL GROUP BY hash ORDER BY at DESC, hash LIMIT ?2",
            )?;
            let rows =
                find.query_map(rusqlite::params![repository, most as i64], |row| row.get(0))?;
            rows.collect()
        };
        read().map_err(self.fail())
    }

    /// What is wrong with the file or with the cache of states; empty if nothing.
    pub fn check(&self) -> Result<Vec<String>, LedgerError> {
        let mut wrong = self.integrity()?;
        let fail = self.fail();
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut wrong = Vec::new();
            let mut find = self
                .connection
                .prepare_cached("SELECT id, name FROM repository ORDER BY name")?;
            let rows = find.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
            let repositories: Vec<(i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
            let newer = self.columns_since(3, &["steps"]);
            let mut kept = self.connection.prepare_cached(&format!(
                "SELECT line, instance, state, since, current, {newer} FROM state WHERE repository = ?1
                 ORDER BY line, instance",
            ))?;
            let has_steps = self.version >= 3;
            for (id, name) in repositories {
                let rows = kept.query_map([id], |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get::<_, i64>(1)?,
                        row.get::<_, String>(2)?,
                        row.get::<_, i64>(3)?,
                        row.get::<_, i64>(4)?,
                        row.get::<_, Option<String>>(5)?,
                    ))
                })?;
                let kept: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
                let mut derived = Vec::new();
                for (line, standings) in history::states(&self.connection, id)? {
                    derived.extend(standings.iter().map(|one| {
                        let state = one.state.word().to_owned();
                        let steps = has_steps.then(|| history::written(&one.steps));
                        let line = line.clone();
                        (line, one.instance, state, one.since, one.current, steps)
                    }));
                }
                derived.sort();
                if kept != derived {
                    wrong.push(format!("{name}: the states do not follow from the facts"));
                }
            }
            Ok(wrong)
        };
        wrong.extend(read().map_err(fail)?);
        Ok(wrong)
    }
}
