//! Which findings of a file its comments cover on a day, and which comments do nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::parse::{Said, parse};
use crate::model::{
    Catalog, CommentNote, CommentProblem, EntryRecord, Finding, IN_SOURCE, IgnoreComment, Kind,
    Outcome, Suppression, nearest,
};

/// Comments, read for the rules of a run and on a day.
pub struct Answers {
    /// By full id: the index.
    rules: BTreeMap<String, usize>,
    incidents: BTreeSet<String>,
    today: String,
}

impl Answers {
    /// For the rules of a catalogue, on a day (`2027-01-31`).
    pub fn new(catalog: &Catalog, today: String) -> Self {
        let rules = catalog.rules.iter().enumerate();
        Self {
            rules: rules
                .map(|(index, rule)| (rule.id.clone(), index))
                .collect(),
            incidents: catalog.incidents.iter().map(|one| one.id.clone()).collect(),
            today,
        }
    }

    /// Marks the findings of a file that its comments cover. `unjudged` are the rules that could not judge all of it.
    /// Returns what there is to say about comments that cover nothing.
    pub fn apply(
        &self,
        entry: &EntryRecord,
        comments: &[IgnoreComment],
        unjudged: &[usize],
        findings: &mut [Finding],
    ) -> Vec<CommentNote> {
        let mut notes = Vec::new();
        for comment in comments {
            let mut note = |problem, message: String| {
                notes.push(CommentNote {
                    path: entry.path.clone(),
                    line: comment.line,
                    problem,
                    message,
                });
            };
            let said = match parse(&comment.text) {
                Ok(said) if comment.begins => said,
                // Only who wrote all of it meant it.
                Ok(said) if said.rules.iter().any(|rule| self.asks(rule)) => {
                    let message = "it does not begin its comment, so it suppresses nothing";
                    note(CommentProblem::Malformed, message.to_owned());
                    continue;
                }
                Err(message) if comment.begins => {
                    note(CommentProblem::Malformed, message);
                    continue;
                }
                _ => continue,
            };
            let expired = said
                .until
                .as_deref()
                .filter(|day| *day < self.today.as_str());
            for rule in &said.rules {
                if !self.asks(rule) {
                    continue;
                }
                let Some(index) = self.rules.get(rule) else {
                    note(CommentProblem::Malformed, self.unknown(rule));
                    continue;
                };
                let covered = covered(comment, *index, findings);
                if let Some(day) = expired.filter(|_| !covered.is_empty()) {
                    let message = format!("{rule}: {day} was its last day ({})", said.by);
                    note(CommentProblem::Expired, message);
                    continue;
                }
                if covered.is_empty() {
                    // Where a rule could not judge all, nobody knows.
                    let judged = entry.outcome.is_judged()
                        || entry.outcome == Outcome::ScannedWithErrors && !unjudged.contains(index);
                    if judged {
                        let line = comment.covers;
                        let message = format!("{rule}: it has no finding on line {line}");
                        note(CommentProblem::Unused, message);
                    }
                    continue;
                }
                let suppression = Arc::new(suppression(&said, comment));
                for at in covered {
                    findings[at].suppression = Some(Arc::clone(&suppression));
                }
            }
        }
        notes
    }

    /// Whether the run asked for the rule's incident; of others nothing can be said.
    fn asks(&self, rule: &str) -> bool {
        self.rules.contains_key(rule)
            || rule
                .rsplit_once('.')
                .is_some_and(|(incident, _)| self.incidents.contains(incident))
    }

    fn unknown(&self, rule: &str) -> String {
        let near = nearest(rule, self.rules.keys().map(String::as_str));
        let hint = near.map(|near| format!(": did you mean `{near}`?"));
        format!("there is no rule `{rule}`{}", hint.unwrap_or_default())
    }
}

/// Findings of a rule that a comment is about: those that begin on its line; behind code, failing these, those that end
/// there.
fn covered(comment: &IgnoreComment, rule: usize, findings: &[Finding]) -> Vec<usize> {
    let on = |line: fn(&Finding) -> u32| -> Vec<usize> {
        let all = findings.iter().enumerate();
        all.filter(|(_, one)| {
            one.instance.kind == Kind::Fail
                && one.instance.rule == rule
                && line(one) == comment.covers
        })
        .map(|(at, _)| at)
        .collect()
    };
    let begin = on(|one| one.instance.span.line);
    if begin.is_empty() && comment.trailing {
        return on(|one| one.instance.span.end_line);
    }
    begin
}

fn suppression(said: &Said, comment: &IgnoreComment) -> Suppression {
    Suppression {
        kind: IN_SOURCE.to_owned(),
        by: said.by.clone(),
        reason: said.reason.clone(),
        until: said.until.clone(),
        line: Some(comment.line),
        id: None,
    }
}
