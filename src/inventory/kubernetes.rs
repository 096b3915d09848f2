//! Kubernetes: `kubectl get deployments,statefulsets,daemonsets,cronjobs,pods -A -o json`.
//!
//! Traps: a workload says what should run, only a pod's status says by its digest what does; a pod's name says nothing,
//! its owner does; a namespace stands for the environment, and nothing in the answer names the cluster: `SITE=FILE`; a
//! pod may have containers that its workload does not know, put in by a service mesh.

use std::collections::BTreeMap;

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

/// What `kubectl get all` lists beside them, by group.
const RUNS_NOTHING: [(&str, &str); 2] = [
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("v1", "Service"),
];

/// The containers that each workload of a list has, by namespace and name: a pod's are named as its workload's.
#[derive(Default)]
pub(super) struct Templates(BTreeMap<(String, String), Vec<String>>);

impl Templates {
    pub(super) fn of(items: &[Value]) -> Self {
        let mut all = BTreeMap::new();
        for item in items {
            let known = WORKLOADS.iter().find(|(kind, _)| item["kind"] == *kind);
            let Some(((_, template), name)) = known.zip(item["metadata"]["name"].as_str()) else {
                continue;
            };
            let spec = item.pointer(template).unwrap_or(&Value::Null);
            let names = containers(spec).into_iter().map(own_name);
            all.insert((namespace(item), name.to_owned()), names.collect());
        }
        Self(all)
    }

    /// What a container is called that runs for a workload: the workload's only one by its name alone.
    fn name(&self, item: &Value, workload: &str, container: &Value, of: usize) -> String {
        let own = own_name(container);
        let alone = match self.0.get(&(namespace(item), workload.to_owned())) {
            Some(template) => *template == [own.as_str()],
            None => of == 1,
        };
        if alone {
            workload.to_owned()
        } else {
            format!("{workload}:{own}")
        }
    }
}

fn namespace(item: &Value) -> String {
    let name = item["metadata"]["namespace"].as_str();
    name.unwrap_or_default().to_owned()
}

fn own_name(container: &Value) -> String {
    container["name"].as_str().unwrap_or_default().to_owned()
}

/// Reads one object of the list.
pub(super) fn read(item: &Value, place: &str, records: &mut Records, templates: &Templates) {
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
            let workload = workload(metadata, own_name, owner);
            pod(item, &workload, place, records, templates);
        }
        return;
    }
    let api = item["apiVersion"].as_str().unwrap_or_default();
    if RUNS_NOTHING.contains(&(api.split('/').next().unwrap_or_default(), kind)) {
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
        let mut record = record(metadata, own_name, place);
        record.name = Some(templates.name(item, own_name, container, containers.len()));
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

fn pod(item: &Value, workload: &str, place: &str, records: &mut Records, templates: &Templates) {
    let containers = containers(&item["spec"]);
    let statuses = ["containerStatuses", "initContainerStatuses"];
    let statuses: Vec<&Value> = statuses
        .iter()
        .filter_map(|key| item["status"][*key].as_array())
        .flatten()
        .collect();
    for container in &containers {
        let mut record = record(&item["metadata"], workload, place);
        record.name = Some(templates.name(item, workload, container, containers.len()));
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

fn record(metadata: &Value, workload: &str, place: &str) -> Record {
    let mut record = Record::new(place, Source::Desired);
    let label = |key: &str| {
        let value = |part: &str| metadata[part][key].as_str();
        value("labels")
            .or_else(|| value("annotations"))
            .map(str::to_owned)
    };
    record.environment = metadata["namespace"].as_str().map(str::to_owned);
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
