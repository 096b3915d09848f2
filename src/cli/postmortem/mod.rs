//! `stampout postmortem`: the incident's account as a document, written together with people.

mod eradication;
mod facts;
mod history;
mod page;

use std::path::Path;

use super::args::{Global, PackArgs, PostmortemArgs};
use super::clones::Clones;
use super::config::Config;
use super::{Exit, keep, out, say, selection};
use crate::ledger::{Ledger, LedgerError};
use crate::postmortem::{self, Part};

use facts::Facts;

/// Writes it, brings it up to date, or checks it.
pub(crate) fn run(args: &PostmortemArgs, global: &Global) -> Exit {
    if args.check {
        return match &args.output {
            Some(path) => check(path),
            None => {
                say::error("there is nothing to check", "name the document: -o FILE");
                Exit::Usage
            }
        };
    }
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let Some(ledger) = keep::look_at(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    // The pack adds what the ledger does not hold; without it the rest is told all the same.
    let packs = PackArgs {
        packs: args.packs.clone(),
        ..PackArgs::default()
    };
    let packs = selection::load(
        &packs,
        &config,
        &Global {
            quiet: true,
            ..global.clone()
        },
    );
    let pack = packs
        .packs
        .iter()
        .find(|pack| pack.incident.id == args.incident);
    let mut clones = None;
    if !args.clones.is_empty() || args.fleet.is_some() {
        let Some(found) = Clones::find(&args.clones, args.fleet.as_deref(), global) else {
            return Exit::Usage;
        };
        clones = Some(found);
    }
    let parts = match parts(&ledger, &args.incident, pack, clones.as_mut()) {
        Ok(Some(parts)) => parts,
        Ok(None) => return keep::unknown_incident(&ledger, &args.incident),
        Err(error) => {
            keep::complain(&error);
            return Exit::Usage;
        }
    };
    match &args.output {
        None => out::print(&postmortem::write(&parts), Exit::Clean),
        Some(path) => save(path, parts, clones.is_some(), global),
    }
}

fn parts(
    ledger: &Ledger,
    incident: &str,
    pack: Option<&crate::pack::Pack>,
    clones: Option<&mut Clones>,
) -> Result<Option<Vec<Part>>, LedgerError> {
    let facts = Facts::read(ledger, incident, pack, clones)?;
    Ok(facts.map(|facts| page::parts(&facts)))
}

/// What git told once stays where it was not asked again.
fn save(path: &Path, mut parts: Vec<Part>, asked_git: bool, global: &Global) -> Exit {
    let shown = path.display();
    let existing = written(path);
    if existing.as_ref().is_ok_and(|text| !text.trim().is_empty()) && !asked_git {
        parts.retain(|part| !matches!(part, Part::Facts(history::NAME, _)));
    }
    let parts = parts.as_slice();
    let text = match existing {
        Ok(existing) if !existing.trim().is_empty() => match postmortem::merge(parts, &existing) {
            Ok(merged) => {
                for name in &merged.kept {
                    let message = format!("{shown}: somebody had written into the facts `{name}`");
                    say::warning(
                        &message,
                        "it is kept below them: facts come from the ledger",
                    );
                }
                for name in &merged.added {
                    let message = format!("{shown}: the facts `{name}` were not there");
                    say::warning(&message, "they stand at its end now");
                }
                merged.text
            }
            Err(error) => {
                say::error(&format!("{shown}: {error}"), error.hint());
                return Exit::Usage;
            }
        },
        Ok(_) => postmortem::write(parts),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => postmortem::write(parts),
        Err(error) => {
            say::error(&format!("{shown} cannot be read: {error}"), "");
            return Exit::Usage;
        }
    };
    if let Err(error) = out::save(path, text.as_bytes()) {
        say::error(&format!("{shown} cannot be written: {error}"), "");
        return Exit::Usage;
    }
    if !global.quiet {
        say::note(&format!("{shown} is up to date with the ledger"));
    }
    Exit::Clean
}

/// What stands in a file; a pipe or a device has nothing that could be kept.
fn written(path: &Path) -> std::io::Result<String> {
    match std::fs::metadata(path) {
        Ok(about) if !about.is_file() && !about.is_dir() => {
            Err(std::io::ErrorKind::NotFound.into())
        }
        _ => std::fs::read_to_string(path),
    }
}

/// Whether every action has an owner, a date and evidence.
fn check(path: &Path) -> Exit {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            say::error(&format!("{shown} cannot be read: {error}"), "");
            return Exit::Usage;
        }
    };
    let lacks = postmortem::lacking(&text);
    for lack in &lacks {
        let place = if lack.line == 0 {
            shown.to_string()
        } else {
            format!("{shown}:{}", lack.line)
        };
        let action = if lack.action.is_empty() {
            String::new()
        } else {
            format!("`{}` ", lack.action)
        };
        say::error(&format!("{place}: {action}lacks {}", lack.what), "");
    }
    if lacks.is_empty() {
        out::print(
            "every action has an owner, a date and evidence\n",
            Exit::Clean,
        )
    } else {
        Exit::Findings
    }
}
