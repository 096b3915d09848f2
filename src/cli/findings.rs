//! `stampout findings`.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::args::{FindingsArgs, Global};
use super::standing::{self, Row};
use super::{Exit, findings_history, findings_values, keep, out, say};
use crate::ledger::{Entry, State, Whereabouts};
use crate::model::nearest;
use crate::report::{json_writer, visible};

/// Letters of a fingerprint with `--verbose`: enough for `suppress`.
const SHORT: usize = 12;

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
    for word in &args.r#where {
        let words = Whereabouts::WORDS.map(|(word, _)| word);
        if !words.contains(&word.as_str()) {
            let near = nearest(word, words);
            let hint = near.map_or_else(
                || format!("one of {}", words.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            say::error(&format!("there is no place `{word}`"), &hint);
            return Exit::Usage;
        }
    }
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let read = || Ok((keep::entries(&ledger)?, ledger.whereabouts(None)?));
    let (entries, places) = match read() {
        Ok(read) => read,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    let values = findings_values::Known {
        ledger: &ledger,
        entries: &entries,
    };
    match values.are_known(args) {
        Ok(true) => {}
        Ok(false) => return Exit::Usage,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    }
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
    let at = |entry: &Entry| places.of(&entry.repository, &entry.fingerprint);
    let matches = |row: &Row<'_>| {
        let is = |word: &String| row.r#where == Some(word.as_str());
        let runs = |name: &String| row.environments.contains(&name.as_str());
        (args.r#where.is_empty() || args.r#where.iter().any(is))
            && (args.environment.is_empty() || args.environment.iter().any(runs))
    };
    let (wanted, mut rows): (Vec<&Entry>, Vec<Row<'_>>) = entries
        .iter()
        .filter(wanted)
        .map(|entry| (entry, Row::new(entry).found_at(at(entry))))
        .filter(|(_, row)| matches(row))
        .unzip();
    if args.history && !findings_history::tell(args, global, &wanted, &mut rows) {
        return Exit::Usage;
    }
    // Without an inventory there is nothing to tell apart.
    let placed = places.tell_of_deployments();
    match args.format.as_str() {
        "json" => out::stream(|out| page(out, &rows), Exit::Clean),
        "jsonl" => out::stream(|out| lines(out, &rows), Exit::Clean),
        _ => out::print(&text(&rows, placed, global.verbose), Exit::Clean),
    }
}

/// One object with all.
fn page(out: &mut dyn Write, rows: &[Row<'_>]) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct Page<'r> {
        version: u32,
        findings: &'r [Row<'r>],
    }
    let findings = rows;
    json_writer(
        &mut *out,
        &Page {
            version: 1,
            findings,
        },
    )?;
    out.write_all(b"\n")
}

/// One object a line.
fn lines(out: &mut dyn Write, rows: &[Row<'_>]) -> io::Result<()> {
    for row in rows {
        json_writer(&mut *out, row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// JSON on a line; nothing in it can act on a terminal.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    let mut page = crate::report::json_text(value).unwrap_or_default();
    page.push('\n');
    page
}

fn text(rows: &[Row<'_>], placed: bool, verbose: bool) -> String {
    if rows.is_empty() {
        return "no finding\n".to_owned();
    }
    let mut page = String::new();
    if placed {
        for (word, title) in Whereabouts::WORDS {
            let there: Vec<&Row<'_>> = rows
                .iter()
                .filter(|row| row.r#where == Some(word))
                .collect();
            if !there.is_empty() {
                page.push_str(&format!("{title}\n{}\n", table(&there, "  ", verbose)));
            }
        }
        page.truncate(page.trim_end().len());
        page.push('\n');
    } else {
        page = table(&rows.iter().collect::<Vec<_>>(), "", verbose);
    }
    let mut counts = standing::Counts::default();
    for row in rows {
        counts.add(State::parse(row.state).unwrap_or(State::Unknown));
    }
    let findings: BTreeSet<(&str, &str)> = rows
        .iter()
        .map(|row| (row.repository, row.fingerprint))
        .collect();
    if findings.len() < rows.len() {
        let s = if findings.len() == 1 { "" } else { "s" };
        page.push_str(&format!(
            "\n{} finding{s} on {} lines: {}\n",
            findings.len(),
            rows.len(),
            parts(&counts)
        ));
    } else {
        page.push_str(&format!("\n{}\n", sum(&counts)));
    }
    page
}

fn table(rows: &[&Row<'_>], margin: &str, verbose: bool) -> String {
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
        let name = row.fingerprint.get(..SHORT).unwrap_or(row.fingerprint);
        let state = format!("{margin}{}", row.state);
        let cells = [
            state.as_str(),
            &place,
            row.rule,
            row.owner.unwrap_or("-"),
            &format!("since {}", &row.since),
            if verbose { name } else { "" },
            &reason,
        ];
        let cells = cells.map(|cell| visible(cell).into_owned());
        // Without its name there is no column for it.
        let mut cells = cells.to_vec();
        if !verbose {
            cells.remove(5);
        }
        cells
    });
    let lines = out::columns(&cells.collect::<Vec<_>>());
    let mut page = String::new();
    for (line, row) in lines.lines().zip(rows) {
        page.push_str(&format!("{line}\n"));
        if let Some(story) = &row.history {
            page.push_str(&findings_history::text(story));
        }
    }
    page
}

/// `3 found: 1 open, 2 fixed`.
pub(crate) fn sum(counts: &standing::Counts) -> String {
    format!("{} found: {}", counts.found(), parts(counts))
}

fn parts(counts: &standing::Counts) -> String {
    let parts: Vec<String> = State::ALL
        .into_iter()
        .filter(|state| counts.of(*state) > 0)
        .map(|state| format!("{} {state}", counts.of(state)))
        .collect();
    parts.join(", ")
}
