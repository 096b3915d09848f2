//! Counting: findings by state, and beside each count what was not judged.

use std::collections::BTreeMap;

use super::super::number;
use super::account::{FindingAccount, IncidentAccount};
use crate::model::{Outcome, State};

/// How many findings are in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally(BTreeMap<State, u64>);

impl Tally {
    /// Of these findings.
    pub(super) fn of<'f>(findings: impl IntoIterator<Item = &'f FindingAccount>) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            tally.add(finding.status(), 1);
        }
        tally
    }

    /// Counts some more.
    pub(super) fn add(&mut self, status: State, count: u64) {
        *self.0.entry(status).or_default() += count;
    }

    /// Those in a state.
    pub(super) fn get(&self, status: State) -> u64 {
        self.0.get(&status).copied().unwrap_or_default()
    }

    /// All.
    pub(super) fn found(&self) -> u64 {
        self.0.values().sum()
    }

    /// Those that are there and nobody answers for.
    pub(super) fn there(&self) -> u64 {
        self.get(State::Open) + self.get(State::Regressed)
    }

    /// Those that evidence closed.
    pub(super) fn closed(&self) -> u64 {
        self.get(State::Fixed) + self.get(State::Gone)
    }
}

/// By a key: tallies, those with most left to do first.
pub(super) fn by<'f>(
    findings: &'f [FindingAccount],
    key: impl Fn(&'f FindingAccount) -> String,
) -> Vec<(String, Tally)> {
    let mut all: BTreeMap<String, Tally> = BTreeMap::new();
    for finding in findings {
        all.entry(key(finding))
            .or_default()
            .add(finding.status(), 1);
    }
    sorted(all)
}

/// By line of development; a finding counts once on each.
pub(super) fn by_line(findings: &[FindingAccount]) -> Vec<(String, Tally)> {
    let mut all: BTreeMap<String, Tally> = BTreeMap::new();
    for standing in findings.iter().flat_map(|one| &one.standings) {
        let tally = all.entry(standing.line.clone()).or_default();
        tally.add(standing.status, 1);
    }
    sorted(all)
}

fn sorted(all: BTreeMap<String, Tally>) -> Vec<(String, Tally)> {
    let mut all: Vec<(String, Tally)> = all.into_iter().collect();
    all.sort_by_key(|(_, tally)| {
        let left = (tally.there(), tally.get(State::Unknown), tally.found());
        std::cmp::Reverse(left)
    });
    all
}

/// What of an entry that was not fully judged can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nobody looked in, and it could hold an instance.
    Blind,
    /// Looked at, but for parts.
    Partly,
    /// Left out on purpose, or no file of its own: links, submodules, ignored files.
    LeftOut,
}

/// Which gap an outcome is; a word of another version is the worst.
pub(super) fn gap(outcome: &str) -> Gap {
    match Outcome::ALL.into_iter().find(|one| one.word() == outcome) {
        None => Gap::Blind,
        Some(known) if known.is_blind() => Gap::Blind,
        Some(Outcome::ScannedWithErrors | Outcome::Scanned | Outcome::RuledOut) => Gap::Partly,
        Some(_) => Gap::LeftOut,
    }
}

/// What was not judged for an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    /// Repositories that the ledger knows.
    pub(super) known: u64,
    /// Those of them that no scan asked.
    pub(super) never: Vec<String>,
    /// Deployments, and those of them that were not scanned where they stand.
    pub(super) deployments: u64,
    pub(super) unscanned: u64,
    /// Lines looked at.
    pub(super) lines: u64,
    /// Lines that were asked about in part only.
    pub(super) parts: u64,
    /// Lines whose scan was incomplete.
    pub(super) incomplete: u64,
    /// Lines that went on since they were looked at.
    pub(super) behind: u64,
    /// Files with parts that could hold an instance and could not be read.
    pub(super) unread: u64,
    /// Entries by what can be said of them.
    pub(super) blind: u64,
    pub(super) partly: u64,
    pub(super) left_out: u64,
    /// Places to look at.
    pub(super) reviews: u64,
}

impl Gaps {
    pub(super) fn new(incident: &IncidentAccount) -> Self {
        let asked = |name: &String| incident.looks.iter().any(|look| look.repository == *name);
        let never = incident.repositories.iter().filter(|name| !asked(name));
        let mut gaps = Self {
            known: incident.repositories.len() as u64,
            never: never.cloned().collect(),
            deployments: incident.deployments,
            unscanned: incident.unscanned.len() as u64,
            lines: incident.looks.len() as u64,
            unread: incident.unread,
            ..Self::default()
        };
        for look in &incident.looks {
            gaps.parts += u64::from(!look.parts.is_empty());
            gaps.incomplete += u64::from(!look.complete);
            gaps.behind += u64::from(look.is_behind);
            gaps.reviews += look.reviews.len() as u64;
            for (outcome, (entries, _)) in &look.unjudged {
                match gap(outcome) {
                    Gap::Blind => gaps.blind += entries,
                    Gap::Partly => gaps.partly += entries,
                    Gap::LeftOut => gaps.left_out += entries,
                }
            }
        }
        gaps
    }

    /// Whether everything was looked at, so that nothing found is nothing there.
    pub(super) fn are_none(&self) -> bool {
        let gaps = self.parts + self.incomplete + self.behind + self.unread + self.unscanned;
        self.known > 0 && self.never.is_empty() && gaps == 0
    }

    /// Each gap as words: `2 of 9 repositories were never asked`.
    pub(super) fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        let count = number::count;
        let never = self.never.len() as u64;
        if self.known == 0 {
            told.push("the ledger knows no repository".to_owned());
        } else if never > 0 {
            let all = count(self.known, "repository", "repositories");
            let was = if never == 1 { "was" } else { "were" };
            let never = number::thousands(never);
            told.push(format!("{never} of {all} {was} never asked"));
        }
        if self.unscanned > 0 {
            let all = count(self.deployments, "deployment", "deployments");
            let rest = match self.unscanned {
                1 => "was not scanned where it stands",
                _ => "were not scanned where they stand",
            };
            let unscanned = number::thousands(self.unscanned);
            told.push(format!("{unscanned} of {all} {rest}"));
        }
        for (number, one, many) in [
            (
                self.parts,
                "line was looked at in part",
                "lines were looked at in part",
            ),
            (
                self.incomplete,
                "scan was incomplete",
                "scans were incomplete",
            ),
            (
                self.behind,
                "line went on since it was looked at",
                "lines went on since they were looked at",
            ),
            (self.blind, "file was not judged", "files were not judged"),
            (
                self.partly,
                "file was judged but for parts",
                "files were judged but for parts",
            ),
            (
                self.unread,
                "file could hold an instance in a part that could not be read",
                "files could hold an instance in a part that could not be read",
            ),
            (
                self.reviews,
                "place is for a person to judge",
                "places are for a person to judge",
            ),
        ] {
            if number > 0 {
                told.push(count(number, one, many));
            }
        }
        told
    }
}
