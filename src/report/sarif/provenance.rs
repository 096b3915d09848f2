//! Which scan a run is, and of what.

use serde_sarif::sarif::{ArtifactLocation, RunAutomationDetails, VersionControlDetails};

use super::super::TOOL_NAME;
use super::{ROOT, absolute_uri, escape, ids, number, text};
use crate::model::{RunInfo, Unit};

/// The word that leaves `automationDetails` out, for those who set the category at upload.
const NO_CATEGORY: &str = "none";

/// `stampout/<selection>/<run>`. What stands before the last `/` is the category, under which a service replaces an
/// older scan by a newer one.
pub(super) fn automation(run: &RunInfo, unit: &Unit) -> Option<RunAutomationDetails> {
    let category = match run.sarif_category.as_deref() {
        Some(NO_CATEGORY) => return None,
        Some(category) => category.trim_end_matches('/').to_owned(),
        None => format!("{TOOL_NAME}/{}", run.selection),
    };
    let started = number::utc(run.started).unwrap_or_default();
    let title = unit.title();
    let id = format!("{category}/{started}-{}", ids::short_digest(&title));
    Some(RunAutomationDetails {
        guid: Some(ids::guid("run", &id)),
        correlation_guid: Some(ids::guid("category", &category)),
        description: Some(text(escape::message(&format!(
            "Scan of {title} for {}.",
            run.selection
        )))),
        id: Some(id),
        properties: None,
    })
}

/// The commit that was scanned, where the repository has an address.
pub(super) fn version_control(unit: &Unit) -> Option<Vec<VersionControlDetails>> {
    let uri = repository_uri(unit.url.as_deref()?)?;
    let mut details = VersionControlDetails::builder().repository_uri(uri).build();
    details.revision_id = unit.commit.clone();
    if let Some(reference) = &unit.reference {
        if reference.starts_with("refs/heads/") {
            details.branch = Some(reference.clone());
        }
        details.revision_tag = reference.strip_prefix("refs/tags/").map(str::to_owned);
    }
    details.as_of_time_utc = unit.commit_time.and_then(number::utc);
    let root = ArtifactLocation {
        uri_base_id: Some(ROOT.to_owned()),
        ..ArtifactLocation::default()
    };
    details.mapped_to = Some(root);
    Some(vec![details])
}

/// A clone address as a URI that viewers can build on: absolute, without `.git`.
fn repository_uri(url: &str) -> Option<String> {
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    if url.contains("://") {
        return absolute_uri(url);
    }
    // `git@host:acme/checkout`, as ssh takes it; a lone path is no address for others.
    let (host, path) = url.split_once(':')?;
    let is_host = host.len() > 1 && !host.contains('/');
    if is_host {
        absolute_uri(&format!("ssh://{host}/{}", path.trim_start_matches('/')))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::repository_uri;

    #[test]
    fn addresses_become_uris() {
        for (url, uri) in [
            (
                "https://git.example/acme/checkout.git",
                Some("https://git.example/acme/checkout"),
            ),
            (
                "https://git.example/acme/checkout/",
                Some("https://git.example/acme/checkout"),
            ),
            (
                "git@git.example:acme/checkout.git",
                Some("ssh://git@git.example/acme/checkout"),
            ),
            ("../checkout", None),
            ("https://git.example/a b", None),
        ] {
            assert_eq!(repository_uri(url).as_deref(), uri);
        }
    }
}
