//! An incident's account: how many of its findings are in which state where, and how far it was looked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::standing::Counts;
use crate::ledger::{Brief, Presence, State, Whereabouts};

/// An incident's account.
#[derive(Default)]
pub(crate) struct Incident {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) severity: String,
    pub(super) counts: Counts,
    pub(super) repositories: BTreeMap<Arc<str>, Counts>,
    pub(super) owners: BTreeMap<Option<Arc<str>>, Counts>,
    pub(super) revisions: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Counts>>,
    pub(super) groups: BTreeMap<(Arc<str>, Option<Arc<str>>), Counts>,
    /// When the oldest finding that is not closed was seen first.
    pub(super) oldest: Option<i64>,
    /// Repositories whose last scans asked for it: all, and those that were complete.
    pub(super) scanned: BTreeSet<String>,
    pub(super) incomplete: BTreeSet<String>,
    /// Repositories with lines that went on since they were looked at.
    pub(super) behind: BTreeSet<String>,
    /// Places that could hold an instance and could not be read, but for those that somebody answers for.
    pub(super) unread: BTreeSet<String>,
    pub(super) known: BTreeSet<String>,
    /// Deployments that run, and those of them that no scan saw where they stand.
    pub(super) deployments: BTreeSet<String>,
    pub(super) unscanned: BTreeSet<String>,
    /// Where findings are, by the words of [`Whereabouts::WORDS`].
    pub(super) places: BTreeMap<&'static str, u64>,
    /// By environment: live, perhaps live, and judged without it.
    pub(super) environments: BTreeMap<Arc<str>, [u64; 3]>,
}

impl Incident {
    /// Counts a finding on one line.
    pub(super) fn on_line(&mut self, state: State, brief: &Brief) {
        let lines = match self.revisions.get_mut(&brief.repository) {
            Some(lines) => lines,
            None => self
                .revisions
                .entry(Arc::clone(&brief.repository))
                .or_default(),
        };
        let counts = lines.entry(Arc::clone(&brief.line));
        counts.or_default().add(state);
    }

    /// Counts a finding, in the worst of its states.
    pub(super) fn count(&mut self, state: State, brief: &Brief, place: Option<&Whereabouts>) {
        let (repository, owner) = (Arc::clone(&brief.repository), brief.owner.clone());
        self.counts.add(state);
        if let Some(place) = place {
            *self.places.entry(place.word()).or_default() += 1;
            for (environment, presence) in &place.environments {
                let counts = self.environments.entry(Arc::clone(environment));
                let counts = counts.or_default();
                match presence {
                    Presence::On => counts[0] += 1,
                    Presence::Unknown => counts[1] += 1,
                    Presence::Off => counts[2] += 1,
                    Presence::None => {}
                }
            }
        }
        let by_repository = self.repositories.entry(Arc::clone(&repository));
        by_repository.or_default().add(state);
        self.owners.entry(owner.clone()).or_default().add(state);
        let by_group = self.groups.entry((repository, owner));
        by_group.or_default().add(state);
    }

    /// Instances that are there, or may be.
    pub(crate) fn remaining(&self) -> u64 {
        [State::Open, State::Regressed, State::Unknown]
            .map(|state| self.counts.of(state))
            .iter()
            .sum()
    }

    /// Instances that somebody answers for leaving.
    pub(crate) fn suppressed(&self) -> u64 {
        self.counts.of(State::Suppressed)
    }

    /// All instances.
    pub(crate) fn found(&self) -> u64 {
        self.counts.found()
    }

    /// Instances in a state.
    pub(crate) fn of(&self, state: State) -> u64 {
        self.counts.of(state)
    }

    /// By owner.
    pub(crate) fn owners(&self) -> impl Iterator<Item = (Option<&str>, &Counts)> {
        let all = self.owners.iter();
        all.map(|(owner, counts)| (owner.as_deref(), counts))
    }

    /// Repositories that are known.
    pub(crate) fn known(&self) -> &BTreeSet<String> {
        &self.known
    }

    /// Where instances are, in the order of [`Whereabouts::WORDS`]; nothing if no deployment is known.
    pub(crate) fn places(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let words = Whereabouts::WORDS
            .iter()
            .filter(|_| !self.deployments.is_empty());
        words.filter_map(|(word, title)| Some((*self.places.get(word)?, *title)))
    }

    /// What was not looked at; nothing if all was.
    pub(crate) fn not_covered(&self) -> Vec<String> {
        let mut why = self.not_looked_at();
        why.extend(self.not_known_live());
        why
    }

    /// What of the repositories was not looked at.
    pub(crate) fn not_looked_at(&self) -> Vec<String> {
        let mut why = Vec::new();
        let never: Vec<&String> = self.known.difference(&self.scanned).collect();
        if self.known.is_empty() {
            why.push("no repository was scanned".to_owned());
        }
        if !never.is_empty() {
            why.push(format!(
                "{} of {} repositories were never scanned for it: {}",
                never.len(),
                self.known.len(),
                few(never)
            ));
        }
        if !self.incomplete.is_empty() {
            let names = self.incomplete.iter().collect::<Vec<_>>();
            why.push(format!(
                "{} were not looked at as a whole: {}",
                names.len(),
                few(names)
            ));
        }
        if !self.behind.is_empty() {
            let names = self.behind.iter().collect::<Vec<_>>();
            why.push(format!(
                "{} went on since they were looked at: {}",
                names.len(),
                few(names)
            ));
        }
        if !self.unread.is_empty() {
            let names = self.unread.iter().collect::<Vec<_>>();
            let files = match names.len() {
                1 => "1 file".to_owned(),
                many => format!("{many} files"),
            };
            why.push(format!(
                "{files} could hold an instance in a part that could not be read: {}",
                few(names)
            ));
        }
        why
    }

    /// What of the deployments was not looked at.
    fn not_known_live(&self) -> Vec<String> {
        let mut why = Vec::new();
        if self.deployments.is_empty() {
            why.push("no inventory was recorded, so nobody knows what runs".to_owned());
        }
        if !self.unscanned.is_empty() {
            let names = self.unscanned.iter().collect::<Vec<_>>();
            why.push(format!(
                "{} of {} deployments were not scanned where they stand: {}",
                names.len(),
                self.deployments.len(),
                few(names)
            ));
        }
        why
    }

    /// What was looked at, in a sentence.
    pub(crate) fn coverage(&self) -> String {
        let mut told = format!(
            "{} of {} repositories scanned, {} of them whole",
            self.scanned.len(),
            self.known.len(),
            self.scanned.len() - self.incomplete.len()
        );
        if !self.deployments.is_empty() {
            let all = self.deployments.len();
            told.push_str(&format!(
                "; {} of {all} deployments scanned where they stand",
                all - self.unscanned.len()
            ));
        }
        if !self.behind.is_empty() {
            told.push_str(&format!("; {} went on since", self.behind.len()));
        }
        if !self.unread.is_empty() {
            let s = if self.unread.len() == 1 { "" } else { "s" };
            told.push_str(&format!("; {} file{s} not read in full", self.unread.len()));
        }
        told
    }
}

/// The first names, and how many more there are.
fn few(names: Vec<&String>) -> String {
    let more = names.len().saturating_sub(5);
    let mut shown: Vec<&str> = names.iter().take(5).map(|name| name.as_str()).collect();
    let rest = format!("{more} more");
    if more > 0 {
        shown.push(&rest);
    }
    shown.join(", ")
}
