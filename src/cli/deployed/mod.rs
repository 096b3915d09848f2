//! `scan --deployed`: from what an inventory says to revisions that are scanned, and to the lines of deployments.
//!
//! Invariants: exactly the deployed revisions are added, each once; whatever cannot be brought together with a
//! repository or a commit is a gap; what runs and cannot be scanned makes the scan incomplete. Not so what `--owner`
//! leaves out, what is no more, and what others built, as an inventory says.

mod files;
mod reports;

use std::collections::{BTreeMap, BTreeSet};

use super::gaps::{gap_fact, line_of, not_deployed, unowned};
use super::say;
use super::targets::Targets;
use crate::inventory::{Deployment, Gap, GapKind, Inventory, same_repository};
use crate::ledger::{DEPLOYMENT, DeploymentFact, GapFact};
use crate::model::{Problem, ProblemKind, ScanFact};
use crate::source::{Place, What};

pub(crate) use files::read;
pub(crate) use reports::of_reports;

/// Gaps of one kind that are told without `--verbose`.
const TOLD: usize = 20;
/// Deployments that an error names.
const NAMED: usize = 5;

/// Deployments, brought together with the repositories of a scan.
#[derive(Default)]
pub(crate) struct Deployed {
    /// As the ledger takes them.
    pub(crate) facts: Vec<DeploymentFact>,
    /// What is missing.
    pub(crate) gaps: Vec<Gap>,
    /// Repository and commit, where nothing but a deployment led there.
    added: BTreeSet<(String, String)>,
    /// Why deployments could not be scanned, each with its key, but for those whose revision is missing.
    unscanned: Vec<(Unscanned, String)>,
    /// Deployments that others built.
    third_party: u64,
}

/// Why a deployment cannot be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unscanned {
    NoRepository,
    UnknownRepository,
    Ambiguous,
    NoRevision,
}

impl Unscanned {
    fn phrase(self) -> &'static str {
        match self {
            Self::NoRepository => "from no known repository",
            Self::UnknownRepository => "of a repository that this scan does not have",
            Self::Ambiguous => "said to be built from different repositories",
            Self::NoRevision => "at no known revision",
        }
    }
}

impl Deployed {
    /// Adds the deployed revisions to what is scanned; `owners` are those whose deployments were asked for, none: all.
    pub(crate) fn add(inventory: &Inventory, found: &mut Targets, owners: &[String]) -> Self {
        let mut all = Self {
            gaps: inventory.gaps.clone(),
            ..Self::default()
        };
        for target in &mut found.targets {
            let repository = &mut target.repository;
            if repository.owner.is_none() {
                let url = repository.url.as_deref();
                let named = inventory.owners.iter();
                let mut named =
                    named.filter(|(called, _)| same_repository(called, &repository.name, url));
                repository.owner = named.next().map(|(_, owner)| owner.clone());
            }
        }
        // A revision of a repository is looked up once.
        let mut known: BTreeMap<(usize, String), Option<String>> = BTreeMap::new();
        for deployment in &inventory.deployments {
            let mut fact = fact_of(deployment);
            let index = all.target(deployment, found);
            let is_asked = owners.is_empty()
                || deployment
                    .owner
                    .as_ref()
                    .is_none_or(|one| owners.contains(one));
            if is_asked && !deployment.decommissioned {
                all.look_for(deployment, index, found);
            }
            // What others built counts as little as what is no more.
            fact.decommissioned |= deployment.third_party && index.is_none();
            if let Some(index) = index {
                fact.repository = Some(found.targets[index].repository.name.clone());
                for revision in &deployment.revisions {
                    if deployment.decommissioned {
                        continue;
                    }
                    let commit = known
                        .entry((index, revision.clone()))
                        .or_insert_with(|| all.revision(index, revision, deployment, found));
                    match commit {
                        Some(commit) => fact.commits.push(commit.clone()),
                        None => fact.missing.push(revision.clone()),
                    }
                }
                fact.commits.sort();
                fact.commits.dedup();
            }
            all.facts.push(fact);
        }
        all.gaps.sort();
        all.gaps.dedup();
        found.problems.extend(all.unscanned());
        let unread = |gap: &&Gap| gap.kind == GapKind::Record;
        match all.gaps.iter().filter(unread).count() {
            0 => {}
            // What a record that cannot be read deploys was not scanned.
            count => found.problems.push(Problem {
                kind: ProblemKind::Source,
                repository: None,
                message: format!("what the inventory says cannot all be read: {count} faults"),
                hint: "correct them, or leave out what is no deployment: the gaps below name them; -v names all".to_owned(),
            }),
        }
        all
    }

    /// The repository of a deployment among those of the scan.
    fn target(&mut self, deployment: &Deployment, found: &Targets) -> Option<usize> {
        let called = deployment.repository.as_deref()?;
        let same = |index: &usize| {
            let repository = &found.targets[*index].repository;
            repository.place() != Place::Folder
                && same_repository(called, &repository.name, repository.url.as_deref())
        };
        let same: Vec<usize> = (0..found.targets.len()).filter(same).collect();
        if let [one] = same.as_slice() {
            if deployment.third_party {
                let message = format!("it is said to be a third party's, and built from {called}");
                let gap = Gap::new(GapKind::Contradiction, &deployment.key, message);
                self.gaps.push(gap);
            }
            return Some(*one);
        }
        let is_left_out = is_left_out(called, found);
        if !deployment.decommissioned && !deployment.third_party && !is_left_out {
            let message = if same.is_empty() {
                format!("{called} is not among the repositories of this scan")
            } else {
                format!(
                    "{called} may be each of {} repositories of this scan",
                    same.len()
                )
            };
            self.gaps.push(Gap::new(
                GapKind::UnknownRepository,
                &deployment.key,
                message,
            ));
        }
        None
    }

    /// Notes why nothing of a deployment can be scanned, if that is so.
    fn look_for(&mut self, deployment: &Deployment, index: Option<usize>, found: &Targets) {
        let is_others = deployment.third_party && index.is_none();
        let why = match (&deployment.repository, index) {
            _ if is_others => {
                self.third_party += 1;
                return;
            }
            (None, _) => Unscanned::NoRepository,
            (Some(called), None) if is_left_out(called, found) => return,
            (Some(_), None) => Unscanned::UnknownRepository,
            _ if deployment.revisions.is_empty() => Unscanned::NoRevision,
            _ if deployment.ambiguous => Unscanned::Ambiguous,
            _ => return,
        };
        self.unscanned.push((why, deployment.key.clone()));
    }

    /// What runs and could not be scanned was not looked at.
    fn unscanned(&self) -> Option<Problem> {
        let mut counts: BTreeMap<Unscanned, usize> = BTreeMap::new();
        for (why, _) in &self.unscanned {
            *counts.entry(*why).or_default() += 1;
        }
        let all = self.unscanned.len();
        let (s, run) = if all == 1 { ("", "runs") } else { ("s", "run") };
        let why: Vec<String> = counts
            .into_iter()
            .map(|(why, count)| match count == all {
                true => why.phrase().to_owned(),
                false => format!("{count} {}", why.phrase()),
            })
            .collect();
        let mut names: Vec<&str> = self.unscanned.iter().map(|(_, key)| key.as_str()).collect();
        let more = format!("{} more", all.saturating_sub(NAMED));
        if all > NAMED {
            names.truncate(NAMED);
            names.push(&more);
        }
        (all > 0).then(|| Problem {
            kind: ProblemKind::Source,
            repository: None,
            message: format!(
                "{all} deployment{s} {run} and could not be scanned, {}: {}",
                why.join(", "),
                names.join(", ")
            ),
            hint: "complete the fleet or the inventory; a line with \"status\":\"third-party\" says what others built".to_owned(),
        })
    }

    /// The commit of a revision, which is scanned from now on; `None` if the repository lacks it.
    fn revision(
        &mut self,
        index: usize,
        revision: &str,
        deployment: &Deployment,
        found: &mut Targets,
    ) -> Option<String> {
        let target = &mut found.targets[index];
        let resolved = target.repository.resolve(&[revision.to_owned()]);
        let [found_one] = resolved.revisions.as_slice() else {
            let why = resolved.problems.first().map_or_else(
                || format!("`{revision}` is not one revision"),
                |problem| problem.message.clone(),
            );
            let name = target.repository.name.clone();
            let message = format!("{name}: {why}");
            self.gaps
                .push(Gap::new(GapKind::MissingRevision, &deployment.key, message));
            found.problems.push(Problem {
                kind: ProblemKind::Source,
                repository: Some(name),
                message: format!("{} runs a revision that is not here: {why}", deployment.key),
                hint: format!("fetch it: `git fetch origin {revision}`"),
            });
            return None;
        };
        let commit = found_one.commit.clone();
        let same = |what: &What| matches!(what, What::Revision(other) if other.commit == commit);
        if !target.whats.iter().any(same) {
            let mut one = found_one.clone();
            // The tag that led there is no line to be watched: the deployment is.
            one.reference = None;
            one.name.clone_from(&commit);
            target.whats.push(What::Revision(one));
            self.added
                .insert((target.repository.name.clone(), commit.clone()));
        }
        Some(commit)
    }

    /// The scans with the lines that deployments stand for.
    pub(crate) fn on_lines(&self, scans: Vec<ScanFact>) -> Vec<ScanFact> {
        let mut all = Vec::new();
        for scan in scans {
            let name = &scan.unit.repository;
            let commit = scan
                .unit
                .commit
                .clone()
                .filter(|_| scan.unit.kind == "revision");
            let Some(commit) = commit else {
                all.push(scan);
                continue;
            };
            for fact in &self.facts {
                if fact.repository.as_ref() == Some(name) && fact.commits.contains(&commit) {
                    let mut deployed = scan.clone();
                    deployed.unit.reference = Some(fact.line.clone());
                    all.push(deployed);
                }
            }
            if !self.added.contains(&(name.clone(), commit)) {
                all.push(scan);
            }
        }
        all
    }

    /// Adds what the scan itself shows to be missing: repositories with findings that nothing deploys, paths that nobody
    /// owns.
    pub(crate) fn look_at(&mut self, scans: &[ScanFact]) {
        let deployed: BTreeSet<&str> = self
            .facts
            .iter()
            .filter(|fact| !fact.decommissioned)
            .filter_map(|fact| fact.repository.as_deref())
            .collect();
        let mut gaps = BTreeSet::new();
        for scan in scans {
            let name = scan.unit.repository.as_str();
            if !scan.findings.is_empty() && !deployed.contains(name) {
                gaps.insert(not_deployed(name));
            }
            for finding in scan
                .findings
                .iter()
                .filter(|finding| finding.owner.is_none())
            {
                gaps.insert(unowned(name, &finding.path));
            }
        }
        self.gaps.extend(gaps);
    }

    /// The gaps as the ledger takes them: those that no later question can find out by itself.
    pub(crate) fn gap_facts(&self) -> Vec<GapFact> {
        let lasting = |gap: &&Gap| !matches!(gap.kind, GapKind::NotDeployed | GapKind::Unowned);
        self.gaps.iter().filter(lasting).map(gap_fact).collect()
    }

    /// Says what is missing.
    pub(crate) fn tell(&self, verbose: bool) {
        if self.third_party > 0 {
            let s = if self.third_party == 1 { "" } else { "s" };
            say::note(&format!(
                "{} deployment{s} of third parties, as the inventory says: not scanned",
                self.third_party
            ));
        }
        let mut counts: BTreeMap<GapKind, usize> = BTreeMap::new();
        for gap in &self.gaps {
            let count = counts.entry(gap.kind).or_default();
            *count += 1;
            // What the mirror lacks was said as an error.
            if (verbose || *count <= TOLD) && gap.kind != GapKind::MissingRevision {
                say::note(&format!("gap: {}", line_of(&gap_fact(gap))));
            }
        }
        for (kind, count) in counts
            .iter()
            .filter(|(_, count)| **count > TOLD && !verbose)
        {
            say::note(&format!(
                "gap: {}: {} more: -v lists them",
                kind.word(),
                count - TOLD
            ));
        }
    }
}

/// Whether a repository is in the fleet, and of another owner than those that were asked for.
fn is_left_out(called: &str, found: &Targets) -> bool {
    let mut all = found.left_out.iter();
    all.any(|one| same_repository(called, &one.name, one.url.as_deref()))
}

fn fact_of(deployment: &Deployment) -> DeploymentFact {
    DeploymentFact {
        line: format!("{DEPLOYMENT}{}", deployment.key),
        called: deployment.repository.clone(),
        revisions: deployment.revisions.clone(),
        service: deployment.service.clone(),
        environment: deployment.environment.clone(),
        site: deployment.site.clone(),
        owner: deployment.owner.clone(),
        decommissioned: deployment.decommissioned,
        ..DeploymentFact::default()
    }
}
