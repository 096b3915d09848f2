//! Findings on lines that never had them: a bug that only a deployment shows may be known not to be on main, if main was
//! judged at its place.
//!
//! Invariant: as with everything that is closed, silence proves nothing; without evidence there is no answer.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::fold::{Change, Standing, rule_change};
use super::line::{LineKind, main_line};
use super::order::{self, Event};
use super::verdict::{Verdict, verdict};
use super::{Basis, State};

/// Adds, to the main line and to deployments, what others of them have and they were judged not to have.
pub(super) fn add(
    states: &mut BTreeMap<String, Vec<Standing>>,
    facts: &Facts,
    first_judged: &BTreeMap<(&str, &str), i64>,
) {
    let main = main_line(states.keys().map(String::as_str)).map(str::to_owned);
    let kind = |line: &str| LineKind::of(line, main.as_deref());
    let lines: Vec<String> = states
        .keys()
        .filter(|line| kind(line) != LineKind::Release)
        .cloned()
        .collect();
    if lines.len() < 2 {
        return;
    }
    // Of each instance the line that shows it best: where it is open, then by name.
    let mut known: BTreeMap<i64, Standing> = BTreeMap::new();
    for line in &lines {
        for one in &states[line] {
            let better = known
                .get(&one.instance)
                .is_none_or(|other| other.state.is_closed() && !one.state.is_closed());
            if better {
                known.insert(one.instance, one.clone());
            }
        }
    }
    for line in &lines {
        let own = &states[line];
        let has: BTreeSet<i64> = own
            .iter()
            .flat_map(|one| [one.instance, one.current])
            .collect();
        let mut more = Vec::new();
        let events = facts.events.get(line).cloned().unwrap_or_default();
        let events = if kind(line) == LineKind::Deployment {
            order::as_observed(events, facts)
        } else {
            order::ordered(events, facts)
        };
        for one in known.values() {
            let copy = |other: &Standing| !other.state.is_closed() && is_copy(facts, one, other);
            if has.contains(&one.instance) || has.contains(&one.current) || own.iter().any(copy) {
                continue;
            }
            if let Some((at, commit)) = judged_clean(facts, first_judged, &events, one) {
                more.push(Standing {
                    state: State::Clean,
                    since: at,
                    first_seen: at,
                    judged_at: commit,
                    basis: Basis::Time,
                    reason: "never seen on this line",
                    steps: Vec::new(),
                    ..one.clone()
                });
            }
        }
        if let Some(own) = states.get_mut(line) {
            own.extend(more);
        }
    }
}

/// Whether two instances are one that was found under two paths.
fn is_copy(facts: &Facts, one: &Standing, other: &Standing) -> bool {
    let instance = |standing: &Standing| facts.instances.get(&standing.current);
    match (instance(one), instance(other)) {
        (Some(one), Some(other)) => {
            one.match_key.is_some() && one.match_key == other.match_key && one.rule == other.rule
        }
        _ => false,
    }
}

/// When and at which commit the last scans of a line that asked for a finding judged its place clean.
fn judged_clean(
    facts: &Facts,
    first_judged: &BTreeMap<(&str, &str), i64>,
    events: &[Event],
    standing: &Standing,
) -> Option<(i64, Option<String>)> {
    let instance = facts.instances.get(&standing.current)?;
    let before = &facts.scans[standing.seen_by];
    let place = before
        .seen
        .get(&standing.current)
        .cloned()
        .unwrap_or_default();
    for moment in events.chunk_by(|a, b| a.observed == b.observed).rev() {
        let scans = moment.iter().map(|event| &facts.scans[event.scan]);
        let answers: Vec<_> = scans
            .filter(|scan| !scan.dirty)
            .map(|scan| (verdict(scan, instance, before, &place), scan))
            .filter(|(answer, _)| *answer != Verdict::NotAsked)
            .collect();
        if answers.is_empty() {
            continue;
        }
        let clean = answers.iter().all(|(answer, scan)| {
            matches!(answer, Verdict::Clean | Verdict::Gone)
                && rule_change(first_judged, &instance.rule, before, scan) != Change::Older
        });
        let (_, scan) = answers.last()?;
        return clean.then(|| (moment[0].observed, scan.commit.clone()));
    }
    None
}
