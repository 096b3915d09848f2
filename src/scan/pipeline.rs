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
use super::memo::Memo;
use super::verdict::{Verdict, examine};
use crate::language::{self, Language};
use crate::model::{
    EntryRecord, FileFacts, Finding, Fingerprint, Instance, Outcome, RepoPath, Scope, Unit,
    UnitSummary,
};
use crate::rule::RuleSet;
use crate::source::{self, Entry, Listing, Loaded, Oid, Reader, State};

/// Entries of a batch.
const BATCH_ENTRIES: usize = 1024;
/// A batch is closed when it holds this many bytes.
const BATCH_BYTES: u64 = 32 << 20;
/// So many blobs are asked of git at once.
const READ_AHEAD: usize = 128;
/// Parsers recurse on deep code; the default stack of a thread is too small for them.
const STACK: usize = 64 << 20;

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
    pool: rayon::ThreadPool,
    memo: Memo,
}

/// What is known of a blob of the repository that is being scanned.
struct Judged {
    outcome: Outcome,
    detail: String,
    blob: Option<Oid>,
    languages: Vec<&'static Language>,
    verdict: Option<Arc<Verdict>>,
    facts: Arc<FileFacts>,
}

/// A blob as a repository names it, and the languages its path gives it (none: its first line decides).
type Key = (Oid, Vec<&'static str>);

/// What is known of a repository's blobs, kept from one of its revisions to the next.
#[derive(Default)]
pub struct KnownBlobs {
    scheduled: HashSet<Key>,
    judged: HashMap<Key, Arc<Judged>>,
}

/// What an entry needs.
enum Plan {
    /// Nothing: its outcome is known.
    Done(Arc<Judged>),
    /// The verdict of a blob that this or an earlier batch brings.
    Blob(Key),
    /// The `n`th load of its batch, which is its own.
    Own(usize),
}

/// Bytes to be judged for the entry at an index.
struct Load {
    entry: usize,
    key: Option<Key>,
    /// Read ahead, for objects; files are read by the pool.
    loaded: Option<Loaded>,
}

struct Batch {
    plans: Vec<(usize, Plan)>,
    loads: Vec<Load>,
}

impl<'r> Scanner<'r> {
    /// A scanner with a pool of `jobs` threads.
    ///
    /// # Errors
    /// Where the threads cannot be started.
    pub fn new(rules: &'r RuleSet, limits: Limits, jobs: usize) -> io::Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .stack_size(STACK)
            .thread_name(|index| format!("scan-{index}"))
            .build()
            .map_err(io::Error::other)?;
        Ok(Self {
            rules,
            limits,
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
                    let batch = self.next_batch(listing, &mut at, reader, scheduled);
                    if send.send(batch).is_err() {
                        return; // the sink gave up
                    }
                }
            });
            for batch in receive {
                let fresh: Vec<Arc<Judged>> = self.pool.install(|| {
                    let judge = |load: Load| {
                        let entry = &listing.entries[load.entry];
                        let loaded = load.loaded.unwrap_or_else(|| files.read(entry));
                        (load.key, Arc::new(self.judge(entry, loaded)))
                    };
                    let done: Vec<_> = batch.loads.into_par_iter().map(judge).collect();
                    done.into_iter()
                        .map(|(key, one)| {
                            judged.extend(key.map(|key| (key, Arc::clone(&one))));
                            one
                        })
                        .collect()
                });
                let bytes = fresh.iter().map(|one| one.facts.length).sum();
                let entries = batch.plans.len() as u64;
                for (index, plan) in batch.plans {
                    let entry = &listing.entries[index];
                    let one = match plan {
                        Plan::Done(one) => one,
                        Plan::Own(load) => Arc::clone(&fresh[load]),
                        Plan::Blob(key) => Arc::clone(&judged[&key]),
                    };
                    account.differs(entry, one.blob.as_ref(), one.verdict.is_some());
                    let (record, findings) = tell(&listing.unit, &entry.path, &one);
                    account.add(&record, &findings, &one.languages, one.verdict.as_deref());
                    sink.entry(&record, &findings)?;
                }
                account.read(bytes);
                sink.progress(entries, bytes);
            }
            Ok::<(), io::Error>(())
        })?;
        Ok(account.finish())
    }

    /// Plans the next entries and reads the objects they need.
    fn next_batch(
        &self,
        listing: &Listing,
        at: &mut usize,
        reader: &mut Reader,
        scheduled: &mut HashSet<Key>,
    ) -> Batch {
        let mut batch = Batch {
            plans: Vec::new(),
            loads: Vec::new(),
        };
        let (mut bytes, mut unread) = (0, 0);
        while *at < listing.entries.len()
            && batch.plans.len() < BATCH_ENTRIES
            && bytes < BATCH_BYTES
        {
            let index = *at;
            let entry = &listing.entries[index];
            let languages = self.languages(&entry.path);
            let needed = languages
                .as_ref()
                .is_none_or(|all| all.iter().any(|one| self.rules.reads(one)));
            let plan = match &entry.state {
                State::Settled(outcome, detail) => Plan::Done(settled(
                    *outcome,
                    detail,
                    entry.claimed,
                    languages.unwrap_or_default(),
                )),
                State::Object(oid) if needed => {
                    let key = (*oid, names(languages.as_deref().unwrap_or_default()));
                    if scheduled.insert(key.clone()) {
                        batch.loads.push(Load {
                            entry: index,
                            key: Some(key.clone()),
                            loaded: None,
                        });
                    }
                    Plan::Blob(key)
                }
                State::File { .. } if needed => {
                    batch.loads.push(Load {
                        entry: index,
                        key: None,
                        loaded: None,
                    });
                    Plan::Own(batch.loads.len() - 1)
                }
                State::Object(oid) => {
                    Plan::Done(self.not_needed(Some(*oid), languages.unwrap_or_default()))
                }
                State::File { index } => {
                    Plan::Done(self.not_needed(*index, languages.unwrap_or_default()))
                }
            };
            batch.plans.push((index, plan));
            *at += 1;
            if batch.loads.len() - unread == READ_AHEAD {
                bytes += read_objects(listing, reader, &mut batch.loads[unread..]);
                unread = batch.loads.len();
            }
        }
        read_objects(listing, reader, &mut batch.loads[unread..]);
        batch
    }

    /// The languages a path gives; none where the first line decides.
    fn languages(&self, path: &RepoPath) -> Option<Vec<&'static Language>> {
        if language::needs_content(path) {
            None
        } else {
            Some(language::detect(path, None).to_vec())
        }
    }

    fn not_needed(&self, blob: Option<Oid>, languages: Vec<&'static Language>) -> Arc<Judged> {
        let outcome = if languages.is_empty() {
            Outcome::UnsupportedLanguage
        } else {
            Outcome::RuledOut
        };
        settled(outcome, "", blob, languages)
    }

    /// Judges what was read for an entry.
    fn judge(&self, entry: &Entry, loaded: Loaded) -> Judged {
        let by_path = self.languages(&entry.path);
        let blank =
            |outcome, detail: String, blob, languages: Vec<&'static Language>, length| Judged {
                outcome,
                detail,
                blob,
                languages,
                verdict: None,
                facts: Arc::new(FileFacts {
                    blob: blob.map(|oid: Oid| oid.to_string()),
                    length,
                    ..FileFacts::default()
                }),
            };
        match loaded {
            Loaded::Failed(outcome, detail) => {
                let claimed = match &entry.state {
                    State::Object(oid) => Some(*oid),
                    _ => None,
                };
                blank(outcome, detail, claimed, by_path.unwrap_or_default(), 0)
            }
            Loaded::Oversized { oid, size } => {
                let detail = format!("{size} bytes, too large to be searched");
                blank(
                    Outcome::TooLarge,
                    detail,
                    oid,
                    by_path.unwrap_or_default(),
                    size,
                )
            }
            Loaded::Bytes(blob) => {
                let length = blob.bytes.len() as u64;
                let head = &blob.bytes[..blob.bytes.len().min(1024)];
                let languages =
                    by_path.unwrap_or_else(|| language::detect(&entry.path, Some(head)).to_vec());
                let done = |outcome, languages| {
                    blank(outcome, String::new(), Some(blob.oid), languages, length)
                };
                if source::is_lfs_pointer(&blob.bytes) {
                    return done(Outcome::LfsPointer, languages);
                }
                if languages.is_empty() {
                    return done(Outcome::UnsupportedLanguage, languages);
                }
                let read: Vec<_> = languages
                    .iter()
                    .copied()
                    .filter(|one| self.rules.reads(one))
                    .collect();
                if read.is_empty() {
                    return done(Outcome::RuledOut, languages);
                }
                let verdict = examine(&blob.bytes, &read, self.rules, &self.limits, &self.memo);
                let facts = FileFacts {
                    blob: Some(blob.oid.to_string()),
                    ..verdict.facts.clone()
                };
                Judged {
                    outcome: verdict.outcome,
                    detail: verdict.detail.clone(),
                    blob: Some(blob.oid),
                    languages,
                    verdict: Some(verdict),
                    facts: Arc::new(facts),
                }
            }
        }
    }
}

/// Reads those loads that are objects; returns how many bytes they have.
fn read_objects(listing: &Listing, reader: &mut Reader, loads: &mut [Load]) -> u64 {
    let mut objects: Vec<&mut Load> = loads.iter_mut().filter(|load| load.key.is_some()).collect();
    let entries: Vec<&Entry> = objects
        .iter()
        .map(|load| &listing.entries[load.entry])
        .collect();
    let mut bytes = 0;
    for (load, loaded) in objects.iter_mut().zip(reader.read(&entries)) {
        if let Loaded::Bytes(blob) = &loaded {
            bytes += blob.bytes.len() as u64;
        }
        load.loaded = Some(loaded);
    }
    bytes
}

fn settled(
    outcome: Outcome,
    detail: &str,
    blob: Option<Oid>,
    languages: Vec<&'static Language>,
) -> Arc<Judged> {
    let detail = detail.to_owned();
    Arc::new(Judged {
        outcome,
        detail,
        blob,
        languages,
        verdict: None,
        facts: Arc::default(),
    })
}

fn names(languages: &[&'static Language]) -> Vec<&'static str> {
    languages.iter().map(|language| language.name).collect()
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
