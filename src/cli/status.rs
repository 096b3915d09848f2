//! `stampout status`: what became of every incident's findings.
//!
//! A finding counts once, in the worst of the states that it has on any line: open on a release is open.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::args::{Global, StatusArgs};
use super::findings::{json as json_page, sum};
use super::standing::{Counts, time};
use super::{Exit, keep, out, say};
use crate::ledger::{Brief, Ledger, LedgerError, State, Suppression, group_id};
use crate::model::nearest;
use crate::report::visible;

/// Tells it.
pub(crate) fn run(args: &StatusArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let told = match told(&ledger, args.incident.as_deref()) {
        Ok(told) => told,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    if let Some(wanted) = &args.incident
        && told.is_empty()
    {
        let known = ledger.incidents().unwrap_or_default();
        let near = nearest(wanted, known.keys().map(String::as_str));
        let hint = near.map_or_else(
            || "no scan that was recorded asked for it".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        say::error(&format!("the ledger does not know {wanted}"), &hint);
        return Exit::Usage;
    }
    let page = if args.format == "json" {
        let incidents: Vec<Value> = told.values().map(Incident::to_json).collect();
        json_page(&json!({ "version": 1, "incidents": incidents }))
    } else {
        text(&told, args.incident.is_some())
    };
    out::print(&page, Exit::Clean)
}

/// Incidents without a finding are counted, unless one was asked for.
fn text(told: &BTreeMap<String, Incident>, named: bool) -> String {
    let (found, clean): (Vec<&Incident>, Vec<&Incident>) = told
        .values()
        .partition(|incident| named || incident.counts.found() > 0);
    let mut parts: Vec<String> = found.iter().map(|one| one.to_text()).collect();
    if !clean.is_empty() {
        let rows: Vec<Vec<String>> = clean
            .iter()
            .map(|one| vec![format!("  {}", visible(&one.id)), one.coverage()])
            .collect();
        parts.push(format!(
            "nothing was ever found of\n{}",
            out::columns(&rows)
        ));
    }
    if parts.is_empty() {
        return "the ledger knows no incident yet\n".to_owned();
    }
    parts.join("\n")
}

/// An incident's account.
#[derive(Default)]
pub(crate) struct Incident {
    id: String,
    title: String,
    severity: String,
    counts: Counts,
    repositories: BTreeMap<String, Counts>,
    owners: BTreeMap<Option<String>, Counts>,
    revisions: BTreeMap<(String, String), Counts>,
    groups: BTreeMap<(String, Option<String>), Counts>,
    /// When the oldest finding that is not closed was seen first.
    oldest: Option<i64>,
    /// Repositories whose last scans asked for it: all, and those that were complete.
    scanned: BTreeSet<String>,
    incomplete: BTreeSet<String>,
    known: usize,
}

/// The accounts of all incidents, or of one.
pub(crate) fn told(
    ledger: &Ledger,
    only: Option<&str>,
) -> Result<BTreeMap<String, Incident>, LedgerError> {
    let mut told: BTreeMap<String, Incident> = BTreeMap::new();
    let word = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    for (id, about) in ledger.incidents()? {
        if only.is_none_or(|only| only == id) {
            let incident = Incident {
                id: id.clone(),
                title: word(&about, "title"),
                severity: word(&about, "severity"),
                ..Incident::default()
            };
            told.insert(id, incident);
        }
    }
    let repositories = ledger.repositories()?;
    for incident in told.values_mut() {
        incident.known = repositories.len();
        for repository in &repositories {
            let lines = repository.lines.values();
            let asked: Vec<_> = lines
                .filter_map(|line| line.asked.get(&incident.id))
                .collect();
            if !asked.is_empty() {
                incident.scanned.insert(repository.name.clone());
            }
            if asked.iter().any(|one| !one.whole) {
                incident.incomplete.insert(repository.name.clone());
            }
        }
    }
    let suppressions = keep::suppressions(ledger)?;
    let today = keep::today();
    let mut entries = ledger.briefs(only)?;
    for entry in entries.iter_mut().filter(|entry| !entry.state.is_closed()) {
        let covers = |one: &Suppression| {
            one.covers(
                &entry.repository,
                &entry.path,
                &entry.rule,
                &[&entry.fingerprint, &entry.current_fingerprint],
            )
        };
        if suppressions.iter().any(covers) || entry.is_answered(&today) {
            entry.state = State::Suppressed;
        }
    }
    let mut worst: BTreeMap<(&str, &str), (State, &Brief)> = BTreeMap::new();
    for entry in &entries {
        let Some(incident) = told.get_mut(&entry.incident) else {
            continue;
        };
        let line = (entry.repository.clone(), entry.line.clone());
        incident.revisions.entry(line).or_default().add(entry.state);
        if !entry.state.is_closed() {
            let first = incident.oldest.get_or_insert(entry.first_seen);
            *first = entry.first_seen.min(*first);
        }
        let rank = |state: State| State::ALL.iter().position(|one| *one == state);
        let kept = worst
            .entry((&entry.repository, &entry.fingerprint))
            .or_insert((entry.state, entry));
        if rank(entry.state) < rank(kept.0) {
            *kept = (entry.state, entry);
        }
    }
    for (state, entry) in worst.into_values() {
        let Some(incident) = told.get_mut(&entry.incident) else {
            continue;
        };
        let (repository, owner) = (entry.repository.clone(), entry.owner.clone());
        incident.counts.add(state);
        let by_repository = incident.repositories.entry(repository.clone());
        by_repository.or_default().add(state);
        incident.owners.entry(owner.clone()).or_default().add(state);
        incident
            .groups
            .entry((repository, owner))
            .or_default()
            .add(state);
    }
    Ok(told)
}

impl Incident {
    fn to_json(&self) -> Value {
        let rows = |key: &str, rows: Vec<(Value, &Counts)>| -> Vec<Value> {
            rows.into_iter()
                .map(|(name, counts)| {
                    let mut row = Map::new();
                    row.insert(key.to_owned(), name);
                    row.extend(counts.to_json());
                    Value::Object(row)
                })
                .collect()
        };
        let repositories = self.repositories.iter().map(|(name, c)| (json!(name), c));
        let owners = self.owners.iter().map(|(name, c)| (json!(name), c));
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|((repository, owner), counts)| {
                let mut row = Map::new();
                let id = group_id(&self.id, repository, owner.as_deref());
                row.insert("id".to_owned(), json!(id));
                row.insert("repository".to_owned(), json!(repository));
                row.insert("owner".to_owned(), json!(owner));
                row.extend(counts.to_json());
                Value::Object(row)
            })
            .collect();
        let revisions: Vec<Value> = self
            .revisions
            .iter()
            .map(|((repository, revision), counts)| {
                let mut row = Map::new();
                row.insert("repository".to_owned(), json!(repository));
                row.insert("revision".to_owned(), json!(revision));
                row.extend(counts.to_json());
                Value::Object(row)
            })
            .collect();
        let mut all = Map::new();
        all.insert("incident".to_owned(), json!(self.id));
        all.insert("title".to_owned(), json!(self.title));
        all.insert("severity".to_owned(), json!(self.severity));
        all.extend(self.counts.to_json());
        all.insert(
            "repositories".to_owned(),
            json!(rows("repository", repositories.collect())),
        );
        all.insert("owners".to_owned(), json!(rows("owner", owners.collect())));
        all.insert("revisions".to_owned(), json!(revisions));
        all.insert("groups".to_owned(), json!(groups));
        all.insert("oldest".to_owned(), json!(self.oldest.map(time)));
        let coverage = json!({
            "repositories": self.known,
            "scanned": self.scanned.len(),
            "complete": self.scanned.len() - self.incomplete.len(),
            "incomplete": self.incomplete,
        });
        all.insert("coverage".to_owned(), coverage);
        Value::Object(all)
    }

    fn to_text(&self) -> String {
        let title = if self.title.is_empty() {
            self.id.clone()
        } else {
            format!("{}: {}", self.id, self.title)
        };
        let mut page = format!("{}\n", visible(&title));
        if self.counts.found() == 0 {
            page.push_str("  nothing was ever found\n");
        } else {
            page.push_str(&format!("  {}\n", sum(&self.counts)));
        }
        let mut rows = Vec::new();
        for (name, counts) in &self.repositories {
            rows.push(vec![format!("  {}", visible(name)), sum(counts)]);
        }
        for (name, counts) in &self.owners {
            let name = name.as_deref().unwrap_or("(nobody known)");
            rows.push(vec![format!("  owner {}", visible(name)), sum(counts)]);
        }
        page.push_str(&out::columns(&rows));
        if let Some(oldest) = self.oldest {
            page.push_str(&format!(
                "  the oldest that is not closed was seen first {}\n",
                time(oldest)
            ));
        }
        page.push_str(&format!("  coverage: {}\n", self.coverage()));
        page
    }

    fn coverage(&self) -> String {
        format!(
            "{} of {} repositories scanned, {} of them whole",
            self.scanned.len(),
            self.known,
            self.scanned.len() - self.incomplete.len()
        )
    }
}
