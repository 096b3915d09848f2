//! One finding as a SARIF result.

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactContent, Location, LogicalLocation, Message, PhysicalLocation, Region,
    Result as SarifResult, ResultKind, ResultLevel, Suppression as SarifSuppression,
};

use super::super::claim;
use super::{Profile, absolute_uri, bag, escape, location, rules, taxonomies, text};
use crate::model::{
    Capture, Finding, Frame, IN_SOURCE, Incident, Kind, RunInfo, Severity, Span, Suppression,
};

/// GitLab drops a result whose message is longer.
const MESSAGE_LIMIT: usize = 2_048;
/// GitHub refuses more locations than this on one result.
const LOCATION_LIMIT: usize = 999;

/// The result; `artifact` is the index of its file.
pub(super) fn result(
    run: &RunInfo,
    finding: &Finding,
    profile: Profile,
    artifact: Option<i64>,
) -> SarifResult {
    let instance = &*finding.instance;
    let rule = &run.catalog.rules[instance.rule];
    let incident = run.catalog.incident_of(instance.rule);
    let code = run.snippets && profile == Profile::Full;
    let mut result = SarifResult::builder()
        .message(message(run, finding, incident))
        .build();
    result.rule_id = Some(rule.id.clone());
    result.rule_index = Some(instance.rule as i64);
    (result.kind, result.level) = match instance.kind {
        Kind::Review => (Some(ResultKind::Review), Some(ResultLevel::None)),
        Kind::Fail => (Some(ResultKind::Fail), Some(level(incident.severity))),
    };
    result.rank = Some(rules::rank(incident.severity));
    let place = PhysicalLocation {
        artifact_location: Some(location(&finding.path, artifact)),
        region: Some(region(
            instance.span,
            code.then_some(instance.snippet.as_str()),
        )),
        context_region: if code {
            context(&instance.frame, instance.span)
        } else {
            None
        },
        ..PhysicalLocation::default()
    };
    result.locations = Some(vec![Location {
        physical_location: Some(place),
        logical_locations: logical(&instance.enclosing),
        ..Location::default()
    }]);
    if !instance.captures.is_empty() {
        let captures = instance.captures.iter().take(LOCATION_LIMIT).enumerate();
        result.related_locations = Some(
            captures
                .map(|(index, capture)| related(index, capture, finding, artifact, code))
                .collect(),
        );
    }
    result.partial_fingerprints = Some(
        [
            (
                "primaryLocationLineHash".to_owned(),
                instance.line_hash.clone(),
            ),
            ("stampout/v1".to_owned(), finding.fingerprint.to_string()),
        ]
        .into(),
    );
    result.taxa = Some(taxonomies::taxa(incident));
    // All results of a run have it or none does, so an empty list stands where there is no ticket.
    result.work_item_uris = Some(
        incident
            .tickets
            .iter()
            .filter_map(|ticket| absolute_uri(ticket))
            .collect(),
    );
    let mut pairs = properties(finding, incident, code);
    if profile == Profile::Full {
        // As above: an empty list says that nobody answers for it.
        let suppressions = finding
            .suppression
            .as_deref()
            .map(|said| suppression(said, finding, artifact));
        result.suppressions = Some(suppressions.into_iter().collect());
        pairs.push(("stampout/matchKey", json!(instance.key.to_string())));
        pairs.push(("stampout/language", json!(instance.language)));
    }
    result.properties = Some(bag(pairs));
    result
}

/// Only what holds is written: some readers take any entry for accepted.
fn suppression(said: &Suppression, finding: &Finding, artifact: Option<i64>) -> SarifSuppression {
    let in_source = said.kind == IN_SOURCE;
    let until = said.until.as_deref().map(|day| format!(", until {day}"));
    let (by, reason) = (&said.by, &said.reason);
    let justification = format!("{reason} ({by}{})", until.unwrap_or_default());
    let place = said.line.map(|line| Location {
        physical_location: Some(PhysicalLocation {
            artifact_location: Some(location(&finding.path, artifact)),
            region: Some(Region {
                start_line: Some(line.into()),
                ..Region::default()
            }),
            ..PhysicalLocation::default()
        }),
        ..Location::default()
    });
    SarifSuppression {
        guid: None,
        justification: Some(escape::message_within(&justification, MESSAGE_LIMIT)),
        kind: json!(if in_source { "inSource" } else { "external" }),
        location: place,
        properties: Some(bag(vec![("stampout/suppression", json!(said))])),
        status: Some(json!("accepted")),
    }
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low => ResultLevel::Note,
    }
}

/// The words are the pack's; code of the scanned repository stays out of messages.
fn message(run: &RunInfo, finding: &Finding, incident: &Incident) -> Message {
    let (what, id, title) = (claim(run, finding), &incident.id, &incident.title);
    let (before, after) = match finding.instance.kind {
        Kind::Fail => (format!("{what}, the bug of "), format!(": {title}.")),
        Kind::Review => (
            format!("Review: {what}. The bug is that of "),
            format!(": {title}."),
        ),
    };
    let plain = escape::message_within(&format!("{before}{id}{after}"), MESSAGE_LIMIT);
    let name = match absolute_uri(&incident.url) {
        Some(url) => format!("[{}]({})", braces(&escape::inline(id)), rules::link(&url)),
        None => braces(&escape::inline(id)),
    };
    let markdown = format!(
        "{}{name}{}",
        braces(&escape::inline(&before)),
        braces(&escape::inline(&after))
    );
    Message {
        text: Some(plain),
        // A cut text could end inside of a mark.
        markdown: (markdown.len() <= MESSAGE_LIMIT).then_some(markdown),
        ..Message::default()
    }
}

/// Braces mark placeholders in formatted messages too.
fn braces(text: &str) -> String {
    text.replace("\\{", "{{").replace("\\}", "}}")
}

/// Lines and columns, never bytes: a reader that sees a byte offset takes the file for binary.
fn region(span: Span, snippet: Option<&str>) -> Region {
    let line = span.line.max(1);
    let column = span.column.max(1);
    let end_line = span.end_line.max(line);
    let least = if end_line == line { column } else { 1 };
    Region {
        start_line: Some(line.into()),
        start_column: Some(column.into()),
        end_line: Some(end_line.into()),
        end_column: Some(span.end_column.max(least).into()),
        snippet: snippet.filter(|text| !text.is_empty()).map(content),
        ..Region::default()
    }
}

/// The lines around a finding, where they show more than the finding has.
fn context(frame: &Frame, span: Span) -> Option<Region> {
    let count = u32::try_from(frame.lines.len())
        .ok()
        .filter(|count| *count > 0)?;
    let first = frame.first_line.max(1);
    let last = first.saturating_add(count - 1);
    let covers = first <= span.line && span.end_line <= last;
    let shows_more = first < span.line || span.end_line < last;
    (covers && shows_more).then(|| Region {
        start_line: Some(first.into()),
        end_line: Some(last.into()),
        snippet: Some(content(&frame.lines.join("\n"))),
        ..Region::default()
    })
}

fn content(text: &str) -> ArtifactContent {
    ArtifactContent {
        text: Some(text.to_owned()),
        ..ArtifactContent::default()
    }
}

/// The definitions around a finding, as one name.
fn logical(enclosing: &[String]) -> Option<Vec<LogicalLocation>> {
    let name = enclosing.last()?;
    Some(vec![LogicalLocation {
        name: Some(name.clone()),
        fully_qualified_name: Some(enclosing.join(".")),
        ..LogicalLocation::default()
    }])
}

fn related(
    index: usize,
    capture: &Capture,
    finding: &Finding,
    artifact: Option<i64>,
    code: bool,
) -> Location {
    Location {
        id: Some(index as i64 + 1),
        message: Some(text(escape::message(&capture.name))),
        physical_location: Some(PhysicalLocation {
            artifact_location: Some(location(&finding.path, artifact)),
            region: Some(region(capture.span, code.then_some(capture.text.as_str()))),
            ..PhysicalLocation::default()
        }),
        ..Location::default()
    }
}

fn properties<'a>(
    finding: &Finding,
    incident: &Incident,
    code: bool,
) -> Vec<(&'a str, serde_json::Value)> {
    let instance = &*finding.instance;
    let bytes = instance.span.bytes;
    let mut pairs = vec![
        (
            "stampout/incident",
            json!({
                "id": incident.id,
                "url": incident.url,
                "severity": incident.severity,
                "title": incident.title,
            }),
        ),
        ("stampout/byteRange", json!([bytes.start, bytes.end])),
    ];
    if let Some(owner) = &finding.owner {
        pairs.push(("stampout/owner", json!(owner)));
    }
    if let Some(blob) = &finding.file.blob {
        pairs.push(("stampout/blob", json!(blob)));
    }
    if code && !instance.captures.is_empty() {
        let captures: Vec<_> = instance
            .captures
            .iter()
            .map(|capture| json!({"name": capture.name, "text": capture.text}))
            .collect();
        pairs.push(("stampout/captures", json!(captures)));
    }
    pairs
}
