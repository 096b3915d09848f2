//! `stampout suppress`.

use std::collections::BTreeSet;

use super::args::{Global, SuppressArgs};
use super::findings::json;
use super::{Exit, keep, out, say};
use crate::ledger::{Ledger, LedgerError, Suppression};
use crate::model::nearest;
use crate::report::visible;

/// Letters of a fingerprint that may stand for all of it.
const SHORTEST: usize = 7;

/// Adds a suppression, takes one back, or lists them.
pub(crate) fn run(args: &SuppressArgs, global: &Global) -> Exit {
    if args.list {
        return list(args, global);
    }
    let by = args.by.as_deref().unwrap_or_default().trim();
    if by.is_empty() {
        say::error(
            "a suppression needs somebody who answers for it",
            "--by NAME",
        );
        return Exit::Usage;
    }
    let Some(mut ledger) = keep::look_at(&args.ledger, global.verbose)
        .map(|ledger| ledger.path().to_owned())
        .and_then(|path| Ledger::open(&path).inspect_err(keep::complain).ok())
    else {
        return Exit::Usage;
    };
    let done = if let Some(id) = &args.revoke {
        revoke(&mut ledger, id, by)
    } else {
        add(&mut ledger, args, by)
    };
    match done {
        Ok(Some(told)) => {
            if !global.quiet {
                say::note(&told);
            }
            Exit::Clean
        }
        Ok(None) => Exit::Usage,
        Err(error) => {
            keep::complain(&error);
            Exit::Usage
        }
    }
}

fn revoke(ledger: &mut Ledger, id: &str, by: &str) -> Result<Option<String>, LedgerError> {
    let all = ledger.suppressions()?;
    if !all.iter().any(|one| one.id == id) {
        let near = nearest(id, all.iter().map(|one| one.id.as_str()));
        let hint = near.map_or_else(
            || "`stampout suppress --list` shows them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        say::error(&format!("there is no suppression `{id}`"), &hint);
        return Ok(None);
    }
    ledger.revoke(id, by, keep::now())?;
    Ok(Some(format!("{id} is taken back")))
}

fn add(ledger: &mut Ledger, args: &SuppressArgs, by: &str) -> Result<Option<String>, LedgerError> {
    let refuse = |message: &str, hint: &str| {
        say::error(message, hint);
        Ok(None)
    };
    let reason = args.reason.as_deref().unwrap_or_default().trim();
    if reason.is_empty() {
        return refuse("a suppression needs a reason", "--reason TEXT");
    }
    if args.fingerprint.is_none() && args.rule.is_none() {
        let hint = "name a fingerprint (`stampout findings -v` shows it), or --rule RULE";
        return refuse("a suppression names a finding or a rule", hint);
    }
    if let Some(until) = &args.until {
        match until.parse::<jiff::civil::Date>() {
            Ok(date) if date.to_string() == *until => {
                if until.as_str() < keep::today().as_str() {
                    return refuse(&format!("{until} has passed"), "");
                }
            }
            _ => return refuse(&format!("`{until}` is no day"), "write it so: 2027-01-31"),
        }
    }
    let meant = meant(ledger)?;
    let fingerprint = match args.fingerprint.as_deref().map(|name| whole(name, &meant)) {
        None => None,
        Some(Ok(name)) => Some(name),
        Some(Err(message)) => return refuse(&message, "give more of it: `stampout findings -v`"),
    };
    let suppression = Suppression {
        fingerprint,
        rule: args.rule.clone(),
        repository: args.repository.clone(),
        path: args.path.clone(),
        by: by.to_owned(),
        reason: reason.to_owned(),
        until: args.until.clone(),
        at: keep::now(),
        ..Suppression::default()
    };
    let covered: Vec<&Meant> = meant
        .iter()
        .filter(|one| one.is_under(&suppression))
        .collect();
    if covered.is_empty() {
        let hint = "`stampout findings` lists what the ledger knows";
        return refuse("nothing that the ledger knows is meant by this", hint);
    }
    let count = |reviews: bool, word: &str| {
        let names = covered.iter().filter(|one| one.is_review == reviews);
        let names: BTreeSet<_> = names
            .map(|one| (&one.repository, &one.fingerprints[0]))
            .collect();
        (!names.is_empty()).then(|| out::counted(names.len(), word))
    };
    let counts = [count(false, "finding"), count(true, "review")];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let id = ledger.suppress(&suppression)?;
    Ok(Some(format!(
        "{id} holds for {} of the ledger",
        counts.join(" and ")
    )))
}

/// What a suppression may be about: a finding on a line, or a review of its last scan.
struct Meant {
    repository: String,
    path: String,
    rule: String,
    /// All under which it is known.
    fingerprints: [String; 2],
    is_review: bool,
    /// Whether there is anything to hide.
    is_open: bool,
}

impl Meant {
    fn is_under(&self, suppression: &Suppression) -> bool {
        let names = self.fingerprints.each_ref().map(String::as_str);
        suppression.covers(&self.repository, &self.path, &self.rule, &names)
    }
}

/// All that the ledger knows.
fn meant(ledger: &Ledger) -> Result<Vec<Meant>, LedgerError> {
    let entries = ledger.entries(None)?.into_iter().map(|entry| Meant {
        repository: entry.repository,
        path: entry.path,
        rule: entry.rule,
        fingerprints: [entry.fingerprint, entry.current_fingerprint],
        is_review: false,
        is_open: !entry.state.is_closed(),
    });
    let reviews = ledger.open_reviews()?.into_iter();
    let reviews = reviews.map(|(repository, review)| Meant {
        repository,
        path: review.path,
        rule: review.rule,
        fingerprints: [review.fingerprint.clone(), review.fingerprint],
        is_review: true,
        is_open: true,
    });
    Ok(entries.chain(reviews).collect())
}

/// The whole fingerprint of which a beginning is given, if it is that of one; what no finding has is left as it is.
fn whole(name: &str, all: &[Meant]) -> Result<String, String> {
    let names = all.iter().flat_map(|one| &one.fingerprints);
    let meant: BTreeSet<&String> = names.filter(|one| one.starts_with(name)).collect();
    let mut meant = meant.into_iter();
    match (meant.next(), meant.next()) {
        _ if name.len() < SHORTEST => Ok(name.to_owned()),
        (Some(one), None) => Ok(one.clone()),
        (Some(_), Some(_)) => Err(format!("`{name}` may be each of several findings")),
        (None, _) => Ok(name.to_owned()),
    }
}

fn list(args: &SuppressArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let read = || Ok((ledger.suppressions()?, meant(&ledger)?));
    let (all, meant) = match read() {
        Ok(read) => read,
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    let today = keep::today();
    let told = all.iter().map(|one| {
        let used = meant
            .iter()
            .any(|found| found.is_open && found.is_under(one));
        let word = if one.revoked {
            "revoked"
        } else if !one.holds(&today) {
            "expired"
        } else if used {
            "holds"
        } else {
            "unused"
        };
        (one, word)
    });
    if args.format == "json" {
        let rows: Vec<_> = told
            .map(|(one, word)| {
                let mut row = serde_json::to_value(one).unwrap_or_default();
                row["state"] = word.into();
                row
            })
            .collect();
        let page = json(&serde_json::json!({ "version": 1, "suppressions": rows }));
        return out::print(&page, Exit::Clean);
    }
    let rows: Vec<Vec<String>> = told
        .map(|(one, word)| {
            let parts = [&one.fingerprint, &one.rule, &one.repository, &one.path];
            let what: Vec<&str> = parts
                .into_iter()
                .filter_map(|part| part.as_deref())
                .collect();
            let until = one.until.as_deref().unwrap_or("ever");
            let cells = [
                one.id.as_str(),
                word,
                &what.join(" "),
                &format!("until {until}"),
                &one.by,
                &one.reason,
            ];
            cells.map(|cell| visible(cell).into_owned()).to_vec()
        })
        .collect();
    out::print(&out::columns(&rows), Exit::Clean)
}
