//! What git tells of the findings of the ledger: `stampout findings --history`.

use super::args::{FindingsArgs, Global};
use super::clones::Clones;
use super::standing::Row;
use crate::history::{Step, Story};
use crate::ledger::Entry;
use crate::report::visible;

/// Adds to each row what git tells of it; `false` if the clones cannot be found, which has been said.
pub(crate) fn tell(
    args: &FindingsArgs,
    global: &Global,
    entries: &[&Entry],
    rows: &mut [Row<'_>],
) -> bool {
    let Some(mut clones) = Clones::find(&args.clones, args.fleet.as_deref(), global) else {
        return false;
    };
    for (entry, row) in entries.iter().zip(rows) {
        row.history = Some(clones.story(entry));
    }
    true
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
