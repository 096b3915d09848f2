//! In which order scans tell of a line of development.
//!
//! A line stood at a commit when it was observed there, so time orders its events; a line that goes back to an older
//! commit is told as it was. But a commit that is seen for the first time after its own descendant was not where the
//! line went: it is history looked up later, or a clock that runs behind. It takes its place before its descendants.

use super::facts::{Facts, Scan};

/// A line stood at what a scan saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Index of the scan.
    pub(super) scan: usize,
    /// When, seconds since 1970.
    pub(super) observed: i64,
}

/// The events of a deployment in order. Unlike a branch it goes back to older commits, seen before or not: where it was
/// observed, there it stood.
pub(super) fn as_observed(mut events: Vec<Event>, facts: &Facts) -> Vec<Event> {
    let digest = |event: &Event| &facts.scans[event.scan].digest;
    events.sort_by(|a, b| (a.observed, digest(a)).cmp(&(b.observed, digest(b))));
    events.dedup();
    events
}

/// The events in order; it does not depend on the order in which they come in.
pub(super) fn ordered(mut events: Vec<Event>, facts: &Facts) -> Vec<Event> {
    let scan = |event: &Event| &facts.scans[event.scan];
    events.sort_by(|a, b| {
        let key = |event: &Event| (event.observed, scan(event).commit_time);
        key(a)
            .cmp(&key(b))
            .then_with(|| scan(a).digest.cmp(&scan(b).digest))
    });
    events.dedup();
    let mut ordered: Vec<Event> = Vec::with_capacity(events.len());
    let commit = |event: &Event| scan(event).commit.as_deref();
    for event in events {
        let place = commit(&event)
            .filter(|own| !ordered.iter().any(|one| commit(one) == Some(*own)))
            .and_then(|own| {
                ordered
                    .iter()
                    .position(|one| commit(one).is_some_and(|other| facts.is_ancestor(own, other)))
            });
        ordered.insert(place.unwrap_or(ordered.len()), event);
    }
    ordered
}

/// Whether a later commit follows an earlier one, and how that is known.
pub(super) fn follows(facts: &Facts, earlier: &Scan, later: &Scan) -> Follows {
    match (&earlier.commit, &later.commit) {
        (Some(one), Some(other)) if one == other => Follows::Same,
        (Some(one), Some(other)) if facts.is_ancestor(one, other) => Follows::ByHistory,
        (Some(one), Some(other)) if facts.is_ancestor(other, one) => Follows::Back,
        _ => Follows::ByTime,
    }
}

/// How two scans stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    Same,
    ByHistory,
    ByTime,
    Back,
}
