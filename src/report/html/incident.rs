//! One incident: what it is, the verdict, the counts with what was not judged beside them, and all that follows.

use super::super::{escape, number};
use super::account::{Account, IncidentAccount};
use super::tally::{self, Gaps, Tally};
use super::{chart, coverage, findings, link, tables, time};
use crate::model::State;

/// What may be said in a word, and the class that colours it. "Gone" is said at full coverage only.
pub(super) fn verdict(tally: &Tally, gaps: &Gaps) -> (&'static str, &'static str) {
    if tally.there() > 0 {
        ("not gone", "v-open")
    } else if tally.get(State::Unknown) > 0 || !gaps.are_none() {
        ("unknown", "v-unknown")
    } else if tally.get(State::Suppressed) > 0 {
        ("answered for", "v-suppressed")
    } else if tally.found() == 0 {
        ("never found", "v-gone")
    } else {
        ("gone", "v-gone")
    }
}

/// The section.
pub(super) fn section(
    page: &mut String,
    account: &Account,
    incident: &IncidentAccount,
    index: usize,
    shown: &[usize],
) {
    let tally = Tally::of(&incident.findings);
    let gaps = Gaps::new(incident);
    page.push_str(&format!(
        "<section class=\"incident\" id=\"i{index}\" aria-labelledby=\"i{index}h\">\n\
         <h2 id=\"i{index}h\"><span class=\"id\">{}</span> {}</h2>\n",
        escape::html(&incident.id),
        escape::html(&incident.title)
    ));
    about(page, incident);
    summary(page, &tally, &gaps);
    chart::figure(page, account, incident, index);
    page.push_str("<div class=\"tables\">\n");
    let by_repository = tally::by(&incident.findings, |one| one.repository.clone());
    tables::counts(page, "repository", Some("repository"), &by_repository);
    let by_owner = tally::by(&incident.findings, |one| {
        one.owner.clone().unwrap_or_default()
    });
    tables::counts(page, "owner", Some("owner"), &by_owner);
    environments(page, incident, tally.found());
    tables::counts(
        page,
        "line of development",
        None,
        &tally::by_line(&incident.findings),
    );
    page.push_str("</div>\n");
    coverage::part(page, incident, &gaps);
    coverage::reviews(page, incident);
    findings::list(page, incident, index, shown);
    page.push_str("</section>\n");
}

/// What of it runs where; or that nobody knows.
fn environments(page: &mut String, incident: &IncidentAccount, found: u64) {
    if incident.deployments == 0 {
        if found > 0 {
            page.push_str(
                "<div class=\"by\"><h3>By environment</h3>\n<p class=\"note\">No deployment is recorded in this ledger, \
                 so what of this runs where cannot be told.</p></div>\n",
            );
        }
        return;
    }
    page.push_str("<div class=\"by\">\n");
    tables::environments(page, &incident.environments);
    if !incident.places.is_empty() {
        page.push_str("<ul class=\"places\">\n");
        for (place, count) in &incident.places {
            page.push_str(&format!(
                "<li><b>{}</b> {}</li>\n",
                number::thousands(*count),
                escape::html(place)
            ));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</div>\n");
}

/// Severity, class, owner, links.
fn about(page: &mut String, incident: &IncidentAccount) {
    let mut parts = Vec::new();
    if !incident.severity.is_empty() {
        // A class of ours, not of theirs: what it could hold is known.
        let known = ["critical", "high", "medium", "low"].contains(&incident.severity.as_str());
        let class = if known {
            incident.severity.as_str()
        } else {
            "other"
        };
        parts.push(format!(
            "<span class=\"sev sev-{class}\">{}</span>",
            escape::html(&incident.severity)
        ));
    }
    if !incident.class.is_empty() {
        parts.push(escape::html(&incident.class));
    }
    if !incident.owner.is_empty() {
        parts.push(format!("owner {}", escape::html(&incident.owner)));
    }
    if !incident.url.is_empty() {
        parts.push(outside(&incident.url, "post-mortem"));
    }
    for reference in &incident.references {
        let word = reference.rsplit('/').find(|part| !part.is_empty());
        parts.push(outside(reference, word.unwrap_or(reference)));
    }
    if !parts.is_empty() {
        page.push_str(&format!("<p class=\"meta\">{}</p>\n", parts.join(" · ")));
    }
    if !incident.summary.is_empty() {
        let text = escape::html(incident.summary.trim());
        page.push_str(&format!("<p class=\"summary\">{text}</p>\n"));
    }
}

/// A link, if the address may be followed; else the address as text.
fn outside(url: &str, word: &str) -> String {
    match link::href(url) {
        Some(href) => format!(
            "<a href=\"{href}\" rel=\"noreferrer\">{}</a>",
            escape::html(word)
        ),
        None => escape::html(url),
    }
}

/// The verdict, the counts, and what was not judged.
fn summary(page: &mut String, tally: &Tally, gaps: &Gaps) {
    let (word, class) = verdict(tally, gaps);
    let found = tally.found();
    let instances = number::count(found, "instance", "instances");
    let sentence = match (word, found) {
        ("not gone", _) => format!(
            "{} of {instances} {} there.",
            number::thousands(tally.there()),
            if tally.there() == 1 { "is" } else { "are" }
        ),
        ("unknown", 0) => "Nothing was found where it was looked for.".to_owned(),
        ("unknown", _) => format!(
            "{} of {instances} closed, and what is left nobody can tell.",
            number::thousands(tally.closed())
        ),
        ("answered for", _) => format!(
            "{} of {instances} closed; for the others somebody answers.",
            number::thousands(tally.closed())
        ),
        ("never found", _) => "Nothing was ever found, and all was looked at.".to_owned(),
        _ => format!("All of {instances} were closed on evidence, and all was looked at."),
    };
    page.push_str(&format!(
        "<div class=\"sum {class}\">\n<p class=\"verdict\"><strong>{}</strong> {sentence}</p>\n<dl class=\"numbers\">\n",
        upper(word)
    ));
    for status in State::ALL {
        let count = tally.get(status);
        let zero = if count == 0 { " zero" } else { "" };
        page.push_str(&format!(
            "<div class=\"k k-{0}{zero}\"><dt>{0}</dt><dd>{1}</dd></div>\n",
            status.word(),
            number::thousands(count)
        ));
    }
    page.push_str("</dl>\n<div class=\"gaps\">\n<h3>Not judged</h3>\n");
    let told = gaps.told();
    if told.is_empty() {
        page.push_str(&format!(
            "<p>Nothing: {} looked at, whole.</p>\n",
            number::count(gaps.lines, "line of development", "lines of development")
        ));
    } else {
        page.push_str("<ul>\n");
        for line in told {
            page.push_str(&format!("<li>{line}</li>\n"));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</div>\n</div>\n");
}

fn upper(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A day, or that there is none.
pub(super) fn day(at: Option<i64>) -> String {
    at.map_or_else(|| "not yet".to_owned(), time)
}
