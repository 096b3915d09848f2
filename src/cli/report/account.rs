//! What the page shows, brought together from a ledger.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::gaps::line_of;
use super::super::{gaps, keep};
use super::course::{answered, answers, course, milestones};
use crate::ledger::{
    Deployed, Entry, Ledger, LedgerError, Look, Places, Presence, State, Track, Whereabouts,
};
use crate::report::html::{Account, FindingAccount, IncidentAccount, LookAccount, StandingAccount};

/// What the page shows, of all incidents or of one.
pub(super) fn account(ledger: &Ledger, only: Option<&str>) -> Result<Account, LedgerError> {
    let mut repositories = ledger.repository_names()?;
    repositories.extend(ledger.fleet()?);
    let repositories: Vec<String> = repositories.into_iter().collect();
    let mut deployments = ledger.deployments()?;
    let retired = deployments.iter().filter(|one| one.fact.decommissioned);
    let retired: BTreeSet<String> = retired.map(|one| one.fact.line.clone()).collect();
    deployments.retain(|one| !one.fact.decommissioned);
    let suppressions = keep::suppressions(ledger)?;
    let places = match deployments.is_empty() {
        true => Places::default(),
        false => ledger.whereabouts(only)?,
    };
    let mut findings: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in keep::entries(ledger)? {
        if only.is_none_or(|only| only == entry.incident) {
            let all = findings.entry(entry.incident.clone()).or_default();
            all.push(entry);
        }
    }
    let mut about = ledger.incidents()?;
    // A report of another version may tell of findings and not of their incident.
    for id in findings.keys() {
        about.entry(id.clone()).or_insert(Value::Null);
    }
    // All at once: the history of a repository is read once, however many incidents it had.
    let mut tracks: BTreeMap<String, Vec<Track>> = BTreeMap::new();
    for track in ledger.tracks(only)? {
        tracks
            .entry(track.incident.clone())
            .or_default()
            .push(track);
    }
    let mut incidents = Vec::new();
    for (id, about) in about {
        if only.is_some_and(|only| only != id) {
            continue;
        }
        let mut looks = ledger.looks(&id)?;
        looks.retain(|look| !retired.contains(&look.line));
        let urls: BTreeMap<&str, &str> = looks
            .iter()
            .filter_map(|look| Some((look.repository.as_str(), look.unit.url.as_deref()?)))
            .collect();
        let entries = findings.remove(&id).unwrap_or_default();
        let answers = answers(&entries);
        let found = group(entries, &urls, &places);
        let unscanned = deployments.iter().filter(|one| !is_scanned(one, &looks));
        let unscanned: Vec<String> = unscanned.map(gaps::name).collect();
        let mut tracks = tracks.remove(&id).unwrap_or_default();
        let unread = keep::unread(&looks, &suppressions, &keep::today()).len() as u64;
        let asked: BTreeSet<&str> = looks.iter().map(|look| look.repository.as_str()).collect();
        let seen = unread == 0
            && repositories
                .iter()
                .all(|name| asked.contains(name.as_str()))
            && looks.iter().all(|look| look.is_whole() && !look.is_behind);
        let covered = seen && unscanned.is_empty();
        let milestones = match tracks.is_empty() {
            true => Vec::new(),
            false => milestones(&tracks, &about, ledger.first_full_scan(&id)?, seen, covered),
        };
        for track in &mut tracks {
            let key = (&track.repository, &track.line, &track.fingerprint);
            let key = (key.0.clone(), key.1.clone(), key.2.clone());
            if let Some(from) = answers.get(&key) {
                answered(track, *from);
            }
        }
        incidents.push(IncidentAccount {
            repositories: repositories.clone(),
            unread,
            looks: looks.iter().map(looked).collect(),
            course: course(&tracks),
            milestones,
            deployments: deployments.len() as u64,
            unscanned,
            places: by_place(&found),
            environments: environments(&found, &places),
            findings: found,
            ..told(id, &about)
        });
    }
    // Where something is left to do comes first.
    incidents.sort_by_key(|one| std::cmp::Reverse(left(one)));
    let gaps = gaps::of(ledger, &ledger.briefs(only)?)?;
    let ledger = ledger.path().file_name().unwrap_or_default();
    Ok(Account {
        written: keep::now(),
        ledger: ledger.to_string_lossy().into_owned(),
        incidents,
        gaps: gaps.iter().map(line_of).collect(),
    })
}

/// Whether a deployment was scanned where it stands, for an incident whose looks these are.
fn is_scanned(one: &Deployed, looks: &[Look]) -> bool {
    let looked = |look: &&Look| {
        Some(&look.repository) == one.fact.repository.as_ref() && look.line == one.fact.line
    };
    let mut looks = looks.iter().filter(looked).peekable();
    one.is_scanned && looks.peek().is_some() && looks.all(|look| look.is_whole() && !look.is_behind)
}

/// Where findings are, by what is most urgent.
fn by_place(findings: &[FindingAccount]) -> Vec<(String, u64)> {
    let words = Whereabouts::WORDS.iter().map(|(_, title)| {
        let here = findings.iter().filter(|one| one.place == *title);
        ((*title).to_owned(), here.count() as u64)
    });
    words.filter(|(_, count)| *count > 0).collect()
}

/// By environment: how many findings are live, perhaps live, and not there any more.
fn environments(findings: &[FindingAccount], places: &Places) -> Vec<(String, [u64; 3])> {
    let mut all: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for finding in findings {
        let Some(place) = places.of(&finding.repository, &finding.fingerprint) else {
            continue;
        };
        for (name, presence) in &place.environments {
            let counts = all.entry(name).or_default();
            match presence {
                Presence::On => counts[0] += 1,
                Presence::Unknown => counts[1] += 1,
                Presence::Off => counts[2] += 1,
                Presence::None => {}
            }
        }
    }
    let owned = all
        .into_iter()
        .map(|(name, counts)| (name.to_owned(), counts));
    owned.collect()
}

/// How much is left to do.
fn left(incident: &IncidentAccount) -> (usize, usize, usize) {
    let count = |wanted: &[State]| {
        let worst = incident.findings.iter().filter_map(|one| {
            let states = one.standings.iter().map(|standing| standing.status);
            states.min()
        });
        worst.filter(|state| wanted.contains(state)).count()
    };
    (
        count(&[State::Open, State::Regressed]),
        count(&[State::Unknown]),
        incident.findings.len(),
    )
}

/// What the pack told of the incident.
fn told(id: String, about: &Value) -> IncidentAccount {
    let word = |key: &str| about[key].as_str().unwrap_or_default().to_owned();
    let words = |key: &str| {
        let list = about[key].as_array().cloned().unwrap_or_default();
        let texts = list.into_iter().filter_map(|one| match one {
            Value::String(text) => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    IncidentAccount {
        id,
        title: word("title"),
        summary: word("summary"),
        severity: word("severity"),
        class: word("class"),
        url: word("url"),
        owner: word("owner"),
        references: [words("aliases"), words("cwe"), words("tickets")].concat(),
        ..IncidentAccount::default()
    }
}

fn looked(look: &Look) -> LookAccount {
    let unjudged = look.unjudged.iter().map(|(outcome, kept)| {
        let about = (kept.entries, kept.examples.clone());
        (outcome.clone(), about)
    });
    LookAccount {
        repository: look.repository.clone(),
        line: look.line.clone(),
        url: look.unit.url.clone(),
        commit: look.unit.commit.clone(),
        observed: look.observed,
        complete: look.complete,
        is_behind: look.is_behind,
        parts: [look.scope.paths.clone(), look.scope.globs.clone()].concat(),
        unjudged: unjudged.collect(),
        reviews: look.reviews.clone(),
    }
}

/// Entries by what they are: one finding, on however many lines.
fn group(entries: Vec<Entry>, urls: &BTreeMap<&str, &str>, places: &Places) -> Vec<FindingAccount> {
    let mut all: BTreeMap<(String, String), FindingAccount> = BTreeMap::new();
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let key = (entry.repository.clone(), entry.fingerprint.clone());
        if seen.insert(key.clone()) {
            order.push(key.clone());
        }
        let place = places.of(&entry.repository, &entry.fingerprint);
        let finding = all.entry(key).or_insert_with(|| FindingAccount {
            fingerprint: entry.fingerprint.clone(),
            repository: entry.repository.clone(),
            rule: entry.rule.clone(),
            owner: entry.place.owner.clone(),
            place: place.map(title).unwrap_or_default(),
            environments: place.map(live).unwrap_or_default(),
            frame: None,
            standings: Vec::new(),
        });
        let url = urls.get(entry.repository.as_str());
        finding.standings.push(StandingAccount {
            status: entry.state,
            since: entry.since,
            first_seen: entry.first_seen,
            by_history: entry.basis == "history",
            url: url.map(|url| (*url).to_owned()),
            line: entry.line,
            reason: entry.reason,
            judged_at: entry.judged_at,
            path: entry.path,
            place: entry.place,
        });
    }
    order.iter().filter_map(|key| all.remove(key)).collect()
}

/// Where a finding is, in words.
fn title(place: &Whereabouts) -> String {
    let word = place.word();
    let found = Whereabouts::WORDS.iter().find(|(known, _)| *known == word);
    found.map_or(word, |(_, title)| title).to_owned()
}

/// The environments in which it is live, or may be.
fn live(place: &Whereabouts) -> Vec<String> {
    let all = place.environments.iter();
    let live = all.filter(|(_, presence)| matches!(presence, Presence::On | Presence::Unknown));
    live.map(|(name, _)| name.to_string()).collect()
}
