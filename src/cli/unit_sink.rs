//! What the scanner says of one unit, passed on to the reports, the tally and whoever watches.

use std::io;
use std::sync::Arc;

use super::hits::Hits;
use super::keep::{self, Answered};
use super::owners::Owners;
use super::progress::Progress;
use super::tally::Tally;
use crate::model::{
    CommentNote, EntryRecord, Finding, IgnoreComment, Instance, Kind, RepoPath, RunInfo, Unit,
};
use crate::report::{self, OutputError, Outputs};
use crate::scan::Sink;
use crate::suppress::Answers;

/// Passes what the scanner tells on to the reports and the tally.
pub(super) struct UnitSink<'a> {
    pub(super) outputs: &'a mut Outputs,
    pub(super) progress: &'a mut Progress,
    pub(super) tally: &'a mut Tally,
    pub(super) info: &'a RunInfo,
    pub(super) unit: &'a Unit,
    pub(super) owners: Owners<'a>,
    pub(super) answers: Option<&'a Answers>,
    pub(super) answered: Option<&'a Answered>,
    /// Comments that do nothing.
    pub(super) comments: Vec<CommentNote>,
    pub(super) failed: Option<OutputError>,
    pub(super) fresh: u64,
    pub(super) hits: Option<&'a Hits>,
}

impl UnitSink<'_> {
    fn pass(&mut self, entry: &EntryRecord, findings: &[Finding]) -> Result<(), OutputError> {
        self.outputs.entry(self.info, self.unit, entry)?;
        for finding in findings {
            self.outputs.finding(self.info, self.unit, finding)?;
        }
        Ok(())
    }
}

impl Sink for UnitSink<'_> {
    fn answer(
        &mut self,
        entry: &EntryRecord,
        comments: &[IgnoreComment],
        unjudged: &[usize],
        findings: &mut [Finding],
    ) {
        if let Some(answers) = self.answers.filter(|_| !comments.is_empty()) {
            let notes = answers.apply(entry, comments, unjudged, findings);
            self.comments.extend(notes);
        }
        if let Some(answered) = self.answered {
            for finding in findings.iter_mut().filter(|one| one.suppression.is_none()) {
                let rule = &self.info.catalog.rules[finding.instance.rule].id;
                let path = finding.path.to_text();
                let fingerprint = finding.fingerprint.to_string();
                let found = answered.of(&self.unit.repository, &path, rule, &fingerprint);
                finding.suppression = found.map(keep::external).map(Arc::new);
            }
        }
    }

    fn entry(&mut self, entry: &EntryRecord, findings: &[Finding]) -> io::Result<()> {
        let owned = self.owners.owned(self.unit, findings);
        let findings = owned.as_deref().unwrap_or(findings);
        for finding in findings {
            self.tally.count(self.info, self.unit, finding);
        }
        let counted = findings.iter().filter(|one| one.suppression.is_none());
        self.fresh += counted.count() as u64;
        if let Some(hits) = self.hits {
            hits.offer(self.unit, findings);
        }
        self.pass(entry, findings).map_err(|error| {
            self.failed = Some(error);
            io::Error::other("a report could not be written")
        })
    }

    fn glimpse(&mut self, path: &RepoPath, instances: &[Arc<Instance>]) {
        for instance in instances.iter().filter(|one| one.kind == Kind::Fail) {
            let rule = &self.info.catalog.rules[instance.rule].id;
            let span = &instance.span;
            self.progress.glimpse(|| {
                let place = format!("{}:{}:{}", path.to_text(), span.line, span.column);
                format!("{}  {rule}", report::visible(&place))
            });
        }
    }

    fn progress(&mut self, entries: u64, bytes: u64) {
        self.progress
            .add(entries, bytes, std::mem::take(&mut self.fresh));
    }
}
