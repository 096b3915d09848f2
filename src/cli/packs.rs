//! `stampout packs`.

use super::args::{Global, PacksArgs};
use super::config::Config;
use super::{Exit, out, selection};
use crate::report::visible;

/// Lists the packs that a scan would run.
pub(crate) fn run(args: &PacksArgs, global: &Global) -> Exit {
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let mut selection = selection::load(&args.packs, &config, global);
    let rules = selection.rules();
    let catalog = rules.catalog();
    let mut rows = Vec::new();
    for (index, incident) in catalog.incidents.iter().enumerate() {
        let mut languages: Vec<&str> = catalog
            .rules
            .iter()
            .filter(|rule| rule.incident == index)
            .flat_map(|rule| rule.languages.clone())
            .collect();
        languages.sort_unstable();
        languages.dedup();
        rows.push(vec![
            incident.id.clone(),
            incident.severity.word().to_owned(),
            languages.join(" "),
            visible(&incident.title).into_owned(),
        ]);
    }
    let mut page = out::columns(&rows);
    if global.verbose {
        for pack in &selection.packs {
            page.push_str(&format!(
                "\n{}  {}\n  {}\n",
                pack.incident.id,
                pack.source.title(),
                pack.incident.url
            ));
            for rule in &pack.rules {
                page.push_str(&format!(
                    "  {}.{}: {}\n",
                    pack.incident.id,
                    rule.name,
                    visible(&rule.message)
                ));
            }
        }
    }
    out::print(
        &page,
        if selection.faulty {
            Exit::Usage
        } else {
            Exit::Clean
        },
    )
}
