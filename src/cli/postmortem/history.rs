//! What git tells of each instance: when it was introduced, how long it lived before it was found, and which gate there
//! was then.
//!
//! The commits are named, their authors are not: a post-mortem looks for what let a bug through, not for who wrote it.

use super::facts::{Facts, InstanceRow, LISTED};
use super::page::{count, row, span};
use crate::cli::standing::time;
use crate::report::{markdown_code as code, markdown_text as text};

/// The name of the block.
pub(super) const NAME: &str = "history";

/// The block.
pub(super) fn told(facts: &Facts) -> String {
    if !facts.has_clones {
        return "Git was not asked when each instance was introduced: `--clones DIR` or `--fleet FILE` names the repositories.\n"
            .to_owned();
    }
    let rows: Vec<&InstanceRow> = facts.instances.iter().take(LISTED).collect();
    let mut page = summary(facts, &rows);
    if rows.is_empty() {
        return page;
    }
    page.push_str(
        "\n| where | introduced | by | first tag | lived until it was recorded | a gate with this pack there, then |\n\
         |---|---|---|---|---|---|\n",
    );
    for one in &rows {
        page.push_str(&row(&cells(facts, one)));
    }
    page.push_str(&notes(&rows));
    let more = facts.instances.len().saturating_sub(rows.len());
    if more > 0 {
        page.push_str(&format!("\n{more} more were not asked for.\n"));
    }
    page
}

/// When it was introduced, in seconds since 1970.
fn introduced(one: &InstanceRow) -> Option<i64> {
    let step = one.story.as_ref()?.introduced.as_ref()?;
    let at: jiff::Timestamp = step.committed.parse().ok()?;
    Some(at.as_second())
}

/// Whether it may have been introduced earlier than the clone can show.
fn is_cut(one: &InstanceRow) -> bool {
    one.story.as_ref().is_some_and(|story| story.is_cut)
}

fn summary(facts: &Facts, rows: &[&InstanceRow]) -> String {
    let told = rows.iter().filter_map(|one| Some((introduced(one)?, *one)));
    let (cut, known): (Vec<_>, Vec<_>) = told.partition(|(_, one)| is_cut(one));
    let mut page = format!(
        "Git tells of {} of {} when they were introduced.\n",
        known.len(),
        count(rows.len() as u64, "instance")
    );
    if !cut.is_empty() {
        page.push_str(&format!(
            "Of {} more it tells only that they were there where a shallow clone begins.\n",
            cut.len()
        ));
    }
    let mut lived: Vec<i64> = known.iter().map(|(at, one)| one.first_seen - at).collect();
    lived.sort_unstable();
    let times = || known.iter().map(|(at, _)| *at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return page;
    };
    let (first, last) = (time(first), time(last));
    page.push_str(&format!("\n- the first {first}, the last {last}\n"));
    if let (Some(longest), Some(half)) = (lived.last(), lived.get(lived.len() / 2)) {
        page.push_str(&format!(
            "- until they were recorded they lived {} at the longest, half of them {} or longer\n",
            span(*longest),
            span(*half)
        ));
    }
    if let Some((report, word)) = facts.report {
        let after = known.iter().filter(|(at, _)| *at > report).count();
        page.push_str(&format!(
            "- {after} came in after it was {word}, {}\n",
            time(report)
        ));
    }
    let guarded = |at: &i64, one: &InstanceRow| {
        let since = facts.gate.since_in.get(&one.repository);
        since.is_some_and(|since| since <= at)
    };
    let passed = known.iter().filter(|(at, one)| guarded(at, one)).count();
    page.push_str(&format!(
        "- {passed} got past a gate with this pack; where {} came in, there was none\n",
        known.len() - passed
    ));
    page
}

fn cells(facts: &Facts, one: &InstanceRow) -> [String; 6] {
    let none = || "–".to_owned();
    let at = introduced(one);
    let story = one.story.as_ref();
    let commit = story.and_then(|story| story.introduced.as_ref());
    let tag = story.and_then(|story| story.first_tag.as_ref());
    let cut = is_cut(one);
    let gate = facts.gate.since_in.get(&one.repository);
    let gate = match (at, gate) {
        (None, _) => none(),
        (_, None) => "no, and there is none yet".to_owned(),
        (Some(at), Some(since)) if *since <= at && cut => none(),
        (Some(at), Some(since)) if *since <= at => format!("yes, since {}", time(*since)),
        (_, Some(since)) => format!("no, since {}", time(*since)),
    };
    let place = format!("{} {}:{}", one.repository, one.path, one.line);
    let or_more = if cut { " or longer" } else { "" };
    [
        code(&place).replace('|', "\\|"),
        match at {
            None => "not known".to_owned(),
            // The history may begin before what the clone has of it.
            Some(at) if cut => format!("{} or before", time(at)),
            Some(at) => time(at),
        },
        commit.map_or_else(none, |step| {
            code(step.commit.get(..12).unwrap_or(&step.commit))
        }),
        tag.map_or_else(none, |tag| {
            let day = tag.date.get(..10).unwrap_or(&tag.date);
            format!("{} ({day})", text(&tag.name))
        }),
        at.map_or_else(none, |at| format!("{}{or_more}", span(one.first_seen - at))),
        gate,
    ]
}

/// What git could not tell, and why.
fn notes(rows: &[&InstanceRow]) -> String {
    let mut page = String::new();
    for one in rows {
        for note in one.story.iter().flat_map(|story| &story.notes) {
            let place = format!("{} {}:{}", one.repository, one.path, one.line);
            page.push_str(&format!("- {}: {}\n", code(&place), text(note)));
        }
    }
    if page.is_empty() {
        page
    } else {
        format!("\n{page}")
    }
}
