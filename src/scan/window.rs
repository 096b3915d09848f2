//! Between what is planned and what is told: the pool looks at batches, which rules out most entries; what can hold a match
//! gathers in a window until it is as much as may be held in memory, and is parsed, what looks most like the bug first.
//!
//! Invariants: entries are told in the order in which they were planned, each once; what nothing waits for is told at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SendError, SyncSender};

use rayon::prelude::*;

use super::candidates::{self, Waiting};
use super::judged::Judged;
use super::look::Looked;
use super::pipeline::Scanner;
use super::plan::{Batch, Key, Plan};
use super::verdict::judge_candidate;
use crate::model::{EntryRecord, Finding};
use crate::rule::RuleSet;
use crate::source::{Entry, FileReader, Listing};

/// So many bytes of files that can hold a match are gathered before they are parsed.
const WINDOW_BYTES: usize = 32 << 20;
/// A thread takes so many loads at once: neighbours are large together, and no thread shall be left with all of those.
const PIECE: usize = 2;
/// So many entries wait to be told in order.
const WINDOW_ENTRIES: usize = 1 << 16;
/// The records of so many entries are made at once.
const TOLD_AT_ONCE: usize = 4096;

/// What is said while the scan goes on.
pub(super) enum News {
    /// That many more entries are done, for which that many bytes were read.
    Progress { entries: u64, bytes: u64 },
    /// The entry at an index holds findings or reviews, which are told in their order later.
    Glimpse { entry: usize, judged: Arc<Judged> },
    /// The next entries.
    Told(Vec<Told>),
}

/// What became of an entry.
pub(super) struct Told {
    pub(super) judged: Arc<Judged>,
    pub(super) record: EntryRecord,
    pub(super) findings: Vec<Finding>,
}

/// Entries that wait to be told, and what is known of them.
#[derive(Default)]
pub(super) struct Window {
    plans: Vec<(usize, Plan)>,
    /// By slot, one for each load; `None` for what waits to be parsed.
    judged: Vec<Option<Arc<Judged>>>,
    /// By slot, under which an object's judgement is remembered.
    keys: Vec<Option<Key>>,
    waiting: Vec<Waiting>,
    waiting_bytes: usize,
}

/// Where batches become news.
pub(super) struct Desk<'d, 'r> {
    pub(super) scanner: &'d Scanner<'r>,
    pub(super) listing: &'d Listing,
    pub(super) files: &'d FileReader,
    /// What was learned of the repository's blobs.
    pub(super) known: &'d mut HashMap<Key, Arc<Judged>>,
    pub(super) window: Window,
    pub(super) say: SyncSender<News>,
}

/// That nobody listens any more.
type Unheard = SendError<News>;

impl Desk<'_, '_> {
    /// Works off all batches.
    ///
    /// # Errors
    /// Where nobody listens any more.
    pub(super) fn work(&mut self, batches: Receiver<Batch>) -> Result<(), Unheard> {
        for batch in batches {
            let (entries, bytes) = self.sift(batch);
            self.say.send(News::Progress { entries, bytes })?;
            let window = &self.window;
            let is_full =
                window.waiting_bytes >= WINDOW_BYTES || window.plans.len() >= WINDOW_ENTRIES;
            if is_full || window.waiting.is_empty() {
                self.tell()?;
            }
        }
        self.tell()
    }

    /// Looks at a batch, which joins the window; returns how many of its entries need nothing more, and the bytes read.
    fn sift(&mut self, batch: Batch) -> (u64, u64) {
        let window = &mut self.window;
        let first = window.judged.len();
        let Batch { plans, mut loads } = batch;
        window
            .keys
            .extend(loads.iter_mut().map(|load| load.key.take()));
        let (scanner, listing, files) = (self.scanner, self.listing, self.files);
        let looked: Vec<Looked> = scanner.pool.install(|| {
            let look = |(number, load)| scanner.look(listing, files, load, first + number);
            let loads = loads.into_par_iter().enumerate();
            loads.with_max_len(PIECE).map(look).collect()
        });
        let (mut worth, mut bytes, mut done) = (Vec::new(), 0, plans.len() as u64);
        for looked in looked {
            window.judged.push(match looked {
                Looked::Done(judged, kept) => {
                    worth.extend(kept);
                    bytes += judged.read;
                    Some(Arc::new(judged))
                }
                Looked::Waiting(waiting) => {
                    let size = waiting.blob.bytes.len();
                    done = done.saturating_sub(1);
                    bytes += size as u64;
                    window.waiting_bytes += size;
                    window.waiting.push(*waiting);
                    None
                }
            });
        }
        scanner.keep(worth);
        let shifted = plans.into_iter().map(|(entry, plan)| match plan {
            Plan::Own(load) => (entry, Plan::Own(first + load)),
            plan => (entry, plan),
        });
        window.plans.extend(shifted);
        (done, bytes)
    }

    /// Parses what waits in the window and tells its entries in order.
    fn tell(&mut self) -> Result<(), Unheard> {
        let Window {
            plans,
            mut judged,
            keys,
            waiting,
            ..
        } = std::mem::take(&mut self.window);
        self.judge(waiting, &mut judged)?;
        for (key, one) in keys.into_iter().zip(&judged) {
            self.known.extend(key.zip(one.clone()));
        }
        let (listing, known, rules) = (self.listing, &*self.known, self.scanner.rules);
        let told = |(index, plan): &(usize, Plan)| {
            let entry = &listing.entries[*index];
            let judged = match plan {
                Plan::Settled => Arc::new(Judged::settled(entry, rules)),
                Plan::Own(slot) => judged[*slot].clone().unwrap_or_else(|| lost(entry, rules)),
                Plan::Blob(key) => known
                    .get(key)
                    .cloned()
                    .unwrap_or_else(|| lost(entry, rules)),
            };
            let (record, findings) = judged.tell(&listing.unit, &entry.path);
            Told {
                judged,
                record,
                findings,
            }
        };
        for part in plans.chunks(TOLD_AT_ONCE) {
            let told = self
                .scanner
                .pool
                .install(|| part.par_iter().map(told).with_min_len(64).collect());
            self.say.send(News::Told(told))?;
        }
        Ok(())
    }

    /// Parses what waits; the judgements go to their slots.
    fn judge(
        &self,
        waiting: Vec<Waiting>,
        judged: &mut [Option<Arc<Judged>>],
    ) -> Result<(), Unheard> {
        let (scanner, listing) = (self.scanner, self.listing);
        let parse = |waiting: Waiting| {
            let Waiting {
                slot,
                entry,
                blob,
                languages,
                candidate,
                ..
            } = waiting;
            let examined = judge_candidate(&blob.bytes, candidate, &scanner.examiner());
            let (one, kept) = scanner.judged(blob.oid, languages, examined);
            let one = one.with_bytes(&listing.entries[entry], blob.oid, &blob.bytes);
            (slot, entry, one, kept)
        };
        let (mut worth, mut heard) = (Vec::new(), Ok(()));
        candidates::each(
            &scanner.pool,
            scanner.jobs,
            waiting,
            parse,
            |(slot, entry, one, kept)| {
                worth.extend(kept);
                let one = Arc::new(one);
                judged[slot] = Some(Arc::clone(&one));
                if heard.is_ok() {
                    heard = self.news_of(entry, one);
                }
            },
        );
        scanner.keep(worth);
        heard
    }

    /// One more entry is judged.
    fn news_of(&self, entry: usize, judged: Arc<Judged>) -> Result<(), Unheard> {
        if !judged.instances().is_empty() {
            self.say.send(News::Glimpse { entry, judged })?;
        }
        self.say.send(News::Progress {
            entries: 1,
            bytes: 0,
        })
    }
}

/// An entry whose judgement never came: it was not looked at, and that is said.
fn lost(entry: &Entry, rules: &RuleSet) -> Arc<Judged> {
    debug_assert!(false, "{} was not judged", entry.path);
    Arc::new(Judged::settled(entry, rules))
}
