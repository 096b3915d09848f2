//! The JSON report, read.

use serde::Deserialize;
use serde_json::Value;

use super::{ReadError, seconds, shape};
use crate::model::{EvidenceFact, FindingFact, IN_SOURCE, ScanFact, UnitFact};

#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    started: Option<String>,
    #[serde(default)]
    incidents: Vec<Value>,
}

#[derive(Deserialize)]
struct Tail {
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    findings: Vec<FindingFact>,
    #[serde(default)]
    evidence: Option<Value>,
}

/// The units.
pub(super) fn read(mut report: Value, observed: i64) -> Result<Vec<ScanFact>, ReadError> {
    match report.get("version") {
        Some(version) if *version == super::super::record::VERSION => {}
        Some(version) => return Err(ReadError::Version(version.to_string())),
        None => return Err(ReadError::Unknown),
    }
    let run: Run = serde_json::from_value(report["run"].take()).map_err(shape("run"))?;
    let observed = seconds(run.started.as_deref(), observed)?;
    let units: Vec<Value> =
        serde_json::from_value(report["units"].take()).map_err(shape("units"))?;
    let mut facts = Vec::with_capacity(units.len());
    for (index, unit) in units.into_iter().enumerate() {
        let place = format!("units[{index}]");
        let tail: Tail = serde_json::from_value(unit.clone()).map_err(shape(&place))?;
        let mut identity: UnitFact = serde_json::from_value(unit).map_err(shape(&place))?;
        let evidence = tail.evidence.map(|value| {
            identity.dirty = value.get("dirty").and_then(Value::as_bool);
            serde_json::from_value::<EvidenceFact>(value)
        });
        let asked = |incident: &&Value| {
            let id = incident.get("id").and_then(Value::as_str);
            id.is_some()
        };
        let mut findings = tail.findings;
        for finding in &mut findings {
            finding.suppression = finding
                .suppression
                .take()
                .filter(|one| one.kind == IN_SOURCE);
        }
        facts.push(ScanFact {
            observed,
            complete: tail.complete,
            unit: identity,
            evidence: evidence
                .transpose()
                .map_err(shape(format!("{place}.evidence")))?,
            findings,
            incidents: run.incidents.iter().filter(asked).cloned().collect(),
        });
    }
    Ok(facts)
}
