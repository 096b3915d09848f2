//! What was recorded of deployments and of the fleet: what a scan was told to look at, beside what it saw.
//!
//! Invariants: what an inventory said is a fact as any other, with its time; a deployment that no later inventory names
//! is not forgotten, it is told as such; one that stands where nobody looked is unknown, whatever was known before.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::stood::Stood;
use super::{Ledger, LedgerError, State};

const INVENTORY: &str = "inventory";
const DEPLOYED: &str = "deployment";
const FLEET: &str = "fleet";

/// A deployment as an inventory told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentFact {
    /// The line: `deployment:prod/eu-1/checkout`.
    pub line: String,
    /// The repository's name; without one, nothing of it can be scanned.
    #[serde(default)]
    pub repository: Option<String>,
    /// What the inventory calls that repository.
    #[serde(default)]
    pub called: Option<String>,
    /// What the inventory calls the revisions at which it stands.
    #[serde(default)]
    pub revisions: Vec<String>,
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

impl DeploymentFact {
    /// What a scan of some repositories alone says of a deployment of another: its repository is known from before, and
    /// where it stands too, unless it went on.
    fn remembered(&self, now: &Self) -> Option<Self> {
        let same = now.repository.is_none() && now.called.is_some() && now.called == self.called;
        if !same || now.decommissioned {
            return None;
        }
        let stayed = now.revisions == self.revisions;
        Some(Self {
            repository: Some(self.repository.clone()?),
            commits: if stayed {
                self.commits.clone()
            } else {
                Vec::new()
            },
            missing: if stayed {
                self.missing.clone()
            } else {
                now.revisions.clone()
            },
            ..now.clone()
        })
    }
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

/// What the latest inventory named; what it said of each deployment is a note of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct InventoryNote {
    lines: BTreeSet<String>,
    gaps: Vec<GapFact>,
}

/// The repositories that a fleet's scan was to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetFact {
    /// All, by name.
    pub repositories: BTreeSet<String>,
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

/// What an inventory says of a deployment that was scanned before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    /// It is no more.
    Retired(i64),
    /// It stands where it was not scanned.
    Moved(i64),
}

/// By repository and line.
pub(super) type Overlays = BTreeMap<String, BTreeMap<String, Overlay>>;

/// What is laid over the states of a line, if anything is.
pub(super) fn on_line(overlays: &Overlays, repository: &str, line: &str) -> Option<Overlay> {
    overlays.get(repository)?.get(line).copied()
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
    pub(super) fn overlays(&self) -> Result<Overlays, LedgerError> {
        let told = self.told()?;
        let mut all = Overlays::new();
        if told.is_empty() {
            return Ok(all);
        }
        for ((repository, line), stood) in self.stood().map_err(self.fail())? {
            let Some((at, fact)) = told.get(&line) else {
                continue;
            };
            let other = fact
                .repository
                .as_ref()
                .is_some_and(|one| *one != repository);
            let overlay = if fact.decommissioned || other {
                // What was seen there later is surer than what was said before.
                (stood.last <= *at).then_some(Overlay::Retired(*at))
            } else {
                // What an inventory said it says until another says otherwise, however often some of it was scanned since.
                (!is_all_of(&stood, fact)).then_some(Overlay::Moved(*at))
            };
            if let Some(overlay) = overlay {
                all.entry(repository).or_default().insert(line, overlay);
            }
        }
        Ok(all)
    }

    /// Adds what an inventory said: nothing if it said the same before, and of each deployment only what is new.
    pub fn record_inventory(
        &mut self,
        at: i64,
        deployments: &[DeploymentFact],
        gaps: &[GapFact],
    ) -> Result<(), LedgerError> {
        let told = self.told()?;
        let mut notes = Vec::new();
        let mut gaps = gaps.to_vec();
        for fact in deployments {
            let known = told.get(&fact.line);
            let fact = match known.and_then(|(_, known)| known.remembered(fact)) {
                Some(remembered) => {
                    let name = fact.line.trim_start_matches(super::line::DEPLOYMENT);
                    gaps.retain(|gap| gap.kind != "unknown-repository" || gap.subject != name);
                    remembered
                }
                None => fact.clone(),
            };
            if known.is_none_or(|(then, known)| *then > at || *known != fact) {
                notes.push((DEPLOYED, serde_json::to_value(fact).unwrap_or_default()));
            }
        }
        let note = InventoryNote {
            lines: deployments.iter().map(|fact| fact.line.clone()).collect(),
            gaps,
        };
        let note = serde_json::to_value(note).unwrap_or_default();
        let last = self.notes(INVENTORY)?.pop();
        if last.is_none_or(|(then, last)| then > at || last != note) {
            notes.push((INVENTORY, note));
        }
        // At once: thousands of deployments are one transaction.
        self.write(|transaction| {
            let mut add = transaction.prepare_cached(
                "INSERT OR IGNORE INTO note (digest, kind, at, body) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (kind, body) in &notes {
                let body = super::record::json(body)?;
                let parts = [kind.as_bytes(), &at.to_be_bytes(), body.as_bytes()];
                let name = super::record::digest(&parts);
                add.execute(rusqlite::params![name.as_slice(), kind, at, body])?;
            }
            Ok(())
        })
    }

    /// By line, what was said last of a deployment, and when it was said first.
    pub(super) fn told(&self) -> Result<BTreeMap<String, (i64, DeploymentFact)>, LedgerError> {
        let mut told = BTreeMap::new();
        for (at, body) in self.notes(DEPLOYED)? {
            if let Ok(fact) = serde_json::from_value::<DeploymentFact>(body) {
                told.insert(fact.line.clone(), (at, fact));
            }
        }
        Ok(told)
    }

    fn latest_inventory(&self) -> Result<InventoryNote, LedgerError> {
        let last = self.notes(INVENTORY)?.pop();
        let note = last.and_then(|(_, body)| serde_json::from_value(body).ok());
        Ok(note.unwrap_or_default())
    }

    /// Adds which repositories a fleet has.
    pub fn record_fleet(&mut self, at: i64, fleet: &FleetFact) -> Result<(), LedgerError> {
        self.tell(FLEET, at, fleet)
    }

    fn tell<T: Serialize>(&mut self, kind: &str, at: i64, note: &T) -> Result<(), LedgerError> {
        let body = serde_json::to_value(note).unwrap_or_default();
        let last = self.notes(kind)?.pop();
        if last.is_some_and(|(then, last)| then <= at && last == body) {
            return Ok(());
        }
        self.add_note(kind, at, &body).map(|_| ())
    }

    /// The repositories that the fleet has, as its last scan was told; none if no fleet was ever recorded.
    pub fn fleet(&self) -> Result<BTreeSet<String>, LedgerError> {
        let last = self.notes(FLEET)?.pop();
        let fleet = last.and_then(|(_, body)| serde_json::from_value::<FleetFact>(body).ok());
        Ok(fleet.unwrap_or_default().repositories)
    }

    /// The gaps that the latest inventory told.
    pub fn inventory_gaps(&self) -> Result<Vec<GapFact>, LedgerError> {
        Ok(self.latest_inventory()?.gaps)
    }

    /// Every deployment that was ever told of, as it was told last, sorted by line.
    pub fn deployments(&self) -> Result<Vec<Deployed>, LedgerError> {
        let told = self.told()?;
        if told.is_empty() {
            return Ok(Vec::new());
        }
        let current = self.latest_inventory()?.lines;
        let stood = self.stood().map_err(self.fail())?;
        let one = |(line, (at, fact)): (String, (i64, DeploymentFact))| {
            let key = fact
                .repository
                .clone()
                .map(|repository| (repository, line.clone()));
            let stood = key.and_then(|key| stood.get(&key));
            Deployed {
                at,
                is_current: current.contains(&line),
                is_scanned: stood.is_some_and(|stood| is_all_of(stood, &fact)),
                fact,
            }
        };
        Ok(told.into_iter().map(one).collect())
    }
}

/// Whether a deployment was scanned everywhere where it stands.
fn is_all_of(stood: &Stood, fact: &DeploymentFact) -> bool {
    fact.missing.is_empty()
        && !fact.commits.is_empty()
        && fact
            .commits
            .iter()
            .all(|commit| stood.commits.contains(&Some(commit.clone())))
}
