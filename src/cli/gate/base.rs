//! The base of a change: in each repository the commit where what is scanned left it, scanned too.

use std::path::Path;

use super::super::args::{Global, ReportArgs};
use super::super::run::{self, Plan};
use super::super::scan::stopped;
use super::super::targets::{Target, Targets};
use super::super::{Exit, keep, say};
use crate::model::ScanFact;
use crate::rule::RuleSet;
use crate::source::What;

/// In each repository, the commit where what is scanned left the base.
pub(crate) fn base_targets(base: &str, found: &Targets) -> Result<Targets, Exit> {
    let mut targets = Targets::default();
    for target in &found.targets {
        let repository = &target.repository;
        let resolved = repository.resolve(&[base.to_owned()]);
        resolved.problems.iter().for_each(say::problem);
        let [revision] = resolved.revisions.as_slice() else {
            if resolved.problems.is_empty() {
                say::error(
                    &format!("{}: `{base}` is not one revision", repository.name),
                    "",
                );
            }
            return Err(Exit::Usage);
        };
        let fail = |error: crate::source::SourceError| {
            say::error(&format!("{}: {error}", repository.name), error.hint());
            Exit::Usage
        };
        let mut whats = Vec::new();
        for what in &target.whats {
            let head = match what {
                What::Revision(revision) => Some(revision.commit.clone()),
                What::WorkTree => repository.head().map_err(fail)?.map(|head| head.commit),
                What::Folder => None,
            };
            let parted = match head {
                Some(head) => repository
                    .merge_base(&revision.commit, &head)
                    .map_err(fail)?,
                None => None,
            };
            let commit = parted.unwrap_or_else(|| {
                let message = format!(
                    "{}: the history does not show where it left `{base}`: its tip is compared",
                    repository.name
                );
                say::warning(&message, "fetch the history: a shallow clone cuts it off");
                revision.commit.clone()
            });
            let revision = repository.commit(&commit).map_err(fail)?;
            if !whats.contains(&What::Revision(revision.clone())) {
                whats.push(What::Revision(revision));
            }
        }
        targets.targets.push(Target {
            repository: repository.clone(),
            whats,
        });
    }
    Ok(targets)
}

/// Scans the base without a word.
pub(crate) fn base_scan(
    plan: &Plan<'_>,
    rules: &RuleSet,
    targets: Targets,
    spool: &Path,
) -> Result<Vec<ScanFact>, Exit> {
    let report = ReportArgs {
        format: "text".to_owned(),
        no_snippets: plan.report.no_snippets,
        ..ReportArgs::default()
    };
    let global = Global {
        quiet: true,
        verbose: false,
        no_progress: true,
        ..plan.global.clone()
    };
    let plan = Plan {
        report: &report,
        global: &global,
        cache: plan.cache.clone(),
        selection: plan.selection.clone(),
        spool: Some(spool),
        hits: None,
        answered: None,
        ..*plan
    };
    run::attempt(&plan, rules, targets).map_err(stopped)?;
    keep::read(spool).ok_or(Exit::Usage)
}
