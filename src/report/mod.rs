//! Writes reports, one file per format.
//!
//! Invariants: every report sees the same calls with the same data; none computes an identity, changes an exit code or
//! holds all findings in memory; none shows a byte of a name, message or code unescaped; with a frozen clock, none
//! depends on the time. A format knows how to write, [`Outputs`] knows where to: files appear whole or not at all.

mod coverage;
mod escape;
mod folder;
mod format;
#[cfg(test)]
mod fuzz;
mod github;
mod gitlab;
#[cfg(test)]
mod golden;
pub mod html;
mod json;
mod jsonl;
mod markdown;
mod number;
mod output;
mod read;
mod record;
mod request;
#[cfg(test)]
mod sample;
mod sarif;
mod sink;
mod text;

use std::io::{self, Write};

use crate::model::{Date, EntryRecord, Finding, Kind, RunInfo, RunSummary, Unit, UnitSummary};

pub use escape::{
    code as markdown_code, inline as markdown_text, json_string as json_text, json_writer, visible,
};
pub use format::{Format, FormatError};
pub use output::Outputs;
pub use read::{ReadError, Told, read};
pub use request::{Destination, Notice, OutputError, Request};
pub use sink::{Stream, save};

/// The name under which reports know the tool; services key on it.
const TOOL_NAME: &str = "stampout";
/// The tool's version.
const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What may vary in a report without any change in the scan.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether text may carry colours.
    pub color: bool,
    /// Columns of the terminal, for text.
    pub width: usize,
    /// Whether a code-scanning upload may be written for an incomplete scan.
    pub allow_incomplete: bool,
    /// The day, for embargoes.
    pub today: Date,
    /// More detail in text.
    pub verbose: bool,
}

/// A report in the making; it writes to what it is given. The calls come in this order: `begin`, then for each unit
/// `unit_begin`, any number of `entry` and `finding` in the order of paths (an entry before its findings), `unit_end`;
/// at last `end`.
pub trait Report: Send {
    /// Before the first unit.
    fn begin(&mut self, out: &mut dyn Write, run: &RunInfo) -> io::Result<()> {
        let _ = (out, run);
        Ok(())
    }
    /// A unit begins.
    fn unit_begin(&mut self, out: &mut dyn Write, run: &RunInfo, unit: &Unit) -> io::Result<()> {
        let _ = (out, run, unit);
        Ok(())
    }
    /// An entry has its outcome.
    fn entry(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        entry: &EntryRecord,
    ) -> io::Result<()> {
        let _ = (out, run, unit, entry);
        Ok(())
    }
    /// A finding or review.
    fn finding(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        finding: &Finding,
    ) -> io::Result<()> {
        let _ = (out, run, unit, finding);
        Ok(())
    }
    /// All entries of the unit are accounted for.
    fn unit_end(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        summary: &UnitSummary,
    ) -> io::Result<()> {
        let _ = (out, run, unit, summary);
        Ok(())
    }
    /// The run is over.
    fn end(&mut self, out: &mut dyn Write, run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
        let _ = (out, run, summary);
        Ok(())
    }
}

/// One sentence that tells of a finding or review, for formats that show one line: `HTTP call without a timeout
/// (INC-2041: Checkout workers hung)`.
fn sentence(run: &RunInfo, finding: &Finding) -> String {
    let incident = run.catalog.incident_of(finding.instance.rule);
    let what = claim(run, finding);
    let word = match finding.instance.kind {
        Kind::Fail => "",
        Kind::Review => "Review: ",
    };
    format!("{word}{what} ({}: {})", incident.id, incident.title)
}

/// What a finding says, and what a review asks.
fn claim(run: &RunInfo, finding: &Finding) -> String {
    let instance = &*finding.instance;
    let message = &run.catalog.rules[instance.rule].message;
    match instance.kind {
        Kind::Fail => message.clone(),
        Kind::Review if instance.reason.is_empty() => format!("{message}? Look yourself"),
        Kind::Review => format!("{message}? Look yourself: {}", instance.reason),
    }
}
