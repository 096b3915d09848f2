//! Takes blobs and a rule set and accounts for every entry: decode, prefilter, parse, match, findings, outcome.
//!
//! Invariants: every entry of a listing gets exactly one outcome; what the parsers said crosses one boundary ([`judge`])
//! as plain data; nothing here knows of reports, the network or the order in which threads finish.

mod account;
mod allocator;
mod candidates;
mod engine;
mod frame;
mod judge;
mod judged;
mod kept;
mod look;
mod memo;
mod pipeline;
mod plan;
mod sift;
mod sight;
mod text;
mod tree;
mod verdict;
mod window;

use std::time::Duration;

pub use account::engine_digest;
pub use engine::{Engine, serve};
pub use judge::{Answer, Job, RawMatch, judge};
pub use pipeline::{KnownBlobs, Scanner, Sink};
pub use sift::{Amount, Sifted, sift};
pub use text::{NoText, Text};
pub use verdict::{Verdict, examine_once};

/// What one file may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Larger files are not parsed, only searched.
    pub max_file_size: u64,
    /// Parsing and matching a file in one language may take this long; `None` allows for its size.
    pub timeout: Option<Duration>,
    /// Whether files without a rule's required text are left to it unparsed. Findings and reviews are the same without.
    pub prefilter: bool,
}

impl Limits {
    /// How long a file of so many bytes may take: a constant for a slow machine, and two seconds more per MiB, for which
    /// the slowest grammars need one.
    pub fn timeout_for(&self, length: usize) -> Duration {
        self.timeout
            .unwrap_or_else(|| Duration::from_secs(10) + Duration::from_micros(2 * length as u64))
    }
}
