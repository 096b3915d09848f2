//! Brings records together: what an image's labels, a catalogue and several tools say of one deployment.
//!
//! Invariant: for each field the surest source is taken, in the order of [`Source`]; whatever else was said differently
//! is told as a contradiction, with both places.

use std::collections::{BTreeMap, BTreeSet};

use super::gap::{Gap, GapKind};
use super::name::{self, address};
use super::read::Records;
use super::record::{Component, Image, Record, Source};
use super::weigh::{Said, Timed, revisions, surest};

/// A deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// Its key as one name: `prod/eu-1/checkout`.
    pub key: String,
    /// What it serves.
    pub service: Option<String>,
    /// `prod`, `staging`.
    pub environment: Option<String>,
    /// Where in the world.
    pub site: Option<String>,
    /// Which cluster.
    pub cluster: Option<String>,
    /// The repository, as the inventory calls it.
    pub repository: Option<String>,
    /// What was built: one revision, or several while one replaces another; by what the inventory calls them.
    pub revisions: Vec<String>,
    /// The image.
    pub image: Option<String>,
    /// Who runs it.
    pub owner: Option<String>,
    /// When somebody saw it so, RFC 3339.
    pub observed_at: Option<String>,
    /// Whether it is said to be no more.
    pub decommissioned: bool,
    /// Whether it is said to be built by others, so that there is nothing of ours to be looked at.
    pub third_party: bool,
    /// Whether equally sure sources say that it was built from different repositories; one is taken.
    pub ambiguous: bool,
    /// Files and places that tell of it.
    pub places: Vec<String>,
}

/// What runs where, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Sorted by key.
    pub deployments: Vec<Deployment>,
    /// What is missing or contradicts.
    pub gaps: Vec<Gap>,
    /// Owners that a catalogue names: repository as called, and owner.
    pub owners: Vec<(String, String)>,
}

/// What is said of one deployment.
#[derive(Default)]
struct Account {
    deployment: Deployment,
    repository: Vec<Timed>,
    revision: Vec<Timed>,
    owner: Vec<Timed>,
    decommissioned: Vec<(bool, Option<jiff::Timestamp>)>,
    remarks: BTreeSet<String>,
}

impl Inventory {
    /// Brings records together.
    pub fn of(records: &Records) -> Self {
        let mut gaps = records.gaps.clone();
        let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
        for record in &records.records {
            let account = accounts.entry(key(record)).or_default();
            account.take(record, records, &mut gaps);
        }
        let mut deployments = Vec::new();
        for (key, account) in accounts {
            deployments.push(account.settle(key, &mut gaps));
        }
        // Of an image that others built nobody needs the labels.
        let images = |third_party: bool| -> BTreeSet<&str> {
            let all = deployments
                .iter()
                .filter(|one| one.third_party == third_party);
            all.filter_map(|one: &Deployment| one.image.as_deref())
                .collect()
        };
        let (others, own) = (images(true), images(false));
        gaps.retain(|gap| {
            let image = gap.subject.as_str();
            gap.kind != GapKind::ImageWithoutLabels
                || !others.contains(image)
                || own.contains(image)
        });
        let owners = records.components.iter();
        let owners = owners.filter_map(|one| Some((one.repository.clone()?, one.owner.clone()?)));
        gaps.sort();
        gaps.dedup();
        Self {
            deployments,
            owners: owners.collect(),
            gaps,
        }
    }
}

/// The key of a deployment: environment, site, cluster and name, those that are known.
fn key(record: &Record) -> String {
    let environment = record.environment.as_deref().unwrap_or("unknown");
    let name = record.name.as_ref().or(record.service.as_ref());
    let parts = [
        Some(environment),
        record.site.as_deref(),
        record.cluster.as_deref(),
        name.map(String::as_str),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().map(name::part).collect();
    parts.join("/")
}

/// The image that a reference means, and whether by its digest.
fn image_of<'r>(reference: &str, images: &'r [Image]) -> Option<(&'r Image, bool)> {
    if let Some(digest) = name::digest(reference) {
        let found = images
            .iter()
            .find(|one| one.digests.iter().any(|known| known == digest));
        return found.map(|image| (image, true));
    }
    let named = |one: &&Image| one.references.iter().any(|known| known == reference);
    images.iter().find(named).map(|image| (image, false))
}

impl Account {
    fn take(&mut self, record: &Record, records: &Records, gaps: &mut Vec<Gap>) {
        let said = |value: &Option<String>, source: Source| {
            value
                .clone()
                .map(|value| (source, value, record.place.clone()))
        };
        let time = record.observed_at.as_ref().and_then(|at| at.parse().ok());
        let own = if record.source == Source::Line {
            Source::Line
        } else {
            record.source
        };
        let timed = |said: Option<Said>| said.map(|said| (said, time));
        self.repository.extend(timed(said(&record.repository, own)));
        self.revision.extend(timed(said(&record.revision, own)));
        self.owner.extend(timed(said(&record.owner, own)));
        self.decommissioned.push((record.decommissioned, time));
        self.remarks.extend(record.remark.clone());
        let one = &mut self.deployment;
        one.third_party |= record.third_party;
        let fill = |field: &mut Option<String>, value: &Option<String>| {
            if field.is_none() {
                field.clone_from(value);
            }
        };
        fill(&mut one.service, &record.service);
        fill(&mut one.environment, &record.environment);
        fill(&mut one.site, &record.site);
        fill(&mut one.cluster, &record.cluster);
        fill(&mut one.image, &record.image);
        // Written alike, later times are larger.
        one.observed_at = one.observed_at.take().max(record.observed_at.clone());
        one.places.push(record.place.clone());
        if let Some(reference) = &record.image {
            self.by_image(reference, record, records, time, gaps);
        }
        self.by_catalogue(record, &records.components, gaps);
    }

    fn by_image(
        &mut self,
        reference: &str,
        record: &Record,
        records: &Records,
        time: Option<jiff::Timestamp>,
        gaps: &mut Vec<Gap>,
    ) {
        let known = image_of(reference, &records.images);
        let complete =
            known.is_some_and(|(image, _)| image.repository.is_some() && image.revision.is_some());
        if !complete && (record.repository.is_none() || record.revision.is_none()) {
            let message = match known {
                None => "nobody told its labels: `skopeo inspect` does".to_owned(),
                Some((image, _)) => format!(
                    "its labels ({}) do not say from which repository and revision it was built",
                    image.place
                ),
            };
            gaps.push(Gap::new(GapKind::ImageWithoutLabels, reference, message));
        }
        let Some((image, by_digest)) = known else {
            return;
        };
        // A tag may have moved since; a digest in a manifest says what should run.
        let runs = matches!(record.source, Source::Running | Source::Line);
        let source = if by_digest && runs {
            Source::Running
        } else {
            Source::Desired
        };
        let said = |value: &Option<String>| {
            value
                .clone()
                .map(|value| (source, value, image.place.clone()))
        };
        let timed = |said: Option<Said>| said.map(|said| (said, time));
        self.repository.extend(timed(said(&image.repository)));
        self.revision.extend(timed(said(&image.revision)));
    }

    fn by_catalogue(&mut self, record: &Record, components: &[Component], gaps: &mut Vec<Gap>) {
        for id in &record.components {
            let by_id: Vec<&Component> = components
                .iter()
                .filter(|one| one.ids.contains(id))
                .collect();
            let found = if by_id.is_empty() {
                components.iter().filter(|one| one.name == *id).collect()
            } else {
                by_id
            };
            let Some(first) = found.first() else {
                continue;
            };
            let differs = |one: &&&Component| {
                (&one.repository, &one.owner) != (&first.repository, &first.owner)
            };
            if let Some(other) = found.iter().find(differs) {
                let message = format!(
                    "two components are meant: {} and {}",
                    first.place, other.place
                );
                gaps.push(Gap::new(GapKind::Contradiction, id, message));
                return;
            }
            let said = |value: &Option<String>| {
                let said = |value| (Source::Catalogue, value, first.place.clone());
                value.clone().map(|value| (said(value), None))
            };
            self.repository.extend(said(&first.repository));
            self.owner.extend(said(&first.owner));
            return;
        }
    }

    fn settle(mut self, key: String, gaps: &mut Vec<Gap>) -> Deployment {
        let same_repository = |a: &str, b: &str| {
            let (a, b) = (address(a), address(b));
            // A name alone is the end of an address.
            let ends = |long: &str, short: &str| {
                long.strip_suffix(short)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            };
            ends(&a, &b) || ends(&b, &a)
        };
        let mut one = std::mem::take(&mut self.deployment);
        let (repository, ambiguous) = surest(
            &mut self.repository,
            "repository",
            &key,
            same_repository,
            gaps,
        );
        (one.repository, one.ambiguous) = (repository, ambiguous);
        (one.owner, _) = surest(&mut self.owner, "owner", &key, |a, b| a == b, gaps);
        one.revisions = revisions(&mut self.revision, &key, gaps);
        self.decommissioned.sort_by_key(|(_, at)| *at);
        one.decommissioned = self.decommissioned.last().is_some_and(|(gone, _)| *gone);
        let contradicts = self
            .decommissioned
            .iter()
            .any(|(gone, _)| *gone != one.decommissioned);
        let untimed = self.decommissioned.iter().any(|(_, at)| at.is_none());
        if contradicts && untimed {
            // Better looked at once more than forgotten.
            one.decommissioned = false;
            let message = "it is said to be decommissioned, and to run";
            gaps.push(Gap::new(GapKind::Contradiction, &key, message));
        }
        one.places.sort();
        one.places.dedup();
        one.key = key;
        let is_others = one.third_party && one.repository.is_none();
        if !one.decommissioned && !is_others {
            let remark: Vec<String> = self.remarks.into_iter().collect();
            let remark = if remark.is_empty() {
                String::new()
            } else {
                format!(" ({})", remark.join("; "))
            };
            let image = one
                .image
                .as_deref()
                .map(|image| format!(", only that it is {image}"));
            let image = image.unwrap_or_default();
            if one.repository.is_none() {
                let message =
                    format!("nobody says from which repository it was built{image}{remark}");
                gaps.push(Gap::new(GapKind::NoRepository, &one.key, message));
            } else if one.revisions.is_empty() {
                let message =
                    format!("nobody says from which revision it was built{image}{remark}");
                gaps.push(Gap::new(GapKind::NoRevision, &one.key, message));
            }
        }
        one
    }
}
