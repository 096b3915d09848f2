//! The books of one unit: coverage, what was not looked at, and the evidence for a ledger.

use crate::language::{self, Language};
use crate::model::{
    Coverage, EntryRecord, Evidence, Finding, GrammarDigest, Judgement, Kind, Outcome, PathSet,
    Scope, UnitKind, UnitSummary, Unjudged,
};
use crate::rule::RuleSet;
use crate::source::Listing;

use super::judged::Judged;

/// What identifies the engine: its version and the version of the core it was built with.
pub fn engine_digest() -> String {
    let (own, core) = (env!("CARGO_PKG_VERSION"), env!("STAMPOUT_TREE_SITTER"));
    format!("stampout {own} tree-sitter {core}")
}

/// Counts one unit.
pub(super) struct Account<'a> {
    rules: &'a RuleSet,
    coverage: Coverage,
    not_looked_at: Coverage,
    findings: u64,
    reviews: u64,
    suppressed: u64,
    blind_files: u64,
    dirty: Option<bool>,
    scope: Scope,
    unjudged: Vec<Unjudged>,
    judged: PathSet,
    listed_whole: bool,
    bytes: u64,
}

impl<'a> Account<'a> {
    pub(super) fn new(rules: &'a RuleSet, listing: &Listing, scope: Scope) -> Self {
        let enumerated = listing.entries.len() as u64;
        let work_tree = listing.unit.kind == UnitKind::WorkTree;
        Self {
            rules,
            coverage: Coverage {
                enumerated,
                ..Coverage::default()
            },
            not_looked_at: Coverage::default(),
            findings: 0,
            reviews: 0,
            suppressed: 0,
            blind_files: 0,
            dirty: work_tree.then(|| listing.changes.any()),
            scope,
            unjudged: Vec::new(),
            judged: PathSet::default(),
            listed_whole: listing.problems.is_empty(),
            bytes: 0,
        }
    }

    /// Enters an entry with its findings.
    pub(super) fn add(&mut self, record: &EntryRecord, findings: &[Finding], judged: &Judged) {
        self.coverage.count(record.outcome);
        for finding in findings {
            match finding.instance.kind {
                _ if finding.suppression.is_some() => self.suppressed += 1,
                Kind::Fail => self.findings += 1,
                Kind::Review => self.reviews += 1,
            }
        }
        self.dirty = self.dirty.map(|dirty| dirty || judged.changed);
        // A file whose language only its bytes can tell could be in any.
        let undecided = judged.languages.is_empty() && language::needs_content(&record.path);
        let read = judged.languages.iter().any(|one| self.rules.reads(one));
        if record.outcome.is_blind() && (undecided || read) {
            self.not_looked_at.enumerated += 1;
            self.not_looked_at.count(record.outcome);
        }
        let verdict = judged.verdict.as_deref();
        let unjudged = verdict
            .map(|verdict| verdict.unjudged.as_slice())
            .unwrap_or_default();
        self.blind_files += u64::from(verdict.is_some_and(|verdict| verdict.blind_without_text));
        let partly = record.outcome == Outcome::ScannedWithErrors;
        if (record.outcome.is_judged() || partly) && record.outcome != Outcome::Deleted {
            self.judged.insert(&record.path);
        }
        if !record.outcome.is_judged() || !unjudged.is_empty() {
            let id = |rule: &usize| self.rules.catalog().rules[*rule].id.clone();
            self.unjudged.push(Unjudged {
                path: record.path.clone(),
                blob: record.blob.clone(),
                outcome: record.outcome,
                rules: unjudged.iter().map(id).collect(),
                spans: if partly {
                    record.spans.clone()
                } else {
                    Vec::new()
                },
            });
        }
    }

    /// Notes bytes that were read.
    pub(super) fn read(&mut self, bytes: u64) {
        self.bytes += bytes;
    }

    /// Closes the books.
    pub(super) fn finish(mut self) -> UnitSummary {
        self.judged.sort();
        debug_assert!(self.coverage.adds_up(), "{:?}", self.coverage);
        let catalog = self.rules.catalog();
        let judgement = |(index, rule): (usize, &crate::model::RuleInfo)| Judgement {
            rule: rule.id.clone(),
            digest: rule.digest.clone(),
            required_text: self.rules.requires_text(index),
        };
        let grammar = |language: &'static Language| GrammarDigest {
            language: language.name,
            digest: language.grammar_digest().to_owned(),
        };
        UnitSummary {
            complete: self.not_looked_at.enumerated == 0
                && self.listed_whole
                && self.coverage.adds_up(),
            coverage: self.coverage,
            findings: self.findings,
            reviews: self.reviews,
            suppressed: self.suppressed,
            // Known to who judges the comments.
            comments: Vec::new(),
            blind_files: self.blind_files,
            not_looked_at: self.not_looked_at,
            dirty: self.dirty,
            bytes: self.bytes,
            evidence: Evidence {
                scope: self.scope,
                rules: catalog.rules.iter().enumerate().map(judgement).collect(),
                engine: engine_digest(),
                grammars: self.rules.languages().map(grammar).collect(),
                unjudged: self.unjudged,
                judged: self.judged,
            },
        }
    }
}
