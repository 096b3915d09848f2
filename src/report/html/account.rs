//! What the page is made of, as plain data: the caller brings it from a ledger, the page does all counting itself.

use std::collections::BTreeMap;

use crate::model::{FindingFact, Frame, State};

/// What a state means, for the legend.
pub(super) fn meaning(state: State) -> &'static str {
    match state {
        State::Regressed => "was closed and is back",
        State::Open => "is there",
        State::Unknown => "what came after was not looked at, or not judged there",
        State::Suppressed => "is there, and somebody answers for it",
        State::Fixed => "its place was judged later, and is clean",
        State::Gone => "its file was deleted",
        State::Clean => "its place was judged, and it is not there",
    }
}

/// Everything that the page shows.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// When the page is written, seconds since 1970.
    pub written: i64,
    /// The name of the ledger's file.
    pub ledger: String,
    /// Every incident, in the order in which it is shown.
    pub incidents: Vec<IncidentAccount>,
    /// What is not known of what runs where, a line each.
    pub gaps: Vec<String>,
}

/// One incident.
#[derive(Clone, Debug, Default)]
pub struct IncidentAccount {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub summary: String,
    /// `critical`, `high`, `medium`, `low`; or nothing.
    pub severity: String,
    /// `security`, `reliability`, `data`; or nothing.
    pub class: String,
    /// The post-mortem.
    pub url: String,
    /// Who owns it.
    pub owner: String,
    /// Other names, weaknesses and tickets.
    pub references: Vec<String>,
    /// Every repository that the ledger or its fleet knows.
    pub repositories: Vec<String>,
    /// The last scan of each line that asked for it.
    pub looks: Vec<LookAccount>,
    /// Files that could hold an instance in a part that could not be read, and that nobody answers for.
    pub unread: u64,
    /// Every finding once.
    pub findings: Vec<FindingAccount>,
    /// How many there were over time, in order.
    pub course: Vec<Moment>,
    /// Dates worth a word, in order: what, and when.
    pub milestones: Vec<(String, Option<i64>)>,
    /// Deployments that run, and those of them that no scan saw where they stand.
    pub deployments: u64,
    /// See there.
    pub unscanned: Vec<String>,
    /// Where deployments are known: how many findings are where, in words, the most urgent first.
    pub places: Vec<(String, u64)>,
    /// By environment: how many are live, perhaps live, and not there any more.
    pub environments: Vec<(String, [u64; 3])>,
}

/// The last look at a line.
#[derive(Clone, Debug, Default)]
pub struct LookAccount {
    /// The repository's name.
    pub repository: String,
    /// The line of development.
    pub line: String,
    /// Where the repository can be viewed.
    pub url: Option<String>,
    /// What was looked at.
    pub commit: Option<String>,
    /// When.
    pub observed: i64,
    /// Whether the scan was complete in what it was asked.
    pub complete: bool,
    /// Whether the line went on since, to where nobody asked.
    pub is_behind: bool,
    /// The parts that it was asked for, if not for all.
    pub parts: Vec<String>,
    /// By the word of the outcome: number and some paths of what was not fully judged.
    pub unjudged: BTreeMap<String, (u64, Vec<String>)>,
    /// Places that a person has to look at.
    pub reviews: Vec<FindingFact>,
}

/// A finding, wherever it is.
#[derive(Clone, Debug, Default)]
pub struct FindingAccount {
    /// The identity.
    pub fingerprint: String,
    /// The repository's name.
    pub repository: String,
    /// The full rule id.
    pub rule: String,
    /// Who owns it.
    pub owner: Option<String>,
    /// Where it is, in words; empty where no deployment is known.
    pub place: String,
    /// The environments in which it is live, or may be.
    pub environments: Vec<String>,
    /// The lines around the place of [`Self::worst`], if they are at hand.
    pub frame: Option<Frame>,
    /// What became of it on each line; never empty.
    pub standings: Vec<StandingAccount>,
}

/// A finding on a line of development.
#[derive(Clone, Debug)]
pub struct StandingAccount {
    /// The line.
    pub line: String,
    /// What became of it.
    pub status: State,
    /// When it came to be so.
    pub since: i64,
    /// When it was seen first.
    pub first_seen: i64,
    /// Why, if there is more to say.
    pub reason: String,
    /// Whether the order of commits is known from history, and not from time alone.
    pub by_history: bool,
    /// The commit on which the state rests.
    pub judged_at: Option<String>,
    /// Where it is now, or was last.
    pub path: String,
    /// More about the place.
    pub place: FindingFact,
    /// Where the repository can be viewed.
    pub url: Option<String>,
}

/// How many findings there were at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: i64,
    /// Found until then.
    pub found: u64,
    /// Open or back.
    pub open: u64,
    /// Nobody can tell.
    pub unknown: u64,
    /// Somebody answers for them.
    pub suppressed: u64,
}

impl FindingAccount {
    /// The standing by which it counts: the worst.
    pub fn worst(&self) -> Option<&StandingAccount> {
        self.standings.iter().min_by_key(|one| one.status)
    }

    /// Its state.
    pub(super) fn status(&self) -> State {
        self.worst().map_or(State::Unknown, |one| one.status)
    }
}
