//! The clones that are asked what git knows of findings, each opened once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::{Global, SourceArgs};
use super::config::Config;
use super::{say, targets};
use crate::history::{Comments, Historian, Seen, Story};
use crate::language;
use crate::ledger::Entry;
use crate::source::Repository;

/// Clones by the names that the ledger knows.
pub(crate) struct Clones {
    clones: BTreeMap<String, Repository>,
    historians: BTreeMap<String, Result<Historian, String>>,
}

impl Clones {
    /// Those in these folders, or of a fleet, or of the user's fleet, or here; `None` if they cannot be found, which has
    /// been said.
    pub(crate) fn find(folders: &[PathBuf], fleet: Option<&Path>, global: &Global) -> Option<Self> {
        let config = Config::load(global.verbose)?;
        let source = SourceArgs {
            paths: folders.to_vec(),
            fleet: fleet.map(Path::to_owned),
            ..SourceArgs::default()
        };
        let found = targets::find(&source, &config, global)?;
        found.problems.iter().for_each(say::problem);
        let clones = found.targets.into_iter();
        let clones = clones.map(|target| (target.repository.name.clone(), target.repository));
        Some(Self {
            clones: clones.collect(),
            historians: BTreeMap::new(),
        })
    }

    /// What git tells of a finding, or why it tells nothing.
    pub(crate) fn story(&mut self, entry: &Entry) -> Story {
        let name = &entry.repository;
        if !self.historians.contains_key(name) {
            let opened = self.open(name);
            self.historians.insert(name.clone(), opened);
        }
        match self.historians.get_mut(name) {
            Some(Ok(historian)) => story(historian, entry),
            Some(Err(why)) => without(why.clone()),
            None => Story::default(),
        }
    }

    fn open(&self, name: &str) -> Result<Historian, String> {
        let clone = self.clones.get(name);
        let clone = clone.ok_or("its clone is not here: --clones DIR or --fleet FILE names it")?;
        Historian::new(clone.clone()).map_err(|error| error.to_string())
    }
}

fn story(historian: &mut Historian, entry: &Entry) -> Story {
    // A ledger that an older version wrote does not tell apart where it was seen and where it was judged.
    let open = entry
        .judged_at
        .as_deref()
        .filter(|_| !entry.state.is_closed());
    let Some(commit) = entry.seen_at.as_deref().or(open) else {
        return without("the ledger knows no commit at which it was seen".to_owned());
    };
    let seen = Seen {
        path: &entry.path,
        commit,
        start: entry.place.byte_start,
        end: entry.place.byte_end,
        closed_at: entry
            .judged_at
            .as_deref()
            .filter(|_| entry.state.is_closed()),
        comments: comments(&entry.place.language),
    };
    historian
        .story(seen)
        .unwrap_or_else(|error| without(error.to_string()))
}

/// How comments look in a language; those of one that nobody knows are code.
fn comments(word: &str) -> Comments<'static> {
    language::by_name(word).map_or_else(
        |_| Comments::default(),
        |language| Comments {
            line: language.line_comment,
            block: language.block_comment,
        },
    )
}

fn without(note: String) -> Story {
    Story {
        notes: vec![note],
        ..Story::default()
    }
}
