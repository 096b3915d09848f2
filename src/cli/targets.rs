//! What is to be scanned: repositories, and of each the revisions, the work tree or the folder.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use super::args::{Global, SourceArgs};
use super::config::Config;
use super::say;
use crate::model::{Problem, ProblemKind, nearest};
use crate::source::{self, Fleet, FleetEntry, FleetRepository, Place, Repository, What};

/// A repository and what of it is scanned.
pub(crate) struct Target {
    /// The repository.
    pub(crate) repository: Repository,
    /// In the order of the report.
    pub(crate) whats: Vec<What>,
}

/// Everything that is to be scanned.
#[derive(Default)]
pub(crate) struct Targets {
    /// Sorted by the repository's name.
    pub(crate) targets: Vec<Target>,
    /// What could not be reached.
    pub(crate) problems: Vec<Problem>,
    /// Repositories of the fleet that `--owner` leaves out.
    pub(crate) left_out: Vec<FleetEntry>,
    /// Parts of repositories that the paths name, for the selection in SARIF.
    pub(crate) paths: Vec<String>,
}

/// What a fleet file names.
pub(crate) struct FleetFound {
    pub(crate) repositories: Vec<FleetRepository>,
    pub(crate) problems: Vec<Problem>,
    /// Repositories of other owners than those that were asked for.
    pub(crate) left_out: Vec<FleetEntry>,
}

/// Reads a fleet file and opens the repositories of some owners (none: of all); `None` if the file is wrong, or knows
/// none of the owners, which has been said.
pub(crate) fn fleet(path: &Path, owners: &[String]) -> Option<FleetFound> {
    match Fleet::read(path) {
        Ok(mut fleet) => {
            let known: BTreeSet<String> = fleet
                .entries
                .iter()
                .filter_map(|entry| entry.owner.clone())
                .collect();
            if let Some(owner) = owners.iter().find(|owner| !known.contains(*owner)) {
                let near = nearest(owner, known.iter().map(String::as_str));
                let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                say::error(
                    &format!("no repository of {} belongs to `{owner}`", path.display()),
                    &hint,
                );
                return None;
            }
            let wanted = |entry: &FleetEntry| {
                entry
                    .owner
                    .as_ref()
                    .is_some_and(|owner| owners.contains(owner))
            };
            let all = std::mem::take(&mut fleet.entries).into_iter();
            let (asked, left_out) = all.partition(|entry| owners.is_empty() || wanted(entry));
            fleet.entries = asked;
            let (repositories, problems) = fleet.repositories();
            Some(FleetFound {
                repositories,
                problems,
                left_out,
            })
        }
        Err(errors) => {
            errors.iter().for_each(say::diagnostic);
            None
        }
    }
}

/// Finds what the arguments name; `None` if a fleet file is wrong, which has been said.
pub(crate) fn find(args: &SourceArgs, config: &Config, global: &Global) -> Option<Targets> {
    let mut targets = Targets::default();
    let default_fleet = config.fleet.as_ref().filter(|_| args.paths.is_empty());
    let repositories = if let Some(file) = args.fleet.as_ref().or(default_fleet) {
        if global.verbose {
            say::note(&format!("fleet from {}", file.display()));
        }
        let found = fleet(file, &args.owner)?;
        targets.problems = found.problems;
        targets.left_out = found.left_out;
        found.repositories
    } else {
        if !args.owner.is_empty() {
            say::error(
                "owners are known from a fleet file only",
                "name one: --fleet FILE",
            );
            return None;
        }
        let here = [PathBuf::from(".")];
        let paths = if args.paths.is_empty() {
            here.as_slice()
        } else {
            &args.paths
        };
        let found = source::discover(paths);
        targets.problems = found.problems;
        let plain = |repository| FleetRepository {
            repository,
            revisions: Vec::new(),
        };
        found.repositories.into_iter().map(plain).collect()
    };
    for entry in repositories {
        let names = if args.rev.is_empty() {
            &entry.revisions
        } else {
            &args.rev
        };
        let whats = whats(&entry.repository, names, &mut targets.problems);
        targets.paths.extend(
            entry
                .repository
                .scope
                .paths()
                .iter()
                .map(ToString::to_string),
        );
        targets.targets.push(Target {
            repository: entry.repository,
            whats,
        });
    }
    targets
        .targets
        .sort_by(|a, b| a.repository.name.cmp(&b.repository.name));
    targets.paths.sort();
    targets.paths.dedup();
    Some(targets)
}

/// The revisions of a repository that the names lead to; without names its work tree, or the HEAD of a bare one.
fn whats(repository: &Repository, names: &[String], problems: &mut Vec<Problem>) -> Vec<What> {
    let name = || Some(repository.name.clone());
    if repository.place() == Place::Folder {
        if names.is_empty() {
            return vec![What::Folder];
        }
        problems.push(Problem {
            kind: ProblemKind::Input,
            repository: name(),
            message: "is not under git and so has no revisions".to_owned(),
            hint: "leave --rev out, or name the repositories".to_owned(),
        });
        return Vec::new();
    }
    if !names.is_empty() {
        let resolved = repository.resolve(names);
        problems.extend(resolved.problems);
        return resolved.revisions.into_iter().map(What::Revision).collect();
    }
    if repository.place() == Place::WorkTree {
        return vec![What::WorkTree];
    }
    match repository.head() {
        Ok(Some(head)) => vec![What::Revision(head)],
        Ok(None) => {
            say::warning(
                &format!(
                    "{}: has no commits yet, so there is nothing to scan",
                    repository.name
                ),
                "",
            );
            Vec::new()
        }
        Err(error) => {
            problems.push(Problem {
                kind: ProblemKind::Source,
                repository: name(),
                message: error.to_string(),
                hint: error.hint().to_owned(),
            });
            Vec::new()
        }
    }
}

/// The number of threads without `--jobs`.
pub(crate) fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// What the story of `demo` calls now; the smallest number where it tells nothing.
static STORY: AtomicI64 = AtomicI64::new(i64::MIN);

/// Lets a moment stand for now, or the clock run again.
pub(crate) fn set_clock(at: Option<i64>) {
    STORY.store(at.unwrap_or(i64::MIN), Ordering::Relaxed);
}

/// The time of the run, seconds since 1970, and whether `SOURCE_DATE_EPOCH` froze it.
pub(crate) fn clock() -> (jiff::Timestamp, bool) {
    let story = Some(STORY.load(Ordering::Relaxed)).filter(|at| *at != i64::MIN);
    if let Some(time) = story.and_then(|at| jiff::Timestamp::from_second(at).ok()) {
        return (time, true);
    }
    let frozen = env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.trim().parse::<i64>().ok());
    match frozen.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()) {
        Some(time) => (time, true),
        None => (jiff::Timestamp::now(), false),
    }
}
