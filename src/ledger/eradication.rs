//! How findings went away, over time: the burn-down and its milestones.
//!
//! Everything that shows progress over time (reports, the post-mortem) asks here, so that all tell the same.
//! [`burn_down`] counts tracks at every moment something changed, a finding once, in the worst of its states; [`reached`]
//! says since when a part is closed for good. Filter the tracks to tell of a team, an environment, or the main lines alone.
//!
//! Invariants: suppressions change nothing here, for what somebody answers for is still there; a point of the past never
//! changes unless a fact about the past comes in late.

use std::collections::{BTreeMap, BTreeSet};

use super::line::{LineKind, main_line};
use super::{Ledger, LedgerError, State, Track, history};

/// How many findings are in which state; zeros are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<State, u64>);

impl Tally {
    /// How many are in this state.
    pub fn of(&self, state: State) -> u64 {
        self.0.get(&state).copied().unwrap_or_default()
    }

    /// All that were found so far.
    pub fn found(&self) -> u64 {
        self.0.values().sum()
    }

    /// Those that evidence closed.
    pub fn closed(&self) -> u64 {
        self.of(State::Fixed) + self.of(State::Gone)
    }

    /// Those that are there, or may be.
    pub fn remaining(&self) -> u64 {
        self.found() - self.closed()
    }

    fn change(&mut self, from: Option<State>, to: Option<State>) {
        if let Some(count) = from.and_then(|state| self.0.get_mut(&state)) {
            *count = count.saturating_sub(1);
        }
        if let Some(state) = to {
            *self.0.entry(state).or_default() += 1;
        }
        self.0.retain(|_, count| *count > 0);
    }
}

/// The counts from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Seconds since 1970.
    pub at: i64,
    /// The counts.
    pub tally: Tally,
}

/// The worse of two states.
fn worse(one: State, other: State) -> State {
    let rank = |state: State| State::ALL.iter().position(|each| *each == state);
    if rank(other) < rank(one) { other } else { one }
}

/// The counts at every moment at which one of them changed. A finding counts once, in the worst of its states on the
/// lines of these tracks.
pub fn burn_down<'t>(tracks: impl IntoIterator<Item = &'t Track>) -> Vec<Point> {
    let mut events: Vec<(i64, (&str, &str), &str, State)> = Vec::new();
    for track in tracks {
        let name = (track.repository.as_str(), track.fingerprint.as_str());
        for (at, state) in &track.steps {
            events.push((*at, name, &track.line, *state));
        }
    }
    // Stable: what happened to one track at one moment keeps its order.
    events.sort_by_key(|(at, ..)| *at);
    let mut lines: BTreeMap<(&str, &str), BTreeMap<&str, State>> = BTreeMap::new();
    let mut points: Vec<Point> = Vec::new();
    let mut tally = Tally::default();
    for (at, name, line, state) in events {
        let on = lines.entry(name).or_default();
        let before = on.values().copied().reduce(worse);
        on.insert(line, state);
        let after = on.values().copied().reduce(worse);
        if before == after {
            continue;
        }
        tally.change(before, after);
        match points.last_mut().filter(|point| point.at == at) {
            Some(point) => point.tally.clone_from(&tally),
            None => points.push(Point {
                at,
                tally: tally.clone(),
            }),
        }
    }
    points.dedup_by(|later, earlier| later.tally == earlier.tally);
    points
}

/// Since when at least so many percent of all that was found are closed, without a break until now; `None` if they are
/// not.
pub fn reached(points: &[Point], percent: u64) -> Option<i64> {
    let enough = |point: &&Point| {
        let found = point.tally.found();
        found > 0 && point.tally.closed() * 100 >= found * percent
    };
    points
        .iter()
        .rev()
        .take_while(enough)
        .last()
        .map(|point| point.at)
}

/// The moments that an incident's account names, in seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Milestones {
    /// The first instance was recorded.
    pub first_seen: Option<i64>,
    /// From then on every repository that is known now had been looked at as a whole, on its main line.
    pub first_full_scan: Option<i64>,
    /// Half of all instances are closed on the main lines…
    pub half: Option<i64>,
    /// …and all of them.
    pub all: Option<i64>,
    /// All are gone from every deployment. `None` too if no deployment was ever scanned.
    pub all_live: Option<i64>,
    /// How often an instance came back on any line.
    pub returns: usize,
}

impl Ledger {
    /// The milestones of an incident, whose tracks these are.
    pub fn milestones(&self, incident: &str, tracks: &[Track]) -> Result<Milestones, LedgerError> {
        let of = |kind: LineKind| burn_down(tracks.iter().filter(|track| track.kind == kind));
        let (main, live) = (of(LineKind::Main), of(LineKind::Deployment));
        Ok(Milestones {
            first_seen: tracks.iter().map(|track| track.steps[0].0).min(),
            first_full_scan: self.first_full_scan(incident)?,
            half: reached(&main, 50),
            all: reached(&main, 100),
            all_live: reached(&live, 100),
            returns: tracks.iter().map(Track::returns).sum(),
        })
    }

    /// Since when every repository that is known had been looked at as a whole for an incident, on its main line (on any
    /// line, where it has no main line).
    pub fn first_full_scan(&self, incident: &str) -> Result<Option<i64>, LedgerError> {
        let mut looks = self.whole_looks(incident).map_err(self.fail())?;
        for repository in self.fleet()? {
            looks.entry(repository).or_default();
        }
        let mut latest = None;
        for lines in looks.values() {
            let main = main_line(lines.keys().map(String::as_str));
            let first = match main.and_then(|main| lines.get(main)) {
                Some(first) => *first,
                None => lines.values().flatten().min().copied(),
            };
            match first {
                Some(first) => latest = latest.max(Some(first)),
                None => return Ok(None),
            }
        }
        Ok(latest)
    }

    /// By repository and line, when it was looked at first as a whole for an incident.
    fn whole_looks(
        &self,
        incident: &str,
    ) -> rusqlite::Result<BTreeMap<String, BTreeMap<String, Option<i64>>>> {
        let mut asked: BTreeSet<i64> = BTreeSet::new();
        let mut find = self
            .connection
            .prepare_cached("SELECT id, body FROM asked")?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let body: crate::model::EvidenceFact = history::parse(row, 1)?;
            let scope = body.scope;
            let whole = scope.paths.is_empty() && scope.globs.is_empty();
            if whole && scope.incidents.iter().any(|one| one == incident) {
                asked.insert(row.get(0)?);
            }
        }
        let mut looks: BTreeMap<String, BTreeMap<String, Option<i64>>> = BTreeMap::new();
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, pointer.line, MIN(pointer.observed), scan.asked, scan.complete
             FROM repository LEFT JOIN pointer ON pointer.repository = repository.id
             LEFT JOIN scan ON scan.id = pointer.scan
             GROUP BY repository.id, pointer.line, scan.asked, scan.complete",
        )?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let lines = looks.entry(row.get(0)?).or_default();
            let Some(line) = row.get::<_, Option<String>>(1)? else {
                continue;
            };
            let first = lines.entry(line).or_default();
            let question: Option<i64> = row.get(3)?;
            if row.get(4)? && question.is_some_and(|one| asked.contains(&one)) {
                let observed: i64 = row.get(2)?;
                *first = Some(first.map_or(observed, |known| known.min(observed)));
            }
        }
        Ok(looks)
    }
}

#[cfg(test)]
mod tests {
    use super::{LineKind, State, Track, burn_down, reached};

    fn track(fingerprint: &str, line: &str, steps: &[(i64, State)]) -> Track {
        Track {
            repository: "shop".to_owned(),
            line: line.to_owned(),
            kind: LineKind::of(line, Some("main")),
            fingerprint: fingerprint.to_owned(),
            incident: "INC-1".to_owned(),
            rule: "INC-1.danger".to_owned(),
            path: "a.py".to_owned(),
            owner: None,
            steps: steps.to_vec(),
        }
    }

    use State::{Fixed, Gone, Open, Regressed, Unknown};

    /// `time: remaining of found` of every point.
    fn told(tracks: &[Track]) -> Vec<String> {
        let points = burn_down(tracks).into_iter();
        let told = points.map(|point| {
            let tally = &point.tally;
            format!("{}: {} of {}", point.at, tally.remaining(), tally.found())
        });
        told.collect()
    }

    #[test]
    fn a_finding_counts_once_in_its_worst_state() {
        let tracks = [
            track("a", "main", &[(1, Open), (3, Fixed)]),
            track("a", "deployment:prod/x", &[(2, Open), (5, Gone)]),
            track("b", "main", &[(1, Open), (2, Unknown), (4, Fixed)]),
        ];
        assert_eq!(
            told(&tracks),
            ["1: 2 of 2", "2: 2 of 2", "4: 1 of 2", "5: 0 of 2"]
        );
        assert_eq!(told(&tracks[..1]), ["1: 1 of 1", "3: 0 of 1"]);
        assert!(told(&[]).is_empty());
    }

    #[test]
    fn a_milestone_is_reached_for_good_or_not() {
        let half = |tracks: &[Track]| reached(&burn_down(tracks), 50);
        let all = |tracks: &[Track]| reached(&burn_down(tracks), 100);
        let mut tracks = vec![
            track("a", "main", &[(1, Open), (3, Fixed)]),
            track("b", "main", &[(1, Open), (6, Fixed)]),
        ];
        assert_eq!((half(&tracks), all(&tracks)), (Some(3), Some(6)));
        // More was found: what was half then is not half now.
        tracks.push(track("c", "main", &[(4, Open)]));
        assert_eq!((half(&tracks), all(&tracks)), (Some(6), None));
        // One came back.
        let back = [(1, Open), (3, Fixed), (7, Regressed)];
        tracks[0] = track("a", "main", &back);
        assert_eq!(tracks[0].returns(), 1);
        assert_eq!((half(&tracks), all(&tracks)), (None, None));
        assert_eq!((half(&[]), all(&[])), (None, None));
    }
}
