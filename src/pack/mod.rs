//! Reads one incident folder as written and returns it validated, or errors that point into its text.
//!
//! Invariants: an unknown key is an error; a pack is either whole or not there; the queries are kept as text, for
//! `rule` to compile.

mod body;
mod builtin;
mod cases;
mod files;
mod manifest;
mod parts;
mod version;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use body::{Body, Part, PartKind, Parts};
pub use builtin::builtin;
pub use cases::{Case, Mark, MarkKind, read_marks};
pub use files::{PackFiles, find};

use crate::language::Language;
use crate::model::{Diagnostic, Incident, Rewriting};

/// A query as written, with the name of its file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QueryText {
    /// The file as the user knows it.
    pub file: String,
    /// Tree-sitter query syntax.
    pub text: Arc<str>,
}

/// A rule of a pack.
#[derive(Clone, Debug)]
pub struct PackRule {
    /// The id within the pack.
    pub name: String,
    /// One line.
    pub message: String,
    /// Markdown.
    pub help: String,
    /// Each language with how the rule is written in it; several languages may share one. Sorted by language name.
    pub bodies: Vec<(&'static Language, Body)>,
    /// The ways of writing the same that it need not see through, each with the reason.
    pub recall_exempt: Vec<(Rewriting, String)>,
}

/// Where a pack came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackSource {
    /// Built into the binary; the name of its folder.
    Builtin(String),
    /// A folder on disk.
    Folder(PathBuf),
}

impl PackSource {
    /// How it is named in messages.
    pub fn title(&self) -> String {
        match self {
            Self::Builtin(name) => format!("built-in {name}"),
            Self::Folder(path) => path.display().to_string(),
        }
    }
}

/// One incident and how to recognise its bug.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Where it came from.
    pub source: PackSource,
    /// The incident.
    pub incident: Incident,
    /// At least one.
    pub rules: Vec<PackRule>,
    /// Its marked source files, sorted by path.
    pub cases: Vec<Case>,
}

/// Reads and validates a pack.
///
/// # Errors
/// Everything that is wrong in it, each with its place; never empty.
pub fn read(files: &PackFiles) -> Result<Pack, Vec<Diagnostic>> {
    manifest::read(files)
}

/// Reads the pack in a folder on disk.
///
/// # Errors
/// As [`read`]; also where the folder cannot be read.
pub fn read_folder(folder: &Path) -> Result<Pack, Vec<Diagnostic>> {
    read(&PackFiles::open(folder).map_err(|error| vec![error])?)
}

/// Keeps one pack per incident id. A later pack replaces an earlier one.
///
/// Returns the packs sorted by incident id, and a sentence for each replacement.
pub fn resolve_overrides(packs: Vec<Pack>) -> (Vec<Pack>, Vec<String>) {
    let mut by_id: BTreeMap<String, Pack> = BTreeMap::new();
    let mut notes = Vec::new();
    for pack in packs {
        let (id, title) = (pack.incident.id.clone(), pack.source.title());
        if let Some(old) = by_id.insert(id.clone(), pack) {
            notes.push(format!("{id} from {title} replaces {}", old.source.title()));
        }
    }
    (by_id.into_values().collect(), notes)
}
