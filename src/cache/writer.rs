//! The thread that writes, so that no scan waits for a disk.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::key::{Key, ListName, RuleList};
use super::known::{Kept, Shared, lock, record};
use super::record::Record;
use super::store::{Failure, Store, is_full};

/// Batches that may wait.
const WAITING: usize = 4;
/// Records of one transaction at most.
const BATCH: usize = 1024;

/// What there is to write.
pub(super) enum Message {
    /// New records.
    Keep(Vec<Kept>),
    /// Records that were of use.
    Used(Vec<Key>),
}

/// The running thread; dropped, it writes what waits and ends.
pub(super) struct Writer {
    send: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(shared: &Arc<Shared>) -> Self {
        let (send, receive) = sync_channel(WAITING);
        let thread = {
            let shared = Arc::clone(shared);
            let name = std::thread::Builder::new().name("cache".to_owned());
            name.spawn(move || run(&shared, &receive))
        };
        if let Err(error) = &thread {
            shared.note(format!("verdicts are not kept: {error}"));
        }
        Self {
            send: Some(send),
            thread: thread.ok(),
        }
    }

    /// Hands over; waits while too much waits already.
    pub(super) fn send(&self, message: Message) {
        if let Some(send) = &self.send {
            // A thread that gave up has said why.
            let _ = send.send(message);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.send.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, messages: &Receiver<Message>) {
    let mut lists = HashSet::new();
    let written = Store::open(&shared.folder, shared.limit).and_then(|mut store| {
        for message in messages {
            match message {
                Message::Used(keys) => store.used(&keys)?,
                Message::Keep(all) => keep(shared, &mut store, &mut lists, &all)?,
            }
        }
        Ok(())
    });
    if let Err(failure) = written {
        shared.failed("no more verdicts are kept", &failure);
    }
}

fn keep(
    shared: &Shared,
    store: &mut Store,
    written: &mut HashSet<ListName>,
    all: &[Kept],
) -> Result<(), Failure> {
    // A transaction must be small beside the whole.
    let most = usize::try_from(shared.limit / 8).unwrap_or(usize::MAX);
    let mut batch: Vec<(Key, Record)> = Vec::new();
    let mut lists: Vec<Arc<RuleList>> = Vec::new();
    let mut bytes = 0;
    for kept in all {
        let Some(record) = record(kept) else {
            continue;
        };
        let size = record.size();
        if size > most {
            continue;
        }
        if bytes + size > most || batch.len() == BATCH {
            write(shared, store, &lists, std::mem::take(&mut batch))?;
            lists.clear();
            bytes = 0;
        }
        bytes += size;
        if written.insert(kept.list.name) {
            lock(&shared.lists).insert(kept.list.name, Some(Arc::clone(&kept.list.members)));
            lists.push(Arc::clone(&kept.list));
        }
        batch.push((kept.key, record));
    }
    write(shared, store, &lists, batch)
}

fn write(
    shared: &Shared,
    store: &mut Store,
    lists: &[Arc<RuleList>],
    batch: Vec<(Key, Record)>,
) -> Result<(), Failure> {
    let within = |inner: &ListName, outer: &ListName| {
        inner == outer || {
            let lists = lock(&shared.lists);
            match (lists.get(inner), lists.get(outer)) {
                (Some(Some(inner)), Some(Some(outer))) => {
                    inner.iter().all(|rule| outer.contains(rule))
                }
                _ => false,
            }
        }
    };
    let result = store.keep(shared.run, lists, batch.clone(), &within);
    match result {
        Err(failure) if is_full(&failure) => {
            store.make_room(true)?;
            store.keep(shared.run, lists, batch, &within)?;
        }
        other => other?,
    }
    store.make_room(false)
}
