//! Where findings are: on the main line, live, elsewhere, or nowhere any more.
//!
//! Invariant: what nobody judged is unknown there; a line that is silent about a finding tells nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::deployment::Overlay;
use super::line::{LineKind, environment, main_line};
use super::names::Names;
use super::{Ledger, LedgerError, State};

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
    /// Each environment that the repository is deployed to.
    pub environments: BTreeMap<Arc<str>, Presence>,
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

/// Where all findings are.
#[derive(Clone, Debug, Default)]
pub struct Places(BTreeMap<Arc<str>, BTreeMap<Arc<str>, Whereabouts>>);

impl Places {
    /// Where a finding of a repository is.
    pub fn of(&self, repository: &str, fingerprint: &str) -> Option<&Whereabouts> {
        self.0.get(repository)?.get(fingerprint)
    }

    /// Of every finding, in no order that matters.
    pub fn all(&self) -> impl Iterator<Item = &Whereabouts> {
        self.0.values().flat_map(BTreeMap::values)
    }

    /// Whether any of these findings is, or was, in a deployment.
    pub fn tell_of_deployments(&self) -> bool {
        self.all().any(|one| one.live != Presence::None)
    }
}

impl Ledger {
    /// Where every finding is; only of one incident, if one is named.
    pub fn whereabouts(&self, incident: Option<&str>) -> Result<Places, LedgerError> {
        let overlays = self.overlays()?;
        let lines = self.lines()?;
        let mut unseen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (line, (_, fact)) in self.told()? {
            let Some(repository) = fact.repository.filter(|_| !fact.decommissioned) else {
                continue;
            };
            if !lines
                .get(&repository)
                .is_some_and(|lines| lines.contains(&line))
            {
                unseen.entry(repository).or_default().push(line);
            }
        }
        let (none, all_seen) = (BTreeSet::new(), Vec::new());
        let standings = self.standings(incident).map_err(self.fail())?.into_iter();
        let places = standings.map(|(repository, findings)| {
            let stands = Stands::new(
                lines.get(&*repository).unwrap_or(&none),
                unseen.get(&*repository).unwrap_or(&all_seen),
                overlays.get(&*repository),
            );
            let findings = findings.into_iter();
            let placed = findings.map(|(name, states)| (name, stands.place(&states)));
            (repository, placed.collect())
        });
        Ok(Places(places.collect()))
    }

    /// By repository, the lines that were ever looked at.
    pub fn lines(&self) -> Result<BTreeMap<String, BTreeSet<String>>, LedgerError> {
        self.line_names().map_err(self.fail())
    }

    pub(super) fn line_names(&self) -> rusqlite::Result<BTreeMap<String, BTreeSet<String>>> {
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

    /// By repository and fingerprint, the states on all lines, those that never had it and were judged among them.
    fn standings(&self, incident: Option<&str>) -> rusqlite::Result<Standings> {
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, state.line, root.fingerprint, state.state FROM state
             JOIN repository ON repository.id = state.repository JOIN instance AS root ON root.id = state.instance
             WHERE ?1 IS NULL OR root.incident = ?1",
        )?;
        let mut all = Standings::new();
        let (mut repositories, mut lines) = (Names::default(), Names::default());
        let mut rows = find.query([incident])?;
        while let Some(row) = rows.next()? {
            let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
            let state = match text(3)? {
                word if word == State::Clean.word() => State::Clean,
                word => State::parse(word).unwrap_or(State::Unknown),
            };
            let findings = all.entry(repositories.keep(text(0)?)).or_default();
            let line = (lines.keep(text(1)?), state);
            let name = text(2)?;
            match findings.get_mut(name) {
                Some(states) => states.push(line),
                None => drop(findings.insert(Arc::from(name), vec![line])),
            }
        }
        Ok(all)
    }
}

/// By repository and fingerprint, lines with states.
type Standings = BTreeMap<Arc<str>, BTreeMap<Arc<str>, Vec<(Arc<str>, State)>>>;

fn presence(state: Option<State>) -> Presence {
    match state {
        None | Some(State::Unknown) => Presence::Unknown,
        Some(state) if state.is_closed() => Presence::Off,
        Some(_) => Presence::On,
    }
}

/// The lines of a repository, as far as they decide where its findings are.
struct Stands<'l> {
    main: Option<&'l str>,
    /// Deployments that were scanned where they stand, with their environments…
    scanned: Vec<(&'l str, Arc<str>)>,
    /// …and environments of those that stand where nobody looked.
    unknown: Vec<Arc<str>>,
}

impl<'l> Stands<'l> {
    /// `unseen` are deployments that nobody ever scanned.
    fn new(
        lines: &'l BTreeSet<String>,
        unseen: &[String],
        overlays: Option<&BTreeMap<String, Overlay>>,
    ) -> Self {
        let of = |line: &str| Arc::from(environment(line).unwrap_or_default());
        let main = main_line(lines.iter().map(String::as_str));
        let mut stands = Self {
            main,
            scanned: Vec::new(),
            unknown: unseen.iter().map(|line| of(line)).collect(),
        };
        for line in lines {
            if LineKind::of(line, main) == LineKind::Deployment {
                match overlays.and_then(|overlays| overlays.get(line)) {
                    Some(Overlay::Retired(_)) => {}
                    // It went on to where nobody looked.
                    Some(Overlay::Moved(_)) => stands.unknown.push(of(line)),
                    None => stands.scanned.push((line, of(line))),
                }
            }
        }
        stands
    }

    /// Where a finding with these states is.
    fn place(&self, states: &[(Arc<str>, State)]) -> Whereabouts {
        let on = |line: &str| {
            let found = states.iter().find(|(known, _)| **known == *line);
            presence(found.map(|(_, state)| *state))
        };
        let mut found = Whereabouts {
            main: self.main.map_or(Presence::None, on),
            live: Presence::None,
            ..Whereabouts::default()
        };
        let mut live = |environment: &Arc<str>, presence: Presence| {
            let environment = Arc::clone(environment);
            let known = found.environments.entry(environment);
            let known = known.or_insert(Presence::None);
            *known = presence.min(*known);
            found.live = presence.min(found.live);
        };
        for (line, environment) in &self.scanned {
            live(environment, on(line));
        }
        for environment in &self.unknown {
            live(environment, Presence::Unknown);
        }
        let elsewhere = |line: &str| LineKind::of(line, self.main) == LineKind::Release;
        found.released = states
            .iter()
            .any(|(line, state)| !state.is_closed() && elsewhere(line));
        found
    }
}
