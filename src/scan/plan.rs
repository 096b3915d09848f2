//! What each entry of a listing needs, and the batches in which it is read ahead.
//!
//! Invariants: an object is asked for once per repository and set of languages, however many paths and revisions hold
//! it; a plan refers only to loads of its own batch or of an earlier one.

use std::collections::HashSet;

use crate::language::{self, Language};
use crate::model::RepoPath;
use crate::rule::RuleSet;
use crate::source::{Entry, Glance, Listing, Loaded, Oid, Reader, State};

/// Entries of a batch.
const BATCH_ENTRIES: usize = 1024;
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

/// Plans the next entries of a listing from `at` on, and reads the objects they need.
pub(super) fn next_batch(
    listing: &Listing,
    at: &mut usize,
    rules: &RuleSet,
    reader: &mut Reader,
    scheduled: &mut HashSet<Key>,
) -> Batch {
    let mut batch = Batch::default();
    let (mut bytes, mut unread) = (0, 0);
    while *at < listing.entries.len() && batch.plans.len() < BATCH_ENTRIES && bytes < BATCH_BYTES {
        let entry = &listing.entries[*at];
        let languages = languages_of(&entry.path);
        let whole = languages.is_none_or(|all| all.iter().any(|one| rules.reads(one)));
        let mut load = |key| {
            batch.loads.push(Load {
                entry: *at,
                key,
                whole,
                seen: None,
            });
            batch.loads.len() - 1
        };
        let plan = match &entry.state {
            State::Settled(..) => Plan::Settled,
            State::File { .. } => Plan::Own(load(None)),
            State::Object(oid) => {
                let key = (*oid, languages.map(names));
                if scheduled.insert(key.clone()) {
                    load(Some(key.clone()));
                }
                Plan::Blob(key)
            }
        };
        batch.plans.push((*at, plan));
        *at += 1;
        if batch.loads.len() - unread >= READ_AHEAD {
            bytes += read_objects(listing, reader, &mut batch.loads[unread..]);
            unread = batch.loads.len();
        }
    }
    read_objects(listing, reader, &mut batch.loads[unread..]);
    glance_at_objects(listing, reader, &mut batch.loads);
    batch
}

/// Reads those loads that are objects and needed whole; returns how many bytes they have.
fn read_objects(listing: &Listing, reader: &mut Reader, loads: &mut [Load]) -> u64 {
    let mut objects: Vec<&mut Load> = loads
        .iter_mut()
        .filter(|load| load.key.is_some() && load.whole)
        .collect();
    let entries: Vec<&Entry> = objects
        .iter()
        .map(|load| &listing.entries[load.entry])
        .collect();
    let mut bytes = 0;
    for (load, loaded) in objects.iter_mut().zip(reader.read(&entries)) {
        if let Loaded::Bytes(blob) = &loaded {
            bytes += blob.bytes.len() as u64;
        }
        load.seen = Some(Seen::Bytes(loaded));
    }
    bytes
}

/// Glances at those loads that are objects and not needed whole.
fn glance_at_objects(listing: &Listing, reader: &mut Reader, loads: &mut [Load]) {
    let mut objects: Vec<&mut Load> = loads
        .iter_mut()
        .filter(|load| load.key.is_some() && !load.whole)
        .collect();
    let entries: Vec<&Entry> = objects
        .iter()
        .map(|load| &listing.entries[load.entry])
        .collect();
    for (load, glance) in objects.iter_mut().zip(reader.glance(&entries)) {
        load.seen = Some(Seen::Glance(glance));
    }
}
