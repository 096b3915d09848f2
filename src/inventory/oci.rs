//! Labels of images: from `skopeo inspect`, `docker inspect`, `crane manifest`, or lines `{"image": …, "labels": {…}}`.
//!
//! Traps: labels without an image's name or digest lead nowhere; a revision that is empty or `unknown`, as build tools
//! write it where they know none, is none.

use serde_json::Value;

use super::gap::{Gap, GapKind};
use super::name;
use super::read::Records;
use super::record::Image;

const SOURCE: [&str; 2] = [
    "org.opencontainers.image.source",
    "org.label-schema.vcs-url",
];
const REVISION: [&str; 2] = [
    "org.opencontainers.image.revision",
    "org.label-schema.vcs-ref",
];

/// The labels of an object that describes an image.
fn labels(item: &Value) -> Option<&Value> {
    let ways = [
        "/Labels",
        "/labels",
        "/config/Labels",
        "/Config/Labels",
        "/annotations",
    ];
    let known = |labels: &&Value| labels.is_object();
    ways.iter().filter_map(|way| item.pointer(way)).find(known)
}

/// Whether an object describes an image.
pub(super) fn is(item: &Value) -> bool {
    let keys = ["RepoDigests", "Digest", "RootFS", "rootfs", "mediaType"];
    labels(item).is_some() || keys.iter().any(|key| !item[*key].is_null())
}

/// Reads one image.
pub(super) fn read(item: &Value, place: &str, records: &mut Records) {
    let text = |key: &str| item[key].as_str().filter(|text| !text.is_empty());
    let mut image = Image {
        place: place.to_owned(),
        ..Image::default()
    };
    let digest = text("Digest").or_else(|| text("digest"));
    for key in ["image", "Name", "name"] {
        if let Some(reference) = text(key).map(name::reference) {
            image.references.push(reference.to_owned());
            image
                .references
                .extend(digest.map(|digest| format!("{reference}@{digest}")));
        }
    }
    for key in ["RepoTags", "RepoDigests"] {
        let all = item[key]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        // What skopeo lists under `RepoTags` are all tags of the repository, not names of this image.
        let named = all.filter(|one| one.contains('/') || one.contains(':'));
        image
            .references
            .extend(named.map(|one| name::reference(one).to_owned()));
    }
    image.digests.extend(digest.map(str::to_owned));
    let more: Vec<String> = image
        .references
        .iter()
        .filter_map(|one| name::digest(one))
        .map(str::to_owned)
        .collect();
    image.digests.extend(more);
    image.digests.sort();
    image.digests.dedup();
    if image.references.is_empty() && image.digests.is_empty() {
        let message = "labels of an image that has neither name nor digest: nothing leads to them";
        records.gaps.push(Gap::new(GapKind::Record, place, message));
        return;
    }
    let label = |keys: &[&str]| {
        let labels = labels(item)?;
        let values = keys.iter().filter_map(|key| labels[*key].as_str());
        let known = |value: &&str| !matches!(value.trim(), "" | "unknown" | "null" | "none");
        values.map(str::trim).find(known).map(str::to_owned)
    };
    image.repository = label(&SOURCE);
    image.revision = label(&REVISION);
    records.images.push(image);
}
