//! `stampout scan`, with what may follow it: recording, and the gate.

use std::path::Path;

use super::args::{FailOn, Global, ReportArgs, ScanArgs};
use super::config::Config;
use super::gate::{self, Baseline};
use super::keep::Answered;
use super::record::told;
use super::run::{Plan, Stop};
use super::targets::{Target, Targets};
use super::{Exit, keep, run, say, selection, targets};
use crate::ledger::Ledger;
use crate::model::ScanFact;
use crate::rule::RuleSet;
use crate::source::{Repository, What};

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
        comments: !args.no_suppressions,
        answered: None,
    };
    if !args.keep.record && args.gate.fail_on.is_none() {
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
    followed(args, &config, plan, &rules, found).unwrap_or_else(|exit| exit)
}

/// Scans, and does with the result what was asked; errors have been said.
fn followed(
    args: &ScanArgs,
    config: &Config,
    plan: Plan<'_>,
    rules: &RuleSet,
    found: Targets,
) -> Result<Exit, Exit> {
    // What cannot be recorded or compared shall be known before the scan.
    let place = keep::place(&args.keep.ledger, config).ok_or(Exit::Usage)?;
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
            let targets = base_targets(base, &found)?;
            Some(base_scan(
                &plan,
                rules,
                targets,
                &folder.path().join("base.json"),
            )?)
        }
        None => None,
    };
    let spool = folder.path().join("scan.json");
    let answered = answered(&place)?;
    let plan = Plan {
        spool: Some(&spool),
        answered: answered.as_ref(),
        ..plan
    };
    let (mut exit, _) = run::attempt(&plan, rules, found).map_err(stopped)?;
    let scans = keep::read(&spool).ok_or(Exit::Usage)?;
    if let Some(fail_on) = args.gate.fail_on {
        let against = Against {
            base,
            place: &place,
            answered: answered.as_ref(),
        };
        exit = gated(args, fail_on, against, &scans, exit, plan.global)?;
    }
    if let Some(ledger) = &mut ledger {
        let recorded = keep::record(ledger, &scans, &repositories).map_err(complain)?;
        if !plan.global.quiet {
            say::note(&told(recorded, &place.display().to_string()));
        }
    }
    Ok(exit)
}

fn complain(error: crate::ledger::LedgerError) -> Exit {
    keep::complain(&error);
    Exit::Usage
}

fn stopped(stop: Stop) -> Exit {
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

/// What the gate holds findings against.
struct Against<'a> {
    base: Option<Vec<ScanFact>>,
    place: &'a Path,
    answered: Option<&'a Answered>,
}

/// The exit code after the gate.
fn gated(
    args: &ScanArgs,
    fail_on: FailOn,
    against: Against<'_>,
    scans: &[ScanFact],
    exit: Exit,
    global: &Global,
) -> Result<Exit, Exit> {
    let baseline = match (fail_on, against.base) {
        (FailOn::Never | FailOn::Open, _) => None,
        (FailOn::New, Some(base)) => Some(Baseline::report(base)),
        (FailOn::Regressed, _) if args.gate.base.is_some() || args.gate.baseline.is_some() => {
            say::error(
                "only the ledger knows what was closed once",
                "leave --base and --baseline out: `--fail-on regressed --ledger FILE`",
            );
            return Err(Exit::Usage);
        }
        (FailOn::New | FailOn::Regressed, None) => {
            Some(gate::named(args, against.place, scans).ok_or(Exit::Usage)?)
        }
        (FailOn::Regressed, Some(_)) => None,
    };
    let judged =
        gate::judge(fail_on, scans, baseline.as_ref(), against.answered).map_err(complain)?;
    let word = match fail_on {
        FailOn::New => "new",
        FailOn::Open | FailOn::Never => "open",
        FailOn::Regressed => "regressed",
    };
    if !global.quiet && judged.failing + judged.passing > 0 {
        say::note(&match fail_on {
            FailOn::Never => format!("gate: {} open, none fails", judged.passing),
            FailOn::Open => format!("gate: {} open", judged.failing),
            _ => format!(
                "gate: {} {word}, {} that do not fail",
                judged.failing, judged.passing
            ),
        });
    }
    if !global.quiet && judged.suppressed > 0 {
        say::note(&format!(
            "gate: {} suppressed: in the code, or `stampout suppress --list`",
            judged.suppressed
        ));
    }
    Ok(match exit {
        Exit::Findings if judged.failing == 0 => Exit::Clean,
        exit => exit,
    })
}

/// In each repository, the commit where what is scanned left the base.
fn base_targets(base: &str, found: &Targets) -> Result<Targets, Exit> {
    let mut targets = Targets::default();
    for target in &found.targets {
        let repository = &target.repository;
        let resolved = repository.resolve(&[base.to_owned()]);
        resolved.problems.iter().for_each(say::problem);
        let [revision] = resolved.revisions.as_slice() else {
            if resolved.problems.is_empty() {
                say::error(
                    &format!("{}: `{base}` is not one revision", repository.name),
                    "",
                );
            }
            return Err(Exit::Usage);
        };
        let fail = |error: crate::source::SourceError| {
            say::error(&format!("{}: {error}", repository.name), error.hint());
            Exit::Usage
        };
        let mut whats = Vec::new();
        for what in &target.whats {
            let head = match what {
                What::Revision(revision) => Some(revision.commit.clone()),
                What::WorkTree => repository.head().map_err(fail)?.map(|head| head.commit),
                What::Folder => None,
            };
            let parted = match head {
                Some(head) => repository
                    .merge_base(&revision.commit, &head)
                    .map_err(fail)?,
                None => None,
            };
            let commit = parted.unwrap_or_else(|| {
                let message = format!(
                    "{}: the history does not show where it left `{base}`: its tip is compared",
                    repository.name
                );
                say::warning(&message, "fetch the history: a shallow clone cuts it off");
                revision.commit.clone()
            });
            let revision = repository.commit(&commit).map_err(fail)?;
            if !whats.contains(&What::Revision(revision.clone())) {
                whats.push(What::Revision(revision));
            }
        }
        targets.targets.push(Target {
            repository: repository.clone(),
            whats,
        });
    }
    Ok(targets)
}

/// Scans the base without a word.
fn base_scan(
    plan: &Plan<'_>,
    rules: &RuleSet,
    targets: Targets,
    spool: &Path,
) -> Result<Vec<ScanFact>, Exit> {
    let report = ReportArgs {
        format: "text".to_owned(),
        no_snippets: plan.report.no_snippets,
        ..ReportArgs::default()
    };
    let global = Global {
        quiet: true,
        verbose: false,
        no_progress: true,
        ..plan.global.clone()
    };
    let plan = Plan {
        report: &report,
        global: &global,
        cache: plan.cache.clone(),
        selection: plan.selection.clone(),
        spool: Some(spool),
        answered: None,
        ..*plan
    };
    run::attempt(&plan, rules, targets).map_err(stopped)?;
    keep::read(spool).ok_or(Exit::Usage)
}
