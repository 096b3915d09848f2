//! `stampout ledger`: export, import, check, backup.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use super::args::{Global, LedgerArgs, LedgerCommand, LedgerCommandArgs};
use super::record::told;
use super::{Exit, keep, out, say};
use crate::ledger::LedgerError;
use crate::report;

/// Does one of them.
pub(crate) fn run(args: &LedgerCommandArgs, global: &Global) -> Exit {
    match &args.command {
        LedgerCommand::Export { output, ledger } => export(output.as_deref(), ledger, global),
        LedgerCommand::Import { files, ledger } => {
            let Some(mut ledger) = keep::open(ledger, global.verbose) else {
                return Exit::Usage;
            };
            for file in files {
                let mut input: Box<dyn BufRead> = if file == Path::new("-") {
                    Box::new(BufReader::new(io::stdin()))
                } else {
                    match File::open(file) {
                        Ok(file) => Box::new(BufReader::new(file)),
                        Err(error) => {
                            say::error(&format!("{} cannot be read: {error}", file.display()), "");
                            return Exit::Usage;
                        }
                    }
                };
                match ledger.import(&mut input) {
                    Ok(imported) if !global.quiet => {
                        let place = ledger.path().display().to_string();
                        say::note(&told(imported.recorded, &place));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        say::error(&format!("{}: {error}", file.display()), error.hint());
                        return Exit::Usage;
                    }
                }
            }
            Exit::Clean
        }
        LedgerCommand::Check { ledger } => {
            let Some(ledger) = keep::look_at(ledger, global.verbose) else {
                return Exit::Usage;
            };
            match ledger.check() {
                Ok(wrong) if wrong.is_empty() => out::print(
                    "the ledger is whole, and its states follow from its facts\n",
                    Exit::Clean,
                ),
                Ok(wrong) => {
                    for line in wrong {
                        say::error(&line, "");
                    }
                    Exit::Findings
                }
                Err(error) => {
                    keep::complain(&error);
                    Exit::Usage
                }
            }
        }
        LedgerCommand::Backup { to, ledger } => {
            let Some(ledger) = keep::look_at(ledger, global.verbose) else {
                return Exit::Usage;
            };
            match ledger.backup(to) {
                Ok(()) => Exit::Clean,
                Err(error) => {
                    keep::complain(&error);
                    Exit::Usage
                }
            }
        }
    }
}

fn export(output: Option<&Path>, ledger: &LedgerArgs, global: &Global) -> Exit {
    let Some(ledger) = keep::look_at(ledger, global.verbose) else {
        return Exit::Usage;
    };
    let mut failed = None;
    let mut write = |out: &mut dyn Write| match ledger.export(out) {
        Ok(_) => Ok(()),
        Err(error) => {
            failed = Some(error);
            Err(io::ErrorKind::Other.into())
        }
    };
    let done = match output {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out).and_then(|()| out.flush())
        }
        Some(path) => report::save(path, write),
    };
    match (done, failed) {
        (Ok(()), _) => Exit::Clean,
        (Err(_), Some(LedgerError::Output(error))) | (Err(error), None) => {
            if error.kind() == io::ErrorKind::BrokenPipe {
                return Exit::Clean;
            }
            let place = output.map_or_else(
                || "standard output".to_owned(),
                |path| path.display().to_string(),
            );
            say::error(&format!("{place} cannot be written: {error}"), "");
            Exit::Usage
        }
        (Err(_), Some(error)) => {
            keep::complain(&error);
            Exit::Usage
        }
    }
}
