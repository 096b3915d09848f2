//! Verdicts of this run, so that a blob is parsed once however many repositories, revisions and paths hold it.
//!
//! Invariant: the key is a digest of the bytes themselves, never an id that a repository claims (law 5).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::verdict::Examined;

/// SHA-256 of the raw bytes, and the languages they were read in.
pub(super) type Key = ([u8; 32], Vec<&'static str>);

/// Verdicts by content.
#[derive(Default)]
pub(super) struct Memo {
    verdicts: Mutex<HashMap<Key, Arc<OnceLock<Examined>>>>,
}

impl Memo {
    /// The verdict of a key; computed by the first who asks while the others wait.
    pub(super) fn get_or(&self, key: Key, judge: impl FnOnce() -> Examined) -> Examined {
        let slot = {
            let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(verdicts.entry(key).or_default())
        };
        slot.get_or_init(judge).clone()
    }
}
