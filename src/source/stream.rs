//! Objects in a fixed order, read ahead by several git processes.
//!
//! Each process serves one thread, which takes the next few ids from a common list, asks for them and reads the answers to
//! those it asked for before, so that git never waits for a question. Invariants: every id gets exactly one answer, in
//! order; what was read and not taken stays within a budget; an object on which git dies takes no other with it.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::cat_file::CatFile;
use super::cat_session::{LONGEST_QUESTION, QUESTIONS};
use super::git::Git;
use super::oid::{ObjectFormat, Oid};
use super::read::{Loaded, loaded};
use crate::model::Outcome;

/// So many processes read at once; git unpacks on one core each.
const PROCESSES: usize = 2;
/// Fewer objects are not worth a second process.
const FEW: usize = 256;
/// So many bytes are read ahead, and an object for each thread. Tests have little, so that they come to its end.
const BUDGET: usize = if cfg!(test) { 1 << 18 } else { 16 << 20 };
/// A part shall have about so many bytes.
const PART: usize = 1 << 20;
/// The questions of two parts wait for their answers.
const MOST_IDS: usize = QUESTIONS / 2 / LONGEST_QUESTION;

/// Objects that are being read.
pub struct ObjectStream {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    git: Git,
    format: ObjectFormat,
    limit: u64,
    wanted: Vec<Oid>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The first id that no thread has taken.
    next_id: usize,
    /// The number of its part.
    next_part: usize,
    /// Ids read so far and their bytes, to guess how many make a part.
    read: (usize, usize),
    parts: BTreeMap<usize, Part>,
    /// Of all that was read and not taken.
    bytes: usize,
    /// The part that is taken next.
    due: usize,
    running: usize,
    stopped: bool,
}

/// What was read of a part and not taken.
#[derive(Default)]
struct Part {
    answers: VecDeque<Loaded>,
    is_whole: bool,
}

impl State {
    /// Whether a part may grow. What is due grows in any case while nothing of it is left to take, or nobody ever makes
    /// room.
    fn has_room(&self, part: usize) -> bool {
        let is_awaited = || {
            let known = self.parts.get(&part);
            part == self.due && known.is_none_or(|part| part.answers.is_empty())
        };
        self.stopped || self.bytes < BUDGET || is_awaited()
    }
}

impl ObjectStream {
    /// Begins to read these objects; nothing over `limit` bytes is kept.
    pub(super) fn new(git: Git, format: ObjectFormat, wanted: Vec<Oid>, limit: u64) -> Self {
        let processes = match wanted.len() {
            0 => 0,
            few if few < FEW => 1,
            _ => PROCESSES,
        };
        let shared = Arc::new(Shared {
            git,
            format,
            limit,
            wanted,
            state: Mutex::new(State {
                running: processes,
                ..State::default()
            }),
            changed: Condvar::new(),
        });
        let start = |_| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || {
                let _end = End(&shared);
                read(&shared);
            })
        };
        Self {
            threads: (0..processes).map(start).collect(),
            shared,
        }
    }
}

impl Iterator for ObjectStream {
    type Item = Loaded;

    /// The next object; `None` behind the last.
    fn next(&mut self) -> Option<Loaded> {
        let mut state = self.shared.lock();
        loop {
            let (due, is_over) = (state.due, state.running == 0);
            match state.parts.get_mut(&due) {
                Some(part) if !part.answers.is_empty() => {
                    let answer = part.answers.pop_front();
                    state.bytes -= answer.as_ref().map_or(0, size);
                    drop(state);
                    self.shared.changed.notify_all();
                    return answer;
                }
                Some(part) if part.is_whole => {
                    state.parts.remove(&due);
                    state.due += 1;
                    // Whoever has the part that is due now need not wait for room.
                    self.shared.changed.notify_all();
                }
                _ if is_over => return None,
                _ => state = self.shared.wait(state),
            }
        }
    }
}

impl Drop for ObjectStream {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // A panic there has been told already, and left answers out, which the taker sees.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The next part to read; waits for room, unless the caller has other things to do.
    fn take(&self, can_wait: bool) -> Option<(usize, Range<usize>)> {
        let mut state = self.lock();
        loop {
            if state.stopped || state.next_id >= self.wanted.len() {
                return None;
            }
            if state.has_room(state.next_part) {
                break;
            }
            if !can_wait {
                return None;
            }
            state = self.wait(state);
        }
        let (ids, bytes) = state.read;
        let average = bytes.checked_div(ids).unwrap_or(PART / 8).max(1);
        let count = (PART / average).clamp(1, MOST_IDS);
        let first = state.next_id;
        let range = first..(first + count).min(self.wanted.len());
        state.next_id = range.end;
        state.next_part += 1;
        Some((state.next_part - 1, range))
    }

    /// Adds to a part, when there is room.
    fn put(&self, number: usize, answer: Loaded) {
        let mut state = self.lock();
        while !state.has_room(number) {
            state = self.wait(state);
        }
        state.read.0 += 1;
        state.read.1 += size(&answer);
        state.bytes += size(&answer);
        state
            .parts
            .entry(number)
            .or_default()
            .answers
            .push_back(answer);
        drop(state);
        self.changed.notify_all();
    }

    /// Nothing more comes of a part.
    fn close(&self, number: usize) {
        self.lock().parts.entry(number).or_default().is_whole = true;
        self.changed.notify_all();
    }
}

/// Notes that a thread is at its end, however it came there.
struct End<'s>(&'s Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
        self.0.changed.notify_all();
    }
}

/// One thread: asks for a part, reads the answers of the one before.
fn read(shared: &Shared) {
    let mut objects = CatFile::new(shared.git.clone(), shared.format);
    let mut asked: VecDeque<(usize, Range<usize>)> = VecDeque::new();
    loop {
        while asked.len() < 2 {
            let Some((number, range)) = shared.take(asked.is_empty()) else {
                break;
            };
            objects.ask(&shared.wanted[range.clone()]);
            asked.push_back((number, range));
        }
        let Some((number, range)) = asked.pop_front() else {
            return;
        };
        let ids = &shared.wanted[range];
        let mut ids = ids.iter();
        let result = objects.collect(ids.as_slice(), shared.limit, &mut |one| {
            if let Some(oid) = ids.next() {
                shared.put(number, loaded(*oid, one));
            }
        });
        if let Err(error) = result {
            for _ in ids {
                let failed = Loaded::Failed(Outcome::Unreadable, error.to_string());
                shared.put(number, failed);
            }
        }
        shared.close(number);
    }
}

fn size(one: &Loaded) -> usize {
    match one {
        Loaded::Bytes(blob) => blob.bytes.len(),
        Loaded::Oversized { .. } | Loaded::Failed(..) => 0,
    }
}
