//! `stampout diff A B`: between report files, or revisions of the ledger.

use std::path::Path;

use super::args::{DiffArgs, Global};
use super::findings::json;
use super::standing::Row;
use super::{Exit, keep, out, say};
use crate::ledger::{Change, Entry, compare};
use crate::model::ScanFact;
use crate::report::visible;

/// Tells what came, went, stayed, and what cannot be told.
pub(crate) fn run(args: &DiffArgs, global: &Global) -> Exit {
    let Some(before) = side(&args.before, args, global) else {
        return Exit::Usage;
    };
    let Some(after) = side(&args.after, args, global) else {
        return Exit::Usage;
    };
    let changes = match compare(&before, &after) {
        Ok(changes) => changes,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    let page = if args.format == "json" {
        let told = |(change, entry): &(Change, Entry)| {
            let mut row = serde_json::to_value(Row::new(entry)).unwrap_or_default();
            if let Some(row) = row.as_object_mut() {
                // The comparison has its own clock.
                for key in ["since", "first_seen", "state", "basis", "revision"] {
                    row.remove(key);
                }
                row.insert("change".to_owned(), change.word().into());
            }
            row
        };
        let all: Vec<_> = changes.iter().map(told).collect();
        json(&serde_json::json!({ "version": 1, "changes": all }))
    } else {
        text(&changes)
    };
    out::print(&page, Exit::Clean)
}

fn side(name: &str, args: &DiffArgs, global: &Global) -> Option<Vec<ScanFact>> {
    if Path::new(name).is_file() {
        return keep::read(Path::new(name));
    }
    let ledger = keep::look_at(&args.ledger, global.verbose)?;
    match ledger.scans_of(name) {
        Ok(scans) if scans.is_empty() => {
            let message =
                format!("`{name}` is neither a report nor a revision that the ledger knows");
            say::error(
                &message,
                "name a file, a branch, a tag or a commit that was recorded",
            );
            None
        }
        Ok(scans) => Some(scans),
        Err(error) => {
            keep::complain(&error);
            None
        }
    }
}

fn text(changes: &[(Change, Entry)]) -> String {
    let mut rows = Vec::new();
    let mut counts = std::collections::BTreeMap::<&str, u64>::new();
    for (change, entry) in changes {
        *counts.entry(change.word()).or_default() += 1;
        if *change != Change::Unchanged {
            let place = format!("{} {}:{}", entry.repository, entry.path, entry.place.line);
            let reason = match entry.reason.as_str() {
                "" => String::new(),
                reason => format!("({reason})"),
            };
            let row = [change.word(), &place, &entry.rule, &reason];
            rows.push(row.map(|cell| visible(cell).into_owned()).to_vec());
        }
    }
    let mut page = out::columns(&rows);
    let parts: Vec<String> = counts
        .iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    page.push_str(&if parts.is_empty() {
        "no finding on either side\n".to_owned()
    } else {
        format!("{}\n", parts.join(", "))
    });
    page
}
