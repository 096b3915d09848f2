//! One finding a line, as JSON: for pipes.

use std::io::{self, Write};

use super::record::FindingRecord;
use super::{Report, escape};
use crate::model::{Finding, RunInfo, Unit};

/// The report.
pub(super) struct Jsonl;

impl Report for Jsonl {
    fn finding(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        finding: &Finding,
    ) -> io::Result<()> {
        escape::json(out, &FindingRecord::new(run, unit, finding))?;
        out.write_all(b"\n")
    }
}
