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
use super::memo::Memo;
use super::plan::{self, Batch, Key, Load, Plan, Seen, languages_of, names};
use super::verdict::{Verdict, examine};
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
        })
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
                let mut at = 0;
                while at < listing.entries.len() {
                    let batch = plan::next_batch(listing, &mut at, self.rules, reader, scheduled);
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
                    (load.key, Arc::new(self.judge(entry, seen)))
                };
                let fresh: Vec<(Option<Key>, Arc<Judged>)> = self
                    .pool
                    .install(|| loads.into_par_iter().map(judge).collect());
                let bytes = fresh.iter().map(|(_, one)| one.facts.length).sum();
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

    /// Judges what was seen of an entry.
    fn judge(&self, entry: &Entry, seen: Seen) -> Judged {
        let by_path = languages_of(&entry.path).unwrap_or_default();
        match seen {
            Seen::Glance(Glance::There) => {
                let outcome = if by_path.is_empty() {
                    Outcome::UnsupportedLanguage
                } else {
                    Outcome::RuledOut
                };
                Judged::plain(outcome, "", entry.named_oid(), by_path)
            }
            Seen::Glance(Glance::LfsPointer) => {
                Judged::plain(Outcome::LfsPointer, "", entry.named_oid(), by_path)
            }
            Seen::Glance(Glance::Failed(outcome, detail))
            | Seen::Bytes(Loaded::Failed(outcome, detail)) => {
                Judged::plain(outcome, detail, entry.named_oid(), by_path)
            }
            Seen::Bytes(Loaded::Oversized { oid, size }) => {
                let detail = format!("{size} bytes, too large to be searched");
                Judged::plain(Outcome::TooLarge, detail, oid, by_path)
            }
            Seen::Bytes(Loaded::Bytes(blob)) => self.judge_bytes(entry, &blob),
        }
    }

    fn judge_bytes(&self, entry: &Entry, blob: &Blob) -> Judged {
        let head = &blob.bytes[..blob.bytes.len().min(HEAD)];
        let languages = language::detect(&entry.path, Some(head));
        let mut judged = if source::is_lfs_pointer(&blob.bytes) {
            Judged::plain(Outcome::LfsPointer, "", Some(blob.oid), languages)
        } else if languages.is_empty() {
            Judged::plain(Outcome::UnsupportedLanguage, "", Some(blob.oid), languages)
        } else {
            let read: Vec<_> = languages
                .iter()
                .copied()
                .filter(|one| self.rules.reads(one))
                .collect();
            if read.is_empty() {
                Judged::plain(Outcome::RuledOut, "", Some(blob.oid), languages)
            } else {
                let verdict = examine(
                    &blob.bytes,
                    &read,
                    self.rules,
                    &self.limits,
                    &self.engine,
                    &self.memo,
                );
                let mut judged = Judged::plain(
                    verdict.outcome,
                    verdict.detail.clone(),
                    Some(blob.oid),
                    languages,
                );
                judged.facts = Arc::new(FileFacts {
                    blob: Some(blob.oid.to_string()),
                    ..verdict.facts.clone()
                });
                judged.verdict = Some(verdict);
                judged
            }
        };
        if judged.facts.length == 0 {
            let facts = FileFacts {
                length: blob.bytes.len() as u64,
                ..FileFacts::clone(&judged.facts)
            };
            judged.facts = Arc::new(facts);
        }
        judged.changed = changed(entry, blob);
        judged
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
