//! `stampout report`: one HTML file that people look at, of what the ledger knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::args::{Global, ReportPageArgs};
use super::deployed::line_of;
use super::{Exit, frames, gaps, keep, out, say, targets};
use crate::ledger::{
    Deployed, Entry, Ledger, LedgerError, LineKind, Look, Places, Presence, State, Track,
    Whereabouts, burn_down, reached,
};
use crate::report::html::{
    Account, FindingAccount, IncidentAccount, LookAccount, Moment, StandingAccount, html,
};

/// Writes it.
pub(crate) fn run(args: &ReportPageArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let mut account = match account(&ledger, args.incident.as_deref()) {
        Ok(account) => account,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    if let Some(wanted) = &args.incident
        && account.incidents.is_empty()
    {
        return keep::unknown_incident(&ledger, wanted);
    }
    if let Some(fleet) = &args.fleet {
        let Some(found) = targets::fleet(fleet, &[]) else {
            return Exit::Usage;
        };
        for problem in found.problems {
            say::warning(&problem.message, &problem.hint);
        }
        frames::add(&mut account, &found.repositories);
    }
    let page = html(&account);
    let Some(path) = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"))
    else {
        return out::print(&page, Exit::Clean);
    };
    if let Err(error) = out::save(path, page.as_bytes()) {
        say::error(
            &format!("{} cannot be written: {error}", path.display()),
            "",
        );
        return Exit::Usage;
    }
    if !global.quiet {
        let findings: usize = account.incidents.iter().map(|one| one.findings.len()).sum();
        let plural = |count: usize, one: &str| {
            let s = if count == 1 { "" } else { "s" };
            format!("{count} {one}{s}")
        };
        let (incidents, findings) = (
            plural(account.incidents.len(), "incident"),
            plural(findings, "finding"),
        );
        say::note(&format!("{incidents} and {findings} in {}", path.display()));
    }
    Exit::Clean
}

/// What the page shows, of all incidents or of one.
fn account(ledger: &Ledger, only: Option<&str>) -> Result<Account, LedgerError> {
    let mut repositories = ledger.repository_names()?;
    repositories.extend(ledger.fleet()?);
    let repositories: Vec<String> = repositories.into_iter().collect();
    let mut deployments = ledger.deployments()?;
    let retired = deployments.iter().filter(|one| one.fact.decommissioned);
    let retired: BTreeSet<String> = retired.map(|one| one.fact.line.clone()).collect();
    deployments.retain(|one| !one.fact.decommissioned);
    let suppressions = keep::suppressions(ledger)?;
    let places = match deployments.is_empty() {
        true => Places::default(),
        false => ledger.whereabouts(only)?,
    };
    let mut findings: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in keep::entries(ledger)? {
        if only.is_none_or(|only| only == entry.incident) {
            let all = findings.entry(entry.incident.clone()).or_default();
            all.push(entry);
        }
    }
    let mut about = ledger.incidents()?;
    // A report of another version may tell of findings and not of their incident.
    for id in findings.keys() {
        about.entry(id.clone()).or_insert(Value::Null);
    }
    // All at once: the history of a repository is read once, however many incidents it had.
    let mut tracks: BTreeMap<String, Vec<Track>> = BTreeMap::new();
    for track in ledger.tracks(only)? {
        tracks
            .entry(track.incident.clone())
            .or_default()
            .push(track);
    }
    let mut incidents = Vec::new();
    for (id, about) in about {
        if only.is_some_and(|only| only != id) {
            continue;
        }
        let mut looks = ledger.looks(&id)?;
        looks.retain(|look| !retired.contains(&look.line));
        let urls: BTreeMap<&str, &str> = looks
            .iter()
            .filter_map(|look| Some((look.repository.as_str(), look.unit.url.as_deref()?)))
            .collect();
        let entries = findings.remove(&id).unwrap_or_default();
        let answers = answers(&entries);
        let found = group(entries, &urls, &places);
        let unscanned = deployments.iter().filter(|one| !is_scanned(one, &looks));
        let unscanned: Vec<String> = unscanned.map(gaps::name).collect();
        let mut tracks = tracks.remove(&id).unwrap_or_default();
        let unread = keep::unread(&looks, &suppressions, &keep::today()).len() as u64;
        let asked: BTreeSet<&str> = looks.iter().map(|look| look.repository.as_str()).collect();
        let seen = unread == 0
            && repositories
                .iter()
                .all(|name| asked.contains(name.as_str()))
            && looks.iter().all(|look| look.is_whole() && !look.is_behind);
        let covered = seen && unscanned.is_empty();
        let milestones = match tracks.is_empty() {
            true => Vec::new(),
            false => milestones(&tracks, &about, ledger.first_full_scan(&id)?, seen, covered),
        };
        for track in &mut tracks {
            let key = (&track.repository, &track.line, &track.fingerprint);
            let key = (key.0.clone(), key.1.clone(), key.2.clone());
            if let Some(from) = answers.get(&key) {
                answered(track, *from);
            }
        }
        incidents.push(IncidentAccount {
            repositories: repositories.clone(),
            unread,
            looks: looks.iter().map(looked).collect(),
            course: course(&tracks),
            milestones,
            deployments: deployments.len() as u64,
            unscanned,
            places: by_place(&found),
            environments: environments(&found, &places),
            findings: found,
            ..told(id, &about)
        });
    }
    // Where something is left to do comes first.
    incidents.sort_by_key(|one| std::cmp::Reverse(left(one)));
    let gaps = gaps::of(ledger, &ledger.briefs(only)?)?;
    let ledger = ledger.path().file_name().unwrap_or_default();
    Ok(Account {
        written: keep::now(),
        ledger: ledger.to_string_lossy().into_owned(),
        incidents,
        gaps: gaps.iter().map(line_of).collect(),
    })
}

/// How many there were over time.
fn course(tracks: &[Track]) -> Vec<Moment> {
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
fn answers(entries: &[Entry]) -> BTreeMap<(String, String, String), i64> {
    let suppressed = entries.iter().filter(|one| one.state == State::Suppressed);
    let answers = suppressed.map(|one| {
        let key = (&one.repository, &one.line, &one.fingerprint);
        ((key.0.clone(), key.1.clone(), key.2.clone()), one.since)
    });
    answers.collect()
}

/// What somebody answers for is counted as that from the day on which it was said.
fn answered(track: &mut Track, from: i64) {
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
fn milestones(
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

/// Whether a deployment was scanned where it stands, for an incident whose looks these are.
fn is_scanned(one: &Deployed, looks: &[Look]) -> bool {
    let looked = |look: &&Look| {
        Some(&look.repository) == one.fact.repository.as_ref() && look.line == one.fact.line
    };
    let mut looks = looks.iter().filter(looked).peekable();
    one.is_scanned && looks.peek().is_some() && looks.all(|look| look.is_whole() && !look.is_behind)
}

/// Where findings are, by what is most urgent.
fn by_place(findings: &[FindingAccount]) -> Vec<(String, u64)> {
    let words = Whereabouts::WORDS.iter().map(|(_, title)| {
        let here = findings.iter().filter(|one| one.place == *title);
        ((*title).to_owned(), here.count() as u64)
    });
    words.filter(|(_, count)| *count > 0).collect()
}

/// By environment: how many findings are live, perhaps live, and not there any more.
fn environments(findings: &[FindingAccount], places: &Places) -> Vec<(String, [u64; 3])> {
    let mut all: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for finding in findings {
        let Some(place) = places.of(&finding.repository, &finding.fingerprint) else {
            continue;
        };
        for (name, presence) in &place.environments {
            let counts = all.entry(name).or_default();
            match presence {
                Presence::On => counts[0] += 1,
                Presence::Unknown => counts[1] += 1,
                Presence::Off => counts[2] += 1,
                Presence::None => {}
            }
        }
    }
    let owned = all
        .into_iter()
        .map(|(name, counts)| (name.to_owned(), counts));
    owned.collect()
}

/// How much is left to do.
fn left(incident: &IncidentAccount) -> (usize, usize, usize) {
    let count = |wanted: &[State]| {
        let worst = incident.findings.iter().filter_map(|one| {
            let states = one.standings.iter().map(|standing| standing.status);
            states.min()
        });
        worst.filter(|state| wanted.contains(state)).count()
    };
    (
        count(&[State::Open, State::Regressed]),
        count(&[State::Unknown]),
        incident.findings.len(),
    )
}

/// What the pack told of the incident.
fn told(id: String, about: &Value) -> IncidentAccount {
    let word = |key: &str| about[key].as_str().unwrap_or_default().to_owned();
    let words = |key: &str| {
        let list = about[key].as_array().cloned().unwrap_or_default();
        let texts = list.into_iter().filter_map(|one| match one {
            Value::String(text) => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    IncidentAccount {
        id,
        title: word("title"),
        summary: word("summary"),
        severity: word("severity"),
        class: word("class"),
        url: word("url"),
        owner: word("owner"),
        references: [words("aliases"), words("cwe"), words("tickets")].concat(),
        ..IncidentAccount::default()
    }
}

fn looked(look: &Look) -> LookAccount {
    let unjudged = look.unjudged.iter().map(|(outcome, kept)| {
        let about = (kept.entries, kept.examples.clone());
        (outcome.clone(), about)
    });
    LookAccount {
        repository: look.repository.clone(),
        line: look.line.clone(),
        url: look.unit.url.clone(),
        commit: look.unit.commit.clone(),
        observed: look.observed,
        complete: look.complete,
        is_behind: look.is_behind,
        parts: [look.scope.paths.clone(), look.scope.globs.clone()].concat(),
        unjudged: unjudged.collect(),
        reviews: look.reviews.clone(),
    }
}

/// Entries by what they are: one finding, on however many lines.
fn group(entries: Vec<Entry>, urls: &BTreeMap<&str, &str>, places: &Places) -> Vec<FindingAccount> {
    let mut all: BTreeMap<(String, String), FindingAccount> = BTreeMap::new();
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let key = (entry.repository.clone(), entry.fingerprint.clone());
        if seen.insert(key.clone()) {
            order.push(key.clone());
        }
        let place = places.of(&entry.repository, &entry.fingerprint);
        let finding = all.entry(key).or_insert_with(|| FindingAccount {
            fingerprint: entry.fingerprint.clone(),
            repository: entry.repository.clone(),
            rule: entry.rule.clone(),
            owner: entry.place.owner.clone(),
            place: place.map(title).unwrap_or_default(),
            environments: place.map(live).unwrap_or_default(),
            frame: None,
            standings: Vec::new(),
        });
        let url = urls.get(entry.repository.as_str());
        finding.standings.push(StandingAccount {
            status: entry.state,
            since: entry.since,
            first_seen: entry.first_seen,
            by_history: entry.basis == "history",
            url: url.map(|url| (*url).to_owned()),
            line: entry.line,
            reason: entry.reason,
            judged_at: entry.judged_at,
            path: entry.path,
            place: entry.place,
        });
    }
    order.iter().filter_map(|key| all.remove(key)).collect()
}

/// Where a finding is, in words.
fn title(place: &Whereabouts) -> String {
    let word = place.word();
    let found = Whereabouts::WORDS.iter().find(|(known, _)| *known == word);
    found.map_or(word, |(_, title)| title).to_owned()
}

/// The environments in which it is live, or may be.
fn live(place: &Whereabouts) -> Vec<String> {
    let all = place.environments.iter();
    let live = all.filter(|(_, presence)| matches!(presence, Presence::On | Presence::Unknown));
    live.map(|(name, _)| name.to_string()).collect()
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
