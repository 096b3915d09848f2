//! `stampout status`: what became of every incident's findings.
//!
//! A finding counts once, in the worst of the states that it has on any line: open on a release is open.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::args::{Global, StatusArgs};
use super::claim::Claim;
use super::findings::{json as json_page, sum};
use super::standing::{Counts, time};
use super::{Exit, gaps, keep, out};
use crate::ledger::{
    Brief, Deployed, Ledger, LedgerError, Presence, RepositoryAbout, State, Suppression,
    Whereabouts, group_id,
};
use crate::report::visible;

/// Tells it.
pub(crate) fn run(args: &StatusArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let only = args.incident.as_deref();
    let read = || {
        let briefs = ledger.briefs(only)?;
        let told = told(&ledger, only, &briefs)?;
        Ok((told, gaps::of(&ledger, &briefs)?))
    };
    let (told, gaps) = match read() {
        Ok(read) => read,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    if let Some(wanted) = &args.incident
        && told.is_empty()
    {
        return keep::unknown_incident(&ledger, wanted);
    }
    let page = if args.format == "json" {
        let incidents: Vec<Value> = told.values().map(Incident::to_json).collect();
        json_page(&json!({ "version": 1, "incidents": incidents, "gaps": gaps }))
    } else {
        text(&told, args.incident.is_some()) + &gaps::text(&gaps)
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
    repositories: BTreeMap<Arc<str>, Counts>,
    owners: BTreeMap<Option<Arc<str>>, Counts>,
    revisions: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Counts>>,
    groups: BTreeMap<(Arc<str>, Option<Arc<str>>), Counts>,
    /// When the oldest finding that is not closed was seen first.
    oldest: Option<i64>,
    /// Repositories whose last scans asked for it: all, and those that were complete.
    scanned: BTreeSet<String>,
    incomplete: BTreeSet<String>,
    /// Repositories with lines that went on since they were looked at.
    behind: BTreeSet<String>,
    /// Places that could hold an instance and could not be read, but for those that somebody answers for.
    unread: BTreeSet<String>,
    known: BTreeSet<String>,
    /// Deployments that run, and those of them that no scan saw where they stand.
    deployments: BTreeSet<String>,
    unscanned: BTreeSet<String>,
    /// Where findings are, by the words of [`Whereabouts::WORDS`].
    places: BTreeMap<&'static str, u64>,
    /// By environment: live, perhaps live, and judged without it.
    environments: BTreeMap<Arc<str>, [u64; 3]>,
}

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

impl Incident {
    /// Counts a finding on one line.
    fn on_line(&mut self, state: State, brief: &Brief) {
        let lines = match self.revisions.get_mut(&brief.repository) {
            Some(lines) => lines,
            None => self
                .revisions
                .entry(Arc::clone(&brief.repository))
                .or_default(),
        };
        let counts = lines.entry(Arc::clone(&brief.line));
        counts.or_default().add(state);
    }

    /// Counts a finding, in the worst of its states.
    fn count(&mut self, state: State, brief: &Brief, place: Option<&Whereabouts>) {
        let (repository, owner) = (Arc::clone(&brief.repository), brief.owner.clone());
        self.counts.add(state);
        if let Some(place) = place {
            *self.places.entry(place.word()).or_default() += 1;
            for (environment, presence) in &place.environments {
                let counts = self.environments.entry(Arc::clone(environment));
                let counts = counts.or_default();
                match presence {
                    Presence::On => counts[0] += 1,
                    Presence::Unknown => counts[1] += 1,
                    Presence::Off => counts[2] += 1,
                    Presence::None => {}
                }
            }
        }
        let by_repository = self.repositories.entry(Arc::clone(&repository));
        by_repository.or_default().add(state);
        self.owners.entry(owner.clone()).or_default().add(state);
        let by_group = self.groups.entry((repository, owner));
        by_group.or_default().add(state);
    }

    /// Instances that are there, or may be.
    pub(crate) fn remaining(&self) -> u64 {
        [State::Open, State::Regressed, State::Unknown]
            .map(|state| self.counts.of(state))
            .iter()
            .sum()
    }

    /// Instances that somebody answers for leaving.
    pub(crate) fn suppressed(&self) -> u64 {
        self.counts.of(State::Suppressed)
    }

    /// All instances.
    pub(crate) fn found(&self) -> u64 {
        self.counts.found()
    }

    /// Instances in a state.
    pub(crate) fn of(&self, state: State) -> u64 {
        self.counts.of(state)
    }

    /// By owner.
    pub(crate) fn owners(&self) -> impl Iterator<Item = (Option<&str>, &Counts)> {
        let all = self.owners.iter();
        all.map(|(owner, counts)| (owner.as_deref(), counts))
    }

    /// Repositories that are known.
    pub(crate) fn known(&self) -> &BTreeSet<String> {
        &self.known
    }

    /// Where instances are, in the order of [`Whereabouts::WORDS`]; nothing if no deployment is known.
    pub(crate) fn places(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let words = Whereabouts::WORDS
            .iter()
            .filter(|_| !self.deployments.is_empty());
        words.filter_map(|(word, title)| Some((*self.places.get(word)?, *title)))
    }

    /// What was not looked at; nothing if all was.
    pub(crate) fn not_covered(&self) -> Vec<String> {
        let mut why = self.not_looked_at();
        why.extend(self.not_known_live());
        why
    }

    /// What of the repositories was not looked at.
    pub(crate) fn not_looked_at(&self) -> Vec<String> {
        let mut why = Vec::new();
        let never: Vec<&String> = self.known.difference(&self.scanned).collect();
        if self.known.is_empty() {
            why.push("no repository was scanned".to_owned());
        }
        if !never.is_empty() {
            why.push(format!(
                "{} of {} repositories were never scanned for it: {}",
                never.len(),
                self.known.len(),
                few(never)
            ));
        }
        if !self.incomplete.is_empty() {
            let names = self.incomplete.iter().collect::<Vec<_>>();
            why.push(format!(
                "{} were not looked at as a whole: {}",
                names.len(),
                few(names)
            ));
        }
        if !self.behind.is_empty() {
            let names = self.behind.iter().collect::<Vec<_>>();
            why.push(format!(
                "{} went on since they were looked at: {}",
                names.len(),
                few(names)
            ));
        }
        if !self.unread.is_empty() {
            let names = self.unread.iter().collect::<Vec<_>>();
            let files = match names.len() {
                1 => "1 file".to_owned(),
                many => format!("{many} files"),
            };
            why.push(format!(
                "{files} could hold an instance in a part that could not be read: {}",
                few(names)
            ));
        }
        why
    }

    /// What of the deployments was not looked at.
    fn not_known_live(&self) -> Vec<String> {
        let mut why = Vec::new();
        if self.deployments.is_empty() {
            why.push("no inventory was recorded, so nobody knows what runs".to_owned());
        }
        if !self.unscanned.is_empty() {
            let names = self.unscanned.iter().collect::<Vec<_>>();
            why.push(format!(
                "{} of {} deployments were not scanned where they stand: {}",
                names.len(),
                self.deployments.len(),
                few(names)
            ));
        }
        why
    }

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
        let repositories = self.repositories.iter().map(|(name, c)| (json!(**name), c));
        let owners = self.owners().map(|(name, c)| (json!(name), c));
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|((repository, owner), counts)| {
                let mut row = Map::new();
                let id = group_id(&self.id, repository, owner.as_deref());
                row.insert("id".to_owned(), json!(id));
                row.insert("repository".to_owned(), json!(**repository));
                row.insert("owner".to_owned(), json!(owner.as_deref()));
                row.extend(counts.to_json());
                Value::Object(row)
            })
            .collect();
        let revisions: Vec<Value> = self
            .revisions
            .iter()
            .flat_map(|(repository, lines)| lines.iter().map(move |one| (repository, one)))
            .map(|(repository, (revision, counts))| {
                let mut row = Map::new();
                row.insert("repository".to_owned(), json!(**repository));
                row.insert("revision".to_owned(), json!(**revision));
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
        let places: Map<String, Value> = Whereabouts::WORDS
            .iter()
            .map(|(word, _)| {
                (
                    (*word).to_owned(),
                    json!(self.places.get(word).unwrap_or(&0)),
                )
            })
            .collect();
        all.insert("where".to_owned(), Value::Object(places));
        let environments = self.environments.iter();
        let environments: Vec<Value> = environments
            .map(|(name, [live, unknown, clean])| {
                json!({ "environment": **name, "live": live, "unknown": unknown, "clean": clean })
            })
            .collect();
        all.insert("environments".to_owned(), json!(environments));
        all.insert("oldest".to_owned(), json!(self.oldest.map(time)));
        all.insert("oldest_days".to_owned(), json!(self.oldest.map(days)));
        all.insert("eradication".to_owned(), json!(Claim::of(self).sentence()));
        let coverage = json!({
            "repositories": self.known.len(),
            "scanned": self.scanned.len(),
            "complete": self.scanned.len() - self.incomplete.len(),
            "incomplete": self.incomplete,
            "behind": self.behind,
            "unread": self.unread,
            "never_scanned": self.known.difference(&self.scanned).collect::<Vec<_>>(),
            "deployments": self.deployments.len(),
            "deployments_scanned": self.deployments.len() - self.unscanned.len(),
            "deployments_unscanned": self.unscanned,
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
        if !self.deployments.is_empty() && self.counts.found() > 0 {
            let parts = Whereabouts::WORDS.iter().filter_map(|(word, title)| {
                let count = self.places.get(word)?;
                Some(format!("{count} {title}"))
            });
            page.push_str(&format!("  {}\n", parts.collect::<Vec<_>>().join(" · ")));
        }
        let mut rows = Vec::new();
        for (name, counts) in &self.repositories {
            rows.push(vec![format!("  {}", visible(name)), sum(counts)]);
        }
        for (name, counts) in &self.owners {
            let name = name.as_deref().unwrap_or("(nobody known)");
            rows.push(vec![format!("  owner {}", visible(name)), sum(counts)]);
        }
        for (name, [live, unknown, clean]) in &self.environments {
            let parts = [
                (live, "live"),
                (unknown, "unknown"),
                (clean, "not there any more"),
            ];
            let parts = parts.into_iter().filter(|(count, _)| **count > 0);
            let parts: Vec<String> = parts
                .map(|(count, word)| format!("{count} {word}"))
                .collect();
            rows.push(vec![
                format!("  environment {}", visible(name)),
                parts.join(", "),
            ]);
        }
        page.push_str(&out::columns(&rows));
        if let Some(oldest) = self.oldest {
            let days = days(oldest);
            let s = if days == 1 { "" } else { "s" };
            page.push_str(&format!(
                "  the oldest that is not closed was seen first {}, {days} day{s} ago\n",
                time(oldest)
            ));
        }
        page.push_str(&format!("  coverage: {}\n", self.coverage()));
        page
    }

    /// What was looked at, in a sentence.
    pub(crate) fn coverage(&self) -> String {
        let mut told = format!(
            "{} of {} repositories scanned, {} of them whole",
            self.scanned.len(),
            self.known.len(),
            self.scanned.len() - self.incomplete.len()
        );
        if !self.deployments.is_empty() {
            let all = self.deployments.len();
            told.push_str(&format!(
                "; {} of {all} deployments scanned where they stand",
                all - self.unscanned.len()
            ));
        }
        if !self.behind.is_empty() {
            told.push_str(&format!("; {} went on since", self.behind.len()));
        }
        if !self.unread.is_empty() {
            let s = if self.unread.len() == 1 { "" } else { "s" };
            told.push_str(&format!("; {} file{s} not read in full", self.unread.len()));
        }
        told
    }
}

/// The first names, and how many more there are.
fn few(names: Vec<&String>) -> String {
    let more = names.len().saturating_sub(5);
    let mut shown: Vec<&str> = names.iter().take(5).map(|name| name.as_str()).collect();
    let rest = format!("{more} more");
    if more > 0 {
        shown.push(&rest);
    }
    shown.join(", ")
}

/// Whole days since a moment.
fn days(at: i64) -> i64 {
    (keep::now() - at).max(0) / 86_400
}
