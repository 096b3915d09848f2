//! What is known of an entry, and how it is told.

use std::sync::Arc;

use super::plan::{languages_of, names};
use super::verdict::Verdict;
use crate::language::Language;
use crate::model::{
    EntryRecord, FileFacts, Finding, Fingerprint, IgnoreComment, Instance, Outcome, RepoPath, Unit,
};
use crate::rule::RuleSet;
use crate::source::{Entry, Oid, State};

/// What is known of an entry, or of a blob of the repository that is being scanned.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) detail: String,
    pub(super) blob: Option<Oid>,
    pub(super) languages: &'static [&'static Language],
    /// Of a file that could hold a match.
    pub(super) verdict: Option<Arc<Verdict>>,
    /// About a file that holds one; of the many that do not, nothing asks.
    facts: Option<Arc<FileFacts>>,
    /// For a file on disk that was read: whether it is other than git's index has it.
    pub(super) changed: bool,
    /// How many bytes were read for it.
    pub(super) read: u64,
}

impl Judged {
    /// A judgement without a verdict.
    pub(super) fn plain(
        outcome: Outcome,
        detail: impl Into<String>,
        blob: Option<Oid>,
        languages: &'static [&'static Language],
    ) -> Self {
        Self {
            outcome,
            detail: detail.into(),
            blob,
            languages,
            verdict: None,
            facts: None,
            changed: false,
            read: 0,
        }
    }

    /// A judgement by a verdict on a blob whose id is known.
    pub(super) fn of(
        verdict: Arc<Verdict>,
        oid: Oid,
        languages: &'static [&'static Language],
    ) -> Self {
        let (outcome, detail) = (verdict.outcome, verdict.detail.clone());
        let facts = || FileFacts {
            blob: Some(oid.to_string()),
            ..verdict.facts.clone()
        };
        Self {
            facts: (!verdict.instances.is_empty()).then(|| Arc::new(facts())),
            // Of a file that no rule can match, only a comment that is of no use any more is worth a word.
            verdict: (outcome != Outcome::RuledOut || !verdict.comments.is_empty())
                .then_some(verdict),
            ..Self::plain(outcome, detail, Some(oid), languages)
        }
    }

    /// An entry that has its outcome from the listing.
    pub(super) fn settled(entry: &Entry, rules: &RuleSet) -> Self {
        let (outcome, detail) = match &entry.state {
            State::Settled(outcome, detail) => (*outcome, detail.clone()),
            _ => (Outcome::Unreadable, String::new()),
        };
        let languages = languages_of(&entry.path, rules).unwrap_or_default();
        Self::plain(outcome, detail, entry.named_oid(), languages)
    }

    /// With what the bytes that were read for it say beside the verdict.
    pub(super) fn with_bytes(mut self, entry: &Entry, oid: Oid, bytes: &[u8]) -> Self {
        self.read = bytes.len() as u64;
        self.changed = changed(entry, oid, bytes);
        self
    }

    /// The record of an entry and its findings.
    pub(super) fn tell(&self, unit: &Unit, path: &RepoPath) -> (EntryRecord, Vec<Finding>) {
        let verdict = self.verdict.as_deref();
        let record = EntryRecord {
            path: path.clone(),
            blob: self.blob.map(|oid| oid.to_string()),
            outcome: self.outcome,
            languages: names(self.languages),
            spans: verdict
                .map(|verdict| verdict.spans.clone())
                .unwrap_or_default(),
            detail: self.detail.clone(),
        };
        let facts = self.facts.clone().unwrap_or_default();
        let finding = |instance: &Arc<Instance>| Finding {
            path: path.clone(),
            fingerprint: Fingerprint::new(&unit.repository, path, &instance.key),
            instance: Arc::clone(instance),
            file: Arc::clone(&facts),
            owner: unit.owner.clone(),
            suppression: None,
        };
        (record, self.instances().iter().map(finding).collect())
    }

    /// The comments that are meant to suppress findings in it, and the rules that could not judge all of it.
    pub(super) fn comments(&self) -> (&[IgnoreComment], &[usize]) {
        let verdict = self.verdict.as_deref();
        verdict.map_or((&[], &[]), |verdict| (&verdict.comments, &verdict.unjudged))
    }

    /// Its findings and reviews.
    pub(super) fn instances(&self) -> &[Arc<Instance>] {
        let verdict = self.verdict.as_deref();
        verdict.map_or(&[], |verdict| verdict.instances.as_slice())
    }
}

/// Whether a file on disk is other than git's index has it, but for line ends that a checkout may have changed.
fn changed(entry: &Entry, oid: Oid, bytes: &[u8]) -> bool {
    let State::File { index: Some(index) } = &entry.state else {
        return false;
    };
    if *index == oid {
        return false;
    }
    let mut unix = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => unix.extend_from_slice(&[line, b"\n"].concat()),
            None => unix.extend_from_slice(line),
        }
    }
    *index != Oid::of_blob(index.format(), &unix)
}
