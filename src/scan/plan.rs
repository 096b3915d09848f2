//! What each entry of a listing needs, and the batches in which it is read ahead.
//!
//! Invariants: an object is asked for once per repository and set of languages, however many paths and revisions hold
//! it; a plan refers only to loads of its own batch or of an earlier one; an object whose verdict was kept is not read,
//! but it must be there.

use std::collections::HashSet;

use super::Limits;
use super::kept::{self, Keeper};
use crate::cache::{Known, Since};
use crate::language::{self, Language};
use crate::model::RepoPath;
use crate::rule::RuleSet;
use crate::source::{Entry, Glance, Listing, Loaded, Oid, Reader, State};

/// Entries of a batch.
const BATCH_ENTRIES: usize = 4096;
/// A batch is closed when it holds this many bytes.
const BATCH_BYTES: u64 = 32 << 20;
/// So many blobs are asked of git at once.
const READ_AHEAD: usize = 128;

/// A blob as a repository names it, and the languages its path gives it (`None`: its first line decides).
pub(super) type Key = (Oid, Option<Vec<&'static str>>);

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
}

/// Entries in the order of paths, and what they need.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) plans: Vec<(usize, Plan)>,
    pub(super) loads: Vec<Load>,
}

/// The languages a path gives; none where the first line decides.
pub(super) fn languages_of(path: &RepoPath) -> Option<&'static [&'static Language]> {
    if language::needs_content(path) {
        None
    } else {
        Some(language::detect(path, None))
    }
}

/// The names of languages.
pub(super) fn names(languages: &[&'static Language]) -> Vec<&'static str> {
    languages.iter().map(|language| language.name).collect()
}

impl Planner<'_> {
    /// Plans the next entries of a listing from `at` on, and reads the objects they need.
    pub(super) fn next_batch(&mut self, listing: &Listing, at: &mut usize) -> Batch {
        let mut batch = Batch::default();
        let (mut bytes, mut unread) = (0, 0);
        while *at < listing.entries.len()
            && batch.plans.len() < BATCH_ENTRIES
            && bytes < BATCH_BYTES
        {
            let entry = &listing.entries[*at];
            let languages = languages_of(&entry.path);
            let whole = languages.is_none_or(|all| all.iter().any(|one| self.rules.reads(one)));
            let mut load = |key| {
                batch.loads.push(Load {
                    entry: *at,
                    key,
                    whole,
                    seen: None,
                    hint: None,
                });
                batch.loads.len() - 1
            };
            let plan = match &entry.state {
                State::Settled(..) => Plan::Settled,
                State::File { .. } => Plan::Own(load(None)),
                State::Object(oid) => {
                    let key = (*oid, languages.map(names));
                    if self.scheduled.insert(key.clone()) {
                        load(Some(key.clone()));
                    }
                    Plan::Blob(key)
                }
            };
            batch.plans.push((*at, plan));
            *at += 1;
            if batch.loads.len() - unread >= READ_AHEAD {
                bytes += self.read_objects(listing, &mut batch.loads[unread..]);
                unread = batch.loads.len();
            }
        }
        self.read_objects(listing, &mut batch.loads[unread..]);
        self.demand_kept(listing, &mut batch.loads);
        self.glance_at_objects(listing, &mut batch.loads);
        batch
    }

    /// Asks what earlier runs know of loads that are needed whole. An object of which all is known is done.
    fn recall(&self, listing: &Listing, loads: &mut [Load]) {
        let Some(keeper) = self.keeper else {
            return;
        };
        let mut asked: Vec<(&mut Load, Oid, &[&'static Language])> = loads
            .iter_mut()
            .filter(|load| load.whole)
            .filter_map(|load| {
                let entry = &listing.entries[load.entry];
                let oid = match &entry.state {
                    State::Object(oid) => *oid,
                    State::File { index } => (*index)?,
                    State::Settled(..) => return None,
                };
                Some((load, oid, languages_of(&entry.path)?))
            })
            .collect();
        let wanted: Vec<(Oid, &[&'static Language])> = asked
            .iter()
            .map(|(_, oid, languages)| (*oid, *languages))
            .collect();
        let known = keeper.look_up(self.rules, &wanted, Since::EarlierRuns);
        for ((load, oid, _), known) in asked.iter_mut().zip(known) {
            let is_object = load.key.is_some();
            match known {
                Some(known) if is_object && kept::is_whole(&known, self.limits) => {
                    load.seen = Some(Seen::Kept(known));
                }
                known => load.hint = Some(Hint { oid: *oid, known }),
            }
        }
    }

    /// Reads those loads that are objects, needed whole and not known; returns how many bytes they have.
    fn read_objects(&mut self, listing: &Listing, loads: &mut [Load]) -> u64 {
        self.recall(listing, loads);
        let objects = loads
            .iter_mut()
            .filter(|load| load.key.is_some() && load.whole && load.seen.is_none());
        self.read(listing, objects.collect())
    }

    fn read(&mut self, listing: &Listing, mut objects: Vec<&mut Load>) -> u64 {
        let entries: Vec<&Entry> = objects
            .iter()
            .map(|load| &listing.entries[load.entry])
            .collect();
        let mut bytes = 0;
        for (load, loaded) in objects.iter_mut().zip(self.reader.read(&entries)) {
            if let Loaded::Bytes(blob) = &loaded {
                bytes += blob.bytes.len() as u64;
            }
            load.seen = Some(Seen::Bytes(loaded));
        }
        bytes
    }

    /// Reads those loads of which all is known and that are not there: so each gets the outcome that it has without us.
    fn demand_kept(&mut self, listing: &Listing, loads: &mut [Load]) {
        let kept: Vec<&mut Load> = loads
            .iter_mut()
            .filter(|load| matches!(load.seen, Some(Seen::Kept(_))))
            .collect();
        let ids: Vec<Oid> = kept
            .iter()
            .filter_map(|load| Some(load.key.as_ref()?.0))
            .collect();
        let present = self.reader.present(&ids);
        let absent = kept
            .into_iter()
            .zip(present)
            .filter(|(_, present)| !present)
            .map(|(load, _)| load);
        self.read(listing, absent.collect());
    }

    /// Glances at those loads that are objects and not needed whole.
    fn glance_at_objects(&mut self, listing: &Listing, loads: &mut [Load]) {
        let mut objects: Vec<&mut Load> = loads
            .iter_mut()
            .filter(|load| load.key.is_some() && !load.whole)
            .collect();
        let entries: Vec<&Entry> = objects
            .iter()
            .map(|load| &listing.entries[load.entry])
            .collect();
        for (load, glance) in objects.iter_mut().zip(self.reader.glance(&entries)) {
            load.seen = Some(Seen::Glance(glance));
        }
    }
}
