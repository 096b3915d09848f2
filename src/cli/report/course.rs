//! How instances came and went over time, and the dates worth a word.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ledger::{Entry, LineKind, State, Track, burn_down, reached};
use crate::report::html::Moment;

/// How many there were over time.
pub(super) fn course(tracks: &[Track]) -> Vec<Moment> {
    let points = burn_down(tracks).into_iter().map(|point| Moment {
        at: point.at,
        found: point.tally.found(),
        open: point.tally.of(State::Open) + point.tally.of(State::Regressed),
        unknown: point.tally.of(State::Unknown),
        suppressed: point.tally.of(State::Suppressed),
    });
    points.collect()
}

/// By repository, line and fingerprint: since when somebody answers for a finding.
pub(super) fn answers(entries: &[Entry]) -> BTreeMap<(String, String, String), i64> {
    let suppressed = entries.iter().filter(|one| one.state == State::Suppressed);
    let answers = suppressed.map(|one| {
        let key = (&one.repository, &one.line, &one.fingerprint);
        ((key.0.clone(), key.1.clone(), key.2.clone()), one.since)
    });
    answers.collect()
}

/// What somebody answers for is counted as that from the day on which it was said.
pub(super) fn answered(track: &mut Track, from: i64) {
    let mut steps: Vec<(i64, State)> = Vec::new();
    for (at, state) in &track.steps {
        if *at >= from {
            steps.push((*at, hidden(*state)));
        } else {
            steps.push((*at, *state));
        }
    }
    let before = steps.iter().rposition(|(at, _)| *at < from);
    if let Some(before) = before {
        let state = hidden(steps[before].1);
        steps.insert(before + 1, (from, state));
    }
    track.steps = steps;
}

/// A state, where somebody answers for what is left.
fn hidden(state: State) -> State {
    if state.is_closed() {
        state
    } else {
        State::Suppressed
    }
}

/// The dates worth a word, as [`Ledger::milestones`] tells them; that all are gone only where all was `seen` on the main
/// lines, and `covered` in deployments too.
pub(super) fn milestones(
    tracks: &[Track],
    about: &Value,
    full_scan: Option<i64>,
    seen: bool,
    covered: bool,
) -> Vec<(String, Option<i64>)> {
    let of = |kind: LineKind| burn_down(tracks.iter().filter(|track| track.kind == kind));
    let (main, live) = (of(LineKind::Main), of(LineKind::Deployment));
    let declared = about["time"]["declared"].as_str();
    let declared = declared.and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let mut all = Vec::new();
    if let Some(declared) = declared {
        all.push(("declared", Some(declared.as_second())));
    }
    let first = tracks.iter().filter_map(|track| track.steps.first());
    all.push(("first instance recorded", first.map(|(at, _)| *at).min()));
    all.push(("every repository looked at", full_scan));
    all.push(("half closed on main lines", reached(&main, 50)));
    all.push(match seen {
        true => ("all closed on main lines", reached(&main, 100)),
        false => (
            "all that were found closed on main lines",
            reached(&main, 100),
        ),
    });
    if !live.is_empty() {
        let all_live = reached(&live, 100);
        all.push(match covered {
            true => ("gone from every deployment", all_live),
            false => ("gone from every deployment that was scanned", all_live),
        });
    }
    let owned = all.into_iter().map(|(name, at)| (name.to_owned(), at));
    owned.collect()
}

#[cfg(test)]
mod tests {
    use super::answered;
    use crate::ledger::State::{Fixed, Open, Regressed, Suppressed};
    use crate::ledger::{LineKind, Track};

    #[test]
    fn what_somebody_answers_for_is_that_from_then_on_and_while_it_is_there() {
        let track = |steps: &[_]| Track {
            repository: "shop".to_owned(),
            line: "main".to_owned(),
            kind: LineKind::Main,
            fingerprint: "a".to_owned(),
            incident: "INC-1".to_owned(),
            rule: "INC-1.danger".to_owned(),
            path: "a.py".to_owned(),
            owner: None,
            steps: steps.to_vec(),
        };
        let all = [(1, Open), (3, Fixed), (5, Regressed)];
        for (from, steps) in [
            (0, vec![(1, Suppressed), (3, Fixed), (5, Suppressed)]),
            (
                2,
                vec![(1, Open), (2, Suppressed), (3, Fixed), (5, Suppressed)],
            ),
            (4, vec![(1, Open), (3, Fixed), (4, Fixed), (5, Suppressed)]),
            (
                9,
                vec![(1, Open), (3, Fixed), (5, Regressed), (9, Suppressed)],
            ),
        ] {
            let mut one = track(&all);
            answered(&mut one, from);
            assert_eq!(one.steps, steps, "from {from}");
        }
    }
}
