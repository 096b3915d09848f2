//! One JSON line per entry: what was enumerated and what became of it.

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, escape};
use crate::model::{ByteSpan, EntryRecord, Outcome, RepoPath, RunInfo, Unit};

/// The report.
pub(super) struct Coverage;

#[derive(Serialize)]
struct Line<'a> {
    repository: &'a str,
    revision: Option<&'a str>,
    commit: Option<&'a str>,
    path: &'a RepoPath,
    blob: Option<&'a str>,
    outcome: Outcome,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    languages: &'a [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    spans: &'a [ByteSpan],
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

impl Report for Coverage {
    fn entry(
        &mut self,
        out: &mut dyn Write,
        _run: &RunInfo,
        unit: &Unit,
        entry: &EntryRecord,
    ) -> io::Result<()> {
        let line = Line {
            repository: &unit.repository,
            revision: unit.revision.as_deref(),
            commit: unit.commit.as_deref(),
            path: &entry.path,
            blob: entry.blob.as_deref(),
            outcome: entry.outcome,
            languages: &entry.languages,
            spans: &entry.spans,
            detail: &entry.detail,
        };
        escape::json(out, &line)?;
        out.write_all(b"\n")
    }
}
