//! Scans one unit: every entry of a listing gets its outcome, in the order of paths.
//!
//! One thread reads objects ahead, in batches ([`plan`](super::plan)); a second has the pool look at them and parse what can
//! hold a match ([`window`](super::window)); this one tells the sink, in order, while the others go on. So the same input
//! gives the same calls with 1 job or 16 (law 1).

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use super::Limits;
use super::account::Account;
use super::engine::Engine;
use super::judged::Judged;
use super::kept::Keeper;
use super::memo::Memo;
use super::plan::{Ahead, Batch, Key, Planner};
use super::sight::Examiner;
use super::window::{Desk, News, Told, Window};
use crate::cache::{Cache, Kept};
use crate::model::{EntryRecord, Finding, IgnoreComment, Instance, RepoPath, Scope, UnitSummary};
use crate::rule::RuleSet;
use crate::source::{Listing, Reader};

/// Parsers recurse on deep code; the default stack of a thread is too small for them.
const STACK: usize = 64 << 20;
/// So much news may wait for the sink.
const NEWS: usize = 16;

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
    pub(super) pool: rayon::ThreadPool,
    pub(super) jobs: usize,
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
            let (plan, plans) = sync_channel::<Batch>(1);
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
                    if plan.send(batch).is_err() {
                        return; // the sink gave up
                    }
                }
            });
            let (say, news) = sync_channel::<News>(NEWS);
            threads.spawn(move || {
                let mut desk = Desk {
                    scanner: self,
                    listing,
                    files: &files,
                    known: judged,
                    window: Window::default(),
                    say,
                };
                // The news has no listener if the sink gave up.
                let _ = desk.work(plans);
            });
            for news in news {
                match news {
                    News::Progress { entries, bytes } => {
                        account.read(bytes);
                        sink.progress(entries, bytes);
                    }
                    News::Glimpse { entry, judged } => {
                        sink.glimpse(&listing.entries[entry].path, judged.instances());
                    }
                    News::Told(told) => tell(told, &mut account, sink)?,
                }
            }
            Ok::<(), io::Error>(())
        })?;
        Ok(account.finish())
    }

    pub(super) fn examiner(&self) -> Examiner<'_> {
        Examiner {
            rules: self.rules,
            limits: &self.limits,
            engine: &self.engine,
            memo: &self.memo,
        }
    }

    pub(super) fn keep(&self, worth: Vec<Kept>) {
        if let Some(keeper) = &self.keeper {
            keeper.keep(worth);
        }
    }
}

/// Tells the sink what became of entries, in this order, and enters them in the books.
fn tell(told: Vec<Told>, account: &mut Account<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    for Told {
        judged,
        record,
        mut findings,
    } in told
    {
        let (comments, unjudged) = judged.comments();
        if !(comments.is_empty() && findings.is_empty()) {
            sink.answer(&record, comments, unjudged, &mut findings);
        }
        account.add(&record, &findings, &judged);
        sink.entry(&record, &findings)?;
    }
    Ok(())
}
