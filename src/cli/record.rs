//! `stampout record`.

use super::args::{Global, RecordArgs};
use super::standing::time;
use super::{Exit, deployed, keep, out, say};
use crate::ledger::Recorded;
use crate::model::ScanFact;

/// Records reports; one that cannot be read does not stop the others, and makes the exit code 2.
pub(crate) fn run(args: &RecordArgs, global: &Global) -> Exit {
    let Some(mut ledger) = keep::open(&args.ledger, global.verbose) else {
        return Exit::Usage;
    };
    let inventory = if args.inventory.is_empty() {
        None
    } else {
        let Some(inventory) = deployed::read(&args.inventory) else {
            return Exit::Usage;
        };
        Some(inventory)
    };
    let mut found: Vec<ScanFact> = Vec::new();
    let mut exit = Exit::Clean;
    let mut total = Recorded::default();
    for path in &args.reports {
        let Some(scans) = keep::read(path) else {
            exit = Exit::Usage;
            continue;
        };
        if scans.is_empty() {
            let message = format!("{}: it tells of no scan", path.display());
            say::warning(&message, "was there nothing to scan where it was written?");
        }
        if let Some(scan) = scans.iter().find(|scan| scan.observed > soon()) {
            say::error(
                &format!(
                    "{}: its scan is said to have begun {}, which is to come",
                    path.display(),
                    time(scan.observed)
                ),
                "what is recorded until then would count as older: set the clock that wrote it, and write it again",
            );
            exit = Exit::Usage;
            continue;
        }
        for scan in scans.iter().filter(|scan| scan.evidence.is_none()) {
            say::warning(
                &format!(
                    "{}: the report on {} carries no evidence: it opens findings and closes none",
                    path.display(),
                    scan.unit.repository
                ),
                "record the json or sarif report of stampout; `sarif-upload` leaves the evidence out",
            );
        }
        let scans = match &inventory {
            Some(inventory) => {
                let deployed = deployed::of_reports(inventory, &scans);
                found.extend(scans.iter().cloned());
                deployed.on_lines(scans)
            }
            None => scans,
        };
        match ledger.record(&scans) {
            Ok(recorded) => total.add(recorded),
            Err(error) => {
                keep::complain(&error);
                return Exit::Usage;
            }
        }
    }
    if let Some(inventory) = &inventory {
        let deployed = deployed::of_reports(inventory, &found);
        if !global.quiet {
            deployed.tell(global.verbose);
        }
        let kept = ledger.record_inventory(keep::now(), &deployed.facts, &deployed.gap_facts());
        if let Err(error) = kept {
            keep::complain(&error);
            return Exit::Usage;
        }
    }
    if !global.quiet {
        say::note(&told(total, &ledger.path().display().to_string()));
    }
    exit
}

/// Clocks and time zones may differ by as much as a day.
fn soon() -> i64 {
    // Whatever moment the reports of today are to have.
    let clock = jiff::Timestamp::now().as_second();
    clock.max(keep::now()) + 86_400
}

/// What was recorded, in a sentence.
pub(crate) fn told(recorded: Recorded, place: &str) -> String {
    let counted =
        |count: u64, noun| out::counted(usize::try_from(count).unwrap_or(usize::MAX), noun);
    format!(
        "recorded {} ({} new, {} never seen before) in {place}",
        counted(recorded.units, "scan"),
        recorded.new_units,
        counted(recorded.new_instances, "finding")
    )
}
