//! Scans one unit: every entry of a listing gets its outcome, in the order of paths.
//!
//! One thread reads objects ahead, in batches; the pool looks at a batch, which rules out most of it. What can hold a match
//! gathers until it is as much as may be held in memory; then the pool parses it, what looks most like the bug first, and
//! the entries are told to the sink in order. So the same input gives the same calls with 1 job or 16 (law 1).

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;

use super::Limits;
use super::account::Account;
use super::candidates::{self, Waiting};
use super::engine::Engine;
use super::judged::Judged;
use super::kept::Keeper;
use super::look::Looked;
use super::memo::Memo;
use super::plan::{Ahead, Batch, Key, Plan, Planner};
use super::verdict::{Examiner, judge_candidate};
use crate::cache::{Cache, Kept};
use crate::model::{EntryRecord, Finding, IgnoreComment, Instance, RepoPath, Scope, UnitSummary};
use crate::rule::RuleSet;
use crate::source::{Entry, FileReader, Listing, Reader};

/// Parsers recurse on deep code; the default stack of a thread is too small for them.
const STACK: usize = 64 << 20;
/// So many bytes of files that can hold a match are gathered before they are parsed.
const WINDOW_BYTES: usize = 48 << 20;
/// A thread takes so many loads at once: neighbours are large together, and no thread shall be left with all of those.
const PIECE: usize = 2;
/// So many entries wait to be told in order.
const WINDOW_ENTRIES: usize = 1 << 16;
/// The records of so many entries are made at once.
const TOLD_AT_ONCE: usize = 4096;

/// Hears what became of the entries.
pub trait Sink {
    /// Before an entry is told: what its comments say of its findings. `unjudged` are the rules that could not judge all
    /// of it. Findings that get a suppression here do not count.
    fn answer(
        &mut self,
        _entry: &EntryRecord,
        _comments: &[IgnoreComment],
        _unjudged: &[usize],
        _findings: &mut [Finding],
    ) {
    }
    /// An entry has its outcome; its findings are sorted by place.
    ///
    /// # Errors
    /// Ends the scan.
    fn entry(&mut self, entry: &EntryRecord, findings: &[Finding]) -> io::Result<()>;
    /// That many more entries are done, for which that many bytes were read.
    fn progress(&mut self, entries: u64, bytes: u64);
    /// A file holds these findings and reviews, which will be told in their order later: for who watches.
    fn glimpse(&mut self, _path: &RepoPath, _instances: &[Arc<Instance>]) {}
}

/// Scans units with one rule set.
pub struct Scanner<'r> {
    pub(super) rules: &'r RuleSet,
    pub(super) limits: Limits,
    engine: Engine,
    pool: rayon::ThreadPool,
    jobs: usize,
    memo: Memo,
    pub(super) keeper: Option<Keeper<'r>>,
    pub(super) every_id: bool,
}

/// What is known of a repository's blobs, kept from one of its revisions to the next.
#[derive(Default)]
pub struct KnownBlobs {
    scheduled: HashSet<Key>,
    judged: HashMap<Key, Arc<Judged>>,
}

/// Entries that wait to be told, and what is known of them.
#[derive(Default)]
struct Window {
    plans: Vec<(usize, Plan)>,
    /// By slot, one for each load; `None` for what waits to be parsed.
    judged: Vec<Option<Arc<Judged>>>,
    /// By slot, under which an object's judgement is remembered.
    keys: Vec<Option<Key>>,
    waiting: Vec<Waiting>,
    waiting_bytes: usize,
}

impl<'r> Scanner<'r> {
    /// A scanner with a pool of `jobs` threads, which parse by `engine`.
    ///
    /// # Errors
    /// Where the threads cannot be started.
    pub fn new(
        rules: &'r RuleSet,
        limits: Limits,
        engine: Engine,
        jobs: usize,
    ) -> io::Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .stack_size(STACK)
            .thread_name(|index| format!("scan-{index}"))
            .build()
            .map_err(io::Error::other)?;
        Ok(Self {
            rules,
            limits,
            engine,
            pool,
            jobs: jobs.max(1),
            memo: Memo::default(),
            keeper: None,
            every_id: false,
        })
    }

    /// Hashes every file that is read, also those that git's index vouches for and no rule matches: for reports that name
    /// the blob of every entry.
    #[must_use]
    pub fn with_every_id(mut self, every_id: bool) -> Self {
        self.every_id = every_id;
        self
    }

    /// With the verdicts of earlier runs, to which those of this run are added. It changes no report: only verdicts that
    /// depend on nothing but the bytes are kept, under ids that the bytes were hashed to.
    #[must_use]
    pub fn with_cache(mut self, cache: &'r Cache) -> Self {
        // Without the prefilter nothing is ruled out, and that shows.
        self.keeper = self.limits.prefilter.then(|| Keeper::new(cache));
        self
    }

    /// As `with_cache`, for verdicts by an engine of another name.
    #[must_use]
    pub fn with_cache_of(mut self, cache: &'r Cache, engine: &str) -> Self {
        self.keeper = self
            .limits
            .prefilter
            .then(|| Keeper::of_engine(cache, engine.to_owned()));
        self
    }

    /// Scans everything of a listing.
    ///
    /// # Errors
    /// Only those of the sink.
    pub fn scan(
        &self,
        listing: &Listing,
        reader: &mut Reader,
        known: &mut KnownBlobs,
        scope: Scope,
        sink: &mut dyn Sink,
    ) -> io::Result<UnitSummary> {
        let mut account = Account::new(self.rules, listing, scope);
        let files = reader.files().clone();
        let KnownBlobs { scheduled, judged } = known;
        std::thread::scope(|threads| {
            let (send, receive) = sync_channel::<Batch>(1);
            threads.spawn(move || {
                let mut planner = Planner {
                    rules: self.rules,
                    limits: &self.limits,
                    keeper: self.keeper.as_ref(),
                    reader,
                    scheduled,
                    ahead: Ahead::default(),
                };
                let mut at = 0;
                while at < listing.entries.len() {
                    let batch = planner.next_batch(listing, &mut at);
                    if send.send(batch).is_err() {
                        return; // the sink gave up
                    }
                }
            });
            let mut window = Window::default();
            for batch in receive {
                let (done, bytes) = self.sift(listing, &files, batch, &mut window);
                account.read(bytes);
                sink.progress(done, bytes);
                if window.waiting_bytes >= WINDOW_BYTES || window.plans.len() >= WINDOW_ENTRIES {
                    let full = std::mem::take(&mut window);
                    self.tell(full, listing, judged, &mut account, sink)?;
                }
            }
            self.tell(window, listing, judged, &mut account, sink)
        })?;
        Ok(account.finish())
    }

    /// Looks at a batch, which joins the window; returns how many of its entries need nothing more, and the bytes read.
    fn sift(
        &self,
        listing: &Listing,
        files: &FileReader,
        batch: Batch,
        window: &mut Window,
    ) -> (u64, u64) {
        let first = window.judged.len();
        let Batch { plans, mut loads } = batch;
        window
            .keys
            .extend(loads.iter_mut().map(|load| load.key.take()));
        let looked: Vec<Looked> = self.pool.install(|| {
            let look = |(number, load)| self.look(listing, files, load, first + number);
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
        self.keep(worth);
        let shifted = plans.into_iter().map(|(entry, plan)| match plan {
            Plan::Own(load) => (entry, Plan::Own(first + load)),
            plan => (entry, plan),
        });
        window.plans.extend(shifted);
        (done, bytes)
    }

    /// Parses what waits in a window and tells its entries in order.
    fn tell(
        &self,
        window: Window,
        listing: &Listing,
        known: &mut HashMap<Key, Arc<Judged>>,
        account: &mut Account<'_>,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let Window {
            plans,
            mut judged,
            keys,
            waiting,
            ..
        } = window;
        let parse = |waiting: Waiting| {
            let Waiting {
                slot,
                entry,
                blob,
                languages,
                candidate,
            } = waiting;
            let examined = judge_candidate(&blob.bytes, candidate, &self.examiner());
            let (one, kept) = self.judged(blob.oid, languages, examined);
            let one = one.with_bytes(&listing.entries[entry], blob.oid, &blob.bytes);
            (slot, entry, one, kept)
        };
        let mut worth = Vec::new();
        candidates::each(
            &self.pool,
            self.jobs,
            waiting,
            parse,
            |(slot, entry, one, kept)| {
                worth.extend(kept);
                if !one.instances().is_empty() {
                    sink.glimpse(&listing.entries[entry].path, one.instances());
                }
                sink.progress(1, 0);
                judged[slot] = Some(Arc::new(one));
            },
        );
        self.keep(worth);
        for (key, one) in keys.into_iter().zip(&judged) {
            known.extend(key.zip(one.clone()));
        }
        let known = &*known;
        let told = |(index, plan): &(usize, Plan)| {
            let entry = &listing.entries[*index];
            let one = match plan {
                Plan::Settled => Arc::new(Judged::settled(entry)),
                Plan::Own(slot) => judged[*slot].clone().unwrap_or_else(|| lost(entry)),
                Plan::Blob(key) => known.get(key).cloned().unwrap_or_else(|| lost(entry)),
            };
            let (record, findings) = one.tell(&listing.unit, &entry.path);
            (one, record, findings)
        };
        for part in plans.chunks(TOLD_AT_ONCE) {
            let told: Vec<_> = self
                .pool
                .install(|| part.par_iter().map(told).with_min_len(64).collect());
            for (one, record, mut findings) in told {
                let (comments, unjudged) = one.comments();
                if !(comments.is_empty() && findings.is_empty()) {
                    sink.answer(&record, comments, unjudged, &mut findings);
                }
                account.add(&record, &findings, &one);
                sink.entry(&record, &findings)?;
            }
        }
        Ok(())
    }

    pub(super) fn examiner(&self) -> Examiner<'_> {
        Examiner {
            rules: self.rules,
            limits: &self.limits,
            engine: &self.engine,
            memo: &self.memo,
        }
    }

    fn keep(&self, worth: Vec<Kept>) {
        if let Some(keeper) = &self.keeper {
            keeper.keep(worth);
        }
    }
}

/// An entry whose judgement never came: it was not looked at, and that is said.
fn lost(entry: &Entry) -> Arc<Judged> {
    debug_assert!(false, "{} was not judged", entry.path);
    Arc::new(Judged::settled(entry))
}
