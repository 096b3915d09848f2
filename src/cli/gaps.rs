//! What the ledger's answers lack: gaps of the latest inventory, and those that follow from what is known.
//!
//! Invariant: a gap that was told by an inventory is told until a later inventory does not have it any more.

use std::collections::BTreeSet;

use super::deployed::{line_of, not_deployed, unowned};
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
    let fact = |gap: Gap| GapFact {
        kind: gap.kind.word().to_owned(),
        subject: gap.subject,
        message: gap.message,
    };
    let mut deployed = BTreeSet::new();
    for one in deployments.iter().filter(|one| !one.fact.decommissioned) {
        deployed.extend(one.fact.repository.clone());
        if !one.is_current {
            let message =
                "the latest inventory does not name it; say `decommissioned` if it is no more";
            gaps.insert(fact(Gap::new(GapKind::Vanished, name(one), message)));
        }
    }
    for entry in briefs {
        if !deployed.contains(&*entry.repository) {
            gaps.insert(fact(not_deployed(&entry.repository)));
        }
        if entry.owner.is_none() && !entry.state.is_closed() {
            gaps.insert(fact(unowned(&entry.repository, &entry.path)));
        }
    }
    Ok(gaps.into_iter().collect())
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
