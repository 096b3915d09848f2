//! States: a pure fold over the facts of one repository.
//!
//! Invariants: nothing here reads a clock or a file; the same facts give the same states, in whatever order and however
//! often they were recorded; a finding is closed by a scan only that judged its place, at a commit that is newer than
//! where it was seen last, by the rule that saw it or a newer one.

use std::collections::{BTreeMap, BTreeSet};

use super::elsewhere;
use super::facts::{Facts, Scan, Seen};
use super::line::DEPLOYMENT;
use super::order::{self, Event, Follows};
use super::verdict::{Verdict, verdict};
use super::{Basis, State};

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

/// One line of development, on its way through its events.
pub(super) struct Line<'f> {
    pub(super) facts: &'f Facts,
    /// Whether it is a deployment, which goes back and forth.
    deployed: bool,
    pub(super) first_judged: &'f BTreeMap<(&'f str, &'f str), i64>,
    /// By the instance as it was first seen.
    pub(super) standings: BTreeMap<i64, Standing>,
    /// An instance of a moved file: the one it was before.
    pub(super) aliases: BTreeMap<i64, i64>,
    /// The scan before, unless it saw what no commit holds.
    pub(super) previous: Option<usize>,
}

impl<'f> Line<'f> {
    pub(super) fn scan(&self, index: usize) -> &'f Scan {
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
