//! `stampout status`: what became of every incident's findings.
//!
//! A finding counts once, in the worst of the states that it has on any line: open on a release is open.

mod incident;
mod page;
mod told;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::args::{Global, StatusArgs};
use super::findings::json as json_page;
use super::{Exit, gaps, keep, out};
use crate::report::visible;

pub(crate) use incident::Incident;
pub(crate) use told::told;

/// Tells it.
pub(crate) fn run(args: &StatusArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let only = args.incident.as_deref();
    let read = || {
        let briefs = ledger.briefs(only)?;
        let told = told(&ledger, only, &briefs)?;
        Ok((told, gaps::of(&ledger, &briefs)?))
    };
    let (told, gaps) = match read() {
        Ok(read) => read,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    if let Some(wanted) = &args.incident
        && told.is_empty()
    {
        return keep::unknown_incident(&ledger, wanted);
    }
    let page = if args.format == "json" {
        let incidents: Vec<Value> = told.values().map(Incident::to_json).collect();
        json_page(&json!({ "version": 1, "incidents": incidents, "gaps": gaps }))
    } else {
        text(&told, args.incident.is_some()) + &gaps::text(&gaps)
    };
    out::print(&page, Exit::Clean)
}

/// Incidents without a finding are counted, unless one was asked for.
fn text(told: &BTreeMap<String, Incident>, named: bool) -> String {
    let (found, clean): (Vec<&Incident>, Vec<&Incident>) = told
        .values()
        .partition(|incident| named || incident.counts.found() > 0);
    let mut parts: Vec<String> = found.iter().map(|one| one.to_text()).collect();
    if !clean.is_empty() {
        let rows: Vec<Vec<String>> = clean
            .iter()
            .map(|one| vec![format!("  {}", visible(&one.id)), one.coverage()])
            .collect();
        parts.push(format!(
            "nothing was ever found of\n{}",
            out::columns(&rows)
        ));
    }
    if parts.is_empty() {
        return "the ledger knows no incident yet\n".to_owned();
    }
    parts.join("\n")
}
