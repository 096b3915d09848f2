//! `stampout test --recall`: what a rule misses when the bug of a case is written otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::out::counted;
use super::test::{limits, short};
use crate::language::Language;
use crate::model::{Instance, Kind, RepoPath, Rewriting};
use crate::pack::{Case, MarkKind, Pack, PackRule};
use crate::recall::{Rewrite, knows, rewrites};
use crate::report::visible;
use crate::rule::RuleSet;
use crate::scan;

/// So many lines of a rewritten text are shown.
const SHOWN: usize = 6;

/// What the rewrites of a pack's cases gave.
pub(crate) struct Recalled {
    /// One line.
    pub(crate) summary: String,
    /// Each rewrite that a rule misses: a line, and below it the rewritten lines.
    pub(crate) missed: Vec<String>,
}

/// Rewrites the `bug` cases of a pack and runs its rules on them.
pub(crate) fn recall(pack: &Pack) -> Recalled {
    let (rules, _) = RuleSet::build(std::slice::from_ref(pack));
    let mut count = 0;
    let mut missed = Vec::new();
    let mut excused: BTreeMap<Rewriting, usize> = BTreeMap::new();
    let mut unable = BTreeSet::new();
    for case in &pack.cases {
        let Ok(text) = std::str::from_utf8(&case.bytes) else {
            continue;
        };
        let path = RepoPath::from(case.name.as_str());
        for language in rules.languages_of(&path, Some(&case.bytes)) {
            for (rule, line, place) in bugs(pack, case, language, &rules) {
                if !knows(language) {
                    unable.insert(language.name);
                }
                for rewrite in rewrites(text, language, &place) {
                    count += 1;
                    if is_found(rule, &rewrite, language, &rules) {
                        continue;
                    }
                    if rule
                        .recall_exempt
                        .iter()
                        .any(|(way, _)| *way == rewrite.way)
                    {
                        *excused.entry(rewrite.way).or_default() += 1;
                        continue;
                    }
                    missed.push(told(case, rule, line, &rewrite));
                }
            }
        }
    }
    let mut summary = format!(
        "recall: {}, {} missed",
        counted(count, "rewrite"),
        missed.len() + excused.values().sum::<usize>()
    );
    for (way, number) in excused {
        summary.push_str(&format!(", {number} of {} exempt", way.word()));
    }
    for language in unable {
        summary.push_str(&format!("; cases in {language} could not be rewritten"));
    }
    Recalled { summary, missed }
}

/// Each finding that a `bug` mark demands, with the line and its bytes.
fn bugs<'p>(
    pack: &'p Pack,
    case: &Case,
    language: &'static Language,
    rules: &RuleSet,
) -> Vec<(&'p PackRule, u32, Range<usize>)> {
    let mut bugs = Vec::new();
    for mark in case.marks.iter().filter(|mark| mark.kind == MarkKind::Bug) {
        let name = short(pack, &mark.rule);
        let Some(rule) = pack.rules.iter().find(|rule| rule.name == name) else {
            continue;
        };
        if !rule.bodies.iter().any(|(own, _)| own.name == language.name) {
            continue;
        }
        for instance in found(&case.bytes, rule, language, rules) {
            if instance.span.line == mark.line {
                bugs.push((rule, mark.line, bytes(&instance)));
            }
        }
    }
    bugs
}

fn bytes(instance: &Instance) -> Range<usize> {
    let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
    at(instance.span.bytes.start)..at(instance.span.bytes.end)
}

/// What a rule finds in a text.
fn found(
    text: &[u8],
    rule: &PackRule,
    language: &'static Language,
    rules: &RuleSet,
) -> Vec<Instance> {
    let verdict = scan::examine_once(text, &[language], rules, &limits());
    verdict
        .instances
        .iter()
        .filter(|instance| instance.kind == Kind::Fail)
        .filter(|instance| rules.catalog().rules[instance.rule].name == rule.name)
        .map(|instance| Instance::clone(instance))
        .collect()
}

/// Whether a rule finds something where the bug is in the rewritten text.
fn is_found(
    rule: &PackRule,
    rewrite: &Rewrite,
    language: &'static Language,
    rules: &RuleSet,
) -> bool {
    found(rewrite.text.as_bytes(), rule, language, rules)
        .iter()
        .map(bytes)
        .any(|place| place.start < rewrite.place.end && place.end > rewrite.place.start)
}

/// A line about a rewrite that was missed, and the rewritten lines.
fn told(case: &Case, rule: &PackRule, line: u32, rewrite: &Rewrite) -> String {
    let mut text = format!(
        "{}:{line}: {} misses it {} (`{}`):",
        case.title,
        rule.name,
        rewrite.way.phrase(),
        rewrite.way.word()
    );
    let before = rewrite.text.get(..rewrite.place.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let after = rewrite.text.get(rewrite.place.end..).unwrap_or_default();
    let end = rewrite.place.end + after.find('\n').unwrap_or(after.len());
    let lines: Vec<&str> = rewrite
        .text
        .get(start..end)
        .unwrap_or_default()
        .lines()
        .collect();
    for line in lines.iter().take(SHOWN) {
        text.push_str(&format!("\n  | {}", visible(line)));
    }
    if lines.len() > SHOWN {
        text.push_str("\n  | …");
    }
    text
}
