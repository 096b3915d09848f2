//! Whether what `stampout findings` is asked for is known at all: a name written wrongly must not look like "no finding".
//!
//! What every scan tells (incidents, repositories, lines) is an error if the ledger does not know it; what only findings
//! tell (rules, owners, environments) may be right and without one, so it is a warning.

use std::collections::BTreeSet;

use super::args::FindingsArgs;
use super::say;
use crate::ledger::{Entry, Ledger, LedgerError, environment};
use crate::model::nearest;

/// Where the values are looked up.
pub(crate) struct Known<'l> {
    pub(crate) ledger: &'l Ledger,
    pub(crate) entries: &'l [Entry],
}

impl Known<'_> {
    /// Whether the ledger knows what must be known; whatever it does not know has been said.
    pub(crate) fn are_known(&self, args: &FindingsArgs) -> Result<bool, LedgerError> {
        let mut known = true;
        let missing = |wanted: &[String], of: fn(&Entry) -> Option<&str>| {
            let there = |value: &String| self.entries.iter().any(|one| of(one) == Some(value));
            let missing = wanted.iter().filter(|value| !there(value));
            missing.cloned().collect::<Vec<String>>()
        };
        let incidents = missing(&args.incident, |one| Some(&one.incident));
        if !incidents.is_empty() {
            let all = self.ledger.incidents()?.into_keys().collect();
            known &= told("incident", &incidents, &all, say::error);
        }
        let repositories = missing(&args.repository, |one| Some(&one.repository));
        if !repositories.is_empty() {
            let mut all = self.ledger.repository_names()?;
            all.extend(self.ledger.fleet()?);
            known &= told("repository", &repositories, &all, say::error);
        }
        let lines = missing(&args.rev, |one| Some(&one.line));
        if !lines.is_empty() {
            let all = self.ledger.lines()?.into_values().flatten();
            known &= told("line", &lines, &all.collect(), say::error);
        }
        let rules = missing(&args.rule, |one| Some(&one.rule));
        let all = |of: fn(&Entry) -> Option<&str>| {
            let all = self.entries.iter().filter_map(of);
            all.map(str::to_owned).collect::<BTreeSet<String>>()
        };
        if !rules.is_empty() {
            let all = all(|one| Some(&one.rule));
            told("finding of rule", &rules, &all, say::warning);
        }
        let owners = missing(&args.owner, |one| one.place.owner.as_deref());
        if !owners.is_empty() {
            let all = all(|one| one.place.owner.as_deref());
            told("finding of owner", &owners, &all, say::warning);
        }
        let environments = missing(&args.environment, |one| environment(&one.line));
        if !environments.is_empty() {
            let deployments = self.ledger.deployments()?.into_iter();
            let all = deployments.filter_map(|one| one.fact.environment).collect();
            told("environment", &environments, &all, say::warning);
        }
        Ok(known)
    }
}

/// Says which of these values are not known; whether all are.
fn told(what: &str, values: &[String], known: &BTreeSet<String>, say: fn(&str, &str)) -> bool {
    let mut all = true;
    for value in values.iter().filter(|value| !known.contains(*value)) {
        all = false;
        let near = nearest(value, known.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        say(&format!("the ledger knows no {what} `{value}`"), &hint);
    }
    all
}
