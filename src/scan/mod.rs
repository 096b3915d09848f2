//! Takes blobs and a rule set and accounts for every entry.
mod frame;
mod judge;
mod text;
mod tree;
mod verdict;

use std::time::Duration;

pub use judge::{Answer, Job, RawMatch, judge};
pub use text::{NoText, Text};
pub use verdict::Verdict;

/// What one file may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Larger files are not parsed, only searched.
    pub max_file_size: u64,
    /// Parsing and matching a file in one language may take this long.
    pub timeout: Duration,
}
