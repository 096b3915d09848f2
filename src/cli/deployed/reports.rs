//! Deployments brought together with reports that were written elsewhere.

use super::{Deployed, fact_of};
use crate::inventory::{Gap, GapKind, Inventory, same_repository};
use crate::model::ScanFact;

/// The lines of the deployments that a report recorded elsewhere may tell of, by what an inventory calls their revisions.
pub(crate) fn of_reports(inventory: &Inventory, scans: &[ScanFact]) -> Deployed {
    let mut all = Deployed {
        gaps: inventory.gaps.clone(),
        ..Deployed::default()
    };
    for deployment in &inventory.deployments {
        let mut fact = fact_of(deployment);
        for scan in scans.iter().filter(|scan| scan.unit.kind == "revision") {
            let (unit, called) = (
                &scan.unit,
                deployment.repository.as_deref().unwrap_or_default(),
            );
            let Some(commit) = unit.commit.as_ref() else {
                continue;
            };
            if !same_repository(called, &unit.repository, unit.url.as_deref()) {
                continue;
            }
            fact.repository = Some(unit.repository.clone());
            let is = |revision: &String| {
                let tag = unit
                    .reference
                    .as_deref()
                    .and_then(|name| name.strip_prefix("refs/tags/"));
                (revision.len() >= 7 && commit.starts_with(&revision.to_ascii_lowercase()))
                    || tag == Some(revision)
            };
            if deployment.revisions.iter().any(is) {
                fact.commits.push(commit.clone());
                if unit.reference.is_none() {
                    all.added.insert((unit.repository.clone(), commit.clone()));
                }
            }
        }
        fact.commits.sort();
        fact.commits.dedup();
        fact.decommissioned |= deployment.third_party && fact.repository.is_none();
        if fact.commits.len() < deployment.revisions.len() && !fact.decommissioned {
            fact.missing.clone_from(&deployment.revisions);
            let message = format!("no report is about {}", deployment.revisions.join(", "));
            all.gaps
                .push(Gap::new(GapKind::MissingRevision, &deployment.key, message));
        }
        all.facts.push(fact);
    }
    all
}
