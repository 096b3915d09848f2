//! `stampout scan`.

use super::args::{Global, ScanArgs};
use super::config::Config;
use super::record::told;
use super::run::Stop;
use super::{Exit, keep, run, say, selection, targets};
use crate::ledger::Ledger;

/// Scans what the arguments name.
pub(crate) fn run(args: &ScanArgs, global: &Global) -> Exit {
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let mut packs = selection::load(&args.packs, &config, global);
    let rules = packs.rules();
    let Some(found) = targets::find(&args.source, &config, global) else {
        return Exit::Usage;
    };
    let ids: Vec<&str> = packs
        .packs
        .iter()
        .map(|pack| pack.incident.id.as_str())
        .collect();
    // What cannot be recorded shall be known before the scan.
    let ledger = match open_ledger(args, &config) {
        Ok(ledger) => ledger,
        Err(exit) => return exit,
    };
    let folder = match ledger.as_ref().map(|_| tempfile::tempdir()).transpose() {
        Ok(folder) => folder,
        Err(error) => {
            say::error(
                &format!("there is no room for a temporary file: {error}"),
                "",
            );
            return Exit::Usage;
        }
    };
    let spool = folder
        .as_ref()
        .map(|folder| folder.path().join("scan.json"));
    let repositories: Vec<_> = found
        .targets
        .iter()
        .map(|target| target.repository.clone())
        .collect();
    let plan = run::Plan {
        source: &args.source,
        report: &args.report,
        limits: &args.limits,
        exit: &args.exit,
        global,
        cache: config.cache(),
        selection: if args.packs.incident.is_empty() {
            "all".to_owned()
        } else {
            ids.join("+")
        },
        faulty: packs.faulty,
        spool: spool.as_deref(),
    };
    let (Some(mut ledger), Some(spool)) = (ledger, &spool) else {
        return run::run(&plan, &rules, found);
    };
    let exit = match run::attempt(&plan, &rules, found) {
        Ok((exit, _)) => exit,
        Err(Stop::Said) => return Exit::Usage,
        Err(Stop::Output(error)) if error.is_broken_pipe() => return Exit::Incomplete,
        Err(Stop::Output(error)) => {
            say::error(&error.to_string(), "");
            return Exit::Usage;
        }
    };
    let Some(scans) = keep::read(spool) else {
        return Exit::Usage;
    };
    match keep::record(&mut ledger, &scans, &repositories) {
        Ok(recorded) => {
            if !global.quiet {
                say::note(&told(recorded, &ledger.path().display().to_string()));
            }
            exit
        }
        Err(error) => {
            keep::complain(&error);
            Exit::Usage
        }
    }
}

/// The ledger, if the scan is to be recorded.
fn open_ledger(args: &ScanArgs, config: &Config) -> Result<Option<Ledger>, Exit> {
    if !args.keep.record {
        return Ok(None);
    }
    let place = keep::place(&args.keep.ledger, config).ok_or(Exit::Usage)?;
    let ledger = Ledger::open(&place).and_then(|ledger| ledger.may_write().map(|()| ledger));
    match ledger {
        Ok(ledger) => Ok(Some(ledger)),
        Err(error) => {
            keep::complain(&error);
            Err(Exit::Usage)
        }
    }
}
