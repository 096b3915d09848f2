//! Brings accounts together: what the ledger knows of findings, lines and deployments, counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::super::{gaps, keep};
use super::Incident;
use crate::ledger::{Brief, Deployed, Ledger, LedgerError, RepositoryAbout, State, Suppression};

/// The accounts of all incidents, or of one; of these findings, which are the incident's.
pub(crate) fn told(
    ledger: &Ledger,
    only: Option<&str>,
    briefs: &[Brief],
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
    // A report of another tool tells of findings and not of their incident.
    for brief in briefs {
        if !told.contains_key(&*brief.incident) {
            let incident = Incident {
                id: brief.incident.to_string(),
                ..Incident::default()
            };
            told.insert(brief.incident.to_string(), incident);
        }
    }
    let repositories = ledger.repositories()?;
    let mut known: BTreeSet<String> = repositories.iter().map(|one| one.name.clone()).collect();
    known.extend(ledger.fleet()?);
    let deployments = ledger.deployments()?;
    let by_name: BTreeMap<&str, &RepositoryAbout> = repositories
        .iter()
        .map(|one| (one.name.as_str(), one))
        .collect();
    let suppressions = keep::suppressions(ledger)?;
    let today = keep::today();
    let retired = deployments.iter().filter(|one| one.fact.decommissioned);
    let retired: BTreeSet<&str> = retired.map(|one| one.fact.line.as_str()).collect();
    for incident in told.values_mut() {
        incident.known.clone_from(&known);
        for one in deployments.iter().filter(|one| !one.fact.decommissioned) {
            let name = gaps::name(one);
            if !(one.is_scanned && asked_there(&by_name, one, &incident.id)) {
                incident.unscanned.insert(name.clone());
            }
            incident.deployments.insert(name);
        }
        let mut unread = 0;
        for repository in &repositories {
            for (line, about) in &repository.lines {
                let Some(asked) = about.asked.get(&incident.id) else {
                    continue;
                };
                incident.scanned.insert(repository.name.clone());
                // What is no more need not be looked at again.
                if retired.contains(line.as_str()) {
                    continue;
                }
                if !asked.whole {
                    incident.incomplete.insert(repository.name.clone());
                }
                if asked.is_behind {
                    incident.behind.insert(repository.name.clone());
                }
                unread += asked.unread;
            }
        }
        if unread > 0 {
            let mut looks = ledger.looks(&incident.id)?;
            looks.retain(|look| !retired.contains(look.line.as_str()));
            incident.unread = keep::unread(&looks, &suppressions, &today);
        }
    }
    let state_of = |one: &Brief| {
        let names = [&*one.fingerprint, &*one.current_fingerprint];
        let covers = |by: &Suppression| by.covers(&one.repository, &one.path, &one.rule, &names);
        let is_left =
            !one.state.is_closed() && (suppressions.iter().any(covers) || one.is_answered(&today));
        if is_left {
            State::Suppressed
        } else {
            one.state
        }
    };
    let places = ledger.whereabouts(only)?;
    let rank = |state: State| State::ALL.iter().position(|one| *one == state);
    let mut worst: HashMap<(&str, &str), (State, &Brief)> = HashMap::with_capacity(briefs.len());
    for brief in briefs {
        let Some(incident) = told.get_mut(&*brief.incident) else {
            continue;
        };
        let state = state_of(brief);
        incident.on_line(state, brief);
        if !state.is_closed() {
            let first = incident.oldest.get_or_insert(brief.first_seen);
            *first = brief.first_seen.min(*first);
        }
        let kept = worst
            .entry((&brief.repository, &brief.fingerprint))
            .or_insert((state, brief));
        if rank(state) < rank(kept.0) {
            *kept = (state, brief);
        }
    }
    // Counts know no order.
    worst.into_values().for_each(|(state, brief)| {
        if let Some(incident) = told.get_mut(&*brief.incident) {
            let place = places.of(&brief.repository, &brief.fingerprint);
            incident.count(state, brief, place);
        }
    });
    Ok(told)
}

/// Whether a deployment was asked for an incident where it stands.
fn asked_there(
    repositories: &BTreeMap<&str, &RepositoryAbout>,
    one: &Deployed,
    incident: &str,
) -> bool {
    let name = one.fact.repository.as_deref();
    let repository = name.and_then(|name| repositories.get(name));
    let line = repository.and_then(|about| about.lines.get(&one.fact.line));
    line.and_then(|line| line.asked.get(incident))
        .is_some_and(|asked| asked.whole && !asked.is_behind)
}
