//! GitLab Code Quality: one JSON array, streamed.
//!
//! The format has no place for what was not looked at; the job's exit code says it.

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, escape, sentence};
use crate::model::{Finding, Kind, RepoPath, RunInfo, RunSummary, Severity, Unit};

/// The report.
#[derive(Default)]
pub(super) struct Gitlab {
    findings: u64,
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a RepoPath,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl Report for Gitlab {
    fn begin(&mut self, out: &mut dyn Write, _run: &RunInfo) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn finding(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        _unit: &Unit,
        finding: &Finding,
    ) -> io::Result<()> {
        if finding.suppression.is_some() {
            return Ok(());
        }
        out.write_all(if self.findings > 0 { b",\n" } else { b"\n" })?;
        self.findings += 1;
        let span = finding.instance.span;
        let issue = Issue {
            description: escape::visible(&sentence(run, finding)).into_owned(),
            check_name: &run.catalog.rules[finding.instance.rule].id,
            fingerprint: finding.fingerprint.to_string(),
            severity: severity(run, finding),
            location: Place {
                path: &finding.path,
                lines: Lines {
                    begin: span.line,
                    end: span.end_line,
                },
            },
        };
        escape::json(out, &issue)
    }

    fn end(
        &mut self,
        out: &mut dyn Write,
        _run: &RunInfo,
        _summary: &RunSummary,
    ) -> io::Result<()> {
        out.write_all(b"\n]\n")
    }
}

fn severity(run: &RunInfo, finding: &Finding) -> &'static str {
    if finding.instance.kind == Kind::Review {
        return "info";
    }
    match run.catalog.incident_of(finding.instance.rule).severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    }
}
