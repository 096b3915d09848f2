//! A finding, a capture and a unit as JSON writes them: the shape that `json` and `jsonl` share and that is promised.
//!
//! Invariants: fields are added, never renamed or removed, while the version is 1; every key is always present, with
//! `null` where there is nothing to say, but for those marked.

use serde::Serialize;

use crate::model::{
    Capture, Catalog, Evidence, Finding, Kind, RepoPath, RunInfo, Severity, Suppression, Unit,
    UnitKind, UnitSummary,
};

/// The version of the JSON reports.
pub(super) const VERSION: u32 = 1;

/// The tool, as JSON reports name it.
#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// This tool.
pub(super) const TOOL: Tool = Tool {
    name: super::TOOL_NAME,
    version: super::TOOL_VERSION,
};

/// A named place inside a finding.
#[derive(Serialize)]
pub(super) struct CaptureRecord<'a> {
    name: &'a str,
    /// `null` without snippets.
    text: Option<&'a str>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    byte_start: u64,
    byte_end: u64,
}

impl<'a> CaptureRecord<'a> {
    fn new(capture: &'a Capture, snippets: bool) -> Self {
        let span = capture.span;
        Self {
            name: &capture.name,
            text: snippets.then_some(capture.text.as_str()),
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
            byte_start: span.bytes.start,
            byte_end: span.bytes.end,
        }
    }
}

/// A finding or review.
#[derive(Serialize)]
pub(super) struct FindingRecord<'a> {
    incident: &'a str,
    rule: &'a str,
    severity: Severity,
    kind: Kind,
    message: &'a str,
    /// Why a review is one; empty for a finding.
    reason: &'a str,
    title: &'a str,
    url: &'a str,
    repository: &'a str,
    revision: Option<&'a str>,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    commit: Option<&'a str>,
    owner: Option<&'a str>,
    path: &'a RepoPath,
    blob: Option<&'a str>,
    language: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    byte_start: u64,
    byte_end: u64,
    /// `null` without snippets.
    snippet: Option<&'a str>,
    captures: Vec<CaptureRecord<'a>>,
    enclosing: &'a [String],
    fingerprint: String,
    /// The part of the identity that knows neither repository nor path.
    match_key: String,
    line_hash: &'a str,
    /// Who answers for leaving it, and why; then it does not count.
    suppression: Option<&'a Suppression>,
}

impl<'a> FindingRecord<'a> {
    /// Brings together what the run, the unit and the finding say.
    pub(super) fn new(run: &'a RunInfo, unit: &'a Unit, finding: &'a Finding) -> Self {
        let instance = &*finding.instance;
        let catalog: &Catalog = &run.catalog;
        let rule = &catalog.rules[instance.rule];
        let incident = catalog.incident_of(instance.rule);
        let span = instance.span;
        Self {
            incident: &incident.id,
            rule: &rule.id,
            severity: incident.severity,
            kind: instance.kind,
            message: &rule.message,
            reason: &instance.reason,
            title: &incident.title,
            url: &incident.url,
            repository: &unit.repository,
            revision: unit.revision.as_deref(),
            reference: unit.reference.as_deref(),
            commit: unit.commit.as_deref(),
            owner: finding.owner.as_deref(),
            path: &finding.path,
            blob: finding.file.blob.as_deref(),
            language: &instance.language,
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
            byte_start: span.bytes.start,
            byte_end: span.bytes.end,
            snippet: run.snippets.then_some(instance.snippet.as_str()),
            captures: instance
                .captures
                .iter()
                .map(|capture| CaptureRecord::new(capture, run.snippets))
                .collect(),
            enclosing: &instance.enclosing,
            fingerprint: finding.fingerprint.to_string(),
            match_key: instance.key.to_string(),
            line_hash: &instance.line_hash,
            suppression: finding.suppression.as_deref(),
        }
    }
}

/// What a unit is, as far as it is known before it is scanned.
#[derive(Serialize)]
pub(super) struct UnitRecord<'a> {
    repository: &'a str,
    url: Option<&'a str>,
    owner: Option<&'a str>,
    kind: UnitKind,
    revision: Option<&'a str>,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    commit: Option<&'a str>,
    commit_time: Option<String>,
    tree: Option<&'a str>,
    shallow: bool,
}

impl<'a> UnitRecord<'a> {
    /// Of this unit.
    pub(super) fn new(unit: &'a Unit) -> Self {
        Self {
            repository: &unit.repository,
            url: unit.url.as_deref(),
            owner: unit.owner.as_deref(),
            kind: unit.kind,
            revision: unit.revision.as_deref(),
            reference: unit.reference.as_deref(),
            commit: unit.commit.as_deref(),
            commit_time: unit.commit_time.and_then(super::number::utc),
            tree: unit.tree.as_deref(),
            shallow: unit.shallow,
        }
    }
}

/// What a ledger needs, in one piece: the unit, whether it was dirty, and the evidence proper.
#[derive(Serialize)]
pub(super) struct EvidenceRecord<'a> {
    #[serde(flatten)]
    unit: UnitRecord<'a>,
    dirty: Option<bool>,
    #[serde(flatten)]
    evidence: &'a Evidence,
}

impl<'a> EvidenceRecord<'a> {
    /// Of this unit.
    pub(super) fn new(unit: &'a Unit, summary: &'a UnitSummary) -> Self {
        Self {
            unit: UnitRecord::new(unit),
            dirty: summary.dirty,
            evidence: &summary.evidence,
        }
    }
}
