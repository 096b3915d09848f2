//! `stampout test`: are packs valid, do their rules find what their cases mark, and the bug they were written for?

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::args::{Global, TestArgs};
use super::config::Config;
use super::{Exit, origins, out, recall, say, selection, targets};
use crate::language::Language;
use crate::model::{Diagnostic, Kind, RepoPath};
use crate::pack::{Case, MarkKind, Pack};
use crate::report::visible;
use crate::rule::{self, RuleSet};
use crate::scan::{self, Limits};

/// What became of one pack.
#[derive(Default)]
struct Outcome {
    invalid: bool,
    failures: Vec<String>,
    marks: usize,
}

/// Tests packs.
pub(crate) fn run(args: &TestArgs, global: &Global) -> Exit {
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let mut invalid = false;
    let packs = packs(args, &config, &mut invalid);
    let fleet = match args.fleet.as_ref().map(|path| targets::fleet(path, &[])) {
        None => None,
        Some(None) => return Exit::Usage,
        Some(Some(found)) => {
            found.problems.iter().for_each(say::problem);
            Some(found.repositories)
        }
    };
    let mut page = String::new();
    let mut failed = false;
    for pack in &packs {
        let mut outcome = test(pack);
        let id = &pack.incident.id;
        let (rules, cases) = (pack.rules.len(), pack.cases.len());
        let mut proofs = Vec::new();
        if let (Some(fleet), false) = (&fleet, outcome.invalid) {
            for proof in origins::prove(pack, fleet) {
                if proof.failed {
                    outcome.failures.push(proof.text);
                } else {
                    proofs.push(proof.text);
                }
            }
        }
        if args.recall && !outcome.invalid {
            let recalled = recall::recall(pack);
            proofs.push(recalled.summary);
            if args.strict {
                outcome.failures.extend(recalled.missed);
            } else {
                proofs.extend(recalled.missed);
            }
        }
        let word = if outcome.invalid {
            "invalid"
        } else if outcome.failures.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        page.push_str(&format!(
            "{word:8}{id}: {}, {}, {}\n",
            out::counted(rules, "rule"),
            out::counted(cases, "case"),
            out::counted(outcome.marks, "mark")
        ));
        for line in outcome.failures.iter().chain(&proofs) {
            for line in line.lines() {
                page.push_str(&format!("        {}\n", visible(line)));
            }
        }
        invalid |= outcome.invalid;
        failed |= !outcome.failures.is_empty();
    }
    let exit = if invalid || packs.is_empty() {
        Exit::Usage
    } else if failed {
        Exit::Findings
    } else {
        Exit::Clean
    };
    if packs.is_empty() && !invalid {
        say::error(
            "there is no pack to test",
            "name folders that hold an incident.toml",
        );
    }
    out::print(&page, exit)
}

/// The packs that the arguments name; says what is wrong with those that cannot be read.
fn packs(args: &TestArgs, config: &Config, invalid: &mut bool) -> Vec<Pack> {
    let mut read = Vec::new();
    let folders: Vec<&Path> = args
        .subjects
        .iter()
        .map(Path::new)
        .filter(|path| path.exists())
        .collect();
    let ids: Vec<&String> = args
        .subjects
        .iter()
        .filter(|subject| !Path::new(subject).exists())
        .collect();
    for folder in folders {
        read.extend(selection::in_folder(folder));
    }
    if args.subjects.is_empty() || !ids.is_empty() {
        let folders = if args.packs.is_empty() {
            &config.packs
        } else {
            &args.packs
        };
        let all: Vec<_> = if folders.is_empty() {
            selection::builtin()
        } else {
            folders
                .iter()
                .flat_map(|folder| selection::in_folder(folder))
                .collect()
        };
        for id in &ids {
            let known =
                |pack: &Result<Pack, _>| pack.as_ref().is_ok_and(|pack| pack.incident.id == **id);
            if !all.iter().any(known) {
                say::error(
                    &format!("`{id}` is neither a folder nor a pack"),
                    "`stampout packs` lists the packs",
                );
                *invalid = true;
            }
        }
        read.extend(all.into_iter().filter(|pack| {
            args.subjects.is_empty()
                || pack
                    .as_ref()
                    .is_ok_and(|pack| ids.contains(&&pack.incident.id))
        }));
    }
    let mut packs = Vec::new();
    for pack in read {
        match pack {
            Ok(pack) => packs.push(pack),
            Err(errors) => {
                errors.iter().for_each(say::diagnostic);
                *invalid = true;
            }
        }
    }
    packs
}

/// Limits for cases: a case is small, so whatever takes long is wrong.
pub(crate) fn limits() -> Limits {
    Limits {
        max_file_size: 64 << 20,
        timeout: Some(std::time::Duration::from_secs(60)),
        prefilter: true,
    }
}

fn test(pack: &Pack) -> Outcome {
    let mut outcome = Outcome::default();
    let (rules, errors) = RuleSet::build(std::slice::from_ref(pack));
    let mut wrong: Vec<Diagnostic> = errors;
    if wrong.is_empty() {
        for rule in &pack.rules {
            for (language, body) in &rule.bodies {
                wrong.extend(rule::check(body, language).err());
            }
        }
    }
    if !wrong.is_empty() {
        wrong.iter().for_each(say::diagnostic);
        outcome.invalid = true;
        return outcome;
    }
    let mut covered: BTreeSet<(String, &'static str, MarkKind)> = BTreeSet::new();
    for case in &pack.cases {
        let languages = rules.languages_of(&RepoPath::from(case.name.as_str()), Some(&case.bytes));
        outcome.marks += case.marks.len();
        check(pack, case, languages, &rules, &mut outcome.failures);
        for mark in &case.marks {
            let name = short(pack, &mark.rule).to_owned();
            covered.extend(
                languages
                    .iter()
                    .map(|language| (name.clone(), language.name, mark.kind)),
            );
        }
    }
    for rule in &pack.rules {
        for (language, _) in &rule.bodies {
            for (kind, word) in [(MarkKind::Bug, "bug"), (MarkKind::Ok, "ok")] {
                if !covered.contains(&(rule.name.clone(), language.name, kind)) {
                    let place = format!("{}: {}", pack.source.title(), rule.name);
                    outcome.failures.push(format!(
                        "{place} has no `{word}` in a case for {}",
                        language.name
                    ));
                }
            }
        }
    }
    outcome
}

/// A rule's id within the pack, from that or the full id.
pub(crate) fn short<'r>(pack: &Pack, rule: &'r str) -> &'r str {
    rule.strip_prefix(&pack.incident.id)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(rule)
}

/// Compares what the rules find in a case with its marks.
fn check(
    pack: &Pack,
    case: &Case,
    languages: &[&'static Language],
    rules: &RuleSet,
    failures: &mut Vec<String>,
) {
    let read: Vec<&'static Language> = languages
        .iter()
        .copied()
        .filter(|language| rules.reads(language))
        .collect();
    if read.is_empty() {
        failures.push(format!(
            "{}: is in no language of the pack's rules",
            case.title
        ));
        return;
    }
    let verdict = scan::examine_once(&case.bytes, &read, rules, &limits());
    // An `ok` in a file that nobody could read would prove nothing.
    if verdict.outcome.is_blind() {
        let why = verdict.outcome.phrase(1);
        failures.push(format!("{}: could not be judged: {why}", case.title));
        return;
    }
    let mut found: BTreeMap<(u32, String), usize> = BTreeMap::new();
    for instance in verdict
        .instances
        .iter()
        .filter(|instance| instance.kind == Kind::Fail)
    {
        let name = rules.catalog().rules[instance.rule].name.clone();
        *found.entry((instance.span.line, name)).or_default() += 1;
    }
    for mark in &case.marks {
        let name = short(pack, &mark.rule);
        let at = format!("{}:{}", case.title, mark.line);
        if !pack.rules.iter().any(|rule| rule.name == name) {
            failures.push(format!(
                "{}:{}: there is no rule `{name}` in the pack",
                case.title, mark.written_on
            ));
            continue;
        }
        let count = found
            .remove(&(mark.line, name.to_owned()))
            .unwrap_or_default();
        match (mark.kind, count) {
            (MarkKind::Bug, 1) | (MarkKind::Ok, 0) => {}
            (MarkKind::Bug, 0) => failures.push(format!(
                "{at}: {name} finds nothing here, but the case says it is a bug"
            )),
            (MarkKind::Bug, many) => {
                failures.push(format!("{at}: {name} finds {many} here, must find one"))
            }
            (MarkKind::Ok, _) => failures.push(format!(
                "{at}: {name} finds something, but the case says it is fine"
            )),
        }
    }
    for ((line, name), _) in found {
        failures.push(format!(
            "{}:{line}: {name} finds something on a line without a mark",
            case.title
        ));
    }
}
