//! The section that tells how far the bug is eradicated: counts and dates, per team and environment.

use super::facts::{Facts, Team};
use super::page::{count, moment, row, span};
use crate::cli::claim::Claim;
use crate::ledger::State;
use crate::report::markdown_text as text;

pub(super) fn eradication(facts: &Facts) -> String {
    let mut page = match &facts.claim {
        Claim::Unknown(why) => {
            let why: String = why.iter().map(|one| format!("- {}\n", text(one))).collect();
            format!(
                "**Unknown.** Nothing that was looked at has an instance left, but not all was looked at:\n\n{why}"
            )
        }
        claim => {
            let sentence = claim.sentence();
            let (first, rest) = sentence.split_at(1);
            let mut page = format!("**{}{rest}.**\n", first.to_uppercase());
            let gaps = facts.account.not_covered();
            if !gaps.is_empty() {
                let gaps: String = gaps
                    .iter()
                    .map(|one| format!("- {}\n", text(one)))
                    .collect();
                page.push_str(&format!("\nNor was everything looked at:\n\n{gaps}"));
            }
            page
        }
    };
    let account = &facts.account;
    page.push_str(&format!("\nFound {}: ", account.found()));
    let counts = State::ALL
        .into_iter()
        .map(|state| (account.of(state), state));
    let counts: Vec<String> = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, state)| format!("{count} {state}"))
        .collect();
    page.push_str(&format!(
        "{}.\n\n",
        if counts.is_empty() {
            "nothing".to_owned()
        } else {
            counts.join(", ")
        }
    ));
    let places: Vec<String> = account
        .places()
        .map(|(count, title)| format!("{count} {title}"))
        .collect();
    if !places.is_empty() {
        page.push_str(&format!("Where: {}.\n\n", places.join(" · ")));
    }
    let stones = &facts.milestones;
    let since = facts.report;
    let head = since.map_or("after".to_owned(), |(_, word)| {
        format!(
            "after it was {}",
            word.trim_start_matches("first instance ")
        )
    });
    page.push_str(&format!("| milestone | when | {head} |\n|---|---|---|\n"));
    let (seen, covered) = (facts.is_seen(), facts.is_covered());
    for (name, at, is_known) in [
        ("first full scan", stones.first_full_scan, true),
        ("half gone from main", stones.half, true),
        ("all gone from main", stones.all, seen),
        ("gone from every deployment", stones.all_live, covered),
    ] {
        let after = at
            .filter(|_| is_known)
            .zip(since)
            .map_or_else(|| "–".to_owned(), |(at, (from, _))| span(at - from));
        page.push_str(&row(&[name.to_owned(), claimed(at, is_known), after]));
    }
    page.push_str(&format!(
        "\nCame back after it was closed: {}.\n",
        count(stones.returns as u64, "time")
    ));
    page.push_str("\n| team | found | closed | suppressed | remaining | half gone | all gone |\n|---|---|---|---|---|---|---|\n");
    for team in &facts.teams {
        page.push_str(&row(&team_cells(team, seen)));
    }
    if !facts.environments.is_empty() {
        page.push_str(
            "\n| environment | found | remaining | half gone | all gone |\n|---|---|---|---|---|\n",
        );
        for one in &facts.environments {
            page.push_str(&row(&[
                text(&one.name),
                one.found.to_string(),
                one.remaining.to_string(),
                moment(one.half),
                claimed(one.all, covered),
            ]));
        }
    }
    page.push_str(&format!("\nCoverage: {}.\n", account.coverage()));
    page
}

/// When all were gone: a claim that is made only where everything was looked at.
fn claimed(at: Option<i64>, is_known: bool) -> String {
    match at {
        Some(_) if !is_known => "unknown: see above".to_owned(),
        at => moment(at),
    }
}

fn team_cells(team: &Team, seen: bool) -> [String; 7] {
    let counts = &team.counts;
    let closed = counts.of(State::Fixed) + counts.of(State::Gone);
    let suppressed = counts.of(State::Suppressed);
    [
        team.owner
            .as_deref()
            .map_or_else(|| "(nobody known)".to_owned(), text),
        counts.found().to_string(),
        closed.to_string(),
        suppressed.to_string(),
        (counts.found() - closed - suppressed).to_string(),
        moment(team.half),
        claimed(team.all, seen),
    ]
}
