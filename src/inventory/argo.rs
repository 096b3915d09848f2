//! Argo CD: `argocd app list -o json`, or `kubectl get applications -A -o json`.
//!
//! Trap: `status.sync.revision` is the commit of the repository that holds the manifests, not of the application. It is
//! never taken for one; what was built from where is told by the images' labels.

use serde_json::Value;

use super::gap::{Gap, GapKind};
use super::name;
use super::read::Records;
use super::record::{Record, Source};

/// Whether an object is an application of Argo CD.
pub(super) fn is(item: &Value) -> bool {
    let ours = item["apiVersion"]
        .as_str()
        .is_none_or(|api| api.starts_with("argoproj.io/"));
    ours && item["spec"]["destination"].is_object()
}

/// Reads one application.
pub(super) fn read(item: &Value, place: &str, records: &mut Records) {
    let Some(app) = item["metadata"]["name"].as_str() else {
        let message = "an application without a name";
        records.gaps.push(Gap::new(GapKind::Record, place, message));
        return;
    };
    let destination = &item["spec"]["destination"];
    let text = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let images: Vec<&str> = item["status"]["summary"]["images"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(name::reference)
        .collect();
    let source = &item["spec"]["source"];
    let source = if source.is_null() {
        &item["spec"]["sources"][0]
    } else {
        source
    };
    let manifests = text(&source["repoURL"]);
    let revision = text(&item["status"]["sync"]["revision"]);
    let remark = manifests.zip(revision).map(|(repository, revision)| {
        format!(
            "{revision} of {repository} is what Argo CD synced: the manifests, not the application"
        )
    });
    let deployed = item["status"]["history"].as_array();
    let deployed = deployed
        .and_then(|history| history.last())
        .and_then(|last| text(&last["deployedAt"]));
    let mut record = Record::new(place, Source::Desired);
    record.environment = text(&destination["namespace"]);
    record.cluster = text(&destination["name"]).filter(|name| name != "in-cluster");
    record.service = Some(app.to_owned());
    record.name = Some(app.to_owned());
    record.observed_at = deployed;
    record.components = vec![app.to_owned()];
    record.remark = remark;
    for image in &images {
        let mut record = record.clone();
        record.image = Some((*image).to_owned());
        if images.len() > 1 {
            record.name = Some(format!("{app}:{}", short(image)));
        }
        records.records.push(record);
    }
    if images.is_empty() {
        records.records.push(record);
    }
}

/// The last part of an image's name.
fn short(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    last.split(':').next().unwrap_or_default()
}
