//! What one scan says of one finding that it did not report.
//!
//! Invariant: `Clean` and `Gone` are claims of evidence. Whatever is not known to have been judged was not.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Instance, Scan, Seen};
use crate::model::{ByteSpan, Outcome, ScopeFact, UnjudgedFact};

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The rule was not asked: the scan is not about this finding.
    NotAsked,
    /// The place was not judged, and why.
    NotJudged(&'static str),
    /// Judged, and not there.
    Clean,
    /// There is no such file any more.
    Gone,
}

/// What `scan` says of an instance that was seen last by `before`, as `seen`.
pub(super) fn verdict(scan: &Scan, instance: &Instance, before: &Scan, seen: &Seen) -> Verdict {
    let Some(asked) = &scan.asked else {
        return Verdict::NotJudged("the report carries no evidence");
    };
    let Some(rule) = asked.rules.get(&instance.rule) else {
        return Verdict::NotAsked;
    };
    if !is_within(&asked.scope, &instance.path) {
        return Verdict::NotJudged("outside of what was scanned");
    }
    let concerns = |entry: &&UnjudgedFact| {
        covers(&entry.path, &instance.path)
            && (entry.rules.is_empty() || entry.rules.contains(&instance.rule))
    };
    for entry in scan.unjudged.iter().filter(concerns) {
        if entry.spans.is_empty() {
            return Verdict::NotJudged("the file was not judged");
        }
        let review = scan
            .reviews
            .iter()
            .any(|review| review.path == instance.path && review.rule == instance.rule);
        // What did not parse raises a review if it holds the text that every instance holds.
        let could_hold = !rule.required_text || review;
        if could_hold && !elsewhere(&entry.spans, before, &instance.path, seen) {
            return Verdict::NotJudged("the place did not parse");
        }
    }
    match &scan.paths {
        None => Verdict::NotJudged("the report does not tell which files were judged"),
        Some(paths) if paths.contains(&instance.path) => Verdict::Clean,
        Some(_) if !scan.complete => Verdict::NotJudged("the scan was incomplete"),
        Some(_) if may_have_moved(scan, &asked.scope, before) => Verdict::NotJudged(
            "its file is not there any more, and may have moved to what was not looked at",
        ),
        Some(_) => Verdict::Gone,
    }
}

/// Whether a file that is there no more may be where nobody looked: outside of the part that was scanned, or among what
/// was excluded now and was not there before.
fn may_have_moved(scan: &Scan, scope: &ScopeFact, before: &Scan) -> bool {
    if !scope.paths.is_empty() {
        return true;
    }
    let unjudged: BTreeSet<&str> = before
        .unjudged
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    let was_there = |path: &str| {
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        before
            .paths
            .as_ref()
            .is_some_and(|paths| paths.contains(path))
            || unjudged.contains(path)
            || above.any(|folder| unjudged.contains(folder))
    };
    let excluded = |entry: &&UnjudgedFact| entry.outcome == Outcome::Excluded.word();
    scan.unjudged
        .iter()
        .filter(excluded)
        .any(|entry| !was_there(&entry.path))
}

/// Whether a scan looked for a path and it was not there; more surely so if the scan was complete.
pub(super) fn is_absent(scan: &Scan, path: &str) -> bool {
    let (Some(asked), Some(paths)) = (&scan.asked, &scan.paths) else {
        return false;
    };
    is_within(&asked.scope, path)
        && !paths.contains(path)
        && !scan.unjudged.iter().any(|entry| covers(&entry.path, path))
}

/// Whether a path lies in the part that was scanned.
fn is_within(scope: &ScopeFact, path: &str) -> bool {
    scope.paths.is_empty() || scope.paths.iter().any(|part| covers(part, path))
}

/// Whether a path is another or lies below it.
pub(super) fn covers(part: &str, path: &str) -> bool {
    part.is_empty()
        || part == "."
        || path
            .strip_prefix(part.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether these blind spans were there before, beside the finding: each has one of the same length then, which did not
/// touch it.
fn elsewhere(spans: &[ByteSpan], before: &Scan, path: &str, seen: &Seen) -> bool {
    let mut old: BTreeMap<u64, usize> = BTreeMap::new();
    for entry in before.unjudged.iter().filter(|entry| entry.path == path) {
        for span in &entry.spans {
            let apart = span.end <= seen.start || seen.end <= span.start;
            if apart {
                *old.entry(span.end.saturating_sub(span.start)).or_default() += 1;
            }
        }
    }
    spans.iter().all(|span| {
        let count = old.get_mut(&span.end.saturating_sub(span.start));
        count.is_some_and(|count| {
            let some = *count > 0;
            *count = count.saturating_sub(1);
            some
        })
    })
}
