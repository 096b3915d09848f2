//! The findings, one by one, in groups by repository, and the filters above them.
//!
//! Invariant: every finding is there without the script, and closed until it is asked for; where there are too many for
//! a page, the worst are kept and the page says how many it leaves out.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{escape, number};
use super::account::{Account, FindingAccount, IncidentAccount, StandingAccount};
use super::coverage::commit;
use super::frame::frame;
use super::tally::Tally;
use super::{age, tables, time};
use crate::model::State;

/// How many findings a page has. Twice that opens in a browser, and is no pleasure.
const MOST: usize = 20_000;
/// Up to so many, the groups stand open.
const OPEN: usize = 200;

/// For each incident the findings that are shown, by index, the worst first.
pub(super) fn shown(incidents: &[IncidentAccount]) -> Vec<Vec<usize>> {
    let mut all: Vec<(State, usize, usize)> = Vec::new();
    for (place, incident) in incidents.iter().enumerate() {
        let each = incident.findings.iter().enumerate();
        all.extend(each.map(|(index, one)| (one.status(), place, index)));
    }
    all.sort_unstable();
    all.truncate(MOST);
    let mut shown = vec![Vec::new(); incidents.len()];
    for (_, place, index) in all {
        shown[place].push(index);
    }
    shown
}

/// The filters of the whole page. States work without the script, by style alone.
pub(super) fn filters(page: &mut String, account: &Account) {
    let all = || account.incidents.iter().flat_map(|one| &one.findings);
    let tally = Tally::of(all());
    if tally.found() == 0 {
        return;
    }
    page.push_str(
        "<div class=\"filters\" role=\"search\" aria-label=\"Filter the findings\">\n\
         <div class=\"more\" id=\"more\" hidden>\n\
         <label><span class=\"off\">Text</span><input type=\"search\" id=\"text\" placeholder=\"Path, code, rule… ( / )\" \
         autocomplete=\"off\" spellcheck=\"false\"></label>\n",
    );
    let repositories: BTreeSet<&str> = all().map(|one| one.repository.as_str()).collect();
    let owners: BTreeSet<&str> = all()
        .map(|one| one.owner.as_deref().unwrap_or_default())
        .collect();
    select(page, "repository", "Every repository", &repositories);
    select(page, "owner", "Every owner", &owners);
    let places: BTreeSet<&str> = all().map(|one| one.place.as_str()).collect();
    if places.iter().any(|place| !place.is_empty()) {
        select(page, "place", "Wherever it is", &places);
    }
    page.push_str(
        "<button type=\"button\" id=\"reset\">Reset</button>\n<output id=\"count\" aria-live=\"polite\"></output>\n\
         </div>\n<fieldset class=\"states\"><legend class=\"off\">States</legend>\n",
    );
    for status in State::ALL {
        let word = status.word();
        page.push_str(&format!(
            "<label class=\"k-{word}\"><input type=\"checkbox\" id=\"st-{word}\" checked> {word} <b>{}</b></label>\n",
            number::thousands(tally.get(status))
        ));
    }
    page.push_str("</fieldset>\n</div>\n");
}

fn select(page: &mut String, id: &str, every: &str, values: &BTreeSet<&str>) {
    page.push_str(&format!(
        "<label><span class=\"off\">{id}</span><select id=\"{id}\"><option value=\"*\">{every}</option>\n"
    ));
    for value in values {
        let shown = match value.is_empty() {
            true => "(nobody known)".to_owned(),
            false => escape::html(value),
        };
        page.push_str(&format!(
            "<option value=\"={}\">{shown}</option>\n",
            escape::html(value)
        ));
    }
    page.push_str("</select></label>\n");
}

/// The list of an incident.
pub(super) fn list(page: &mut String, incident: &IncidentAccount, index: usize, shown: &[usize]) {
    let found = incident.findings.len();
    if found == 0 {
        return;
    }
    page.push_str(&format!(
        "<h3 id=\"f{index}\">Findings</h3>\n<p class=\"none\" hidden>None of them passes the filters.</p>\n"
    ));
    if shown.len() < found {
        page.push_str(&format!(
            "<p class=\"cut\"><strong>{} of {} are shown</strong>, the worst first; <code>stampout findings --incident {}</code> \
             lists all.</p>\n",
            number::thousands(shown.len() as u64),
            number::thousands(found as u64),
            escape::html(&incident.id)
        ));
    }
    let mut groups: BTreeMap<&str, Vec<&FindingAccount>> = BTreeMap::new();
    for index in shown {
        let finding = &incident.findings[*index];
        groups.entry(&finding.repository).or_default().push(finding);
    }
    let mut groups: Vec<(&str, Vec<&FindingAccount>, Tally)> = groups
        .into_iter()
        .map(|(name, findings)| {
            let tally = Tally::of(findings.iter().copied());
            (name, findings, tally)
        })
        .collect();
    groups
        .sort_by_key(|(_, _, tally)| std::cmp::Reverse((tally.there(), tally.get(State::Unknown))));
    let open = if shown.len() <= OPEN { " open" } else { "" };
    for (name, findings, tally) in groups {
        page.push_str(&format!(
            "<details class=\"group\" data-r=\"{0}\"{open}><summary><span class=\"repo\">{0}</span> <span class=\"n\">{1}</span>",
            escape::html(name),
            number::thousands(findings.len() as u64),
        ));
        tables::bar(page, &tally);
        page.push_str("</summary>\n");
        for finding in findings {
            row(page, finding);
        }
        page.push_str("</details>\n");
    }
}

fn row(page: &mut String, finding: &FindingAccount) {
    let Some(worst) = finding.worst() else {
        return;
    };
    let owner = finding.owner.as_deref().unwrap_or_default();
    let place = match finding.place.is_empty() {
        true => String::new(),
        false => format!(" data-w=\"{}\"", escape::html(&finding.place)),
    };
    page.push_str(&format!(
        "<details class=\"f\" data-s=\"{0}\" data-o=\"{1}\"{6}><summary><span class=\"s s-{0}\">{0}</span> \
         <span class=\"p\">{2}<b>:{3}</b></span> <span class=\"m\">{4}</span> <span class=\"o\">{1}</span> \
         <span class=\"d\">{5}</span></summary>\n<div class=\"b\">\n",
        worst.status.word(),
        escape::html(owner),
        escape::html(&worst.path),
        worst.place.line,
        escape::html(&worst.place.message),
        time(worst.since),
        place,
    ));
    let here = matches!(
        worst.status,
        State::Open | State::Regressed | State::Suppressed
    );
    let at = worst.judged_at.as_deref().filter(|_| here);
    frame(
        page,
        &worst.place,
        &worst.path,
        worst.url.as_deref().zip(at),
        finding.frame.as_ref(),
    );
    page.push_str("<ul class=\"lines\">\n");
    if !finding.place.is_empty() {
        let mut told = escape::html(&finding.place);
        if !finding.environments.is_empty() {
            told.push_str(&format!(
                ": {}",
                escape::html(&finding.environments.join(", "))
            ));
        }
        page.push_str(&format!("<li><b>{told}</b></li>\n"));
    }
    for standing in &finding.standings {
        line(page, standing);
    }
    page.push_str(&format!(
        "</ul>\n<p class=\"ids\">{} · <code>{}</code></p>\n</div></details>\n",
        escape::html(&finding.rule),
        escape::html(&finding.fingerprint)
    ));
}

/// What became of it on a line of development.
fn line(page: &mut String, one: &StandingAccount) {
    page.push_str(&format!(
        "<li><span class=\"s s-{0}\">{0}</span> on <b>{1}</b> since {2}",
        one.status.word(),
        escape::html(&one.line),
        time(one.since),
    ));
    if one.first_seen != one.since {
        page.push_str(&format!(", first seen {}", time(one.first_seen)));
    }
    if let Some(at) = one.judged_at.as_deref() {
        page.push_str(&format!(", at {}", commit(one.url.as_deref(), at)));
    }
    if one.status.is_closed() {
        let took = age(one.first_seen, one.since);
        let basis = if one.by_history {
            "its commit descends from where it was seen"
        } else {
            "it was looked at later; the history was not at hand"
        };
        page.push_str(&format!(" ({took} after; {basis})"));
    }
    if !one.reason.is_empty() {
        page.push_str(&format!(": {}", escape::html(&one.reason)));
    }
    page.push_str("</li>\n");
}
