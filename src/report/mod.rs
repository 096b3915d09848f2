//! Writes reports, one file per format.
//!
//! Invariants: every report sees the same calls with the same data; none computes an identity, changes an exit code or
//! holds all findings in memory; none shows a byte of a name, message or code unescaped.

use std::io;

use crate::model::{EntryRecord, Finding, RunInfo, RunSummary, Unit, UnitSummary};

/// A report in the making. The calls come in this order: `begin`, then for each unit `unit_begin`, any number of
/// `entry` and `finding` in the order of paths (an entry before its findings), `unit_end`; at last `end`.
pub trait Report {
    /// Before the first unit.
    fn begin(&mut self, run: &RunInfo) -> io::Result<()>;
    /// A unit begins.
    fn unit_begin(&mut self, run: &RunInfo, unit: &Unit) -> io::Result<()>;
    /// An entry has its outcome.
    fn entry(&mut self, run: &RunInfo, unit: &Unit, entry: &EntryRecord) -> io::Result<()>;
    /// A finding or review.
    fn finding(&mut self, run: &RunInfo, unit: &Unit, finding: &Finding) -> io::Result<()>;
    /// All entries of the unit are accounted for.
    fn unit_end(&mut self, run: &RunInfo, unit: &Unit, summary: &UnitSummary) -> io::Result<()>;
    /// The run is over.
    fn end(&mut self, run: &RunInfo, summary: &RunSummary) -> io::Result<()>;
}
