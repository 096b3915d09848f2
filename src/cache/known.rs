//! The cache as a scan sees it: asked before blobs are read, told of what was judged.
//!
//! Invariants: nothing here returns an error; answers to [`Since::EarlierRuns`] do not depend on what this run kept, so
//! that they are the same in whatever order its threads finish.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::key::{Key, ListName, RuleList, RuleName};
use super::place;
use super::record::{Packed, Record};
use super::store::{Failure, Row, Store};
use super::writer::{Message, Writer};
use crate::model::{ByteSpan, FileFacts, IgnoreComments, Instance, Outcome};

/// About a blob, whatever the rules said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Without the blob's id; with SHA-256 if some rule could not be ruled out.
    pub facts: FileFacts,
    /// BLAKE3 of the bytes, if some rule could not be ruled out: quicker than the blob's id, and as hard to deceive.
    pub check: Option<[u8; 32]>,
    /// The outcome for the rules that could not be ruled out, as long as all of the blob could be read: scanned,
    /// binary or undecodable.
    pub outcome: Outcome,
    /// A word more on the outcome; may be empty.
    pub detail: String,
    /// Comments that are meant to suppress findings.
    pub comments: IgnoreComments,
}

/// What a rule said about a blob that its required text did not rule out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Findings and reviews, sorted by place.
    pub instances: Vec<Arc<Instance>>,
    /// What none of its languages could read.
    pub blind: Vec<ByteSpan>,
    /// Whether that could raise no review, because the rule requires no text.
    pub blind_without_text: bool,
}

/// What is known of a blob for a list of rules. Rules that are in neither `said` nor `missing` were ruled out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// About the blob.
    pub about: About,
    /// By number of the rule, sorted.
    pub said: Vec<(usize, Said)>,
    /// Numbers of the rules that were not asked yet, sorted.
    pub missing: Vec<usize>,
}

/// What is to be kept of a blob: what all rules of a list said.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Of the blob in its context.
    pub key: Key,
    /// About the blob.
    pub about: Arc<About>,
    /// The rules that were asked.
    pub list: Arc<RuleList>,
    /// By number of the rule, sorted; the others of the list were ruled out.
    pub said: Arc<Vec<(usize, Said)>>,
}

/// Whose records count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Only those of earlier runs (and of others at the same time).
    EarlierRuns,
    /// This run's too.
    Ever,
}

/// Lists of rules by name; a list that is not there (any more) is `None`.
pub(super) type Lists = Mutex<HashMap<ListName, Option<Arc<[RuleName]>>>>;

/// What is shared with the thread that writes.
pub(super) struct Shared {
    pub(super) folder: PathBuf,
    pub(super) limit: u64,
    /// Tells this run's records from others'.
    pub(super) run: i64,
    pub(super) lists: Lists,
    notes: Mutex<Vec<String>>,
    damaged: AtomicU64,
}

impl Shared {
    /// Leaves a note for who wants to know more.
    pub(super) fn note(&self, text: String) {
        let mut notes = lock(&self.notes);
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    /// Leaves a note on a failure; a damaged store is taken away, so that a new one can begin.
    pub(super) fn failed(&self, doing: &str, failure: &Failure) {
        match failure {
            Failure::Damaged(why) => {
                place::remove(&self.folder);
                self.note(format!("the cache is emptied: {why}"));
            }
            Failure::Other(why) => self.note(format!("{doing}: {why}")),
        }
    }

    /// Counts a record that was not believed.
    pub(super) fn damaged_record(&self) {
        self.damaged.fetch_add(1, Ordering::Relaxed);
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Verdicts kept, in a folder of the user's.
pub struct Cache {
    shared: Arc<Shared>,
    reader: Mutex<Option<Store>>,
    writer: Mutex<Option<Writer>>,
    /// For the name of a list and that of the list in question: where its members stand there.
    moves: Mutex<HashMap<(ListName, ListName), Arc<Moves>>>,
}

/// How the members of one list stand in another.
struct Moves {
    /// For each place of the one: the place in the other.
    to: Vec<Option<usize>>,
    /// Places of the other that the one does not know.
    unknown: Vec<usize>,
}

impl Cache {
    /// Opens the cache in a folder of its own, which is made if need be; it holds at most `limit` bytes.
    ///
    /// What cannot be opened is as good as empty, and keeps nothing; [`Cache::finish`] tells why.
    pub fn open(folder: &Path, limit: u64) -> Self {
        let shared = Arc::new(Shared {
            folder: place::versioned(folder),
            limit,
            run: place::run(),
            lists: Mutex::default(),
            notes: Mutex::default(),
            damaged: AtomicU64::new(0),
        });
        let mut open = Store::open(&shared.folder, limit);
        if let Err(failure @ Failure::Damaged(_)) = &open {
            shared.failed("", failure);
            open = Store::open(&shared.folder, limit);
        }
        let reader = match open {
            Ok(store) => Some(store),
            Err(failure) => {
                shared.failed("verdicts are not kept", &failure);
                None
            }
        };
        let writer = reader.is_some().then(|| Writer::start(&shared));
        Self {
            shared,
            reader: Mutex::new(reader),
            writer: Mutex::new(writer),
            moves: Mutex::default(),
        }
    }

    /// What is known of each of these blobs for a list of rules.
    pub fn look_up(&self, wanted: &[(Key, &RuleList)], since: Since) -> Vec<Option<Known>> {
        let rows = self.rows(wanted, since);
        let mut stale = Vec::new();
        let known = wanted
            .iter()
            .zip(rows)
            .map(|((key, list), row)| {
                let row = row?;
                let Some(record) = Record::from_bytes(key, &row.value) else {
                    self.shared.damaged_record();
                    return None;
                };
                if row.stale {
                    stale.push(*key);
                }
                self.known(record, list)
            })
            .collect();
        if !stale.is_empty() {
            self.send(Message::Used(stale));
        }
        known
    }

    fn rows(&self, wanted: &[(Key, &RuleList)], since: Since) -> Vec<Option<Row>> {
        let nothing = || wanted.iter().map(|_| None).collect();
        let mut reader = lock(&self.reader);
        let Some(store) = reader.as_mut() else {
            return nothing();
        };
        let without = match since {
            Since::EarlierRuns => Some(self.shared.run),
            Since::Ever => None,
        };
        let keys = wanted.iter().map(|(key, _)| key);
        match store.rows(keys, without) {
            Ok(rows) => rows,
            Err(failure) => {
                *reader = None;
                self.shared.failed("the cache cannot be read", &failure);
                nothing()
            }
        }
    }

    /// What a record says of the rules of a list; `None` if it says nothing of any.
    fn known(&self, record: Record, list: &RuleList) -> Option<Known> {
        let count = list.numbers.len();
        // Mostly the rules are those of the last time.
        if let Some(group) = record.groups.iter().find(|group| group.list == list.name) {
            let said = group.said.iter().map(|(place, said)| {
                let rule = *list.numbers.get(*place)?;
                Some((rule, said.unpack(rule)?))
            });
            return Some(Known {
                said: said.collect::<Option<_>>()?,
                missing: Vec::new(),
                about: record.about,
            });
        }
        let mut missing = vec![true; count];
        let mut said = HashMap::new();
        for group in &record.groups {
            let Some(moves) = self.moves(&group.list, list) else {
                continue;
            };
            let mut told = missing.clone();
            for place in &moves.unknown {
                told[*place] = false;
            }
            for (place, one) in &group.said {
                if let Some(to) = moves
                    .to
                    .get(*place)
                    .copied()
                    .flatten()
                    .filter(|to| told[*to])
                {
                    said.insert(to, one);
                }
            }
            for (missing, told) in missing.iter_mut().zip(told) {
                *missing &= !told;
            }
        }
        if missing.iter().all(|missing| *missing) {
            return None;
        }
        let numbers = list.numbers.iter().enumerate();
        let said = numbers
            .clone()
            .filter_map(|(place, rule)| Some((*rule, said.get(&place)?.unpack(*rule))))
            .map(|(rule, said)| Some((rule, said?)));
        Some(Known {
            said: said.collect::<Option<_>>()?,
            missing: numbers
                .filter(|(place, _)| missing[*place])
                .map(|(_, rule)| *rule)
                .collect(),
            about: record.about,
        })
    }

    fn moves(&self, from: &ListName, to: &RuleList) -> Option<Arc<Moves>> {
        if let Some(moves) = lock(&self.moves).get(&(*from, to.name)) {
            return Some(Arc::clone(moves));
        }
        let members = self.list(from)?;
        let places: HashMap<&RuleName, usize> = to
            .members
            .iter()
            .enumerate()
            .map(|(place, name)| (name, place))
            .collect();
        let to_places: Vec<Option<usize>> = members
            .iter()
            .map(|name| places.get(name).copied())
            .collect();
        let mut unknown = vec![true; to.members.len()];
        for place in to_places.iter().flatten() {
            unknown[*place] = false;
        }
        let moves = Arc::new(Moves {
            to: to_places,
            unknown: (0..unknown.len()).filter(|place| unknown[*place]).collect(),
        });
        lock(&self.moves).insert((*from, to.name), Arc::clone(&moves));
        Some(moves)
    }

    fn list(&self, name: &ListName) -> Option<Arc<[RuleName]>> {
        if let Some(list) = lock(&self.shared.lists).get(name) {
            return list.clone();
        }
        let list = lock(&self.reader)
            .as_mut()
            .and_then(|store| store.list(name).ok().flatten());
        lock(&self.shared.lists).insert(*name, list.clone());
        list
    }

    /// Keeps what was said of these blobs, sooner or later.
    pub fn keep(&self, all: Vec<Kept>) {
        if !all.is_empty() {
            self.send(Message::Keep(all));
        }
    }

    fn send(&self, message: Message) {
        if let Some(writer) = lock(&self.writer).as_ref() {
            writer.send(message);
        }
    }

    /// Waits until all is kept; returns what there is to say about it, for those who want to know more.
    pub fn finish(&self) -> Vec<String> {
        drop(lock(&self.writer).take());
        let mut notes = std::mem::take(&mut *lock(&self.shared.notes));
        let damaged = self.shared.damaged.swap(0, Ordering::Relaxed);
        if damaged > 0 {
            notes.push(format!(
                "{damaged} damaged records of the cache were not believed"
            ));
        }
        notes
    }
}

/// The record of what is to be kept; `None` where it does not fit.
pub(super) fn record(kept: &Kept) -> Option<Record> {
    let said = kept
        .said
        .iter()
        .map(|(rule, said)| Some((*kept.list.places.get(rule)?, Packed::new(said)?)));
    let mut said = said.collect::<Option<Vec<_>>>()?;
    said.sort_by_key(|(place, _)| *place);
    Some(Record {
        about: About::clone(&kept.about),
        groups: vec![super::record::Group {
            list: kept.list.name,
            said,
        }],
    })
}
