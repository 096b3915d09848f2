//! Files in which some rule can match, parsed in the order of how much they look like the bug.

use std::cmp::Reverse;
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};

use super::sight::Candidate;
use crate::language::Language;
use crate::source::Blob;

/// A file that waits to be parsed.
pub(super) struct Waiting {
    /// Its place among what is known of the window's entries.
    pub(super) slot: usize,
    /// The entry that brought it.
    pub(super) entry: usize,
    pub(super) blob: Blob,
    /// Those of the file, whether a rule reads them or not.
    pub(super) languages: &'static [&'static Language],
    pub(super) candidate: Candidate,
    /// As [`Candidate::spread`] has it.
    pub(super) spread: usize,
}

impl Waiting {
    /// Words that stand together look like the bug; of files that look alike the large ones begin, so that none of them is
    /// left over at the end while the other threads have nothing to do.
    fn rank(&self) -> (u32, Reverse<usize>) {
        let spread = self.spread.max(1);
        (spread.ilog2() / 3, Reverse(self.blob.bytes.len()))
    }
}

/// Gives each to `judge`, on `jobs` threads of a pool; `hear` gets what it returns, on this thread and as it comes.
pub(super) fn each<T: Send>(
    pool: &rayon::ThreadPool,
    jobs: usize,
    mut waiting: Vec<Waiting>,
    judge: impl Fn(Waiting) -> T + Sync,
    mut hear: impl FnMut(T),
) {
    waiting.sort_by_key(Waiting::rank);
    let threads = jobs.min(waiting.len());
    let queue = Mutex::new(waiting.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (send, receive) = channel();
    pool.in_place_scope(|scope| {
        for _ in 0..threads {
            let (send, next, judge) = (send.clone(), &next, &judge);
            scope.spawn(move |_| {
                while let Some(one) = next() {
                    if send.send(judge(one)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        receive.into_iter().for_each(&mut hear);
    });
}
