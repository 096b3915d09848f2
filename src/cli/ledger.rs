//! `stampout ledger`: export, import, check, backup.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use super::args::{Global, LedgerArgs, LedgerCommand, LedgerCommandArgs};
use super::record::told;
use super::{Exit, keep, out, say};

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
                    Box::new(BufReader::new(std::io::stdin()))
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
    let done = match output {
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            ledger.export(&mut out).map(|_| out.flush())
        }
        Some(path) => {
            let folder = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
            let mut file = match file {
                Ok(file) => file,
                Err(error) => {
                    say::error(
                        &format!("{} cannot be written: {error}", path.display()),
                        "",
                    );
                    return Exit::Usage;
                }
            };
            let mut out = BufWriter::new(&mut file);
            let written = ledger.export(&mut out).map(|_| out.flush());
            drop(out);
            written.map(|flushed| {
                flushed.and_then(|()| file.as_file().sync_all())?;
                file.persist(path).map(|_| ()).map_err(|error| error.error)
            })
        }
    };
    match done {
        Ok(Ok(())) => Exit::Clean,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Clean,
        Ok(Err(error)) => {
            say::error(&format!("the export cannot be written: {error}"), "");
            Exit::Usage
        }
        Err(error) => {
            keep::complain(&error);
            Exit::Usage
        }
    }
}
