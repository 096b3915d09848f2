//! What each entry of a listing needs, and the batches in which it is read ahead.
//!
//! Invariants: an object is asked for once per repository and set of languages, however many paths and revisions hold
//! it; a plan refers only to loads of its own batch or of an earlier one; an object whose verdict was kept is not read,
//! but it must be there.

use std::collections::{HashSet, VecDeque};

use super::Limits;
use super::kept::{self, Keeper};
use crate::cache::{Known, Since};
use crate::language::{self, Language};
use crate::model::RepoPath;
use crate::rule::RuleSet;
use crate::source::{Entry, Glance, Listing, Loaded, ObjectStream, Oid, Reader, State};

/// Entries of a batch.
const BATCH_ENTRIES: usize = 8192;
/// A batch is closed when it holds this many bytes.
const BATCH_BYTES: u64 = 8 << 20;
/// What objects need is settled for so many entries at once.
const AHEAD_ENTRIES: usize = 1 << 16;
/// So many blobs are looked up at once.
const ASKED_AT_ONCE: usize = 1024;

/// A blob as a repository names it, and the languages its path gives it (`None`: its first line decides).
pub(super) type Key = (Oid, Option<&'static [&'static Language]>);

/// How an entry gets its outcome.
pub(super) enum Plan {
    /// It has one.
    Settled,
    /// From the blob that this or an earlier batch brings.
    Blob(Key),
    /// From the `n`th load of its batch, which is its own.
    Own(usize),
}

/// What was seen of an entry.
pub(super) enum Seen {
    /// Its bytes: some rule may match.
    Bytes(Loaded),
    /// That it is there: no rule reads its language.
    Glance(Glance),
    /// That it is there, and what all rules said of it in an earlier run.
    Kept(Known),
}

/// What earlier runs know of a blob.
pub(super) struct Hint {
    /// As the tree or the index names it.
    pub(super) oid: Oid,
    pub(super) known: Option<Known>,
}

/// Something to be judged for the entry at an index.
pub(super) struct Load {
    pub(super) entry: usize,
    /// Under which the judgement is remembered; files on disk have none.
    pub(super) key: Option<Key>,
    /// Whether the bytes are needed.
    pub(super) whole: bool,
    /// Read ahead, for objects; files are read by the pool.
    pub(super) seen: Option<Seen>,
    /// Where earlier runs were asked.
    pub(super) hint: Option<Hint>,
}

/// Where batches come from, beside the listing.
pub(super) struct Planner<'p> {
    pub(super) rules: &'p RuleSet,
    pub(super) limits: &'p Limits,
    pub(super) keeper: Option<&'p Keeper<'p>>,
    pub(super) reader: &'p mut Reader,
    pub(super) scheduled: &'p mut HashSet<Key>,
    pub(super) ahead: Ahead,
}

/// The objects of the entries to come, and how far that goes.
#[derive(Default)]
pub(super) struct Ahead {
    /// Entries before this one were looked at.
    until: usize,
    /// In the order of entries; what has not been seen comes from the stream.
    loads: VecDeque<Load>,
    stream: Option<ObjectStream>,
}

/// Entries in the order of paths, and what they need.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) plans: Vec<(usize, Plan)>,
    pub(super) loads: Vec<Load>,
}

/// The languages a path gives for some rules; none where the first line decides.
pub(super) fn languages_of(
    path: &RepoPath,
    rules: &RuleSet,
) -> Option<&'static [&'static Language]> {
    if language::needs_content(path) {
        None
    } else {
        Some(rules.languages_of(path, None))
    }
}

/// The names of languages.
pub(super) fn names(languages: &[&'static Language]) -> Vec<&'static str> {
    languages.iter().map(|language| language.name).collect()
}

impl Planner<'_> {
    /// Plans the next entries of a listing from `at` on, with the objects that they need.
    pub(super) fn next_batch(&mut self, listing: &Listing, at: &mut usize) -> Batch {
        let mut batch = Batch::default();
        let mut bytes = 0;
        while *at < listing.entries.len()
            && batch.plans.len() < BATCH_ENTRIES
            && bytes < BATCH_BYTES
        {
            if *at >= self.ahead.until {
                self.look_ahead(listing, *at);
            }
            let entry = &listing.entries[*at];
            let plan = match &entry.state {
                State::Settled(..) => Plan::Settled,
                State::File { .. } => {
                    batch.loads.push(self.load(listing, *at, None));
                    Plan::Own(batch.loads.len() - 1)
                }
                State::Object(oid) => {
                    if self
                        .ahead
                        .loads
                        .front()
                        .is_some_and(|load| load.entry == *at)
                        && let Some(mut load) = self.ahead.loads.pop_front()
                    {
                        bytes += self.bring(listing, &mut load);
                        batch.loads.push(load);
                    }
                    Plan::Blob((*oid, languages_of(&entry.path, self.rules)))
                }
            };
            batch.plans.push((*at, plan));
            *at += 1;
        }
        batch
    }

    fn load(&self, listing: &Listing, entry: usize, key: Option<Key>) -> Load {
        let languages = languages_of(&listing.entries[entry].path, self.rules);
        let whole = languages.is_none_or(|all| all.iter().any(|one| self.rules.reads(one)));
        Load {
            entry,
            key,
            whole,
            seen: None,
            hint: None,
        }
    }

    /// Settles what the objects of the next entries need, and begins to read those that must be read.
    fn look_ahead(&mut self, listing: &Listing, from: usize) {
        let until = (from + AHEAD_ENTRIES).min(listing.entries.len());
        let mut loads = Vec::new();
        for (index, entry) in listing.entries.iter().enumerate().take(until).skip(from) {
            if let State::Object(oid) = &entry.state {
                let key = (*oid, languages_of(&entry.path, self.rules));
                if self.scheduled.insert(key) {
                    loads.push(self.load(listing, index, Some(key)));
                }
            }
        }
        self.recall(&mut loads);
        self.demand_kept(&mut loads);
        self.glance_at_objects(listing, &mut loads);
        let unread = loads.iter().filter(|load| load.seen.is_none());
        let wanted: Vec<Oid> = unread
            .filter_map(|load| Some(load.key.as_ref()?.0))
            .collect();
        // Ends the processes of the last stretch before others begin.
        self.ahead.stream = None;
        self.ahead = Ahead {
            until,
            loads: loads.into(),
            stream: self.reader.stream(wanted),
        };
    }

    /// Brings what an object load waits for; returns how many bytes that are.
    fn bring(&mut self, listing: &Listing, load: &mut Load) -> u64 {
        if load.seen.is_some() {
            return 0;
        }
        let read = self.ahead.stream.as_mut().and_then(Iterator::next);
        // Without a stream, or behind its untimely end, the entry is read on its own.
        let read = read.or_else(|| self.reader.read(&[&listing.entries[load.entry]]).pop());
        let size = match &read {
            Some(Loaded::Bytes(blob)) => blob.bytes.len() as u64,
            _ => 0,
        };
        load.seen = read.map(Seen::Bytes);
        size
    }

    /// Asks what earlier runs know of objects that are needed whole. One of which all is known is done.
    fn recall(&self, loads: &mut [Load]) {
        let Some(keeper) = self.keeper else {
            return;
        };
        let mut asked: Vec<(&mut Load, Oid, &[&'static Language])> = loads
            .iter_mut()
            .filter(|load| load.whole)
            .filter_map(|load| {
                let (oid, languages) = load.key?;
                Some((load, oid, languages?))
            })
            .collect();
        for asked in asked.chunks_mut(ASKED_AT_ONCE) {
            let wanted: Vec<(Oid, &[&'static Language])> = asked
                .iter()
                .map(|(_, oid, languages)| (*oid, *languages))
                .collect();
            let known = keeper.look_up(self.rules, &wanted, Since::EarlierRuns);
            for ((load, oid, _), known) in asked.iter_mut().zip(known) {
                match known {
                    Some(known) if kept::is_whole(&known, self.limits) => {
                        load.seen = Some(Seen::Kept(known));
                    }
                    known => load.hint = Some(Hint { oid: *oid, known }),
                }
            }
        }
    }

    /// Those loads of which all is known and that are not there are read: so each gets the outcome that it has without us.
    fn demand_kept(&mut self, loads: &mut [Load]) {
        let kept: Vec<&mut Load> = loads
            .iter_mut()
            .filter(|load| matches!(load.seen, Some(Seen::Kept(_))))
            .collect();
        let ids: Vec<Oid> = kept
            .iter()
            .filter_map(|load| Some(load.key.as_ref()?.0))
            .collect();
        let present = self.reader.present(&ids);
        for (load, present) in kept.into_iter().zip(present) {
            if !present {
                load.seen = None;
            }
        }
    }

    /// Glances at those loads that are objects and not needed whole.
    fn glance_at_objects(&mut self, listing: &Listing, loads: &mut [Load]) {
        let mut objects: Vec<&mut Load> = loads.iter_mut().filter(|load| !load.whole).collect();
        let entries: Vec<&Entry> = objects
            .iter()
            .map(|load| &listing.entries[load.entry])
            .collect();
        for (load, glance) in objects.iter_mut().zip(self.reader.glance(&entries)) {
            load.seen = Some(Seen::Glance(glance));
        }
    }
}
