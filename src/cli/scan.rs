//! `stampout scan`.

use super::args::{Global, ScanArgs};
use super::config::Config;
use super::{Exit, run, selection, targets};

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
    };
    run::run(&plan, &rules, found)
}
