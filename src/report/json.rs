//! The versioned JSON report: one object, its findings streamed, one a line.
//!
//! `{"version":1,"tool":{…},"run":{…},"units":[{…unit, "findings":[…], …summary}],"summary":{…}}`

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::record::{EvidenceRecord, FindingRecord, TOOL, UnitRecord, VERSION};
use super::{Report, escape, number};
use crate::model::{
    Class, CommentNote, Coverage, Finding, IncidentTime, ProblemKind, RunInfo, RunSummary,
    Severity, Unit, UnitSummary,
};

/// The report; remembers only whether a comma is due.
#[derive(Default)]
pub(super) struct Json {
    units: u64,
    findings: u64,
}

#[derive(Serialize)]
struct Run<'a> {
    selection: &'a str,
    started: Option<String>,
    snippets: bool,
    incidents: Vec<IncidentRecord<'a>>,
    rules: Vec<RuleRecord<'a>>,
}

#[derive(Serialize)]
struct IncidentRecord<'a> {
    id: &'a str,
    title: &'a str,
    summary: &'a str,
    severity: Severity,
    class: Class,
    url: &'a str,
    aliases: &'a [String],
    cwe: &'a [String],
    tickets: &'a [String],
    owner: Option<&'a str>,
    time: &'a IncidentTime,
}

#[derive(Serialize)]
struct RuleRecord<'a> {
    id: &'a str,
    incident: &'a str,
    message: &'a str,
    help: &'a str,
    languages: &'a [&'static str],
    digest: &'a str,
}

#[derive(Serialize)]
struct UnitTail<'a> {
    coverage: &'a Coverage,
    not_looked_at: &'a Coverage,
    complete: bool,
    counts: Counts,
    /// Comments that were meant to suppress something and do not.
    suppression_comments: &'a [CommentNote],
    evidence: EvidenceRecord<'a>,
}

#[derive(Serialize)]
struct Counts {
    findings: u64,
    reviews: u64,
    suppressed: u64,
    blind_files: u64,
}

#[derive(Serialize)]
struct Summary<'a> {
    units: u64,
    repositories: u64,
    coverage: &'a Coverage,
    not_looked_at: &'a Coverage,
    complete: bool,
    counts: Counts,
    incidents: BTreeMap<&'a str, Tally<'a>>,
    problems: Vec<ProblemRecord<'a>>,
    /// What was read depends on what earlier runs left, like the time it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// Left out where the clock is frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<u64>,
}

#[derive(Serialize)]
struct Tally<'a> {
    instances: u64,
    reviews: u64,
    suppressed: u64,
    repositories: u64,
    owners: Vec<OwnerTally<'a>>,
}

#[derive(Serialize)]
struct OwnerTally<'a> {
    owner: Option<&'a str>,
    instances: u64,
}

#[derive(Serialize)]
struct ProblemRecord<'a> {
    kind: &'static str,
    repository: Option<&'a str>,
    message: &'a str,
    hint: &'a str,
}

impl Report for Json {
    fn begin(&mut self, out: &mut dyn Write, run: &RunInfo) -> io::Result<()> {
        write!(out, "{{\"version\":{VERSION},\"tool\":")?;
        escape::json(out, &TOOL)?;
        out.write_all(b",\n\"run\":")?;
        escape::json(out, &run_record(run))?;
        out.write_all(b",\n\"units\":[")
    }

    fn unit_begin(&mut self, out: &mut dyn Write, _run: &RunInfo, unit: &Unit) -> io::Result<()> {
        if self.units > 0 {
            out.write_all(b",")?;
        }
        self.units += 1;
        self.findings = 0;
        out.write_all(b"\n")?;
        open_object(out, &UnitRecord::new(unit))?;
        out.write_all(b",\"findings\":[")
    }

    fn finding(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        finding: &Finding,
    ) -> io::Result<()> {
        out.write_all(if self.findings > 0 { b",\n" } else { b"\n" })?;
        self.findings += 1;
        escape::json(out, &FindingRecord::new(run, unit, finding))
    }

    fn unit_end(
        &mut self,
        out: &mut dyn Write,
        _run: &RunInfo,
        unit: &Unit,
        summary: &UnitSummary,
    ) -> io::Result<()> {
        out.write_all(b"],\n")?;
        let tail = UnitTail {
            coverage: &summary.coverage,
            not_looked_at: &summary.not_looked_at,
            complete: summary.complete,
            counts: Counts {
                findings: summary.findings,
                reviews: summary.reviews,
                suppressed: summary.suppressed,
                blind_files: summary.blind_files,
            },
            suppression_comments: &summary.comments,
            evidence: EvidenceRecord::new(unit, summary),
        };
        let text = escape::json_string(&tail)?;
        out.write_all(text.trim_start_matches('{').as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write, run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
        out.write_all(b"],\n\"summary\":")?;
        escape::json(out, &summary_record(run, summary))?;
        out.write_all(b"}\n")
    }
}

/// Writes an object without its closing brace, so that more keys can follow.
fn open_object<T: Serialize>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    let text = escape::json_string(value)?;
    out.write_all(text.strip_suffix('}').unwrap_or(&text).as_bytes())
}

fn run_record(run: &RunInfo) -> Run<'_> {
    let catalog = &*run.catalog;
    Run {
        selection: &run.selection,
        started: number::utc(run.started),
        snippets: run.snippets,
        incidents: catalog
            .incidents
            .iter()
            .map(|incident| IncidentRecord {
                id: &incident.id,
                title: &incident.title,
                summary: &incident.summary,
                severity: incident.severity,
                class: incident.class,
                url: &incident.url,
                aliases: &incident.aliases,
                cwe: &incident.cwe,
                tickets: &incident.tickets,
                owner: incident.owner.as_deref(),
                time: &incident.time,
            })
            .collect(),
        rules: catalog
            .rules
            .iter()
            .map(|rule| RuleRecord {
                id: &rule.id,
                incident: &catalog.incidents[rule.incident].id,
                message: &rule.message,
                help: &rule.help,
                languages: &rule.languages,
                digest: &rule.digest,
            })
            .collect(),
    }
}

fn summary_record<'a>(run: &RunInfo, summary: &'a RunSummary) -> Summary<'a> {
    Summary {
        units: summary.units,
        repositories: summary.repositories,
        coverage: &summary.coverage,
        not_looked_at: &summary.not_looked_at,
        complete: summary.complete,
        counts: Counts {
            findings: summary.findings,
            reviews: summary.reviews,
            suppressed: summary.suppressed,
            blind_files: summary.blind_files,
        },
        incidents: summary
            .incidents
            .iter()
            .map(|(id, tally)| {
                let owners = tally
                    .owners
                    .iter()
                    .map(|(owner, &instances)| OwnerTally {
                        owner: owner.as_deref(),
                        instances,
                    })
                    .collect();
                let record = Tally {
                    instances: tally.instances,
                    reviews: tally.reviews,
                    suppressed: tally.suppressed,
                    repositories: tally.repositories,
                    owners,
                };
                (id.as_str(), record)
            })
            .collect(),
        problems: summary
            .problems
            .iter()
            .map(|problem| ProblemRecord {
                kind: match problem.kind {
                    ProblemKind::Input => "input",
                    ProblemKind::Source => "source",
                },
                repository: problem.repository.as_deref(),
                message: &problem.message,
                hint: &problem.hint,
            })
            .collect(),
        bytes: (!run.frozen_clock).then_some(summary.bytes),
        elapsed_ms: (!run.frozen_clock)
            .then(|| u64::try_from(summary.elapsed.as_millis()).unwrap_or(u64::MAX)),
    }
}
