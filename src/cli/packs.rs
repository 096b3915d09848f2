//! `stampout packs`.

use super::args::{Global, PacksArgs};
use super::config::Config;
use super::{Exit, out, selection};
use crate::report::visible;

/// So many languages are named; a rule over plain text is for all of them.
const NAMED: usize = 8;

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
            listed(&languages),
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

fn listed(languages: &[&str]) -> String {
    match languages.split_at_checked(NAMED) {
        Some((named, rest)) if !rest.is_empty() => {
            format!("{} and {} more", named.join(" "), rest.len())
        }
        _ => languages.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let nine = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        assert_eq!(listed(&nine[..8]), "a b c d e f g h");
        assert_eq!(listed(&nine), "a b c d e f g h and 1 more");
        assert_eq!(listed(&[]), "");
    }
}
