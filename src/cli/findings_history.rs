//! What git tells of the findings of the ledger: `stampout findings --history`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::args::{FindingsArgs, Global, SourceArgs};
use super::config::Config;
use super::standing::Row;
use super::{say, targets};
use crate::history::{Historian, Seen, Step, Story};
use crate::ledger::Entry;
use crate::report::visible;
use crate::source::Repository;

/// Adds to each row what git tells of it; `false` if the clones cannot be found, which has been said.
pub(crate) fn tell(
    args: &FindingsArgs,
    global: &Global,
    entries: &[&Entry],
    rows: &mut [Row<'_>],
) -> bool {
    let Some(config) = Config::load(global.verbose) else {
        return false;
    };
    let source = SourceArgs {
        paths: args.clones.clone(),
        fleet: args.fleet.clone(),
        ..SourceArgs::default()
    };
    let Some(found) = targets::find(&source, &config, global) else {
        return false;
    };
    found.problems.iter().for_each(say::problem);
    let clones: BTreeMap<String, Repository> = found
        .targets
        .into_iter()
        .map(|target| (target.repository.name.clone(), target.repository))
        .collect();
    let mut historians: BTreeMap<&str, Result<Historian, String>> = BTreeMap::new();
    for (entry, row) in entries.iter().zip(rows) {
        let historian = match historians.entry(&entry.repository) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(vacant) => vacant.insert(open(&clones, &entry.repository)),
        };
        row.history = Some(match historian {
            Ok(historian) => story(historian, entry),
            Err(why) => without(why.clone()),
        });
    }
    true
}

fn open(clones: &BTreeMap<String, Repository>, name: &str) -> Result<Historian, String> {
    let clone = clones.get(name);
    let clone = clone.ok_or("its clone is not here: --clones DIR or --fleet FILE names it")?;
    Historian::new(clone.clone()).map_err(|error| error.to_string())
}

fn story(historian: &mut Historian, entry: &Entry) -> Story {
    // A ledger that an older version wrote does not tell apart where it was seen and where it was judged.
    let open = entry
        .judged_at
        .as_deref()
        .filter(|_| !entry.state.is_closed());
    let Some(commit) = entry.seen_at.as_deref().or(open) else {
        return without("the ledger knows no commit at which it was seen".to_owned());
    };
    let seen = Seen {
        path: &entry.path,
        commit,
        start: entry.place.byte_start,
        end: entry.place.byte_end,
        closed_at: entry
            .judged_at
            .as_deref()
            .filter(|_| entry.state.is_closed()),
    };
    historian
        .story(seen)
        .unwrap_or_else(|error| without(error.to_string()))
}

fn without(note: String) -> Story {
    Story {
        notes: vec![note],
        ..Story::default()
    }
}

/// Some lines below a finding.
pub(crate) fn text(story: &Story) -> String {
    let mut page = String::new();
    let mut line = |text: String| page.push_str(&format!("    {}\n", visible(&text)));
    let step = |step: &Step| {
        let commit = step.commit.get(..12).unwrap_or(&step.commit);
        let day = step.authored.get(..10).unwrap_or(&step.authored);
        format!(
            "{commit} {day} {}, in {}: {}",
            step.author, step.path, step.subject
        )
    };
    if let Some(introduced) = &story.introduced {
        line(format!("introduced by {}", step(introduced)));
    }
    if let Some(tag) = &story.first_tag {
        let day = tag.date.get(..10).unwrap_or(&tag.date);
        line(format!("first tag with it: {} {day}", tag.name));
    }
    if let Some(fixed) = &story.fixed {
        line(format!("taken away by {}", step(fixed)));
    }
    for note in &story.notes {
        line(note.clone());
    }
    page
}
