//! The end of the report for people: what was found, what was not looked at, and what the claim rests on.

use std::io::{self, Write};

use super::super::{escape, number};
use super::Paint;
use crate::model::{Coverage, IncidentTally, Outcome, RunInfo, RunSummary};

/// How many owners are named per incident.
const OWNERS: usize = 8;
/// How many repositories with problems are named.
const NAMED: usize = 5;
/// What to write to see every entry.
const COVERAGE_HINT: &str = "-o coverage=c.jsonl";

/// Writes the summary.
pub(super) fn write(
    out: &mut dyn Write,
    paint: Paint,
    verbose: bool,
    run: &RunInfo,
    summary: &RunSummary,
) -> io::Result<()> {
    if summary.coverage.enumerated == summary.coverage.of(Outcome::Excluded) {
        return Ok(()); // nothing was scanned, and why is said elsewhere
    }
    incidents(out, paint, verbose, run, summary)?;
    not_looked_at(out, paint, summary)?;
    not_entered(out, paint, &summary.coverage)?;
    if verbose {
        outcomes(out, &summary.coverage)?;
    }
    problems(out, paint, summary)?;
    closing(out, run, summary)
}

fn incidents(
    out: &mut dyn Write,
    paint: Paint,
    verbose: bool,
    run: &RunInfo,
    summary: &RunSummary,
) -> io::Result<()> {
    let mut silent = Vec::new();
    for incident in &run.catalog.incidents {
        let Some(tally) = summary.incidents.get(&incident.id) else {
            continue;
        };
        if tally.instances + tally.reviews + tally.suppressed == 0 {
            silent.push(&*incident.id);
            continue;
        }
        let id = escape::visible(&incident.id);
        writeln!(
            out,
            "{}: {}",
            paint.bold(&id),
            tally_line(tally, summary.repositories)
        )?;
    }
    if silent.is_empty() {
        return Ok(());
    }
    let count = silent.len() as u64;
    if silent.len() == summary.incidents.len() {
        let of = number::count(count, "incident", "incidents");
        if summary.complete {
            writeln!(out, "No instance of {of} in {}", basis(&summary.coverage))?;
        } else {
            let files = number::count(summary.coverage.enumerated, "file", "files");
            writeln!(
                out,
                "No instance of {of} seen in {files}, but not all could be looked at"
            )?;
        }
    } else {
        let others = number::count(count, "other incident", "other incidents");
        let seen = if summary.complete { "" } else { " seen" };
        writeln!(out, "{others}: no instance{seen}")?;
    }
    if verbose {
        for id in silent {
            writeln!(out, "  {}: no instance", escape::visible(id))?;
        }
    }
    Ok(())
}

/// `70 instances in 3 of 812 repositories (team-payments 61, team-web 9), 2 places to review`.
fn tally_line(tally: &IncidentTally, repositories: u64) -> String {
    let mut parts = Vec::new();
    if tally.instances > 0 {
        let mut part = format!(
            "{} in {} of {}",
            number::count(tally.instances, "instance", "instances"),
            number::thousands(tally.repositories),
            number::count(repositories, "repository", "repositories"),
        );
        if tally.owners.keys().any(Option::is_some) {
            part.push_str(&format!(" ({})", owners(tally)));
        }
        parts.push(part);
    }
    if tally.reviews > 0 {
        parts.push(number::count(
            tally.reviews,
            "place to review",
            "places to review",
        ));
    }
    if tally.suppressed > 0 {
        parts.push(format!(
            "{} suppressed",
            number::thousands(tally.suppressed)
        ));
    }
    parts.join(", ")
}

fn owners(tally: &IncidentTally) -> String {
    let mut owners: Vec<_> = tally
        .owners
        .iter()
        .filter(|(_, count)| **count > 0)
        .collect();
    owners.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let more = owners.len().saturating_sub(OWNERS) as u64;
    let mut parts: Vec<String> = owners
        .into_iter()
        .take(OWNERS)
        .map(|(owner, count)| {
            let name = owner.as_deref().unwrap_or("no owner");
            format!("{} {}", escape::visible(name), number::thousands(*count))
        })
        .collect();
    if more > 0 {
        parts.push(number::count(more, "more owner", "more owners"));
    }
    parts.join(", ")
}

/// `55,405 files: 812 scanned, 54,593 ruled out`.
fn basis(coverage: &Coverage) -> String {
    let files = number::count(coverage.enumerated, "file", "files");
    if coverage.outcomes.is_empty() {
        files
    } else {
        format!("{files}: {}", phrases(coverage))
    }
}

/// The outcomes that occurred, those that say most first.
fn phrases(coverage: &Coverage) -> String {
    let mut outcomes: Vec<(Outcome, u64)> = coverage
        .outcomes
        .iter()
        .map(|(outcome, count)| (*outcome, *count))
        .collect();
    outcomes.sort_by_key(|(outcome, count)| {
        let first = match outcome {
            Outcome::Scanned => 0,
            Outcome::ScannedWithErrors => 1,
            Outcome::RuledOut => 2,
            _ => 3,
        };
        (first, std::cmp::Reverse(*count), *outcome)
    });
    let phrases: Vec<String> = outcomes
        .into_iter()
        .map(|(outcome, count)| format!("{} {}", number::thousands(count), outcome.phrase(count)))
        .collect();
    phrases.join(", ")
}

fn not_looked_at(out: &mut dyn Write, paint: Paint, summary: &RunSummary) -> io::Result<()> {
    let unseen = &summary.not_looked_at;
    if unseen.accounted() > 0 {
        let files = number::count(summary.coverage.enumerated, "file", "files");
        writeln!(
            out,
            "{}: {} of {files} ({}): {COVERAGE_HINT}",
            paint.bold("Not looked at"),
            number::thousands(unseen.accounted()),
            phrases(unseen),
        )?;
    }
    if summary.blind_files > 0 {
        let files = number::count(summary.blind_files, "file", "files");
        writeln!(
            out,
            "{}: {files} with parts that did not parse, for rules that require no text: {COVERAGE_HINT}",
            paint.bold("Not judged in full"),
        )?;
    }
    Ok(())
}

/// Repositories within repositories are complete without, but whoever reads of instances must not think them scanned.
fn not_entered(out: &mut dyn Write, paint: Paint, coverage: &Coverage) -> io::Result<()> {
    let mut within = Coverage::default();
    for outcome in [Outcome::Submodule, Outcome::NestedRepository] {
        let count = coverage.of(outcome);
        if count > 0 {
            within.enumerated += count;
            within.outcomes.insert(outcome, count);
        }
    }
    if within.enumerated == 0 {
        return Ok(());
    }
    let title = paint.bold("Not entered");
    let what = phrases(&within);
    writeln!(out, "{title}: {what}: scan each as a repository of its own")
}

fn outcomes(out: &mut dyn Write, coverage: &Coverage) -> io::Result<()> {
    for (outcome, count) in &coverage.outcomes {
        writeln!(
            out,
            "{:>12} {}",
            number::thousands(*count),
            outcome.phrase(*count)
        )?;
    }
    Ok(())
}

/// One line; what is wrong with each is said where it happens, with its hint.
fn problems(out: &mut dyn Write, paint: Paint, summary: &RunSummary) -> io::Result<()> {
    let mut names: Vec<String> = Vec::new();
    for problem in &summary.problems {
        let name = problem
            .repository
            .as_deref()
            .map(escape::visible)
            .unwrap_or_default();
        if !name.is_empty() && !names.contains(&name.as_ref().to_owned()) {
            names.push(name.into_owned());
        }
    }
    if summary.problems.is_empty() {
        return Ok(());
    }
    let count = number::count(summary.problems.len() as u64, "problem", "problems");
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 {
        names.push(format!("{} more", number::thousands(more as u64)));
    }
    let list = if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    };
    writeln!(
        out,
        "{}: {count} with what was asked for{list}",
        paint.bold("Not scanned")
    )
}

fn closing(out: &mut dyn Write, run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
    let files = number::count(summary.coverage.enumerated, "file", "files");
    // What was read depends on what earlier runs left, like the time it took.
    if run.frozen_clock {
        return writeln!(out, "{files}");
    }
    let read = number::bytes(summary.bytes);
    let took = number::duration(summary.elapsed);
    writeln!(out, "{files}, {read} in {took}")
}
