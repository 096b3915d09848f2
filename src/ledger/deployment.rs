//! What was recorded of deployments and of the fleet: what a scan was told to look at, beside what it saw.
//!
//! Invariants: what an inventory said is a fact as any other, with its time; a deployment that no later inventory names
//! is not forgotten, it is told as such; one that stands where nobody looked is unknown, whatever was known before.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::line::{LineKind, main_line};
use super::{Ledger, LedgerError, State};

const INVENTORY: &str = "inventory";
const FLEET: &str = "fleet";
const GATE: &str = "gate";

/// A deployment as an inventory told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentFact {
    /// The line: `deployment:prod/eu-1/checkout`.
    pub line: String,
    /// The repository's name; without one, nothing of it can be scanned.
    #[serde(default)]
    pub repository: Option<String>,
    /// The commits at which it stands, in hex; none if they are not known.
    #[serde(default)]
    pub commits: Vec<String>,
    /// Revisions that no commit was found for.
    #[serde(default)]
    pub missing: Vec<String>,
    /// What it serves.
    #[serde(default)]
    pub service: Option<String>,
    /// `prod`, `staging`.
    #[serde(default)]
    pub environment: Option<String>,
    /// Where in the world.
    #[serde(default)]
    pub site: Option<String>,
    /// Who runs it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Whether it is no more.
    #[serde(default)]
    pub decommissioned: bool,
}

/// A gap as an inventory told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GapFact {
    /// What sort: `no-repository`, `missing-revision`.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What is missing.
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct InventoryNote {
    deployments: Vec<DeploymentFact>,
    gaps: Vec<GapFact>,
}

/// The repositories that a fleet's scan was to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetFact {
    /// All, by name.
    pub repositories: BTreeSet<String>,
}

/// What a gate decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateFact {
    /// When.
    #[serde(skip)]
    pub at: i64,
    /// `new`, `open`, `regressed` or `never`.
    pub fail_on: String,
    /// The repositories that it guarded.
    pub repositories: BTreeSet<String>,
    /// The incidents whose rules it ran.
    pub incidents: BTreeSet<String>,
    /// What it stopped.
    pub stopped: Vec<StoppedFact>,
}

/// A finding that a gate stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoppedFact {
    /// Where.
    pub repository: String,
    /// Of which incident.
    pub incident: String,
    /// Which.
    pub fingerprint: String,
    /// Where in the repository.
    pub path: String,
}

/// A deployment as it is known now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// As it was told last.
    pub fact: DeploymentFact,
    /// When, seconds since 1970.
    pub at: i64,
    /// Whether the latest inventory told it.
    pub is_current: bool,
    /// Whether every commit at which it stands was scanned there.
    pub is_scanned: bool,
}

/// Whether a finding is on the main line, or live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// It is there.
    On,
    /// Nobody can tell.
    #[default]
    Unknown,
    /// Judged, and not there.
    Off,
    /// There is no such line: no deployment is known.
    None,
}

impl Presence {
    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Unknown => "unknown",
            Self::Off => "off",
            Self::None => "none",
        }
    }
}

/// Where a finding is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// On the main line.
    pub main: Presence,
    /// In a deployment.
    pub live: Presence,
    /// On another branch or tag.
    pub released: bool,
    /// The environments in which it is live, or may be.
    pub environments: BTreeMap<String, Presence>,
}

impl Whereabouts {
    /// All words of [`Self::word`], the most urgent first, with what they mean.
    pub const WORDS: [(&str, &str); 9] = [
        ("main-and-live", "on main and live"),
        ("live-only", "fixed on main, still live"),
        ("live-main-unknown", "live, unknown on main"),
        ("main-live-unknown", "on main, unknown where deployed"),
        ("main-no-deployment", "on main, no deployment known"),
        ("main-only", "only on main"),
        ("release-only", "on another branch or tag only"),
        ("unknown", "unknown"),
        ("nowhere", "nowhere any more"),
    ];

    /// In one word.
    pub fn word(&self) -> &'static str {
        use Presence::{None, Off, On, Unknown};
        match (self.main, self.live) {
            (On, On) => "main-and-live",
            (Off, On) => "live-only",
            (Unknown | None, On) => "live-main-unknown",
            (On, Unknown) => "main-live-unknown",
            (On, None) => "main-no-deployment",
            (On, Off) => "main-only",
            _ if self.released => "release-only",
            (Off, Off | None) | (None, Off) => "nowhere",
            _ => "unknown",
        }
    }
}

/// What an inventory says of a deployment that was scanned before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    /// It is no more.
    Retired(i64),
    /// It stands where it was not scanned.
    Moved(i64),
}

impl Overlay {
    /// The state that follows, since when, and why; `None` where it changes nothing.
    pub(super) fn over(self, state: State) -> Option<(State, i64, &'static str)> {
        match self {
            Self::Retired(_) if state.is_closed() => None,
            Self::Retired(at) => Some((State::Gone, at, "the deployment is no more")),
            Self::Moved(at) => Some((
                State::Unknown,
                at,
                "the deployment stands where it was not scanned",
            )),
        }
    }
}

impl Ledger {
    /// By repository and line, what inventories say of deployments that no scan could show.
    pub(super) fn overlays(&self) -> Result<BTreeMap<(String, String), Overlay>, LedgerError> {
        let all = self.deployments()?.into_iter().filter_map(|one| {
            let overlay = if one.fact.decommissioned {
                Overlay::Retired(one.at)
            } else if one.is_scanned {
                return None;
            } else {
                Overlay::Moved(one.at)
            };
            Some(((one.fact.repository?, one.fact.line), overlay))
        });
        Ok(all.collect())
    }

    /// Adds what an inventory said; nothing if it says what was said last.
    pub fn record_inventory(
        &mut self,
        at: i64,
        deployments: &[DeploymentFact],
        gaps: &[GapFact],
    ) -> Result<(), LedgerError> {
        let note = InventoryNote {
            deployments: deployments.to_vec(),
            gaps: gaps.to_vec(),
        };
        self.tell(INVENTORY, at, &note)
    }

    /// Adds which repositories a fleet has.
    pub fn record_fleet(&mut self, at: i64, fleet: &FleetFact) -> Result<(), LedgerError> {
        self.tell(FLEET, at, fleet)
    }

    /// Adds what a gate decided.
    pub fn record_gate(&mut self, gate: &GateFact) -> Result<(), LedgerError> {
        let body = serde_json::to_value(gate).unwrap_or_default();
        self.add_note(GATE, gate.at, &body).map(|_| ())
    }

    fn tell<T: Serialize>(&mut self, kind: &str, at: i64, note: &T) -> Result<(), LedgerError> {
        let body = serde_json::to_value(note).unwrap_or_default();
        let last = self.notes(kind)?.pop();
        if last.is_some_and(|(then, last)| then <= at && last == body) {
            return Ok(());
        }
        self.add_note(kind, at, &body).map(|_| ())
    }

    /// What gates decided, in order of time.
    pub fn gates(&self) -> Result<Vec<GateFact>, LedgerError> {
        let notes = self.notes(GATE)?.into_iter();
        let read = |(at, body): (i64, Value)| {
            let gate: GateFact = serde_json::from_value(body).ok()?;
            Some(GateFact { at, ..gate })
        };
        Ok(notes.filter_map(read).collect())
    }

    /// The repositories that the fleet has, as its last scan was told; none if no fleet was ever recorded.
    pub fn fleet(&self) -> Result<BTreeSet<String>, LedgerError> {
        let last = self.notes(FLEET)?.pop();
        let fleet = last.and_then(|(_, body)| serde_json::from_value::<FleetFact>(body).ok());
        Ok(fleet.unwrap_or_default().repositories)
    }

    /// The gaps that the latest inventory told.
    pub fn inventory_gaps(&self) -> Result<Vec<GapFact>, LedgerError> {
        let last = self.notes(INVENTORY)?.pop();
        let note = last.and_then(|(_, body)| serde_json::from_value::<InventoryNote>(body).ok());
        Ok(note.unwrap_or_default().gaps)
    }

    /// Every deployment that was ever told of, as it was told last, sorted by line.
    pub fn deployments(&self) -> Result<Vec<Deployed>, LedgerError> {
        let notes = self.notes(INVENTORY)?;
        let mut all: BTreeMap<(String, Option<String>), Deployed> = BTreeMap::new();
        let count = notes.len();
        for (index, (at, body)) in notes.into_iter().enumerate() {
            let Ok(note) = serde_json::from_value::<InventoryNote>(body) else {
                continue;
            };
            // A deployment that now is of another repository is no more of the one before.
            for fact in &note.deployments {
                all.retain(|(line, repository), _| {
                    *line != fact.line || *repository == fact.repository
                });
            }
            for fact in note.deployments {
                let key = (fact.line.clone(), fact.repository.clone());
                let is_current = index + 1 == count;
                let one = Deployed {
                    fact,
                    at,
                    is_current,
                    is_scanned: false,
                };
                all.insert(key, one);
            }
        }
        let stood = self.stood().map_err(self.fail())?;
        for ((line, repository), one) in &mut all {
            let Some(repository) = repository else {
                continue;
            };
            let scanned = stood.get(&(repository.clone(), line.clone()));
            let has = |commit: &String| scanned.is_some_and(|scanned| scanned.contains(commit));
            one.is_scanned = one.fact.missing.is_empty()
                && !one.fact.commits.is_empty()
                && one.fact.commits.iter().all(has);
        }
        Ok(all.into_values().collect())
    }

    /// By repository and line of a deployment: the commits that its last moment was scanned at.
    fn stood(&self) -> rusqlite::Result<BTreeMap<(String, String), BTreeSet<String>>> {
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, pointer.line, json_extract(scan.unit, '$.commit')
             FROM (SELECT repository, line, MAX(observed) AS last FROM pointer
                   WHERE line LIKE 'deployment:%' GROUP BY repository, line) AS latest
             JOIN pointer ON pointer.repository = latest.repository AND pointer.line = latest.line
                  AND pointer.observed = latest.last
             JOIN repository ON repository.id = pointer.repository JOIN scan ON scan.id = pointer.scan",
        )?;
        let mut stood: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let commits = stood.entry((row.get(0)?, row.get(1)?)).or_default();
            commits.extend(row.get::<_, Option<String>>(2)?);
        }
        Ok(stood)
    }

    /// Where every finding is, by repository and fingerprint; only of one incident, if one is named.
    pub fn whereabouts(
        &self,
        incident: Option<&str>,
    ) -> Result<BTreeMap<(String, String), Whereabouts>, LedgerError> {
        let mut expected: BTreeMap<String, Vec<Deployed>> = BTreeMap::new();
        for one in self.deployments()? {
            if let Some(repository) = one.fact.repository.clone() {
                expected.entry(repository).or_default().push(one);
            }
        }
        let lines = self.line_names().map_err(self.fail())?;
        let rows = self.standings(incident).map_err(self.fail())?;
        let mut all: BTreeMap<(String, String), BTreeMap<String, State>> = BTreeMap::new();
        for (repository, line, fingerprint, state) in rows {
            all.entry((repository, fingerprint))
                .or_default()
                .insert(line, state);
        }
        let none = BTreeSet::new();
        let answers = all.into_iter().map(|(key, states)| {
            let lines = lines.get(&key.0).unwrap_or(&none);
            let expected = expected.get(&key.0).map_or(&[][..], Vec::as_slice);
            let whereabouts = place(&states, lines, expected);
            (key, whereabouts)
        });
        Ok(answers.collect())
    }

    fn line_names(&self) -> rusqlite::Result<BTreeMap<String, BTreeSet<String>>> {
        let mut find = self.connection.prepare_cached(
            "SELECT DISTINCT repository.name, pointer.line FROM pointer
             JOIN repository ON repository.id = pointer.repository",
        )?;
        let mut lines: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            lines.entry(row.get(0)?).or_default().insert(row.get(1)?);
        }
        Ok(lines)
    }

    fn standings(
        &self,
        incident: Option<&str>,
    ) -> rusqlite::Result<Vec<(String, String, String, State)>> {
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, state.line, root.fingerprint, state.state FROM state
             JOIN repository ON repository.id = state.repository JOIN instance AS root ON root.id = state.instance
             WHERE ?1 IS NULL OR root.incident = ?1",
        )?;
        let rows = find.query_map([incident], |row| {
            let word: String = row.get(3)?;
            let state = if word == State::Clean.word() {
                State::Clean
            } else {
                State::parse(&word).unwrap_or(State::Unknown)
            };
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, state))
        })?;
        rows.collect()
    }
}

fn presence(state: Option<&State>) -> Presence {
    match state {
        None | Some(State::Unknown) => Presence::Unknown,
        Some(state) if state.is_closed() => Presence::Off,
        Some(_) => Presence::On,
    }
}

/// Where a finding is, from its states on the lines of its repository.
fn place(
    states: &BTreeMap<String, State>,
    lines: &BTreeSet<String>,
    expected: &[Deployed],
) -> Whereabouts {
    let main = main_line(lines.iter().map(String::as_str));
    let mut found = Whereabouts {
        main: main.map_or(Presence::None, |main| presence(states.get(main))),
        live: Presence::None,
        ..Whereabouts::default()
    };
    let mut live = |line: &str, presence: Presence| {
        let environment = super::line::environment(line)
            .unwrap_or_default()
            .to_owned();
        let known = found
            .environments
            .entry(environment)
            .or_insert(Presence::None);
        *known = presence.min(*known);
        found.live = presence.min(found.live);
    };
    let told: BTreeMap<&str, &Deployed> = expected
        .iter()
        .map(|one| (one.fact.line.as_str(), one))
        .collect();
    for line in lines {
        if LineKind::of(line, main) != LineKind::Deployment {
            continue;
        }
        let known = presence(states.get(line));
        match told.get(line.as_str()) {
            Some(one) if one.fact.decommissioned => {}
            // It went on to where nobody looked.
            Some(one) if !one.is_scanned => live(line, Presence::Unknown),
            _ => live(line, known),
        }
    }
    for (line, one) in told {
        if !lines.contains(line) && !one.fact.decommissioned {
            live(line, Presence::Unknown);
        }
    }
    found.released = states
        .iter()
        .any(|(line, state)| LineKind::of(line, main) == LineKind::Release && !state.is_closed());
    found
}
