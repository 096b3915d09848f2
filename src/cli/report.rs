//! `stampout report`: one HTML file that people look at, of what the ledger knows.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use super::args::{Global, ReportPageArgs};
use super::{Exit, keep, out, say};
use crate::ledger::{Entry, Ledger, LedgerError, Look};
use crate::model::nearest;
use crate::report::html::{
    Account, FindingAccount, IncidentAccount, LookAccount, StandingAccount, Status, html,
};

/// Writes it.
pub(crate) fn run(args: &ReportPageArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let account = match account(&ledger, args.incident.as_deref()) {
        Ok(account) => account,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    if let Some(wanted) = &args.incident
        && account.incidents.is_empty()
    {
        return unknown(&ledger, wanted);
    }
    let page = html(&account);
    let Some(path) = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"))
    else {
        return out::print(&page, Exit::Clean);
    };
    if let Err(error) = write(path, &page) {
        say::error(
            &format!("{} cannot be written: {error}", path.display()),
            "",
        );
        return Exit::Usage;
    }
    if !global.quiet {
        let findings: usize = account.incidents.iter().map(|one| one.findings.len()).sum();
        let plural = |count: usize, one: &str| {
            let s = if count == 1 { "" } else { "s" };
            format!("{count} {one}{s}")
        };
        let (incidents, findings) = (
            plural(account.incidents.len(), "incident"),
            plural(findings, "finding"),
        );
        say::note(&format!("{incidents} and {findings} in {}", path.display()));
    }
    Exit::Clean
}

/// Says that the ledger knows no such incident.
fn unknown(ledger: &Ledger, wanted: &str) -> Exit {
    let known = ledger.incidents().unwrap_or_default();
    let near = nearest(wanted, known.keys().map(String::as_str));
    let hint = near.map_or_else(
        || "no scan that was recorded asked for it".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    say::error(&format!("the ledger does not know {wanted}"), &hint);
    Exit::Usage
}

/// Beside its place first, then renamed: a page is whole or not there.
fn write(path: &Path, page: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any file that a program makes: the user's mask decides who may read it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(page.as_bytes())?;
    file.flush()?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// What the page shows, of all incidents or of one.
fn account(ledger: &Ledger, only: Option<&str>) -> Result<Account, LedgerError> {
    let repositories: Vec<String> = ledger.repository_names()?.into_iter().collect();
    let mut findings: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in keep::entries(ledger)? {
        if only.is_none_or(|only| only == entry.incident) {
            let all = findings.entry(entry.incident.clone()).or_default();
            all.push(entry);
        }
    }
    let mut about = ledger.incidents()?;
    // A report of another version may tell of findings and not of their incident.
    for id in findings.keys() {
        about.entry(id.clone()).or_insert(Value::Null);
    }
    let mut incidents = Vec::new();
    for (id, about) in about {
        if only.is_some_and(|only| only != id) {
            continue;
        }
        let looks = ledger.looks(&id)?;
        let urls: BTreeMap<&str, &str> = looks
            .iter()
            .filter_map(|look| Some((look.repository.as_str(), look.unit.url.as_deref()?)))
            .collect();
        let entries = findings.remove(&id).unwrap_or_default();
        let found = group(entries, &urls);
        let looks = looks.iter().map(looked).collect();
        incidents.push(IncidentAccount {
            repositories: repositories.clone(),
            findings: found,
            looks,
            ..told(id, &about)
        });
    }
    // Where something is left to do comes first.
    incidents.sort_by_key(|one| std::cmp::Reverse(left(one)));
    let ledger = ledger.path().file_name().unwrap_or_default();
    Ok(Account {
        written: keep::now(),
        ledger: ledger.to_string_lossy().into_owned(),
        incidents,
    })
}

/// How much is left to do.
fn left(incident: &IncidentAccount) -> (usize, usize, usize) {
    let count = |wanted: &[Status]| {
        let worst = incident.findings.iter().filter_map(|one| {
            let states = one.standings.iter().map(|standing| standing.status);
            states.min()
        });
        worst.filter(|state| wanted.contains(state)).count()
    };
    (
        count(&[Status::Open, Status::Regressed]),
        count(&[Status::Unknown]),
        incident.findings.len(),
    )
}

/// What the pack told of the incident.
fn told(id: String, about: &Value) -> IncidentAccount {
    let word = |key: &str| about[key].as_str().unwrap_or_default().to_owned();
    let words = |key: &str| {
        let list = about[key].as_array().cloned().unwrap_or_default();
        let texts = list.into_iter().filter_map(|one| match one {
            Value::String(text) => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    IncidentAccount {
        id,
        title: word("title"),
        summary: word("summary"),
        severity: word("severity"),
        class: word("class"),
        url: word("url"),
        owner: word("owner"),
        references: [words("aliases"), words("cwe"), words("tickets")].concat(),
        ..IncidentAccount::default()
    }
}

fn looked(look: &Look) -> LookAccount {
    let unjudged = look.unjudged.iter().map(|(outcome, kept)| {
        let about = (kept.entries, kept.examples.clone());
        (outcome.clone(), about)
    });
    LookAccount {
        repository: look.repository.clone(),
        line: look.line.clone(),
        url: look.unit.url.clone(),
        commit: look.unit.commit.clone(),
        observed: look.observed,
        complete: look.complete,
        parts: [look.scope.paths.clone(), look.scope.globs.clone()].concat(),
        unjudged: unjudged.collect(),
        reviews: look.reviews.clone(),
    }
}

/// Entries by what they are: one finding, on however many lines.
fn group(entries: Vec<Entry>, urls: &BTreeMap<&str, &str>) -> Vec<FindingAccount> {
    let mut all: BTreeMap<(String, String), FindingAccount> = BTreeMap::new();
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let key = (entry.repository.clone(), entry.fingerprint.clone());
        if seen.insert(key.clone()) {
            order.push(key.clone());
        }
        let finding = all.entry(key).or_insert_with(|| FindingAccount {
            fingerprint: entry.fingerprint.clone(),
            repository: entry.repository.clone(),
            rule: entry.rule.clone(),
            owner: entry.place.owner.clone(),
            standings: Vec::new(),
        });
        let url = urls.get(entry.repository.as_str());
        finding.standings.push(StandingAccount {
            status: Status::parse(entry.state.word()),
            since: entry.since,
            first_seen: entry.first_seen,
            by_history: entry.basis == "history",
            url: url.map(|url| (*url).to_owned()),
            line: entry.line,
            reason: entry.reason,
            judged_at: entry.judged_at,
            path: entry.path,
            place: entry.place,
        });
    }
    order.iter().filter_map(|key| all.remove(key)).collect()
}
