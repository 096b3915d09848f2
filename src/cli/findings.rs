//! `stampout findings`.

use super::args::{FindingsArgs, Global};
use super::standing::{self, Row};
use super::{Exit, findings_history, keep, out, say};
use crate::ledger::{Entry, State};
use crate::model::nearest;
use crate::report::visible;

/// Lists what the arguments select.
pub(crate) fn run(args: &FindingsArgs, global: &Global) -> Exit {
    for word in &args.state {
        if State::parse(word).is_none() {
            let near = nearest(word, State::ALL.map(State::word));
            let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            say::error(&format!("there is no state `{word}`"), &hint);
            return Exit::Usage;
        }
    }
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let entries = match keep::entries(&ledger) {
        Ok(entries) => entries,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    let wanted = |entry: &&Entry| {
        let any =
            |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
        any(&args.incident, &entry.incident)
            && any(&args.state, entry.state.word())
            && any(&args.repository, &entry.repository)
            && any(
                &args.owner,
                entry.place.owner.as_deref().unwrap_or_default(),
            )
            && any(&args.rule, &entry.rule)
            && any(&args.rev, &entry.line)
    };
    let wanted: Vec<&Entry> = entries.iter().filter(wanted).collect();
    let mut rows: Vec<Row<'_>> = wanted.iter().map(|entry| Row::new(entry)).collect();
    if args.history && !findings_history::tell(args, global, &wanted, &mut rows) {
        return Exit::Usage;
    }
    let page = match args.format.as_str() {
        "json" => json(&serde_json::json!({ "version": 1, "findings": rows })),
        "jsonl" => rows.iter().map(json).collect(),
        _ => text(&rows),
    };
    out::print(&page, Exit::Clean)
}

/// JSON on a line; nothing in it can act on a terminal.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    let mut page = crate::report::json_text(value).unwrap_or_default();
    page.push('\n');
    page
}

fn text(rows: &[Row<'_>]) -> String {
    if rows.is_empty() {
        return "no finding\n".to_owned();
    }
    let cells = rows.iter().map(|row| {
        let place = format!(
            "{}@{} {}:{}",
            row.repository, row.revision, row.path, row.line
        );
        let reason = if row.reason.is_empty() {
            String::new()
        } else {
            format!("({})", row.reason)
        };
        [
            row.state,
            &place,
            row.rule,
            row.owner.unwrap_or("-"),
            &format!("since {}", &row.since),
            &reason,
        ]
        .map(|cell| visible(cell).into_owned())
        .to_vec()
    });
    let lines = out::columns(&cells.collect::<Vec<_>>());
    let mut page = String::new();
    for (line, row) in lines.lines().zip(rows) {
        page.push_str(&format!("{line}\n"));
        if let Some(story) = &row.history {
            page.push_str(&findings_history::text(story));
        }
    }
    let mut counts = standing::Counts::default();
    for row in rows {
        counts.add(State::parse(row.state).unwrap_or(State::Unknown));
    }
    page.push_str(&format!("\n{}\n", sum(&counts)));
    page
}

/// `3 found: 1 open, 2 fixed`.
pub(crate) fn sum(counts: &standing::Counts) -> String {
    let parts: Vec<String> = State::ALL
        .into_iter()
        .filter(|state| counts.of(*state) > 0)
        .map(|state| format!("{} {state}", counts.of(state)))
        .collect();
    format!("{} found: {}", counts.found(), parts.join(", "))
}
