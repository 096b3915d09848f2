//! How far it was looked: what was asked, what was not judged, and the places that a person has to judge.

use super::super::{escape, number};
use super::account::{IncidentAccount, LookAccount};
use super::frame::frame;
use super::tally::{Gap, Gaps, gap};
use super::{link, time};
use crate::model::Outcome;

/// Repositories that stand in the open; the others are one click away.
const NAMES: usize = 20;

/// The part of the section that tells of it.
pub(super) fn part(page: &mut String, incident: &IncidentAccount, gaps: &Gaps) {
    page.push_str("<h3>How far it was looked</h3>\n");
    let repositories = gaps.known - gaps.never.len() as u64;
    page.push_str(&format!(
        "<p>{} of {} asked, on {}.</p>\n",
        number::thousands(repositories),
        number::count(gaps.known, "repository", "repositories"),
        number::count(gaps.lines, "line of development", "lines of development"),
    ));
    names(page, "Never asked", &gaps.never);
    names(page, "Not scanned where it stands", &incident.unscanned);
    let (whole, rest): (Vec<&LookAccount>, Vec<&LookAccount>) =
        incident.looks.iter().partition(|look| is_plain(look));
    if !rest.is_empty() {
        table(page, "Looked at with gaps", &rest);
    }
    if !whole.is_empty() {
        let count = number::count(whole.len() as u64, "line", "lines");
        page.push_str(&format!(
            "<details><summary>{count} looked at whole</summary>\n"
        ));
        table(page, "Looked at whole", &whole);
        page.push_str("</details>\n");
    }
}

fn names(page: &mut String, what: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let shown = |names: &[String]| -> String {
        let each = names
            .iter()
            .map(|name| format!("<code>{}</code>", escape::html(name)));
        each.collect::<Vec<_>>().join(", ")
    };
    let (first, rest) = names.split_at(names.len().min(NAMES));
    page.push_str(&format!("<p class=\"never\">{what}: {}", shown(first)));
    if rest.is_empty() {
        page.push_str(".</p>\n");
        return;
    }
    let more = number::thousands(rest.len() as u64);
    page.push_str(&format!(
        " and {more} more.</p>\n<details><summary>{more} more</summary><p>{}</p></details>\n",
        shown(rest)
    ));
}

fn is_plain(look: &LookAccount) -> bool {
    look.complete
        && look.parts.is_empty()
        && look.reviews.is_empty()
        && look
            .unjudged
            .keys()
            .all(|outcome| gap(outcome) == Gap::LeftOut)
}

fn table(page: &mut String, title: &str, looks: &[&LookAccount]) {
    page.push_str(&format!(
        "<div class=\"wide\"><table class=\"looks\">\n<caption class=\"off\">{title}</caption>\n\
         <thead><tr><th scope=\"col\">Repository</th><th scope=\"col\">Line</th><th scope=\"col\">Last look</th>\
         <th scope=\"col\">At</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n"
    ));
    for look in looks {
        let at = look.commit.as_deref().unwrap_or_default();
        page.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>",
            escape::html(&look.repository),
            escape::html(&look.line),
            time(look.observed),
            commit(look.url.as_deref(), at),
        ));
        what(page, look);
        page.push_str("</td></tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

/// A commit by the beginning of its id, as a link where it can be one.
pub(super) fn commit(url: Option<&str>, commit: &str) -> String {
    let short = escape::html(&commit.chars().take(10).collect::<String>());
    match url.and_then(|url| link::commit(url, commit)) {
        Some(href) if !commit.is_empty() => {
            format!("<a href=\"{href}\" rel=\"noreferrer\"><code>{short}</code></a>")
        }
        _ if commit.is_empty() => "no commit".to_owned(),
        _ => format!("<code>{short}</code>"),
    }
}

fn what(page: &mut String, look: &LookAccount) {
    let mut parts = Vec::new();
    if !look.parts.is_empty() {
        let asked: Vec<String> = look.parts.iter().map(|one| escape::html(one)).collect();
        parts.push(format!(
            "asked for a part only: <code>{}</code>",
            asked.join("</code>, <code>")
        ));
    }
    if !look.complete {
        parts.push("<strong>incomplete</strong>".to_owned());
    }
    if !look.reviews.is_empty() {
        let count = look.reviews.len() as u64;
        parts.push(number::count(count, "place to judge", "places to judge"));
    }
    if parts.is_empty() && is_plain(look) {
        parts.push("whole".to_owned());
    }
    page.push_str(&parts.join("; "));
    for (outcome, (entries, examples)) in &look.unjudged {
        let known = Outcome::ALL.into_iter().find(|one| one.word() == outcome);
        let phrase = known.map_or_else(
            || escape::html(outcome),
            |one| one.phrase(*entries).to_owned(),
        );
        page.push_str(&format!(
            "<details class=\"paths\"><summary>{} {phrase}</summary><ul>",
            number::thousands(*entries)
        ));
        for path in examples {
            page.push_str(&format!("<li><code>{}</code></li>", escape::html(path)));
        }
        let more = entries.saturating_sub(examples.len() as u64);
        if more > 0 {
            page.push_str(&format!("<li>and {} more</li>", number::thousands(more)));
        }
        page.push_str("</ul></details>");
    }
}

/// The places that a person has to judge.
pub(super) fn reviews(page: &mut String, incident: &IncidentAccount) {
    let all = incident
        .looks
        .iter()
        .flat_map(|look| look.reviews.iter().map(move |one| (look, one)));
    let all: Vec<_> = all.collect();
    if all.is_empty() {
        return;
    }
    let places = number::count(all.len() as u64, "place", "places");
    page.push_str(&format!(
        "<h3>For a person to judge</h3>\n<p>{places} that might hold an instance and could not be read by the parser.</p>\n\
         <ul class=\"reviews\">\n"
    ));
    for (look, one) in all {
        page.push_str(&format!(
            "<li><details><summary><span class=\"s s-review\">review</span> <span class=\"p\">{}:{}</span> \
             <span class=\"m\">{}</span> <span class=\"o\">{} @ {}</span></summary><div class=\"b\">\n",
            escape::html(&one.path),
            one.line,
            escape::html(&one.message),
            escape::html(&look.repository),
            escape::html(&look.line),
        ));
        let at = look.url.as_deref().zip(look.commit.as_deref());
        frame(page, one, &one.path, at, None);
        page.push_str("</div></details></li>\n");
    }
    page.push_str("</ul>\n");
}
