//! Our own format: one deployment a line, as JSON. The key of a deployment is environment, site, cluster and name.
//!
//! ```json
//! {"service":"checkout","repo":"https://git.example/acme/checkout","revision":"<40 hex>","env":"prod","site":"eu-1","owner":"team-pay"}
//! ```
//! More keys are free; `repository`, `environment`, `commit` and `image` are read as the long forms of `repo`, `env`,
//! `revision` and `artifact`.

use serde_json::Value;

use super::gap::{Gap, GapKind};
use super::name;
use super::read::Records;
use super::record::{Record, Source};

/// Reads one line's object.
pub(super) fn read(value: &Value, place: &str, records: &mut Records) {
    let wrong = |message: String| Gap::new(GapKind::Record, place, message);
    let mut odd = None;
    let mut text = |keys: &[&str]| {
        keys.iter().find_map(|key| match &value[*key] {
            Value::Null => None,
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => {
                odd = Some(format!("`{key}` is not a text"));
                None
            }
        })
    };
    let mut record = Record::new(place, Source::Line);
    record.service = text(&["service"]);
    record.environment = text(&["environment", "env"]);
    record.site = text(&["site"]);
    record.cluster = text(&["cluster"]);
    record.name = text(&["deployment", "name"]);
    record.repository = text(&["repository", "repo"]);
    record.revision = text(&["revision", "commit"]);
    record.image = text(&["artifact", "image"]).map(|image| name::reference(&image).to_owned());
    record.owner = text(&["owner"]);
    record.observed_at = text(&["observed_at"]);
    let status = text(&["status"]);
    if let Some(odd) = odd {
        records.gaps.push(wrong(odd));
    }
    if record.service.is_none() && record.name.is_none() {
        let message = "it names no deployment: `service` or `deployment` is missing".to_owned();
        records.gaps.push(wrong(message));
        return;
    }
    if let Some(at) = &record.observed_at
        && at.parse::<jiff::Timestamp>().is_err()
    {
        records
            .gaps
            .push(wrong(format!("`observed_at` is no time: {at}")));
        record.observed_at = None;
    }
    match status.as_deref() {
        None | Some("deployed") => {}
        Some("decommissioned") => record.decommissioned = true,
        Some("third-party") => record.third_party = true,
        Some(other) => records.gaps.push(wrong(format!(
            "`status` is neither `deployed`, `decommissioned` nor `third-party`: {other}"
        ))),
    }
    record.components = [&record.service, &record.name]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    records.records.push(record);
}
