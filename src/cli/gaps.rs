//! What the ledger's answers lack: gaps of the latest inventory, and those that follow from what is known.
//!
//! Invariant: a gap that was told by an inventory is told until a later inventory does not have it any more.

use std::collections::BTreeSet;

use crate::inventory::{Gap, GapKind};
use crate::ledger::{Brief, DEPLOYMENT, Deployed, GapFact, Ledger, LedgerError};
use crate::report::visible;

/// All gaps, sorted; those of findings of these alone. None without an inventory: then nothing is known of deployments,
/// and `coverage` says so.
pub(crate) fn of(ledger: &Ledger, briefs: &[Brief]) -> Result<Vec<GapFact>, LedgerError> {
    let deployments = ledger.deployments()?;
    let mut gaps: BTreeSet<GapFact> = ledger.inventory_gaps()?.into_iter().collect();
    if deployments.is_empty() {
        return Ok(gaps.into_iter().collect());
    }
    let mut deployed = BTreeSet::new();
    for one in deployments.iter().filter(|one| !one.fact.decommissioned) {
        deployed.extend(one.fact.repository.clone());
        if !one.is_current {
            let message =
                "the latest inventory does not name it; say `decommissioned` if it is no more";
            gaps.insert(gap_fact(&Gap::new(GapKind::Vanished, name(one), message)));
        }
    }
    for entry in briefs {
        if !deployed.contains(&*entry.repository) {
            gaps.insert(gap_fact(&not_deployed(&entry.repository)));
        }
        if entry.owner.is_none() && !entry.state.is_closed() {
            gaps.insert(gap_fact(&unowned(&entry.repository, &entry.path)));
        }
    }
    Ok(gaps.into_iter().collect())
}

/// A gap as the ledger takes it.
pub(crate) fn gap_fact(gap: &Gap) -> GapFact {
    GapFact {
        kind: gap.kind.word().to_owned(),
        subject: gap.subject.clone(),
        message: gap.message.clone(),
    }
}

/// A gap in a line.
pub(crate) fn line_of(gap: &GapFact) -> String {
    format!("{}: {}: {}", gap.kind, gap.subject, gap.message)
}

/// The gap of a repository with findings that nothing deploys.
pub(crate) fn not_deployed(repository: &str) -> Gap {
    let message = "it has findings, and no deployment of it is known";
    Gap::new(GapKind::NotDeployed, repository, message)
}

/// The gap of a path that nobody owns.
pub(crate) fn unowned(repository: &str, path: &str) -> Gap {
    let message = "neither CODEOWNERS nor the fleet file says who owns it";
    Gap::new(GapKind::Unowned, format!("{repository} {path}"), message)
}

/// `prod/eu-1/checkout`.
pub(crate) fn name(one: &Deployed) -> String {
    let line = &one.fact.line;
    line.strip_prefix(DEPLOYMENT).unwrap_or(line).to_owned()
}

/// The gaps, a line each.
pub(crate) fn text(gaps: &[GapFact]) -> String {
    if gaps.is_empty() {
        return String::new();
    }
    let lines = gaps
        .iter()
        .map(|gap| format!("  {}\n", visible(&line_of(gap))));
    format!("\ngaps\n{}", lines.collect::<String>())
}
