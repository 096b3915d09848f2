//! Backstage: `catalog-info.yaml`, which says who owns a component and where its source is, not what runs.
//!
//! Traps: an id is `[kind:][namespace/]name`; a location's value holds colons of its own (`url:https://…`), so only the
//! first one separates.

use super::gap::{Gap, GapKind};
use super::read::Records;
use super::record::Component;
use super::yaml::{self, Node};

/// Reads the documents of a file.
pub(super) fn read(text: &str, file: &str, records: &mut Records) {
    let (documents, wrong) = yaml::documents(text);
    if documents.is_empty() && wrong.is_none() {
        records
            .gaps
            .push(Gap::new(GapKind::Record, file, "it holds no component"));
    }
    if let Some(wrong) = wrong {
        let message = format!("it is no YAML from there on: {wrong}");
        records.gaps.push(Gap::new(GapKind::Record, file, message));
    }
    for (line, document) in &documents {
        // An empty document says nothing.
        if matches!(document, Node::Text(text) if text.is_empty() || text == "~") {
            continue;
        }
        match document.text(&["kind"]) {
            Some("Component") => {
                component(document, &format!("{file}:{line}"), records);
            }
            // Systems, groups and the like own and hold components; what they hold tells it itself.
            Some(_) if document.text(&["apiVersion"]).is_some() => {}
            _ => {
                let message = "a document that is no entity of Backstage";
                let subject = format!("{file}:{line}");
                records
                    .gaps
                    .push(Gap::new(GapKind::Record, subject, message));
            }
        }
    }
}

fn component(document: &Node, place: &str, records: &mut Records) {
    let Some(name) = document.text(&["metadata", "name"]) else {
        let message = "a component without a name";
        records.gaps.push(Gap::new(GapKind::Record, place, message));
        return;
    };
    let annotation = |key: &str| document.text(&["metadata", "annotations", key]);
    let slug = |key: &str, host: &str| annotation(key).map(|slug| format!("https://{host}/{slug}"));
    let repository = annotation("backstage.io/source-location")
        .and_then(location)
        .or_else(|| slug("github.com/project-slug", "github.com"))
        .or_else(|| slug("gitlab.com/project-slug", "gitlab.com"))
        .or_else(|| annotation("backstage.io/managed-by-location").and_then(location));
    let ids = ["backstage.io/kubernetes-id", "argocd/app-name"];
    records.components.push(Component {
        place: place.to_owned(),
        name: name.to_owned(),
        ids: ids
            .into_iter()
            .filter_map(annotation)
            .map(str::to_owned)
            .collect(),
        repository,
        owner: document.text(&["spec", "owner"]).map(owner),
    });
}

/// The repository of a location: `url:https://git.example/acme/checkout/tree/main/` is its first part.
fn location(text: &str) -> Option<String> {
    let (kind, value) = text.split_once(':')?;
    if kind != "url" {
        return None;
    }
    let ends = [
        "/-/tree/",
        "/-/blob/",
        "/-/raw/",
        "/tree/",
        "/blob/",
        "/src/branch/",
    ];
    let end = ends.iter().filter_map(|end| value.find(end)).min();
    let value = end.map_or(value, |end| &value[..end]);
    Some(value.trim_end_matches('/').to_owned())
}

/// `group:default/team-pay` is `team-pay`; another namespace and another kind are kept.
fn owner(id: &str) -> String {
    let (kind, rest) = match id.split_once(':') {
        Some((kind, rest)) => (kind, rest),
        None => ("group", id),
    };
    let rest = rest.strip_prefix("default/").unwrap_or(rest);
    if kind.eq_ignore_ascii_case("group") {
        rest.to_owned()
    } else {
        format!("{kind}:{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::{location, owner};

    #[test]
    fn ids_and_locations() {
        let owners = [
            ("team-pay", "team-pay"),
            ("group:team-pay", "team-pay"),
            ("group:default/team-pay", "team-pay"),
            ("group:acme/team-pay", "acme/team-pay"),
            ("user:default/ada", "user:ada"),
        ];
        for (id, expected) in owners {
            assert_eq!(owner(id), expected);
        }
        let locations = [
            (
                "url:https://git.example/a/b",
                Some("https://git.example/a/b"),
            ),
            (
                "url:https://git.example:8443/a/b/tree/main/",
                Some("https://git.example:8443/a/b"),
            ),
            (
                "url:https://git.example/g/s/b/-/blob/main/catalog-info.yaml",
                Some("https://git.example/g/s/b"),
            ),
            ("dir:../other", None),
            ("nothing", None),
        ];
        for (text, expected) in locations {
            assert_eq!(location(text).as_deref(), expected, "{text}");
        }
    }
}
