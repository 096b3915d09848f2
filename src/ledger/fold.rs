//! States: a pure fold over the facts of one repository.
//!
//! Invariants: nothing here reads a clock or a file; the same facts give the same states, in whatever order and however
//! often they were recorded; a finding is closed by a scan only that judged its place, at a commit that is newer than
//! where it was seen last, by the rule that saw it or a newer one.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use super::elsewhere;
use super::line::DEPLOYMENT;
use super::order::{self, Event, Follows};
use super::verdict::{Verdict, verdict};
use crate::model::{PathSet, ScopeFact, UnjudgedFact};

/// What became of a finding on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is there.
    Open,
    /// It was closed and is back.
    Regressed,
    /// Nobody can tell: what came after was not looked at, or not judged there.
    Unknown,
    /// It is there, and somebody answers for that.
    Suppressed,
    /// Its place was judged later and is clean.
    Fixed,
    /// Its file is no more.
    Gone,
    /// The line never had it: its place was judged there and is clean. Only [`Ledger::whereabouts`] tells of it.
    ///
    /// [`Ledger::whereabouts`]: super::Ledger::whereabouts
    Clean,
}

impl State {
    /// All that answers count, the worst first.
    pub const ALL: [Self; 6] = [
        Self::Regressed,
        Self::Open,
        Self::Unknown,
        Self::Suppressed,
        Self::Fixed,
        Self::Gone,
    ];

    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Regressed => "regressed",
            Self::Unknown => "unknown",
            Self::Suppressed => "suppressed",
            Self::Fixed => "fixed",
            Self::Gone => "gone",
            Self::Clean => "clean",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether evidence closed it.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Fixed | Self::Gone | Self::Clean)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// How it is known that what closed a finding came after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The commit descends from the one where it was seen.
    History,
    /// It was observed later; the history was not at hand.
    Time,
}

impl Basis {
    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Time => "time",
        }
    }
}

/// What a scan was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) scope: ScopeFact,
    pub(super) rules: BTreeMap<String, Rule>,
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) digest: String,
    pub(super) required_text: bool,
}

/// A scan of the repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    pub(super) digest: Vec<u8>,
    pub(super) commit: Option<String>,
    pub(super) commit_time: Option<i64>,
    /// Whether it saw what no commit holds.
    pub(super) dirty: bool,
    pub(super) complete: bool,
    pub(super) asked: Option<Arc<Asked>>,
    pub(super) unjudged: Vec<UnjudgedFact>,
    pub(super) paths: Option<Arc<PathSet>>,
    /// By instance.
    pub(super) seen: BTreeMap<i64, Seen>,
    pub(super) reviews: Vec<Review>,
}

#[derive(Clone, Debug)]
pub(super) struct Review {
    pub(super) path: String,
    pub(super) rule: String,
}

/// An instance as a scan saw it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) place: i64,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Its text without white space, if the report showed it.
    pub(super) text: Option<String>,
    /// Whether a comment in the code answered for it.
    pub(super) answered: bool,
}

/// An instance, wherever it was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Instance {
    pub(super) fingerprint: String,
    pub(super) rule: String,
    pub(super) path: String,
    pub(super) match_key: Option<String>,
}

/// All that is known of a repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) scans: Vec<Scan>,
    pub(super) instances: BTreeMap<i64, Instance>,
    /// By line.
    pub(super) events: BTreeMap<String, Vec<Event>>,
    /// Older and newer.
    pub(super) ancestors: HashSet<(String, String)>,
}

impl Facts {
    pub(super) fn is_ancestor(&self, older: &str, newer: &str) -> bool {
        self.ancestors
            .contains(&(older.to_owned(), newer.to_owned()))
    }

    /// When the repository was first judged by a rule as it was then.
    fn first_judged(&self) -> BTreeMap<(&str, &str), i64> {
        let mut first = BTreeMap::new();
        for event in self.events.values().flatten() {
            let asked = self.scans[event.scan].asked.as_deref();
            for (id, rule) in asked.iter().flat_map(|asked| &asked.rules) {
                let time = first
                    .entry((id.as_str(), rule.digest.as_str()))
                    .or_insert(event.observed);
                *time = event.observed.min(*time);
            }
        }
        first
    }
}

/// What became of an instance on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// The instance as it was first seen on the line.
    pub(super) instance: i64,
    /// The instance that it is now, should its file have moved.
    pub(super) current: i64,
    pub(super) place: i64,
    pub(super) state: State,
    pub(super) since: i64,
    pub(super) first_seen: i64,
    /// The commit on which the state rests.
    pub(super) judged_at: Option<String>,
    /// The commit at which it was seen last.
    pub(super) seen_at: Option<String>,
    pub(super) basis: Basis,
    pub(super) reason: &'static str,
    /// Since when it was in which state, in the order of the line.
    pub(super) steps: Vec<(i64, State)>,
    /// Since when comments in the code answer for it, as it was seen last; for how long is another question.
    pub(super) answered_since: Option<i64>,
    /// Whether it came back once.
    pub(super) back: bool,
    /// Index of the scan that saw it last.
    pub(super) seen_by: usize,
}

impl Standing {
    /// Remembers a state if it is another than before.
    fn step(&mut self, at: i64) {
        if self
            .steps
            .last()
            .is_none_or(|(_, last)| *last != self.state)
        {
            self.steps.push((at, self.state));
        }
    }
}

/// The states on every line.
pub(super) fn fold(facts: &Facts) -> BTreeMap<String, Vec<Standing>> {
    let first_judged = facts.first_judged();
    let states = facts.events.iter().map(|(line, events)| {
        let deployed = line.starts_with(DEPLOYMENT);
        let events = if deployed {
            order::as_observed(events.clone(), facts)
        } else {
            order::ordered(events.clone(), facts)
        };
        let mut fold = Line {
            facts,
            deployed,
            first_judged: &first_judged,
            standings: BTreeMap::new(),
            aliases: BTreeMap::new(),
            previous: None,
        };
        // While one version replaces another, a deployment stands at both.
        for moment in events.chunk_by(|a, b| deployed && a.observed == b.observed) {
            fold.step(moment);
        }
        (line.clone(), fold.standings.into_values().collect())
    });
    let mut states: BTreeMap<String, Vec<Standing>> = states.collect();
    elsewhere::add(&mut states, facts, &first_judged);
    states
}

struct Line<'f> {
    facts: &'f Facts,
    /// Whether it is a deployment, which goes back and forth.
    deployed: bool,
    first_judged: &'f BTreeMap<(&'f str, &'f str), i64>,
    /// By the instance as it was first seen.
    standings: BTreeMap<i64, Standing>,
    /// An instance of a moved file: the one it was before.
    aliases: BTreeMap<i64, i64>,
    /// The scan before, unless it saw what no commit holds.
    previous: Option<usize>,
}

impl<'f> Line<'f> {
    fn scan(&self, index: usize) -> &'f Scan {
        &self.facts.scans[index]
    }

    /// Takes what was observed at one moment: one event, or where several versions ran at once, all of them.
    fn step(&mut self, moment: &[Event]) {
        let mut seen = BTreeSet::new();
        for event in moment {
            let scan = self.scan(event.scan);
            if !scan.dirty {
                self.follow_moves(scan);
            }
            for (instance, place) in &scan.seen {
                let root = self.aliases.get(instance).copied().unwrap_or(*instance);
                seen.insert(root);
                self.found(*event, root, *instance, place);
            }
        }
        // What no commit holds proves nothing of any commit.
        let clean: Vec<Event> = moment
            .iter()
            .copied()
            .filter(|event| !self.scan(event.scan).dirty)
            .collect();
        let Some(last) = clean.last() else {
            return;
        };
        let unseen = self.standings.keys().filter(|root| !seen.contains(root));
        for root in unseen.copied().collect::<Vec<_>>() {
            // Each of several versions must have been judged.
            let open = clean.iter().find(|event| !self.closes(**event, root));
            self.not_found(*open.unwrap_or(last), root);
        }
        self.previous = Some(last.scan);
    }

    /// Whether a scan judged the place of a finding that it did not see.
    fn closes(&self, event: Event, root: i64) -> bool {
        let Some((standing, instance)) = self.standings.get(&root).and_then(|standing| {
            let instance = self.facts.instances.get(&standing.current)?;
            Some((standing, instance))
        }) else {
            return true;
        };
        let before = self.scan(standing.seen_by);
        let place = before.seen.get(&standing.current).cloned();
        let answer = verdict(
            self.scan(event.scan),
            instance,
            before,
            &place.unwrap_or_default(),
        );
        matches!(answer, Verdict::Clean | Verdict::Gone)
    }

    fn found(&mut self, event: Event, root: i64, instance: i64, seen: &Seen) {
        let scan = self.scan(event.scan);
        let standing = self.standings.entry(root).or_insert_with(|| Standing {
            instance: root,
            current: instance,
            place: seen.place,
            state: State::Open,
            since: event.observed,
            first_seen: event.observed,
            judged_at: None,
            seen_at: None,
            basis: Basis::Time,
            reason: "",
            steps: Vec::new(),
            answered_since: None,
            back: false,
            seen_by: event.scan,
        });
        standing.back |= standing.state.is_closed();
        let state = if standing.back {
            State::Regressed
        } else {
            State::Open
        };
        if standing.state != state {
            standing.since = event.observed;
        }
        standing.state = state;
        standing.step(event.observed);
        standing.reason = "";
        standing.answered_since = seen
            .answered
            .then(|| standing.answered_since.unwrap_or(event.observed));
        standing.current = instance;
        standing.place = seen.place;
        standing.judged_at.clone_from(&scan.commit);
        standing.seen_at.clone_from(&scan.commit);
        standing.seen_by = event.scan;
    }

    fn not_found(&mut self, event: Event, root: i64) {
        let scan = self.scan(event.scan);
        let Some(standing) = self.standings.get(&root) else {
            return;
        };
        if standing.state.is_closed() {
            return;
        }
        let (Some(instance), before) = (
            self.facts.instances.get(&standing.current),
            self.scan(standing.seen_by),
        ) else {
            return;
        };
        let place = before.seen.get(&standing.current).cloned();
        let answer = verdict(scan, instance, before, &place.unwrap_or_default());
        let follows = if before.dirty {
            // Seen in what no commit held: whatever comes later is newer.
            Follows::ByTime
        } else {
            order::follows(self.facts, before, scan)
        };
        let basis = match follows {
            Follows::ByHistory => Basis::History,
            _ => Basis::Time,
        };
        let change = rule_change(self.first_judged, &instance.rule, before, scan);
        let closed = match answer {
            Verdict::Clean => State::Fixed,
            _ => State::Gone,
        };
        let (state, reason) = match (answer, follows, change) {
            (Verdict::NotAsked, ..) => return,
            // The same commit holds it, whoever did not look.
            (Verdict::NotJudged(_), Follows::Same, _) => return,
            (Verdict::NotJudged(why), ..) => (State::Unknown, why),
            (_, _, Change::Older) => (State::Unknown, "judged by an older rule only"),
            (_, Follows::Same, Change::Newer) => (
                State::Unknown,
                "the rule changed and does not find it any more",
            ),
            (_, Follows::Same, Change::None) => {
                (State::Unknown, "two scans of one commit do not agree")
            }
            // Where a deployment went back to, there it stands.
            (_, Follows::Back, _) if !self.deployed => (
                State::Unknown,
                "the line went back to an older commit that does not hold it",
            ),
            (_, _, Change::Newer) => (closed, "the rule has changed since it was seen"),
            (_, _, Change::None) => (closed, ""),
        };
        let Some(standing) = self.standings.get_mut(&root) else {
            return;
        };
        if standing.state != state {
            standing.since = event.observed;
            standing.state = state;
            standing.step(event.observed);
        }
        standing.back &= !state.is_closed();
        standing.reason = reason;
        standing.basis = basis;
        standing.judged_at.clone_from(&scan.commit);
    }

    /// Finds instances that are not new but moved: their file was renamed, or what encloses them was.
    fn follow_moves(&mut self, scan: &Scan) {
        let known = |instance: &i64| {
            self.standings.contains_key(instance) || self.aliases.contains_key(instance)
        };
        let fresh: Vec<i64> = scan
            .seen
            .keys()
            .copied()
            .filter(|instance| !known(instance))
            .collect();
        if fresh.is_empty() {
            return;
        }
        let current: BTreeSet<i64> = scan.seen.keys().copied().collect();
        let mut lost: Vec<(i64, i64)> = self
            .standings
            .values()
            .filter(|standing| !standing.state.is_closed() && !current.contains(&standing.current))
            .map(|standing| (standing.instance, standing.current))
            .collect();
        // By name, not by number: numbers depend on what was recorded first.
        lost.sort_by_key(|(_, current)| self.name(*current));
        let mut fresh = fresh;
        fresh.sort_by_key(|instance| self.name(*instance));
        for new in fresh {
            let Some(found) = lost
                .iter()
                .position(|(root, old)| self.is_moved(scan, *root, *old, new))
            else {
                continue;
            };
            let (root, _) = lost.remove(found);
            self.aliases.insert(new, root);
        }
    }

    fn name(&self, instance: i64) -> Option<(&'f str, &'f str)> {
        let instance = self.facts.instances.get(&instance)?;
        Some((instance.path.as_str(), instance.fingerprint.as_str()))
    }

    fn is_moved(&self, scan: &Scan, root: i64, old: i64, new: i64) -> bool {
        let (Some(standing), Some(before), Some(after)) = (
            self.standings.get(&root),
            self.facts.instances.get(&old),
            self.facts.instances.get(&new),
        ) else {
            return false;
        };
        if before.rule != after.rule {
            return false;
        }
        let (Some(old_seen), Some(new_seen)) = (
            self.scan(standing.seen_by).seen.get(&old),
            scan.seen.get(&new),
        ) else {
            return false;
        };
        if before.path == after.path {
            // The same text in the same file under another name: a function was renamed around it.
            return old_seen.text.is_some() && old_seen.text == new_seen.text;
        }
        let same = before.match_key.is_some() && before.match_key == after.match_key;
        let left = scan
            .paths
            .as_ref()
            .is_some_and(|paths| !paths.contains(&before.path));
        let came = self.previous.is_none_or(|previous| {
            let paths = self.scan(previous).paths.as_ref();
            paths.is_none_or(|paths| !paths.contains(&after.path))
        });
        same && left && came && scan.complete
    }
}

/// Whether a scan's rule is another than that of the scan before, and which of them came later.
pub(super) fn rule_change(
    first_judged: &BTreeMap<(&str, &str), i64>,
    id: &str,
    before: &Scan,
    scan: &Scan,
) -> Change {
    let digest = |scan: &Scan| Some(scan.asked.as_deref()?.rules.get(id)?.digest.clone());
    let (Some(one), Some(other)) = (digest(before), digest(scan)) else {
        // A report without evidence does not tell by which rule it saw.
        return Change::None;
    };
    if one == other {
        return Change::None;
    }
    if first_judged.get(&(id, &one)) < first_judged.get(&(id, &other)) {
        Change::Newer
    } else {
        Change::Older
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Newer,
    Older,
}
