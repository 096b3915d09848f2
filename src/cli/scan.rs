//! `stampout scan`, with what may follow it: recording, and the gate.

use std::path::{Path, PathBuf};

use super::args::{Global, ScanArgs};
use super::config::Config;
use super::deployed::{self, Deployed};
use super::gate::{self, Against};
use super::keep::Answered;
use super::record::told;
use super::run::{Plan, Stop};
use super::targets::Targets;
use super::{Exit, keep, run, say, selection, targets};
use crate::ledger::{FleetFact, GateFact, Ledger, LedgerError};
use crate::rule::RuleSet;
use crate::source::Repository;

/// Scans what the arguments name.
pub(crate) fn run(args: &ScanArgs, global: &Global) -> Exit {
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let mut packs = selection::load(&args.packs, &config, global);
    let rules = packs.rules();
    let Some(mut found) = targets::find(&args.source, &config, global) else {
        return Exit::Usage;
    };
    let fleet = (args.keep.record)
        .then(|| fleet_of(args, &config, &found))
        .flatten();
    let deployed = if args.inventory.deployed {
        let Some(inventory) = deployed::read(&args.inventory.inventory) else {
            return Exit::Usage;
        };
        Some(Deployed::add(&inventory, &mut found, &args.source.owner))
    } else {
        None
    };
    let ids: Vec<&str> = packs
        .packs
        .iter()
        .map(|pack| pack.incident.id.as_str())
        .collect();
    let plan = Plan {
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
        spool: None,
        hits: None,
        comments: !args.no_suppressions,
        answered: None,
    };
    if !args.keep.record && args.gate.fail_on.is_none() && deployed.is_none() {
        // The user's own ledger has a say only where it is asked for.
        let named = args.keep.ledger.ledger.as_deref();
        let Ok(answered) = named.map_or(Ok(None), answered) else {
            return Exit::Usage;
        };
        let plan = Plan {
            answered: answered.as_ref(),
            ..plan
        };
        return run::run(&plan, &rules, found);
    }
    let after = After { deployed, fleet };
    followed(args, &config, plan, &rules, found, after).unwrap_or_else(|exit| exit)
}

/// What is told and kept after a scan, beside what it saw.
struct After {
    deployed: Option<Deployed>,
    fleet: Option<FleetFact>,
}

/// The repositories that a whole fleet has, those that cannot be reached among them.
fn fleet_of(args: &ScanArgs, config: &Config, found: &Targets) -> Option<FleetFact> {
    let by_default = config.fleet.is_some() && args.source.paths.is_empty();
    if !(args.source.fleet.is_some() || by_default) || !args.source.owner.is_empty() {
        return None;
    }
    let names = found
        .targets
        .iter()
        .map(|target| target.repository.name.clone());
    let unread = found
        .problems
        .iter()
        .filter_map(|problem| problem.repository.clone());
    Some(FleetFact {
        repositories: names.chain(unread).collect(),
    })
}

/// Scans, and does with the result what was asked; errors have been said.
fn followed(
    args: &ScanArgs,
    config: &Config,
    plan: Plan<'_>,
    rules: &RuleSet,
    found: Targets,
    mut after: After,
) -> Result<Exit, Exit> {
    // What cannot be recorded or compared shall be known before the scan.
    let asked =
        args.keep.record || args.gate.fail_on.is_some() || args.keep.ledger.ledger.is_some();
    let place = if asked {
        keep::place(&args.keep.ledger, config).ok_or(Exit::Usage)?
    } else {
        PathBuf::new()
    };
    let mut ledger = None;
    if args.keep.record {
        let opened = Ledger::open(&place).and_then(|ledger| ledger.may_write().map(|()| ledger));
        ledger = Some(opened.map_err(complain)?);
    }
    let folder = tempfile::tempdir().map_err(|error| {
        say::error(
            &format!("there is no room for a temporary file: {error}"),
            "",
        );
        Exit::Usage
    })?;
    let repositories: Vec<Repository> = found
        .targets
        .iter()
        .map(|target| target.repository.clone())
        .collect();
    let base = match &args.gate.base {
        Some(base) => {
            let targets = gate::base_targets(base, &found)?;
            let spool = folder.path().join("base.json");
            Some(gate::base_scan(&plan, rules, targets, &spool)?)
        }
        None => None,
    };
    let against = Against::of(&args.gate, base, place.clone())?;
    let spool = folder.path().join("scan.json");
    let answered = answered(&place)?;
    let plan = Plan {
        spool: Some(&spool),
        answered: answered.as_ref(),
        ..plan
    };
    let (mut exit, _) = run::attempt(&plan, rules, found).map_err(stopped)?;
    let mut scans = keep::read(&spool).ok_or(Exit::Usage)?;
    let mut gate = None;
    if let Some(fail_on) = args.gate.fail_on {
        let answered = answered.as_ref();
        let (decided, stopped) =
            gate::decide(fail_on, against, &scans, answered, exit, plan.global)
                .map_err(complain)?;
        exit = decided;
        gate = Some(gate::fact(fail_on, rules, &scans, stopped));
    }
    if let Some(deployed) = &mut after.deployed {
        deployed.look_at(&scans);
        if !plan.global.quiet {
            deployed.tell(plan.global.verbose);
        }
        scans = deployed.on_lines(scans);
    }
    if args.gate.base.is_some() && args.keep.record {
        // A proposed change is on no line of the fleet: what it holds is recorded once it is.
        scans.clear();
    }
    if let Some(ledger) = &mut ledger {
        let recorded = keep::record(ledger, &scans, &repositories).map_err(complain)?;
        keep_facts(ledger, &after, gate.as_ref()).map_err(complain)?;
        if !plan.global.quiet {
            say::note(&match args.gate.base {
                Some(_) => format!("recorded what the gate decided in {}", place.display()),
                None => told(recorded, &place.display().to_string()),
            });
        }
    }
    Ok(exit)
}

/// Keeps what the scan was told, beside what it saw.
fn keep_facts(
    ledger: &mut Ledger,
    after: &After,
    gate: Option<&GateFact>,
) -> Result<(), LedgerError> {
    if let Some(fleet) = &after.fleet {
        ledger.record_fleet(keep::now(), fleet)?;
    }
    if let Some(deployed) = &after.deployed {
        ledger.record_inventory(keep::now(), &deployed.facts, &deployed.gap_facts())?;
    }
    if let Some(gate) = gate {
        ledger.record_gate(gate)?;
    }
    Ok(())
}

fn complain(error: LedgerError) -> Exit {
    keep::complain(&error);
    Exit::Usage
}

pub(crate) fn stopped(stop: Stop) -> Exit {
    match stop {
        Stop::Said => Exit::Usage,
        Stop::Output(error) if error.is_broken_pipe() => Exit::Incomplete,
        Stop::Output(error) => {
            say::error(&error.to_string(), "");
            Exit::Usage
        }
    }
}

/// What a ledger says of findings that somebody answers for; nothing if it is not there yet.
fn answered(place: &Path) -> Result<Option<Answered>, Exit> {
    if !place.exists() {
        return Ok(None);
    }
    let read = Ledger::look_at(place).and_then(|ledger| Answered::read(&ledger));
    read.map(Some).map_err(complain)
}
