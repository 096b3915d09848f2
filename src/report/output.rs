//! A set of reports, each with its destination, written side by side.
//!
//! Invariants: every report gets every call; a file appears whole at the end or not at all; a code-scanning upload of
//! an incomplete scan, or of an incident under embargo, never appears without being asked for.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::folder::SarifFolder;
use super::request::{Destination, Notice, OutputError, Request, failed};
use super::sink::{Sink, Stream, folder};
use super::{Format, Options, Report, escape};
use crate::model::{EntryRecord, Finding, RunInfo, RunSummary, Unit, UnitSummary};

/// Columns of text in a file.
const FILE_WIDTH: usize = 100;

/// Reports in the making. Calls come in the order that [`Report`] describes.
pub struct Outputs {
    options: Options,
    slots: Vec<Slot>,
    folder: Option<SarifFolder>,
}

struct Slot {
    format: Format,
    destination: Destination,
    report: Box<dyn Report>,
    /// None once nothing more is to be written.
    sink: Option<Sink>,
    /// Why and what then, once it is clear that the report may not appear.
    withheld: Option<(String, String)>,
}

impl Outputs {
    /// Opens every destination, so that one that cannot be written is known before the scan.
    ///
    /// `stdout` is written to by at most one report; `sarif_dir` gets one SARIF file per unit.
    pub fn open(
        requests: &[Request],
        sarif_dir: Option<&Path>,
        options: Options,
        stdout: Stream,
    ) -> Result<Self, OutputError> {
        let mut stdout = Some(stdout);
        let mut places = HashSet::new();
        let mut slots = Vec::with_capacity(requests.len());
        for request in requests {
            let destination = request.destination.clone();
            let taken = || OutputError::SamePlace(destination.clone());
            let opened = match &request.destination {
                Destination::Stdout => {
                    let stream = stdout.take().ok_or_else(taken)?;
                    Sink::stream(stream, request.format == Format::SarifUpload)
                }
                Destination::File(path) => {
                    if !places.insert(place(path)) {
                        return Err(taken());
                    }
                    Sink::file(path)
                }
            };
            let sink = opened.map_err(failed(&destination))?;
            let options = match &request.destination {
                Destination::Stdout => options,
                // The terminal's colours and width are nothing to a file.
                Destination::File(_) => Options {
                    color: false,
                    width: FILE_WIDTH,
                    ..options
                },
            };
            slots.push(Slot {
                format: request.format,
                destination,
                report: request.format.report(&options),
                sink: Some(sink),
                withheld: None,
            });
        }
        let folder = sarif_dir.map(SarifFolder::open).transpose()?;
        Ok(Self {
            options,
            slots,
            folder,
        })
    }

    /// Before the first unit.
    pub fn begin(&mut self, run: &RunInfo) -> Result<(), OutputError> {
        let embargoed = run.catalog.incidents.iter().find_map(|incident| {
            let until = incident
                .embargo_until
                .filter(|until| *until > self.options.today)?;
            Some((incident, until))
        });
        if let Some((incident, until)) = embargoed {
            let reason = format!(
                "{} is under embargo until {until}",
                escape::visible(&incident.id)
            );
            let hint = "scan without it (--incident), or wait for the day".to_owned();
            self.withhold_uploads(&reason, &hint);
        }
        self.each(|report, out| report.begin(out, run))
    }

    /// A unit begins.
    pub fn unit_begin(&mut self, run: &RunInfo, unit: &Unit) -> Result<(), OutputError> {
        if let Some(folder) = &mut self.folder {
            folder.unit_begin(run, unit)?;
        }
        self.each(|report, out| report.unit_begin(out, run, unit))
    }

    /// An entry has its outcome.
    pub fn entry(
        &mut self,
        run: &RunInfo,
        unit: &Unit,
        entry: &EntryRecord,
    ) -> Result<(), OutputError> {
        if let Some(folder) = &mut self.folder {
            folder.write(|report, out| report.entry(out, run, unit, entry))?;
        }
        self.each(|report, out| report.entry(out, run, unit, entry))
    }

    /// A finding or review.
    pub fn finding(
        &mut self,
        run: &RunInfo,
        unit: &Unit,
        finding: &Finding,
    ) -> Result<(), OutputError> {
        if let Some(folder) = &mut self.folder {
            folder.write(|report, out| report.finding(out, run, unit, finding))?;
        }
        self.each(|report, out| report.finding(out, run, unit, finding))
    }

    /// All entries of the unit are accounted for.
    pub fn unit_end(
        &mut self,
        run: &RunInfo,
        unit: &Unit,
        summary: &UnitSummary,
    ) -> Result<(), OutputError> {
        if let Some(folder) = &mut self.folder {
            folder.unit_end(run, unit, summary)?;
        }
        self.each(|report, out| report.unit_end(out, run, unit, summary))?;
        self.each_sink(Sink::flush_stream)
    }

    /// The run is over: what may appear appears. Returns what the user must be told.
    pub fn end(mut self, run: &RunInfo, summary: &RunSummary) -> Result<Vec<Notice>, OutputError> {
        if !summary.complete && !self.options.allow_incomplete {
            let reason = "the scan is incomplete, and a code-scanning service would close every \
                          alert that was not seen again";
            self.withhold_uploads(reason, "--allow-incomplete writes it all the same");
        }
        if summary.units > MAX_RUNS {
            let reason = format!(
                "{} units are more than the {MAX_RUNS} runs a service takes in a file",
                summary.units
            );
            self.withhold_uploads(&reason, "scan one repository and revision per upload");
        }
        self.each(|report, out| report.end(out, run, summary))?;
        let notices = self
            .slots
            .iter()
            .filter_map(|slot| slot.notice(summary.units))
            .collect();
        // Every report is finished, whatever becomes of the others; the first error is told.
        let mut outcome = Ok(());
        let files = self.slots.iter().any(Slot::is_file) || self.folder.is_some();
        for slot in self.slots {
            let Some(sink) = slot.sink else { continue };
            let finished = sink.finish().map_err(failed(&slot.destination));
            if finished
                .as_ref()
                .is_err_and(|error| error.is_broken_pipe() && files)
            {
                continue;
            }
            outcome = outcome.and(finished);
        }
        outcome.map(|()| notices)
    }

    /// Drops what was written of every upload, and says why once.
    fn withhold_uploads(&mut self, reason: &str, hint: &str) {
        for slot in &mut self.slots {
            if slot.format == Format::SarifUpload && slot.withheld.is_none() {
                slot.withheld = Some((reason.to_owned(), hint.to_owned()));
                slot.sink = None;
            }
        }
    }

    fn each(
        &mut self,
        mut call: impl FnMut(&mut dyn Report, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        self.each_slot(|slot| match &mut slot.sink {
            Some(sink) => call(&mut *slot.report, sink),
            None => Ok(()),
        })
    }

    fn each_sink(
        &mut self,
        mut call: impl FnMut(&mut Sink) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        self.each_slot(|slot| slot.sink.as_mut().map_or(Ok(()), &mut call))
    }

    /// Calls something for every slot. Where the reader of standard output went away but files are still wanted, the
    /// run goes on for them.
    fn each_slot(
        &mut self,
        mut call: impl FnMut(&mut Slot) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        for index in 0..self.slots.len() {
            let slot = &mut self.slots[index];
            let Err(source) = call(slot) else { continue };
            let error = OutputError::Write {
                destination: slot.destination.clone(),
                source,
            };
            slot.sink = None;
            let others = self.folder.is_some() || self.slots.iter().any(|slot| slot.sink.is_some());
            if !(error.is_broken_pipe() && others) {
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Slot {
    fn is_file(&self) -> bool {
        matches!(self.destination, Destination::File(_)) && self.sink.is_some()
    }

    /// What the user must be told of the report, after a run of so many units.
    fn notice(&self, units: u64) -> Option<Notice> {
        let (withheld, reason, hint) = match &self.withheld {
            Some((reason, hint)) => (true, reason.clone(), hint.clone()),
            None if self.format == Format::SarifUpload && units > 1 => {
                let reason = format!("it holds {units} runs of one category, which GitHub refuses");
                (
                    false,
                    reason,
                    "scan one repository and revision per upload".to_owned(),
                )
            }
            None => return None,
        };
        let (format, destination) = (self.format, self.destination.clone());
        Some(Notice {
            withheld,
            format,
            destination,
            reason,
            hint,
        })
    }
}

/// How many runs code-scanning services take in one file.
const MAX_RUNS: u64 = 20;

/// What tells two spellings of one path from two paths.
fn place(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let parent = folder(path)
        .canonicalize()
        .unwrap_or_else(|_| folder(path).to_owned());
    parent.join(path.file_name().unwrap_or_default())
}

#[cfg(test)]
mod tests;
