//! Scans one unit: every entry of a listing gets its outcome, in the order of paths.
//!
//! One thread reads ahead, in batches; the pool judges a batch; its entries are then told to the sink in order. So the
//! same input gives the same calls with 1 job or 16 (law 1), and nothing is held longer than a batch.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;

use super::Limits;
use super::account::Account;
use super::engine::Engine;
use super::kept::{self, Keeper};
use super::memo::Memo;
use super::plan::{Batch, Hint, Key, Load, Plan, Planner, Seen, languages_of, names};
use super::verdict::{Examiner, Verdict, examine};
use crate::cache::{Cache, Kept, Known, Since};
use crate::language::{self, Language};
use crate::model::{
    EntryRecord, FileFacts, Finding, Fingerprint, Instance, Outcome, RepoPath, Scope, Unit,
    UnitSummary,
};
use crate::rule::RuleSet;
use crate::source::{self, Blob, Entry, Glance, Listing, Loaded, Oid, Reader, State};

/// Parsers recurse on deep code; the default stack of a thread is too small for them.
const STACK: usize = 64 << 20;
/// The first line of a file is in its first bytes.
const HEAD: usize = 1024;

/// Hears what became of the entries.
pub trait Sink {
    /// An entry has its outcome; its findings are sorted by place.
    ///
    /// # Errors
    /// Ends the scan.
    fn entry(&mut self, entry: &EntryRecord, findings: &[Finding]) -> io::Result<()>;
    /// That many more entries are done, for which that many bytes were read.
    fn progress(&mut self, entries: u64, bytes: u64);
}

/// Scans units with one rule set.
pub struct Scanner<'r> {
    rules: &'r RuleSet,
    limits: Limits,
    engine: Engine,
    pool: rayon::ThreadPool,
    memo: Memo,
    keeper: Option<Keeper<'r>>,
}

/// What is known of an entry, or of a blob of the repository that is being scanned.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) detail: String,
    pub(super) blob: Option<Oid>,
    pub(super) languages: Vec<&'static Language>,
    pub(super) verdict: Option<Arc<Verdict>>,
    pub(super) facts: Arc<FileFacts>,
    /// For a file on disk that was read: whether it is other than git's index has it.
    pub(super) changed: bool,
    /// How many bytes were read for it.
    pub(super) read: u64,
}

impl Judged {
    /// A judgement without a verdict.
    fn plain(
        outcome: Outcome,
        detail: impl Into<String>,
        blob: Option<Oid>,
        languages: &[&'static Language],
    ) -> Self {
        Self {
            outcome,
            detail: detail.into(),
            blob,
            languages: languages.to_vec(),
            verdict: None,
            facts: Arc::new(FileFacts {
                blob: blob.map(|oid| oid.to_string()),
                ..FileFacts::default()
            }),
            changed: false,
            read: 0,
        }
    }

    /// A judgement by a verdict on a blob whose id is known.
    fn of(verdict: Arc<Verdict>, oid: Oid, languages: &[&'static Language]) -> Self {
        let (outcome, detail) = (verdict.outcome, verdict.detail.clone());
        Self {
            facts: Arc::new(FileFacts {
                blob: Some(oid.to_string()),
                ..verdict.facts.clone()
            }),
            verdict: Some(verdict),
            ..Self::plain(outcome, detail, Some(oid), languages)
        }
    }
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
            memo: Memo::default(),
            keeper: None,
        })
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
                };
                let mut at = 0;
                while at < listing.entries.len() {
                    let batch = planner.next_batch(listing, &mut at);
                    if send.send(batch).is_err() {
                        return; // the sink gave up
                    }
                }
            });
            for Batch { plans, loads } in receive {
                let judge = |load: Load| {
                    let entry = &listing.entries[load.entry];
                    let seen = load.seen.unwrap_or_else(|| {
                        if load.whole {
                            Seen::Bytes(files.read(entry))
                        } else {
                            Seen::Glance(files.glance(entry))
                        }
                    });
                    let (judged, kept) = self.judge(entry, seen, load.hint);
                    (load.key, Arc::new(judged), kept)
                };
                let fresh: Vec<(Option<Key>, Arc<Judged>, Option<Kept>)> = self
                    .pool
                    .install(|| loads.into_par_iter().map(judge).collect());
                let mut worth = Vec::new();
                let fresh: Vec<(Option<Key>, Arc<Judged>)> = fresh
                    .into_iter()
                    .map(|(key, one, kept)| {
                        worth.extend(kept);
                        (key, one)
                    })
                    .collect();
                if let Some(keeper) = &self.keeper {
                    keeper.keep(worth);
                }
                let bytes = fresh.iter().map(|(_, one)| one.read).sum();
                judged.extend(
                    fresh
                        .iter()
                        .filter_map(|(key, one)| Some((key.clone()?, Arc::clone(one)))),
                );
                let entries = plans.len() as u64;
                for (index, plan) in plans {
                    let entry = &listing.entries[index];
                    let one = match plan {
                        Plan::Settled => Arc::new(settled(entry)),
                        Plan::Own(load) => Arc::clone(&fresh[load].1),
                        Plan::Blob(key) => Arc::clone(&judged[&key]),
                    };
                    let (record, findings) = tell(&listing.unit, &entry.path, &one);
                    account.add(&record, &findings, &one);
                    sink.entry(&record, &findings)?;
                }
                account.read(bytes);
                sink.progress(entries, bytes);
            }
            Ok::<(), io::Error>(())
        })?;
        Ok(account.finish())
    }

    /// Judges what was seen of an entry; what is to be kept of that comes along.
    fn judge(&self, entry: &Entry, seen: Seen, hint: Option<Hint>) -> (Judged, Option<Kept>) {
        let by_path = languages_of(&entry.path).unwrap_or_default();
        let named = entry.named_oid();
        let judged = match seen {
            Seen::Bytes(Loaded::Bytes(blob)) => return self.judge_bytes(entry, &blob, hint),
            Seen::Kept(known) => {
                let verdict = Arc::new(kept::assemble(&known.about, &known.said));
                match named {
                    Some(oid) => Judged::of(verdict, oid, by_path),
                    None => Judged::plain(Outcome::Unreadable, "", None, by_path),
                }
            }
            Seen::Glance(Glance::There) => {
                let outcome = if by_path.is_empty() {
                    Outcome::UnsupportedLanguage
                } else {
                    Outcome::RuledOut
                };
                Judged::plain(outcome, "", named, by_path)
            }
            Seen::Glance(Glance::LfsPointer) => {
                Judged::plain(Outcome::LfsPointer, "", named, by_path)
            }
            Seen::Glance(Glance::Failed(outcome, detail))
            | Seen::Bytes(Loaded::Failed(outcome, detail)) => {
                Judged::plain(outcome, detail, named, by_path)
            }
            Seen::Bytes(Loaded::Oversized { oid, size }) => {
                let detail = format!("{size} bytes, too large to be searched");
                Judged::plain(Outcome::TooLarge, detail, oid, by_path)
            }
        };
        (judged, None)
    }

    fn judge_bytes(
        &self,
        entry: &Entry,
        blob: &Blob,
        hint: Option<Hint>,
    ) -> (Judged, Option<Kept>) {
        let head = &blob.bytes[..blob.bytes.len().min(HEAD)];
        let languages = language::detect(&entry.path, Some(head));
        let read: Vec<_> = languages
            .iter()
            .copied()
            .filter(|one| self.rules.reads(one))
            .collect();
        let mut to_keep = None;
        let mut judged = if source::is_lfs_pointer(&blob.bytes) {
            Judged::plain(Outcome::LfsPointer, "", Some(blob.oid), languages)
        } else if languages.is_empty() {
            Judged::plain(Outcome::UnsupportedLanguage, "", Some(blob.oid), languages)
        } else if read.is_empty() {
            Judged::plain(Outcome::RuledOut, "", Some(blob.oid), languages)
        } else {
            let known = self.known(blob.oid, languages, hint);
            let by = Examiner {
                rules: self.rules,
                limits: &self.limits,
                engine: &self.engine,
                memo: &self.memo,
            };
            let examined = examine(&blob.bytes, &read, known.as_ref(), &by);
            if let (Some(keeper), Some(worth)) = (&self.keeper, examined.worth) {
                to_keep = keeper.kept(self.rules, blob.oid, languages, worth);
            }
            Judged::of(examined.verdict, blob.oid, languages)
        };
        judged.read = blob.bytes.len() as u64;
        if judged.facts.length == 0 {
            let facts = FileFacts {
                length: judged.read,
                ..FileFacts::clone(&judged.facts)
            };
            judged.facts = Arc::new(facts);
        }
        judged.changed = changed(entry, blob);
        (judged, to_keep)
    }

    /// What earlier runs know of a blob that was read and hashed.
    fn known(
        &self,
        oid: Oid,
        languages: &[&'static Language],
        hint: Option<Hint>,
    ) -> Option<Known> {
        let keeper = self.keeper.as_ref()?;
        match hint {
            // Where the name of a file gives its languages, its content does not change them.
            Some(hint) if hint.oid == oid => hint.known,
            _ => keeper
                .look_up(self.rules, &[(oid, languages)], Since::Ever)
                .pop()?,
        }
    }
}

/// Whether a file on disk is other than git's index has it, but for line ends that a checkout may have changed.
fn changed(entry: &Entry, blob: &Blob) -> bool {
    let State::File { index: Some(index) } = &entry.state else {
        return false;
    };
    if *index == blob.oid {
        return false;
    }
    let mut unix = Vec::with_capacity(blob.bytes.len());
    for line in blob.bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => unix.extend_from_slice(&[line, b"\n"].concat()),
            None => unix.extend_from_slice(line),
        }
    }
    *index != Oid::of_blob(index.format(), &unix)
}

/// An entry that has its outcome from the listing.
fn settled(entry: &Entry) -> Judged {
    let (outcome, detail) = match &entry.state {
        State::Settled(outcome, detail) => (*outcome, detail.clone()),
        _ => (Outcome::Unreadable, String::new()),
    };
    Judged::plain(
        outcome,
        detail,
        entry.named_oid(),
        languages_of(&entry.path).unwrap_or_default(),
    )
}

/// The record of an entry and its findings.
fn tell(unit: &Unit, path: &RepoPath, judged: &Judged) -> (EntryRecord, Vec<Finding>) {
    let verdict = judged.verdict.as_deref();
    let record = EntryRecord {
        path: path.clone(),
        blob: judged.blob.map(|oid| oid.to_string()),
        outcome: judged.outcome,
        languages: names(&judged.languages),
        spans: verdict
            .map(|verdict| verdict.spans.clone())
            .unwrap_or_default(),
        detail: judged.detail.clone(),
    };
    let instances = verdict
        .map(|verdict| verdict.instances.as_slice())
        .unwrap_or_default();
    let finding = |instance: &Arc<Instance>| Finding {
        path: path.clone(),
        fingerprint: Fingerprint::new(&unit.repository, path, &instance.key),
        instance: Arc::clone(instance),
        file: Arc::clone(&judged.facts),
        owner: unit.owner.clone(),
    };
    (record, instances.iter().map(finding).collect())
}
