//! SARIF, read: our own with its evidence, that of other tools as findings without any.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{ReadError, Told, seconds, shape};
use crate::model::{EvidenceFact, FindingFact, ScanFact, Suppression, UnitFact};

/// One fact a run.
pub(super) fn read(mut log: Value, observed: i64) -> Result<Told, ReadError> {
    match log.get("version").and_then(Value::as_str) {
        Some("2.1.0") => {}
        Some(version) => return Err(ReadError::Version(version.to_owned())),
        None => return Err(ReadError::Unknown),
    }
    let runs: Vec<Value> = serde_json::from_value(log["runs"].take()).map_err(shape("runs"))?;
    let mut told = Told::default();
    for (index, run) in runs.into_iter().enumerate() {
        let place = format!("runs[{index}]");
        let fact = fact(run, &place, observed, &mut told.notes)?;
        told.scans.push(fact);
    }
    Ok(told)
}

/// When a run began. Other tools write times without a zone, or none at all.
fn began(
    run: &Value,
    place: &str,
    observed: i64,
    notes: &mut Vec<String>,
) -> Result<i64, ReadError> {
    let own = text(run, "/tool/driver/name").as_deref() == Some(super::super::TOOL_NAME);
    let told = text(run, "/invocations/0/startTimeUtc");
    let read = seconds(told.as_deref(), observed);
    if own {
        return read;
    }
    let zoneless = told
        .as_deref()
        .and_then(|told| told.parse::<DateTime>().ok());
    let as_utc = zoneless.and_then(|time| time.to_zoned(TimeZone::UTC).ok());
    match (told, read, as_utc) {
        (Some(_), Ok(read), _) => Ok(read),
        (Some(told), Err(_), Some(time)) => {
            notes.push(format!(
                "{place}: it began `{told}`, without a zone: taken for UTC"
            ));
            Ok(time.timestamp().as_second())
        }
        (Some(told), ..) => {
            notes.push(format!(
                "{place}: it began `{told}`, which is no time: it counts as seen now"
            ));
            Ok(observed)
        }
        (None, ..) => {
            notes.push(format!(
                "{place}: it does not say when it began: it counts as seen now"
            ));
            Ok(observed)
        }
    }
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}

fn fact(
    mut run: Value,
    place: &str,
    observed: i64,
    notes: &mut Vec<String>,
) -> Result<ScanFact, ReadError> {
    let own = text(&run, "/tool/driver/name").as_deref() == Some(super::super::TOOL_NAME);
    let observed = began(&run, place, observed, notes)?;
    let mut properties = run["properties"].take();
    let evidence = properties["stampout/evidence"].take();
    let (unit, evidence) = if own && evidence.is_object() {
        let unit: UnitFact = serde_json::from_value(evidence.clone())
            .map_err(shape(format!("{place}.stampout/evidence")))?;
        let evidence: EvidenceFact = serde_json::from_value(evidence)
            .map_err(shape(format!("{place}.stampout/evidence")))?;
        (unit, Some(evidence))
    } else {
        (foreign_unit(&run, place)?, None)
    };
    let mut incidents: Vec<Value> = Vec::new();
    let mut findings = Vec::new();
    let results: Vec<Value> = match run["results"].take() {
        Value::Null => Vec::new(),
        results => serde_json::from_value(results).map_err(shape(format!("{place}.results")))?,
    };
    for (index, result) in results.iter().enumerate() {
        let place = format!("{place}.results[{index}]");
        let finding = finding(result, &unit).ok_or_else(|| ReadError::Shape {
            place,
            message: "it has no rule, place or fingerprint".to_owned(),
        })?;
        let told = &result["properties"]["stampout/incident"];
        if told.is_object() && !incidents.contains(told) {
            incidents.push(told.clone());
        }
        findings.push(finding);
    }
    // Incidents without a finding were asked for too.
    for id in evidence
        .iter()
        .flat_map(|evidence| &evidence.scope.incidents)
    {
        if !incidents
            .iter()
            .any(|incident| incident["id"] == id.as_str())
        {
            incidents.push(json!({ "id": id }));
        }
    }
    Ok(ScanFact {
        observed,
        complete: properties["stampout/complete"].as_bool().unwrap_or(false),
        unit,
        evidence,
        findings,
        incidents,
    })
}

/// The unit of a report without our evidence.
fn foreign_unit(run: &Value, place: &str) -> Result<UnitFact, ReadError> {
    let details = &run["versionControlProvenance"][0];
    let url = text(details, "/repositoryUri").ok_or_else(|| ReadError::Shape {
        place: place.to_owned(),
        message: "it names no repository (versionControlProvenance)".to_owned(),
    })?;
    let branch = text(details, "/branch");
    Ok(UnitFact {
        repository: url.clone(),
        url: Some(url),
        kind: "revision".to_owned(),
        revision: branch
            .as_deref()
            .map(|name| name.trim_start_matches("refs/heads/").to_owned()),
        reference: branch,
        commit: text(details, "/revisionId"),
        ..UnitFact::default()
    })
}

/// What a comment in the code said, as our own reports tell it.
fn in_source(result: &Value) -> Option<Suppression> {
    let all = result["suppressions"].as_array()?;
    let told = all.iter().find(|one| one["kind"] == "inSource")?;
    serde_json::from_value(told["properties"]["stampout/suppression"].clone()).ok()
}

fn finding(result: &Value, unit: &UnitFact) -> Option<FindingFact> {
    let rule = text(result, "/ruleId")?;
    let physical = result.pointer("/locations/0/physicalLocation")?;
    let uri = text(physical, "/artifactLocation/uri")?;
    let path = percent_encoding::percent_decode_str(&uri).collect::<Vec<u8>>();
    let path = crate::model::RepoPath::new(path).to_text().into_owned();
    let region = &physical["region"];
    let number = |name: &str| region[name].as_u64().and_then(|n| u32::try_from(n).ok());
    let line = number("startLine")?;
    let properties = &result["properties"];
    let bytes = &properties["stampout/byteRange"];
    let fingerprint = text(result, "/partialFingerprints/stampout~1v1").or_else(|| {
        let hash = text(result, "/partialFingerprints/primaryLocationLineHash")?;
        Some(format!("{}:{rule}:{path}:{hash}", unit.repository))
    })?;
    let incident = text(properties, "/stampout~1incident/id");
    let incident = incident.unwrap_or_else(|| {
        let (incident, _) = rule.split_once('.').unwrap_or((&rule, ""));
        incident.to_owned()
    });
    Some(FindingFact {
        fingerprint,
        match_key: text(properties, "/stampout~1matchKey"),
        incident,
        kind: text(result, "/kind").unwrap_or_else(|| "fail".to_owned()),
        line,
        column: number("startColumn").unwrap_or(1),
        end_line: number("endLine").unwrap_or(line),
        end_column: number("endColumn").unwrap_or(1),
        byte_start: bytes[0].as_u64().unwrap_or(0),
        byte_end: bytes[1].as_u64().unwrap_or(0),
        blob: text(properties, "/stampout~1blob"),
        owner: text(properties, "/stampout~1owner"),
        language: text(properties, "/stampout~1language").unwrap_or_default(),
        severity: text(properties, "/stampout~1incident/severity").unwrap_or_default(),
        message: text(result, "/message/text").unwrap_or_default(),
        snippet: text(region, "/snippet/text"),
        suppression: in_source(result),
        path,
        rule,
    })
}
