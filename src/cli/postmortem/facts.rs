//! What the post-mortem is filled with: the incident, the ledger's account, and the pack if it is at hand.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cli::claim::Claim;
use crate::cli::clones::Clones;
use crate::cli::keep;
use crate::cli::standing::Counts;
use crate::cli::status::{self, Incident};
use crate::history::Story;
use crate::ledger::{
    Entry, GateFact, Ledger, LedgerError, LineKind, Milestones, Places, Point, Track, Whereabouts,
};
use crate::ledger::{burn_down, reached};
use crate::pack::Pack;

/// All of it.
pub(super) struct Facts {
    pub(super) id: String,
    /// As the packs told it.
    pub(super) incident: Value,
    pub(super) account: Incident,
    pub(super) claim: Claim,
    pub(super) milestones: Milestones,
    /// When the clock starts, and what that moment is called.
    pub(super) report: Option<(i64, &'static str)>,
    pub(super) teams: Vec<Team>,
    pub(super) environments: Vec<Environment>,
    pub(super) instances: Vec<InstanceRow>,
    /// Moments at which an instance came back.
    pub(super) returns: Vec<(i64, String)>,
    pub(super) gate: Gate,
    /// Name, message and advice.
    pub(super) rules: Vec<(String, String, String)>,
    /// By repository, where it can be viewed.
    pub(super) urls: BTreeMap<String, String>,
    /// Where it bit: repository, path, line, and the commit that fixed it.
    pub(super) origins: Vec<(String, String, u32, Option<String>)>,
    pub(super) has_pack: bool,
    /// Whether git was asked for the history of the instances.
    pub(super) has_clones: bool,
}

/// Instances that are listed one by one, and of which git is asked.
pub(super) const LISTED: usize = 200;

/// A team's part.
pub(super) struct Team {
    pub(super) owner: Option<String>,
    pub(super) counts: Counts,
    pub(super) half: Option<i64>,
    pub(super) all: Option<i64>,
}

/// An environment's part.
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) found: u64,
    pub(super) remaining: u64,
    pub(super) half: Option<i64>,
    pub(super) all: Option<i64>,
}

/// An instance, once.
#[derive(Default)]
pub(super) struct InstanceRow {
    pub(super) repository: String,
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) owner: Option<String>,
    pub(super) state: &'static str,
    pub(super) place: &'static str,
    pub(super) first_seen: i64,
    /// What git tells of it, if it was asked.
    pub(super) story: Option<Story>,
}

/// What the gate did.
#[derive(Default)]
pub(super) struct Gate {
    /// Repositories that it guards.
    pub(super) repositories: BTreeSet<String>,
    /// By repository, when it ran there first.
    pub(super) since_in: BTreeMap<String, i64>,
    pub(super) since: Option<i64>,
    pub(super) runs: u64,
    /// What it stopped, each once, with the first time.
    pub(super) stopped: BTreeMap<(String, String), (i64, String)>,
}

impl Facts {
    /// Reads it; `None` if the ledger does not know the incident.
    pub(super) fn read(
        ledger: &Ledger,
        id: &str,
        pack: Option<&Pack>,
        mut clones: Option<&mut Clones>,
    ) -> Result<Option<Self>, LedgerError> {
        let briefs = ledger.briefs(Some(id))?;
        let Some(account) = status::told(ledger, Some(id), &briefs)?.remove(id) else {
            return Ok(None);
        };
        let incident = ledger.incidents()?.remove(id).unwrap_or_default();
        let tracks = ledger.tracks(Some(id))?;
        let milestones = ledger.milestones(id, &tracks)?;
        let mut entries = keep::entries(ledger)?;
        entries.retain(|entry| entry.incident == id);
        let places = ledger.whereabouts(Some(id))?;
        let report = report(&incident).or(milestones
            .first_seen
            .map(|at| (at, "first instance recorded")));
        Ok(Some(Self {
            id: id.to_owned(),
            claim: Claim::of(&account),
            teams: teams(&account, &tracks),
            environments: environments(&tracks),
            instances: instances(&entries, &places, &mut clones),
            has_clones: clones.is_some(),
            returns: returns(&tracks),
            gate: Gate::of(&ledger.gates()?, id),
            rules: pack.iter().flat_map(|pack| &pack.rules).map(rule).collect(),
            urls: urls(ledger)?,
            origins: pack
                .iter()
                .flat_map(|pack| &pack.incident.origins)
                .map(origin)
                .collect(),
            has_pack: pack.is_some(),
            incident,
            account,
            milestones,
            report,
        }))
    }

    /// Whether every repository was looked at whole, so that what is not seen is not there.
    pub(super) fn is_seen(&self) -> bool {
        self.account.not_looked_at().is_empty()
    }

    /// Likewise every repository and every deployment.
    pub(super) fn is_covered(&self) -> bool {
        self.account.not_covered().is_empty()
    }

    /// A text of the incident's record.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.incident[key]
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// Texts of the incident's record.
    pub(super) fn texts(&self, key: &str) -> Vec<&str> {
        self.incident[key]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// A moment that the incident's record names.
    pub(super) fn moment(&self, key: &str) -> Option<i64> {
        moment(&self.incident, key)
    }
}

fn rule(rule: &crate::pack::PackRule) -> (String, String, String) {
    (rule.name.clone(), rule.message.clone(), rule.help.clone())
}

fn urls(ledger: &Ledger) -> Result<BTreeMap<String, String>, LedgerError> {
    let about = ledger.repositories()?.into_iter();
    let url = |about: crate::ledger::RepositoryAbout| {
        let url = about
            .lines
            .values()
            .find_map(|line| line.unit.url.clone())?;
        Some((about.name, url))
    };
    Ok(about.filter_map(url).collect())
}

fn origin(origin: &crate::model::Origin) -> (String, String, u32, Option<String>) {
    (
        origin.repository.clone(),
        origin.path.clone(),
        origin.line,
        origin.fixed_by.clone(),
    )
}

fn moment(incident: &Value, key: &str) -> Option<i64> {
    let text = incident["time"][key].as_str()?;
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(jiff::Timestamp::as_second)
}

/// From when on time is counted: the declaration, else what else is known.
fn report(incident: &Value) -> Option<(i64, &'static str)> {
    let words = [
        ("declared", "declared"),
        ("detected", "detected"),
        ("started", "started"),
    ];
    words
        .into_iter()
        .find_map(|(key, word)| Some((moment(incident, key)?, word)))
}

fn teams(account: &Incident, tracks: &[Track]) -> Vec<Team> {
    let mut own: BTreeMap<(&str, &str), Option<&str>> = BTreeMap::new();
    for track in tracks {
        let name = (track.repository.as_str(), track.fingerprint.as_str());
        own.insert(name, track.owner.as_deref());
    }
    account
        .owners()
        .map(|(owner, counts)| {
            let of_team = |track: &&Track| {
                own.get(&(track.repository.as_str(), track.fingerprint.as_str())) == Some(&owner)
            };
            let points = burn_down(tracks.iter().filter(of_team));
            Team {
                owner: owner.map(str::to_owned),
                counts: counts.clone(),
                half: reached(&points, 50),
                all: reached(&points, 100),
            }
        })
        .collect()
}

fn environments(tracks: &[Track]) -> Vec<Environment> {
    let names: BTreeSet<&str> = tracks.iter().filter_map(Track::environment).collect();
    let one = |name: &str| {
        let points = burn_down(
            tracks
                .iter()
                .filter(|track| track.environment() == Some(name)),
        );
        let last = points
            .last()
            .map(|point: &Point| point.tally.clone())
            .unwrap_or_default();
        Environment {
            name: name.to_owned(),
            found: last.found(),
            remaining: last.remaining(),
            half: reached(&points, 50),
            all: reached(&points, 100),
        }
    };
    names.into_iter().map(one).collect()
}

fn instances(
    entries: &[Entry],
    places: &Places,
    clones: &mut Option<&mut Clones>,
) -> Vec<InstanceRow> {
    let mut worst: BTreeMap<(&str, &str), &Entry> = BTreeMap::new();
    let mut first: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let rank = |entry: &Entry| {
        crate::ledger::State::ALL
            .iter()
            .position(|one| *one == entry.state)
    };
    for entry in entries {
        let key = (entry.repository.as_str(), entry.fingerprint.as_str());
        let seen = first.entry(key).or_insert(entry.first_seen);
        *seen = entry.first_seen.min(*seen);
        let kept = worst.entry(key).or_insert(entry);
        if rank(entry) < rank(kept) {
            *kept = entry;
        }
    }
    let mut worst: Vec<&Entry> = worst.into_values().collect();
    worst.sort_by_key(|one| {
        let place = (&one.repository, &one.path, one.place.line);
        (place, &one.fingerprint)
    });
    let rows = worst.into_iter().enumerate().map(|(number, entry)| {
        let place = places.of(&entry.repository, &entry.fingerprint);
        let word = place.map_or("unknown", Whereabouts::word);
        let title = Whereabouts::WORDS.iter().find(|(known, _)| *known == word);
        let key = (entry.repository.as_str(), entry.fingerprint.as_str());
        let asked = clones.as_mut().filter(|_| number < LISTED);
        InstanceRow {
            repository: entry.repository.clone(),
            path: entry.path.clone(),
            line: entry.place.line,
            owner: entry.place.owner.clone(),
            state: entry.state.word(),
            place: title.map_or("", |(_, title)| title),
            first_seen: first.get(&key).copied().unwrap_or_default(),
            story: asked.map(|clones| clones.story(entry)),
        }
    });
    rows.collect()
}

fn returns(tracks: &[Track]) -> Vec<(i64, String)> {
    let mut all = BTreeSet::new();
    for track in tracks {
        for pair in track.steps.windows(2) {
            if pair[0].1.is_closed() && pair[1].1 == crate::ledger::State::Regressed {
                let where_to = match track.kind {
                    LineKind::Deployment => "in a deployment",
                    LineKind::Main | LineKind::Release => "on a branch",
                };
                all.insert((
                    pair[1].0,
                    format!(
                        "{} {}:{} came back {where_to}",
                        track.repository, track.line, track.path
                    ),
                ));
            }
        }
    }
    all.into_iter().collect()
}

impl Gate {
    fn of(all: &[GateFact], incident: &str) -> Self {
        let mut gate = Self::default();
        for one in all
            .iter()
            .filter(|one| one.incidents.contains(incident) && one.fail_on != "never")
        {
            gate.runs += 1;
            gate.since = Some(gate.since.map_or(one.at, |since| since.min(one.at)));
            gate.repositories.extend(one.repositories.iter().cloned());
            for name in &one.repositories {
                let since = gate.since_in.entry(name.clone()).or_insert(one.at);
                *since = one.at.min(*since);
            }
            for stopped in one
                .stopped
                .iter()
                .filter(|stopped| stopped.incident == incident)
            {
                let key = (stopped.repository.clone(), stopped.fingerprint.clone());
                let first = gate
                    .stopped
                    .entry(key)
                    .or_insert_with(|| (one.at, stopped.path.clone()));
                first.0 = first.0.min(one.at);
            }
        }
        gate
    }
}
