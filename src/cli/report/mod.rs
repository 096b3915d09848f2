//! `stampout report`: one HTML file that people look at, of what the ledger knows.

use std::path::Path;

mod account;
mod course;

use super::args::{Global, ReportPageArgs};
use super::{Exit, frames, keep, out, say, targets};
use crate::report::html::html;
use account::account;

/// Writes it.
pub(crate) fn run(args: &ReportPageArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let mut account = match account(&ledger, args.incident.as_deref()) {
        Ok(account) => account,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    if let Some(wanted) = &args.incident
        && account.incidents.is_empty()
    {
        return keep::unknown_incident(&ledger, wanted);
    }
    if let Some(fleet) = &args.fleet {
        let Some(found) = targets::fleet(fleet, &[]) else {
            return Exit::Usage;
        };
        for problem in found.problems {
            say::warning(&problem.message, &problem.hint);
        }
        frames::add(&mut account, &found.repositories);
    }
    let page = html(&account);
    let Some(path) = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"))
    else {
        return out::print(&page, Exit::Clean);
    };
    if let Err(error) = out::save(path, page.as_bytes()) {
        say::error(
            &format!("{} cannot be written: {error}", path.display()),
            "",
        );
        return Exit::Usage;
    }
    if !global.quiet {
        let findings: usize = account.incidents.iter().map(|one| one.findings.len()).sum();
        let incidents = out::counted(account.incidents.len(), "incident");
        let findings = out::counted(findings, "finding");
        say::note(&format!("{incidents} and {findings} in {}", path.display()));
    }
    Exit::Clean
}
