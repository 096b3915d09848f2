//! Proves that a pack finds the bug it was written for, in the real history of the repository where it bit.

use super::test::limits;
use crate::model::{Instance, Kind, Origin, RepoPath};
use crate::pack::Pack;
use crate::rule::RuleSet;
use crate::scan;
use crate::source::{FleetRepository, Repository};

/// What one origin gave.
pub(crate) struct Proof {
    /// Whether the rule does not find what it must, or finds what it must not.
    pub(crate) failed: bool,
    /// One line.
    pub(crate) text: String,
}

/// Proves every origin of a pack, as far as the fleet reaches.
pub(crate) fn prove(pack: &Pack, fleet: &[FleetRepository]) -> Vec<Proof> {
    let (rules, _) = RuleSet::build(std::slice::from_ref(pack));
    pack.incident
        .origins
        .iter()
        .map(|origin| prove_one(origin, &rules, fleet))
        .collect()
}

fn prove_one(origin: &Origin, rules: &RuleSet, fleet: &[FleetRepository]) -> Proof {
    let short = &origin.commit[..12];
    let place = format!(
        "origin {}@{short}:{}:{}",
        origin.repository, origin.path, origin.line
    );
    let unreached = |why: &str| Proof {
        failed: false,
        text: format!("{place}: NOT REACHED, {why}"),
    };
    let failed = |why: String| Proof {
        failed: true,
        text: format!("{place}: {why}"),
    };
    let wanted = address(&origin.repository);
    let held = |entry: &&FleetRepository| {
        entry
            .repository
            .url
            .as_deref()
            .is_some_and(|url| address(url) == wanted)
            || address(&entry.repository.name) == wanted
    };
    let Some(entry) = fleet.iter().find(held) else {
        return unreached("the repository is not in the fleet");
    };
    let repository = &entry.repository;
    let buggy = match findings(repository, &origin.commit, origin, rules) {
        Ok(Some(found)) => found,
        Ok(None) => return failed("there is no such file at that commit".to_owned()),
        Err(why) => return unreached(&why),
    };
    let covers =
        |instance: &&Instance| (instance.span.line..=instance.span.end_line).contains(&origin.line);
    let Some(bug) = buggy.iter().find(covers) else {
        let lines: Vec<String> = buggy
            .iter()
            .map(|instance| instance.span.line.to_string())
            .collect();
        let elsewhere = if lines.is_empty() {
            "nowhere in the file".to_owned()
        } else {
            format!("only on line {}", lines.join(", "))
        };
        return failed(format!(
            "{} finds nothing on the line, {elsewhere}",
            origin.rule
        ));
    };
    let Some(fix) = &origin.fixed_by else {
        return Proof {
            failed: false,
            text: format!("{place}: found (no `fixed-by` to compare with)"),
        };
    };
    match findings(repository, fix, origin, rules) {
        Ok(fixed) => {
            let fixed = fixed.unwrap_or_default();
            // The ordinal in the key shifts when one of several equal instances goes.
            let remains =
                fixed.iter().any(|instance| instance.key == bug.key) && fixed.len() >= buggy.len();
            if remains {
                return failed(format!("the instance is still there at {}", &fix[..12]));
            }
            Proof {
                failed: false,
                text: format!("{place}: found, and gone at {}", &fix[..12]),
            }
        }
        Err(why) => unreached(&format!("found, but {why}")),
    }
}

/// What the origin's rule finds in its file at a commit; none if there is no such file.
fn findings(
    repository: &Repository,
    commit: &str,
    origin: &Origin,
    rules: &RuleSet,
) -> Result<Option<Vec<Instance>>, String> {
    if !repository
        .has_commit(commit)
        .map_err(|error| error.to_string())?
    {
        return Err(format!("the clone has no commit {}", &commit[..12]));
    }
    let path = RepoPath::from(origin.path.as_str());
    let Some(blob) = repository
        .read_path_at(commit, &path)
        .map_err(|error| error.to_string())?
    else {
        return Ok(None);
    };
    let head = &blob.bytes[..blob.bytes.len().min(1024)];
    let languages: Vec<_> = rules
        .languages_of(&path, Some(head))
        .iter()
        .copied()
        .filter(|language| rules.reads(language))
        .collect();
    let verdict = scan::examine_once(&blob.bytes, &languages, rules, &limits());
    // What nobody could read is neither found nor gone.
    if verdict.outcome.is_blind() {
        let why = verdict.outcome.phrase(1);
        return Err(format!(
            "{path} at {} could not be judged: {why}",
            &commit[..12]
        ));
    }
    let of_rule = |instance: &&std::sync::Arc<Instance>| {
        instance.kind == Kind::Fail && rules.catalog().rules[instance.rule].id == origin.rule
    };
    Ok(Some(
        verdict
            .instances
            .iter()
            .filter(of_rule)
            .map(|instance| Instance::clone(instance))
            .collect(),
    ))
}

/// A repository's address without what varies: scheme, user, `.git`, a slash at the end.
fn address(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.trim_end_matches('/')
        .trim_end_matches(".git")
        .replace(':', "/")
        .to_ascii_lowercase()
}
