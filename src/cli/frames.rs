//! The code around findings, read from repositories that are at hand; the ledger keeps only what matched.
//!
//! Invariant: the lines are those of the bytes in which it was found, known by their hash, or there are none.

use std::collections::BTreeMap;

use super::say;
use crate::model::{FindingFact, Frame, RepoPath};
use crate::report::html::{Account, FindingAccount};
use crate::source::{Entry, FleetRepository, Loaded, Oid, Reader, Repository};

/// Larger files are not worth their lines.
const LIMIT: u64 = 8 << 20;
/// Files that are read at once.
const BATCH: usize = 64;
/// Lines above and below.
const CONTEXT: u32 = 2;
/// Most lines of a frame.
const LINES: u32 = 14;
/// Longest line, in characters.
const WIDTH: usize = 400;

/// Adds them to the findings of an account; returns how many have theirs.
pub(crate) fn add(account: &mut Account, repositories: &[FleetRepository]) -> usize {
    let mut wanted: BTreeMap<String, BTreeMap<Oid, Vec<&mut FindingAccount>>> = BTreeMap::new();
    for finding in account
        .incidents
        .iter_mut()
        .flat_map(|one| &mut one.findings)
    {
        let blob = finding.worst().and_then(|one| one.place.blob.as_deref());
        if let Some(oid) = blob.and_then(|blob| Oid::parse(blob.as_bytes())) {
            let of = wanted.entry(finding.repository.clone()).or_default();
            of.entry(oid).or_default().push(finding);
        }
    }
    let mut added = 0;
    for one in repositories {
        let Some(blobs) = wanted.remove(&one.repository.name) else {
            continue;
        };
        match read(&one.repository, blobs) {
            Ok(count) => added += count,
            Err(error) => say::warning(
                &format!("{}: {error}", one.repository.name),
                "its findings are shown without the lines around them",
            ),
        }
    }
    added
}

fn read(
    repository: &Repository,
    blobs: BTreeMap<Oid, Vec<&mut FindingAccount>>,
) -> Result<usize, crate::source::SourceError> {
    let mut reader = Reader::new(repository, LIMIT)?;
    let mut blobs: Vec<(Oid, Vec<&mut FindingAccount>)> = blobs.into_iter().collect();
    let mut added = 0;
    for batch in blobs.chunks_mut(BATCH) {
        let entries: Vec<Entry> = batch
            .iter()
            .map(|(oid, _)| Entry::object(RepoPath::new(Vec::new()), *oid))
            .collect();
        let answers = reader.read(&entries.iter().collect::<Vec<_>>());
        for ((_, findings), answer) in batch.iter_mut().zip(answers) {
            // What is not there any more has no lines, and what is no UTF-8 counts them otherwise.
            let Loaded::Bytes(blob) = answer else {
                continue;
            };
            let Ok(text) = std::str::from_utf8(&blob.bytes) else {
                continue;
            };
            let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split('\n').collect();
            for finding in findings {
                let frame = finding.worst().and_then(|one| around(&lines, &one.place));
                added += usize::from(frame.is_some());
                finding.frame = frame;
            }
        }
    }
    Ok(added)
}

fn around(lines: &[&str], place: &FindingFact) -> Option<Frame> {
    let last_line = place.end_line.max(place.line);
    let known = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    if place.line == 0 || last_line > known {
        return None;
    }
    let first_line = place.line.saturating_sub(CONTEXT).max(1);
    let last = last_line
        .saturating_add(CONTEXT)
        .min(first_line + LINES - 1)
        .min(known);
    let shown = (first_line..=last).map(|number| {
        let line = lines[number as usize - 1];
        let line = line.strip_suffix('\r').unwrap_or(line);
        match line.char_indices().nth(WIDTH) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    });
    Some(Frame {
        first_line,
        lines: shown.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::around;
    use crate::model::FindingFact;

    #[test]
    fn a_frame_is_bounded_and_within_the_file() {
        let text: Vec<String> = (1..=40).map(|one| format!("line {one}\r")).collect();
        let lines: Vec<&str> = text.iter().map(String::as_str).collect();
        let frame = |line, end_line| {
            let place = FindingFact {
                line,
                end_line,
                ..FindingFact::default()
            };
            let frame = around(&lines, &place)?;
            Some((frame.first_line, frame.lines.len(), frame.lines[0].clone()))
        };
        let told = |first: u32, count| Some((first, count, format!("line {first}")));
        for (line, end_line, expected) in [
            (1, 1, told(1, 3)),
            (20, 21, told(18, 6)),
            (40, 0, told(38, 3)),
            (10, 39, told(8, 14)),
            (0, 0, None),
            (41, 41, None),
            (39, 41, None),
        ] {
            assert_eq!(frame(line, end_line), expected, "{line} to {end_line}");
        }
        let long = "x".repeat(1000);
        let place = FindingFact {
            line: 1,
            ..FindingFact::default()
        };
        let frame = around(&[&long], &place).expect("a frame");
        assert_eq!(frame.lines[0].chars().count(), 401);
    }
}
