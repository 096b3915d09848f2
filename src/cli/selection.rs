//! Which packs run: built in, from folders, by incident.

use std::path::{Path, PathBuf};

use super::args::{Global, PackArgs};
use super::config::Config;
use super::out::counted;
use super::say;
use crate::model::{Diagnostic, nearest};
use crate::pack::{self, Pack};
use crate::rule::RuleSet;

/// The packs that run, and whether some that should could not.
pub(crate) struct Selection {
    /// Sorted by incident id.
    pub(crate) packs: Vec<Pack>,
    /// Whether a pack is invalid or unknown: exit code 2 at the end.
    pub(crate) faulty: bool,
}

/// Loads the selected packs and says what is wrong with those that are left out.
pub(crate) fn load(args: &PackArgs, config: &Config, global: &Global) -> Selection {
    let folders = if args.packs.is_empty() {
        &config.packs
    } else {
        &args.packs
    };
    let mut selection = Selection {
        packs: Vec::new(),
        faulty: false,
    };
    let mut packs = Vec::new();
    if folders.is_empty() || args.builtin {
        packs.extend(selection.keep(builtin()));
        if global.verbose {
            say::note(&format!("{} built in", counted(packs.len(), "pack")));
        }
    }
    for folder in folders {
        let found = in_folder(folder);
        if global.verbose {
            let count = found.iter().filter(|pack| pack.is_ok()).count();
            say::note(&format!(
                "{} from {}",
                counted(count, "pack"),
                folder.display()
            ));
        }
        let mut one_folder: Vec<Pack> = selection.keep(found).collect();
        one_folder.sort_by(|a, b| a.incident.id.cmp(&b.incident.id));
        for pair in one_folder
            .windows(2)
            .filter(|pair| pair[0].incident.id == pair[1].incident.id)
        {
            let (id, first, second) = (
                &pair[0].incident.id,
                pair[0].source.title(),
                pair[1].source.title(),
            );
            say::error(
                &format!("{id} is in two packs: {first} and {second}"),
                "give one of them another id",
            );
            selection.faulty = true;
        }
        one_folder.dedup_by(|b, a| a.incident.id == b.incident.id);
        packs.extend(one_folder);
    }
    let (packs, notes) = pack::resolve_overrides(packs);
    notes.iter().for_each(|line| say::note(line));
    selection.packs = packs;
    selection.only(&args.incident);
    selection
}

impl Selection {
    /// The good packs; says what is wrong with the others.
    fn keep(
        &mut self,
        read: Vec<Result<Pack, Vec<Diagnostic>>>,
    ) -> impl Iterator<Item = Pack> + use<> {
        let mut good = Vec::new();
        for pack in read {
            match pack {
                Ok(pack) => good.push(pack),
                Err(errors) => {
                    errors.iter().for_each(say::diagnostic);
                    self.faulty = true;
                }
            }
        }
        good.into_iter()
    }

    /// Keeps the named incidents, by id or alias.
    fn only(&mut self, ids: &[String]) {
        if ids.is_empty() {
            return;
        }
        for id in ids {
            let known = |pack: &Pack| is_named(pack, id);
            if !self.packs.iter().any(known) {
                let names = self.packs.iter().map(|pack| pack.incident.id.as_str());
                let hint = nearest(id, names).map_or_else(
                    || "`stampout packs` lists them".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                say::error(&format!("there is no pack for `{id}`"), &hint);
                self.faulty = true;
            }
        }
        self.packs
            .retain(|pack| ids.iter().any(|id| is_named(pack, id)));
    }

    /// The rule set of the packs; says what is wrong with those that are left out.
    pub(crate) fn rules(&mut self) -> RuleSet {
        let (rules, errors) = RuleSet::build(&self.packs);
        errors.iter().for_each(say::diagnostic);
        self.faulty |= !errors.is_empty();
        rules
    }
}

fn is_named(pack: &Pack, id: &str) -> bool {
    let incident = &pack.incident;
    std::iter::once(&incident.id)
        .chain(&incident.aliases)
        .any(|name| name.eq_ignore_ascii_case(id))
}

/// The packs that are built in.
pub(crate) fn builtin() -> Vec<Result<Pack, Vec<Diagnostic>>> {
    let available = |files: &pack::PackFiles| pack::read(files);
    let read = pack::builtin().iter().map(available).collect::<Vec<_>>();
    // A trimmed build lacks languages, and with them some packs.
    if cfg!(feature = "all-languages") {
        read
    } else {
        read.into_iter().filter(Result::is_ok).collect()
    }
}

/// The packs in a folder, at any depth.
pub(crate) fn in_folder(folder: &Path) -> Vec<Result<Pack, Vec<Diagnostic>>> {
    let found: Result<Vec<PathBuf>, Diagnostic> = pack::find(folder);
    match found {
        Ok(found) if found.is_empty() => {
            let hint =
                "a pack is a folder that holds an incident.toml; `stampout new ID` makes one";
            vec![Err(vec![Diagnostic::whole(
                folder.display().to_string(),
                "holds no packs",
                hint,
            )])]
        }
        Ok(found) => found.iter().map(|path| pack::read_folder(path)).collect(),
        Err(error) => vec![Err(vec![error])],
    }
}
