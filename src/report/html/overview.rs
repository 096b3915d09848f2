//! The head of the page, with a line for each incident where there are several, and its foot.

use super::super::{TOOL_NAME, TOOL_VERSION, escape, number};
use super::account::{Account, meaning};
use super::tally::{Gaps, Tally};
use super::{incident, tables, time};
use crate::model::State;

/// Gaps that the page lists.
const GAPS: usize = 500;

/// The head.
pub(super) fn head(page: &mut String, account: &Account) {
    let what = match account.incidents.len() {
        1 => "One incident".to_owned(),
        count => number::count(count as u64, "incident", "incidents"),
    };
    page.push_str(&format!(
        "<header class=\"top\">\n<h1>{what} <small>and what became of every instance that was found</small></h1>\n\
         <p class=\"meta\">From {} · written {} · {TOOL_NAME} {TOOL_VERSION}</p>\n",
        escape::html(&account.ledger),
        time(account.written),
    ));
    if account.incidents.is_empty() {
        page.push_str("<p>The ledger knows no incident yet.</p>\n");
    }
    if account.incidents.len() > 1 {
        list(page, account);
    }
    page.push_str("</header>\n");
}

fn list(page: &mut String, account: &Account) {
    page.push_str(
        "<div class=\"wide\"><table class=\"incidents\">\n<caption class=\"off\">Incidents</caption>\n\
         <thead><tr><th scope=\"col\">Incident</th><th scope=\"col\">Severity</th><th scope=\"col\">Verdict</th>",
    );
    tables::state_heads(page);
    page.push_str("<th scope=\"col\">Not judged</th></tr></thead>\n<tbody>\n");
    for (index, one) in account.incidents.iter().enumerate() {
        let tally = Tally::of(&one.findings);
        let gaps = Gaps::new(one);
        let (word, class) = incident::verdict(&tally, &gaps);
        page.push_str(&format!(
            "<tr><th scope=\"row\"><a href=\"#i{index}\">{}</a> <span>{}</span></th><td>{}</td>\
             <td class=\"v {class}\">{word}</td>",
            escape::html(&one.id),
            escape::html(&one.title),
            escape::html(&one.severity),
        ));
        tables::state_cells(page, &tally);
        let told = gaps.told();
        let told = if told.is_empty() {
            "–".to_owned()
        } else {
            told.join("; ")
        };
        page.push_str(&format!("<td class=\"gap\">{told}</td></tr>\n"));
    }
    page.push_str("</tbody></table></div>\n");
}

/// The foot: what the words mean.
pub(super) fn foot(page: &mut String, account: &Account) {
    if account.incidents.is_empty() {
        return;
    }
    gaps(page, &account.gaps);
    page.push_str("<footer>\n<h2>What the words mean</h2>\n<dl class=\"words\">\n");
    for status in State::ALL {
        page.push_str(&format!(
            "<div><dt class=\"s s-{0}\">{0}</dt><dd>{1}</dd></div>\n",
            status.word(),
            meaning(status)
        ));
    }
    page.push_str(
        "</dl>\n<p>A finding counts once, in the worst of the states that it has on any line of development. It is \
         closed by evidence only: its place was judged at a newer commit, with the same rule or a newer one, and is \
         clean, or its file is gone. The ledger keeps the code that matched; lines around it are \
         there where the repository was at hand.</p>\n</footer>\n",
    );
}

/// What is not known of what runs where.
fn gaps(page: &mut String, gaps: &[String]) {
    if gaps.is_empty() {
        return;
    }
    let count = number::count(gaps.len() as u64, "gap", "gaps");
    page.push_str(&format!(
        "<section class=\"incident\" aria-labelledby=\"gaps\">\n<h2 id=\"gaps\">What is not known of what runs where</h2>\n\
         <details open><summary>{count}</summary>\n<ul class=\"holes\">\n"
    ));
    for gap in gaps.iter().take(GAPS) {
        page.push_str(&format!("<li>{}</li>\n", escape::html(gap)));
    }
    let more = gaps.len().saturating_sub(GAPS) as u64;
    if more > 0 {
        let more = number::thousands(more);
        page.push_str(&format!(
            "<li>and {more} more: <code>stampout status</code> lists all</li>\n"
        ));
    }
    page.push_str("</ul>\n</details>\n</section>\n");
}
