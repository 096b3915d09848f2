//! The sections: those of the SRE book's example in its order, then those that no template has.

use crate::postmortem::Part;
use crate::report::{markdown_code as code, markdown_text as text, visible};

use super::eradication::eradication;
use super::facts::{Facts, LISTED};
use super::history;
use crate::cli::standing::time;

/// Lines of a rule's advice.
const ADVICE: usize = 40;

/// The whole document.
pub(super) fn parts(facts: &Facts) -> Vec<Part> {
    let title = facts.text("title").unwrap_or_default();
    let prose = |text: &str| Part::Prose(text.to_owned());
    vec![
        Part::Prose(format!("# {}: {}\n\n", text(&facts.id), text(title))),
        Part::Facts("head", head(facts)),
        prose("\n**Authors:** _who wrote this_\n\n## Summary\n\n"),
        Part::Facts("summary", quote(facts.text("summary").unwrap_or_default())),
        prose(
            "\n_what happened, in a few sentences, and what it meant for users_\n\n## Impact\n\n_who was hit, how much, for how long_\n\n## Root causes\n\n",
        ),
        Part::Facts("causes", causes(facts)),
        prose(
            "\n_why the bug was there, and why it could do harm_\n\n## Trigger\n\n_what set it off_\n\n## Resolution\n\n",
        ),
        Part::Facts("resolution", resolution(facts)),
        prose("\n_what ended the harm_\n\n## Detection\n\n"),
        Part::Facts("detection", detection(facts)),
        prose(
            "\n_who or what noticed, and why not earlier_\n\n## Action items\n\n\
             | Action | Type | Owner | Due | Evidence |\n|---|---|---|---|---|\n\
             | _what is to be done_ | _mitigate, prevent, process_ | | | |\n\n\
             ## Lessons learned\n\n### What went well\n\n- _…_\n\n### What went wrong\n\n- _…_\n\n\
             ### Where we got lucky\n\n- _…_\n\n## Timeline\n\n",
        ),
        Part::Facts("timeline", timeline(facts)),
        prose("\n_what else happened, and when_\n\n## Supporting information\n\n"),
        Part::Facts("support", support(facts)),
        prose("\n## Eradication\n\n"),
        Part::Facts("eradication", eradication(facts)),
        prose("\n_what is left, and what stands in its way_\n\n## Other instances found\n\n"),
        Part::Facts("instances", instances(facts)),
        prose("\n_which of them had already done harm_\n\n## Escape analysis\n\n"),
        Part::Facts("escape", escape(facts)),
        prose("\n"),
        Part::Facts(history::NAME, history::told(facts)),
        prose(
            "\nWhere it should have been caught, and why it was not:\n\n\
             - [ ] design: _…_\n- [ ] code review: _…_\n- [ ] static analysis: _…_\n- [ ] tests: _…_\n\
             - [ ] release and rollout: _…_\n- [ ] monitoring: _…_\n\n## Feedback to the SSDL\n\n",
        ),
        Part::Facts("feedback", feedback(facts)),
        prose(
            "\n| Action | Owner | Due | Evidence |\n|---|---|---|---|\n\
             | Make the pack a gate in every repository | | | |\n\
             | Name the safe API or wrapper, or write it | | | |\n\
             | Say it in the coding standard and in training | | | |\n\
             | A test or generator that shows the bug | | | |\n\
             | A signal in monitoring that shows the harm | | | |\n",
        ),
    ]
}

fn quote(paragraph: &str) -> String {
    let lines = paragraph
        .lines()
        .map(|line| format!("> {}\n", text(line)).replace("> \n", ">\n"));
    lines.collect()
}

/// Whether anything of the page depends on the day it is written: only what the ledger learned since.
pub(super) fn moment(at: Option<i64>) -> String {
    at.map_or_else(|| "not yet".to_owned(), time)
}

/// `2 d 3 h`, `40 min`.
pub(super) fn span(seconds: i64) -> String {
    let (sign, seconds) = if seconds < 0 {
        ("-", -seconds)
    } else {
        ("", seconds)
    };
    let (days, hours, minutes) = (
        seconds / 86_400,
        seconds % 86_400 / 3600,
        seconds % 3600 / 60,
    );
    match (days, hours, minutes) {
        (0, 0, _) => format!("{sign}{minutes} min"),
        (0, ..) => format!("{sign}{hours} h {minutes} min"),
        _ => format!("{sign}{days} d {hours} h"),
    }
}

/// `1 instance`, `2 instances`.
pub(super) fn count(number: u64, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}

pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn head(facts: &Facts) -> String {
    let word = |key: &str| facts.text(key).map(text);
    let severity = match (word("severity"), word("class")) {
        (Some(severity), Some(class)) => Some(format!("{severity} ({class})")),
        (severity, class) => severity.or(class),
    };
    let list = |key: &str| {
        let all: Vec<String> = facts.texts(key).into_iter().map(link).collect();
        Some(all.join(", ")).filter(|all| !all.is_empty())
    };
    let day = facts.report.map(|(at, _)| time(at)[..10].to_owned());
    let rows = [
        ("Date", day),
        ("Status", Some(facts.claim.sentence())),
        ("Severity", severity),
        ("Owner", word("owner")),
        ("Incident", facts.text("url").map(link)),
        ("Also known as", list("aliases")),
        ("Tickets", list("tickets")),
        ("Weaknesses", list("cwe")),
    ];
    let mut table = "| | |\n|---|---|\n".to_owned();
    for (name, value) in rows {
        if let Some(value) = value {
            table.push_str(&row(&[name.to_owned(), value]));
        }
    }
    table
}

/// An address as a link, anything else as text.
fn link(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'*+,;=%".contains(c);
    let is_address = value.starts_with("https://") || value.starts_with("http://");
    if is_address && value.chars().all(plain) {
        format!("<{value}>")
    } else {
        text(value)
    }
}

fn causes(facts: &Facts) -> String {
    if !facts.has_pack {
        return "The pack was not at hand, so its rules are not told here: `--packs DIR` names it.\n".to_owned();
    }
    let rules = facts.rules.iter();
    rules
        .map(|(name, message, _)| format!("- {}: {}\n", code(name), text(message)))
        .collect()
}

fn resolution(facts: &Facts) -> String {
    let mut page = format!("Contained: {}\n", moment(facts.moment("contained")));
    for (repository, path, line, fixed_by) in &facts.origins {
        let fix = fixed_by
            .as_deref()
            .map_or("no fix is named".to_owned(), |commit| {
                format!("fixed by {}", code(commit))
            });
        page.push_str(&format!(
            "- {} in {}: {fix}\n",
            code(&format!("{path}:{line}")),
            link(repository)
        ));
    }
    page
}

fn detection(facts: &Facts) -> String {
    let (started, detected) = (facts.moment("started"), facts.moment("detected"));
    let declared = facts.moment("declared");
    let mut page = String::new();
    for (name, at) in [
        ("Started", started),
        ("Detected", detected),
        ("Declared", declared),
    ] {
        if let Some(at) = at {
            page.push_str(&format!("- {name}: {}\n", time(at)));
        }
    }
    let noticed = detected
        .map(|at| (at, "detected"))
        .or(declared.map(|at| (at, "declared")));
    if let (Some(started), Some((at, word))) = (started, noticed) {
        page.push_str(&format!(
            "- From the start until it was {word}: {}\n",
            span(at - started)
        ));
    }
    if page.is_empty() {
        page = "The incident's record names no times.\n".to_owned();
    }
    page
}

fn timeline(facts: &Facts) -> String {
    let mut all: Vec<(i64, String)> = Vec::new();
    for key in ["started", "detected", "declared", "contained"] {
        all.extend(facts.moment(key).map(|at| (at, key.to_owned())));
    }
    let found = facts.account.found();
    let stones = &facts.milestones;
    let known = [
        (
            stones.first_seen,
            "the first instance was recorded".to_owned(),
        ),
        (
            stones.first_full_scan,
            "the whole fleet had been scanned".to_owned(),
        ),
        (
            stones.half,
            "half of all instances were gone from main".to_owned(),
        ),
        (
            stones.all.filter(|_| facts.is_seen()),
            "all instances were gone from main".to_owned(),
        ),
        (
            stones.all_live.filter(|_| facts.is_covered()),
            "all were gone from every deployment".to_owned(),
        ),
        (
            facts.gate.since,
            "the gate ran for the first time".to_owned(),
        ),
    ];
    all.extend(known.into_iter().filter_map(|(at, word)| Some((at?, word))));
    all.extend(facts.returns.iter().map(|(at, what)| (*at, code(what))));
    for ((repository, _), (at, path)) in &facts.gate.stopped {
        all.push((
            *at,
            format!(
                "the gate stopped an instance in {}",
                code(&format!("{repository} {path}"))
            ),
        ));
    }
    // What happened at one moment keeps the order above.
    all.sort_by_key(|(at, _)| *at);
    let mut page = "| when | what |\n|---|---|\n".to_owned();
    for (at, what) in all {
        page.push_str(&row(&[time(at), what]));
    }
    page.push_str(&format!(
        "
{} ever found.
",
        count(found, "instance")
    ));
    page
}

fn support(facts: &Facts) -> String {
    let id = &facts.id;
    format!(
        "- {}: every instance with its state\n- {}: the counts\n- {}: every fact, as evidence\n",
        code(&format!("stampout findings --incident {id} -f json")),
        code(&format!("stampout status {id}")),
        code("stampout ledger export")
    )
}

fn instances(facts: &Facts) -> String {
    let is_origin = |row: &&super::facts::InstanceRow| {
        facts.origins.iter().any(|(repository, path, ..)| {
            *path == row.path
                && crate::inventory::same_repository(
                    repository,
                    &row.repository,
                    facts.urls.get(&row.repository).map(String::as_str),
                )
        })
    };
    let all = facts.instances.len();
    let origins = facts.instances.iter().filter(is_origin).count();
    let mut page = format!(
        "{}, {origins} of them in the file where it bit.\n",
        count(all as u64, "instance")
    );
    if all == 0 {
        return page;
    }
    page.push_str("\n| where | owner | state | | first seen |\n|---|---|---|---|---|\n");
    for one in facts.instances.iter().take(LISTED) {
        page.push_str(&row(&[
            code(&format!("{} {}:{}", one.repository, one.path, one.line)).replace('|', "\\|"),
            one.owner.as_deref().map_or_else(|| "–".to_owned(), text),
            one.state.to_owned(),
            one.place.to_owned(),
            time(one.first_seen)[..10].to_owned(),
        ]));
    }
    if all > LISTED {
        page.push_str(&format!(
            "\n{} more: {}\n",
            all - LISTED,
            code(&format!("stampout findings --incident {}", facts.id))
        ));
    }
    page
}

fn escape(facts: &Facts) -> String {
    let repositories: std::collections::BTreeSet<&str> = facts
        .instances
        .iter()
        .map(|one| one.repository.as_str())
        .collect();
    let s = |count: usize, one: &str, many: &str| {
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let live = facts
        .instances
        .iter()
        .filter(|one| one.place.contains("live"))
        .count();
    let teams = facts
        .teams
        .iter()
        .filter(|team| team.owner.is_some())
        .count();
    let known = facts.milestones.first_full_scan.unwrap_or(i64::MAX);
    let later = facts
        .instances
        .iter()
        .filter(|one| one.first_seen > known)
        .count();
    format!(
        "{} in {} of {} had got through design, review, tests and release. {live} of them {} live or may be.\n\
         {later} {} first seen after the whole fleet had been scanned: written, or brought in, when the bug was known.\n",
        s(facts.instances.len(), "instance", "instances"),
        s(repositories.len(), "repository", "repositories"),
        s(teams, "known team", "known teams"),
        if live == 1 { "is" } else { "are" },
        if later == 1 { "was" } else { "were" },
    )
}

fn feedback(facts: &Facts) -> String {
    let gate = &facts.gate;
    let known = facts.account.known();
    let guarded = gate
        .repositories
        .iter()
        .filter(|name| known.contains(*name))
        .count();
    let tick = |done: bool| if done { "x" } else { " " };
    let mut page = format!(
        "- [{}] the pack is a gate in {guarded} of {} repositories",
        tick(guarded > 0 && guarded == known.len()),
        known.len()
    );
    page.push_str(&gate.since.map_or_else(String::new, |since| {
        format!(", since {}, in {}", time(since), count(gate.runs, "run"))
    }));
    let stopped = count(gate.stopped.len() as u64, "instance");
    page.push_str(&match gate.since {
        Some(_) => format!("\n- the gate stopped {stopped} since then\n"),
        None => "\n- no gate has run with it yet, as far as the ledger knows\n".to_owned(),
    });
    for ((repository, _), (at, path)) in gate.stopped.iter().take(LISTED) {
        page.push_str(&format!(
            "  - {} {}\n",
            time(*at),
            code(&format!("{repository} {path}"))
        ));
    }
    let standards: Vec<String> = facts.texts("cwe").into_iter().map(text).collect();
    let standards = if standards.is_empty() {
        "none".to_owned()
    } else {
        standards.join(", ")
    };
    page.push_str(&format!("- weaknesses that the pack names: {standards}\n"));
    for (name, _, advice) in &facts.rules {
        let named = advice.contains('`');
        let word = if named {
            "names what to write instead"
        } else {
            "names no code to write instead"
        };
        page.push_str(&format!(
            "- [{}] the advice of rule {} {word}:\n\n",
            tick(named),
            code(name)
        ));
        for line in advice.trim().lines().take(ADVICE) {
            page.push_str(format!("  > {}", visible(line)).trim_end());
            page.push('\n');
        }
        page.push('\n');
    }
    page.push_str("- this is BSIMM CMVM3.1, CMVM3.2 and CR3.3; NIST SSDF RV.3.3 and RV.3.4\n");
    page
}
