//! A fleet file, read, and the repositories it names.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::discover::{Location, locate};
use super::fleet_parse;
use super::{PathScope, Repository, SourceError, walk};
use crate::model::{Diagnostic, Problem, ProblemKind, RepoPath};

/// The repositories of an organisation, as its fleet file has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fleet {
    /// Where the file is.
    pub path: PathBuf,
    /// In the order of the file; names are unique.
    pub entries: Vec<FleetEntry>,
}

/// One `[[repository]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetEntry {
    /// Unique.
    pub name: String,
    /// As written: relative to the file.
    pub path: PathBuf,
    /// Without credentials.
    pub url: Option<String>,
    /// Names and patterns; empty means the work tree, or HEAD of a bare repository.
    pub revisions: Vec<String>,
    /// The team.
    pub owner: Option<String>,
}

/// A repository of a fleet, opened.
#[derive(Clone, Debug)]
pub struct FleetRepository {
    /// With the name, URL and owner of the fleet file.
    pub repository: Repository,
    /// See [`FleetEntry::revisions`].
    pub revisions: Vec<String>,
}

/// A fleet file that is larger than any real one, or a device, must not fill the memory.
const SIZE_LIMIT: u64 = 64 << 20;

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(SIZE_LIMIT + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(io::Error::other("it is larger than 64 MiB"));
    }
    Ok(bytes)
}

impl Fleet {
    /// Reads a fleet file.
    ///
    /// Errors are all that is wrong with it, in the order of the text.
    pub fn read(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let error = |message: String| {
            let hint = "`stampout fleet DIR` writes one";
            vec![Diagnostic::whole(path.display().to_string(), message, hint)]
        };
        let bytes =
            read_bounded(path).map_err(|cause| error(format!("cannot be read: {cause}")))?;
        let text = String::from_utf8(bytes).map_err(|cause| {
            let line = cause.as_bytes()[..cause.utf8_error().valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            error(format!("line {} is not UTF-8", line + 1))
        })?;
        Self::parse(path, &text)
    }

    /// Reads the text of a fleet file that lies at this path.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self {
            path: path.to_owned(),
            entries: fleet_parse::parse(path, text)?,
        })
    }

    /// Opens the repositories, in the order of the file. What is missing or no repository is a problem that names it.
    pub fn repositories(&self) -> (Vec<FleetRepository>, Vec<Problem>) {
        let base = self.path.parent().unwrap_or(Path::new(""));
        let opened: Vec<Result<FleetRepository, Problem>> = self
            .entries
            .par_iter()
            .map(|entry| open(base, entry))
            .collect();
        let mut repositories = Vec::new();
        let mut problems = Vec::new();
        for result in opened {
            match result {
                Ok(repository) => repositories.push(repository),
                Err(problem) => problems.push(problem),
            }
        }
        (repositories, problems)
    }
}

fn open(base: &Path, entry: &FleetEntry) -> Result<FleetRepository, Problem> {
    let problem = |message: String, hint: &str| Problem {
        kind: ProblemKind::Source,
        repository: Some(entry.name.clone()),
        message,
        hint: hint.to_owned(),
    };
    let refuse = |error: &SourceError| problem(error.to_string(), error.hint());
    let path = base.join(&entry.path);
    let real = fs::canonicalize(&path).map_err(|cause| {
        problem(
            format!("{}: {cause}", path.display()),
            "clone it there, or correct `path`",
        )
    })?;
    let mut repository = match locate(&real).0 {
        Location::WorkTree(root) => {
            let mut repository =
                Repository::open_work_tree(&root).map_err(|error| refuse(&error))?;
            let inner = real
                .strip_prefix(&root)
                .map(walk::bytes)
                .unwrap_or_default();
            repository.scope = PathScope::of(vec![RepoPath::new(inner)]);
            repository
        }
        Location::Bare => Repository::open_bare(&real).map_err(|error| refuse(&error))?,
        Location::Outside => {
            let message = format!("{} is not in a git repository", path.display());
            return Err(problem(
                message,
                "`path` must lead to a work tree or a bare repository",
            ));
        }
    };
    repository.name.clone_from(&entry.name);
    repository.owner.clone_from(&entry.owner);
    if entry.url.is_some() {
        repository.url.clone_from(&entry.url);
    }
    Ok(FleetRepository {
        repository,
        revisions: entry.revisions.clone(),
    })
}
