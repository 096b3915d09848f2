//! Remembers what a rule said about a blob, between runs and for all repositories of a user.
//!
//! A record is found by a [`Key`]: the id of the blob and all that decides how it is judged beside the rules. It holds
//! what each rule of some [`RuleList`]s said, so that another pack costs one more rule and not all of them again.
//!
//! Invariants: a cache never fails a run, it goes on without and leaves a note; nothing damaged is believed: a record
//! carries a checksum over itself and its key, a list of rules is named by its digest; the space is bounded; any number
//! of processes may use one folder at once. What may be kept is the caller's word: only what was computed from bytes
//! that hash to the id, and nothing that depends on time or memory.

mod key;
mod known;
mod place;
mod record;
mod status;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use key::{Context, Key, RuleList};
pub use known::{About, Cache, Kept, Known, Said, Since};
pub use status::{Status, clear, status};
