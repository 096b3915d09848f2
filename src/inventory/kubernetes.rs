//! Kubernetes: `kubectl get deployments,statefulsets,daemonsets,cronjobs,pods -A -o json`.
//!
//! Traps: a workload says what should run, only a pod's status says by its digest what does; a pod's name says nothing,
//! its owner does; a namespace stands for the environment, and nothing in the answer names the cluster: `SITE=FILE`.

use serde_json::Value;

use super::gap::{Gap, GapKind};
use super::name;
use super::read::Records;
use super::record::{Record, Source};

/// Workloads and where their pods' template is.
const WORKLOADS: [(&str, &str); 7] = [
    ("CronJob", "/spec/jobTemplate/spec/template/spec"),
    ("DaemonSet", "/spec/template/spec"),
    ("Deployment", "/spec/template/spec"),
    ("Job", "/spec/template/spec"),
    ("ReplicaSet", "/spec/template/spec"),
    ("ReplicationController", "/spec/template/spec"),
    ("StatefulSet", "/spec/template/spec"),
];

/// Reads one object of the list.
pub(super) fn read(item: &Value, place: &str, records: &mut Records) {
    let kind = item["kind"].as_str().unwrap_or_default();
    let metadata = &item["metadata"];
    let Some(own_name) = metadata["name"].as_str() else {
        let message = format!("a {kind} without a name");
        records.gaps.push(Gap::new(GapKind::Record, place, message));
        return;
    };
    let owner = &metadata["ownerReferences"][0];
    let owner = owner["kind"].as_str().zip(owner["name"].as_str());
    if kind == "Pod" {
        // What has ended does not run.
        if !matches!(
            item["status"]["phase"].as_str(),
            Some("Succeeded" | "Failed")
        ) {
            pod(item, &workload(metadata, own_name, owner), place, records);
        }
        return;
    }
    let Some((_, template)) = WORKLOADS.iter().find(|(known, _)| *known == kind) else {
        let message = format!("a {kind} is no workload");
        records.gaps.push(Gap::new(GapKind::Record, place, message));
        return;
    };
    // What another workload made is told by that one.
    if owner.is_some() {
        return;
    }
    let spec = item.pointer(template).unwrap_or(&Value::Null);
    let containers = containers(spec);
    for container in &containers {
        let mut record = record(metadata, own_name, container, containers.len(), place);
        record.source = Source::Desired;
        record.image = container["image"]
            .as_str()
            .map(|image| name::reference(image).to_owned());
        records.records.push(record);
    }
    if containers.is_empty() {
        let message = format!("the {kind} {own_name} has no container");
        records.gaps.push(Gap::new(GapKind::Record, place, message));
    }
}

fn containers(spec: &Value) -> Vec<&Value> {
    let lists = ["containers", "initContainers"].map(|key| spec[key].as_array());
    lists.into_iter().flatten().flatten().collect()
}

fn pod(item: &Value, workload: &str, place: &str, records: &mut Records) {
    let containers = containers(&item["spec"]);
    let statuses = ["containerStatuses", "initContainerStatuses"];
    let statuses: Vec<&Value> = statuses
        .iter()
        .filter_map(|key| item["status"][*key].as_array())
        .flatten()
        .collect();
    for container in &containers {
        let mut record = record(
            &item["metadata"],
            workload,
            container,
            containers.len(),
            place,
        );
        let status = statuses
            .iter()
            .find(|status| status["name"] == container["name"]);
        let id = status.and_then(|status| status["imageID"].as_str());
        let id = id.filter(|id| !id.is_empty()).map(name::reference);
        record.source = if id.is_some() {
            Source::Running
        } else {
            Source::Desired
        };
        let image = container["image"].as_str().map(name::reference);
        record.image = match (id, image) {
            // Some runtimes give the digest alone.
            (Some(id), Some(image)) if !id.contains('@') => Some(format!(
                "{}@{id}",
                image.split('@').next().unwrap_or_default()
            )),
            (Some(id), _) => Some(id.to_owned()),
            (None, image) => image.map(str::to_owned),
        };
        records.records.push(record);
    }
}

/// The workload that a pod belongs to, by the pod's owner.
fn workload(metadata: &Value, pod: &str, owner: Option<(&str, &str)>) -> String {
    let hash = metadata["labels"]["pod-template-hash"].as_str();
    match owner {
        Some(("ReplicaSet", name)) => {
            let bare = hash.and_then(|hash| name.strip_suffix(hash)?.strip_suffix('-'));
            bare.unwrap_or(name).to_owned()
        }
        Some(("Job", name)) => match name.rsplit_once('-') {
            // A cron job's jobs are named for their time.
            Some((bare, time)) if time.len() >= 8 && time.bytes().all(|b| b.is_ascii_digit()) => {
                bare.to_owned()
            }
            _ => name.to_owned(),
        },
        Some((_, name)) => name.to_owned(),
        None => pod.to_owned(),
    }
}

fn record(metadata: &Value, workload: &str, container: &Value, of: usize, place: &str) -> Record {
    let mut record = Record::new(place, Source::Desired);
    let label = |key: &str| {
        let value = |part: &str| metadata[part][key].as_str();
        value("labels")
            .or_else(|| value("annotations"))
            .map(str::to_owned)
    };
    record.environment = metadata["namespace"].as_str().map(str::to_owned);
    let own = container["name"].as_str().unwrap_or_default();
    record.name = Some(if of > 1 {
        format!("{workload}:{own}")
    } else {
        workload.to_owned()
    });
    record.service = label("app.kubernetes.io/name")
        .or_else(|| label("app"))
        .or_else(|| Some(workload.to_owned()));
    let ids = [
        label("backstage.io/kubernetes-id"),
        record.service.clone(),
        Some(workload.to_owned()),
    ];
    record.components = ids.into_iter().flatten().collect();
    record
}
