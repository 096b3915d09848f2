//! The page that people look at: one HTML file with everything in it, of what a ledger knows.
//!
//! Invariants: the page loads nothing and sends nothing, and its policy lets it do neither; it is whole without its
//! script, which only filters; every foreign text goes through `escape::html`; no attribute is named by foreign
//! text, and no id made of it; the same account gives the same bytes.

mod account;
mod chart;
mod coverage;
mod findings;
mod frame;
mod incident;
mod link;
mod overview;
mod policy;
mod tables;
mod tally;

pub use account::{Account, FindingAccount, IncidentAccount, LookAccount, Moment, StandingAccount};

use super::{escape, number};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The page.
pub fn html(account: &Account) -> String {
    let shown = findings::shown(&account.incidents);
    let mut page = String::with_capacity(64 << 10);
    let title = match account.incidents.as_slice() {
        [only] => format!("{}: {}", only.id, only.title),
        _ => "Incidents and what became of them".to_owned(),
    };
    page.push_str(&format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        policy::policy(STYLE, SCRIPT),
        escape::html(&title),
    ));
    page.push_str("<a class=\"skip\" href=\"#main\">Skip to the incidents</a>\n");
    overview::head(&mut page, account);
    findings::filters(&mut page, account);
    page.push_str("<main id=\"main\">\n");
    for (index, one) in account.incidents.iter().enumerate() {
        incident::section(&mut page, account, one, index, &shown[index]);
    }
    page.push_str("</main>\n");
    overview::foot(&mut page, account);
    page.push_str(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    page
}

/// A moment as a person reads it, with the machine's form beside it.
fn time(seconds: i64) -> String {
    let Some(whole) = number::utc(seconds) else {
        return seconds.to_string();
    };
    let day = whole.split('T').next().unwrap_or_default();
    format!("<time datetime=\"{whole}\" title=\"{whole}\">{day}</time>")
}

/// How long ago, in the unit that fits.
fn age(from: i64, to: i64) -> String {
    let seconds = u64::try_from(to.saturating_sub(from)).unwrap_or_default();
    match seconds {
        0..7200 => number::count(seconds / 60, "minute", "minutes"),
        7200..172_800 => number::count(seconds / 3600, "hour", "hours"),
        _ => number::count(seconds / 86_400, "day", "days"),
    }
}

#[cfg(test)]
mod tests;
