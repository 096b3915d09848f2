//! `stampout explain`: what a rule needs of a file, and what that costs on a tree.

use std::collections::BTreeMap;

use super::args::{ExplainArgs, Global};
use super::config::Config;
use super::{Exit, out, say, selection, targets};
use crate::model::nearest;
use crate::report::visible;
use crate::rule::{Clause, Required, RuleSet, Selected};
use crate::scan::{self, Amount, Sifted};
use crate::source::{HARD_LIMIT, ListOptions, Reader};

/// Explains the rules that the argument names.
pub(crate) fn run(args: &ExplainArgs, global: &Global) -> Exit {
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let mut packs = selection::load(&args.packs, &config, global);
    let rules = packs.rules();
    let named = |id: &str| {
        id == args.rule
            || id
                .strip_prefix(&args.rule)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    let ids: Vec<&str> = rules
        .catalog()
        .rules
        .iter()
        .map(|rule| rule.id.as_str())
        .collect();
    let chosen: Vec<usize> = (0..ids.len()).filter(|index| named(ids[*index])).collect();
    if chosen.is_empty() {
        let near = nearest(&args.rule, ids.iter().copied());
        let hint = near.map_or_else(
            || "`stampout packs -v` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        say::error(&format!("there is no rule `{}`", args.rule), &hint);
        return Exit::Usage;
    }
    let asked = !args.source.paths.is_empty() || args.source.fleet.is_some();
    let mut sums: BTreeMap<usize, Sifted> = BTreeMap::new();
    let mut exit = Exit::Clean;
    if asked {
        let Some(found) = targets::find(&args.source, &config, global) else {
            return Exit::Usage;
        };
        found.problems.iter().for_each(say::problem);
        if !found.problems.is_empty() {
            exit = Exit::Incomplete;
        }
        if found.targets.is_empty() {
            return Exit::Usage;
        }
        for target in &found.targets {
            let name = &target.repository.name;
            match sift(target, &rules, &mut sums) {
                Ok(0) => {}
                Ok(unread) => {
                    let message =
                        format!("{name}: {unread} files could not be read and are not counted");
                    say::warning(&message, "");
                    exit = Exit::Incomplete;
                }
                Err(error) => {
                    say::error(&format!("{name}: {error}"), error.hint());
                    exit = Exit::Incomplete;
                }
            }
        }
    }
    let mut page = String::new();
    for rule in chosen {
        page.push_str(&explain(&rules, rule));
        if let Some(sum) = sums.get(&rule).filter(|_| asked) {
            page.push_str(&cost(sum));
        } else if asked {
            page.push_str("  here: no file in its languages\n");
        }
    }
    out::print(&page, exit)
}

fn sift(
    target: &targets::Target,
    rules: &RuleSet,
    sums: &mut BTreeMap<usize, Sifted>,
) -> Result<u64, crate::source::SourceError> {
    let mut unread = 0;
    let mut reader = Reader::new(&target.repository, HARD_LIMIT)?;
    for what in &target.whats {
        let listing = target.repository.list(what, &ListOptions::default())?;
        unread += scan::sift(&listing, &mut reader, rules, sums);
    }
    Ok(unread)
}

fn explain(rules: &RuleSet, rule: usize) -> String {
    let info = &rules.catalog().rules[rule];
    let mut page = format!("{}: {}\n", info.id, visible(&info.message));
    // Languages that share a query share its text.
    let mut forms: Vec<(Vec<&str>, Required, Vec<String>)> = Vec::new();
    for language in rules.languages() {
        for one in rules
            .of(language)
            .into_iter()
            .filter(|one| one.rule == rule)
        {
            let required = rules.required(one).clone();
            let shared = shared(rules, one);
            let same = |form: &&mut (Vec<&str>, Required, Vec<String>)| {
                form.1 == required && form.2 == shared
            };
            match forms.iter_mut().find(same) {
                Some((languages, ..)) => languages.push(language.name),
                None => forms.push((vec![language.name], required, shared)),
            }
        }
    }
    for (languages, required, shared) in forms {
        page.push_str(&format!("  {}\n", languages.join(" ")));
        match required {
            Required::Anything => {
                page.push_str("    requires no text: every file of these languages is parsed, and gaps raise no review\n");
                page.push_str("    (a string in #eq?, #any-of? or #match? on a node that is always there would help)\n");
            }
            Required::AnyOf(patterns) => {
                let mut lines: Vec<String> =
                    patterns.iter().map(|clauses| pattern(clauses)).collect();
                lines.sort();
                lines.dedup();
                let count = lines.len();
                for (index, line) in lines.into_iter().enumerate() {
                    let word = if index == 0 { "requires" } else { "or" };
                    page.push_str(&format!("    {word:8} {line}\n"));
                }
                if count > 1 {
                    page.push_str(&format!(
                        "    ({count} ways to match, {} patterns)\n",
                        patterns.len()
                    ));
                }
            }
        }
        for line in shared {
            page.push_str(&format!("    same     {line}\n"));
        }
    }
    page
}

/// The names that unify across the parts of a rule: `$F in open, close`.
fn shared(rules: &RuleSet, one: Selected) -> Vec<String> {
    let (compiled, _) = rules.queries().made_of_parts(&[one]);
    let shared = compiled.iter().flat_map(|(_, parts)| parts.shared());
    shared
        .map(|(name, parts)| format!("{name} in {}", parts.join(", ")))
        .collect()
}

/// `"requests" and ("get" or "post") and /x{2}/`.
fn pattern(clauses: &[Clause]) -> String {
    let quoted = |literal: &Vec<u8>| format!("\"{}\"", visible(&String::from_utf8_lossy(literal)));
    let clause = |clause: &Clause| {
        if let Some(expression) = &clause.expression {
            return format!("/{}/", visible(expression.written()));
        }
        let all: Vec<String> = clause.literals.iter().map(quoted).collect();
        if all.len() == 1 {
            all.concat()
        } else {
            format!("({})", all.join(" or "))
        }
    };
    let mut parts: Vec<String> = clauses.iter().map(clause).collect();
    parts.dedup();
    parts.join(" and ")
}

fn cost(sum: &Sifted) -> String {
    let amount = |amount: Amount| {
        format!(
            "{} files, {}",
            amount.files,
            indicatif::HumanBytes(amount.bytes)
        )
    };
    let share = if sum.all.bytes == 0 {
        0.0
    } else {
        100.0 * sum.through.bytes as f64 / sum.all.bytes as f64
    };
    format!(
        "  here: {share:.1} % is parsed ({} of {})\n",
        amount(sum.through),
        amount(sum.all)
    )
}
