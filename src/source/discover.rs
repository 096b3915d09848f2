//! From paths on the command line to repositories.
//!
//! Invariants: a repository is found once, whatever paths lead to it; what is inside a repository is not searched;
//! what is outside of all is in a folder's unit; nothing follows a symbolic link but the paths the user gave.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::repository::{Place, Repository, last_component, without_suffix};
use super::walk::{self, Node, Step};
use super::{PathScope, SourceError, gitdir, names};
use crate::model::{Problem, ProblemKind, RepoPath};

/// What lies at some paths.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// Sorted by name.
    pub repositories: Vec<Repository>,
    /// Paths that do not exist, repositories that git cannot open.
    pub problems: Vec<Problem>,
}

/// Finds the repositories that these paths are in, or that are below them, and the folders that are in none.
pub fn discover(paths: &[PathBuf]) -> Discovery {
    let mut search = Search::default();
    for path in paths {
        match fs::canonicalize(path) {
            Ok(real) => search.look(&real),
            Err(cause) => search.problems.push(Problem {
                kind: ProblemKind::Input,
                repository: None,
                message: format!("{}: {cause}", path.display()),
                hint: "give a repository, a folder or a file that exists".to_owned(),
            }),
        }
    }
    search.finish()
}

/// Where a path is.
pub(super) enum Location {
    /// In the work tree with this root.
    WorkTree(PathBuf),
    /// It is a git directory.
    Bare,
    /// Not under git.
    Outside,
}

/// Looks upwards from a canonical path for a repository; also returns the folders with a `.git` that is none.
pub(super) fn locate(path: &Path) -> (Location, Vec<PathBuf>) {
    let mut broken = Vec::new();
    for folder in path.ancestors() {
        if gitdir::of_work_tree(folder).is_some() {
            return (Location::WorkTree(folder.to_owned()), broken);
        }
        if gitdir::has_dot_git(folder) {
            broken.push(folder.to_owned());
        }
        if gitdir::is_git_dir(folder) {
            return (
                if folder == path {
                    Location::Bare
                } else {
                    Location::Outside
                },
                broken,
            );
        }
    }
    (Location::Outside, broken)
}

struct Found {
    place: Place,
    /// Relative to the folder below which it was found; none if a path led to it.
    relative: Option<RepoPath>,
    scope: Vec<RepoPath>,
    skipped: Vec<RepoPath>,
}

#[derive(Default)]
struct Search {
    /// By canonical root.
    found: BTreeMap<PathBuf, Found>,
    broken: BTreeMap<PathBuf, ()>,
    problems: Vec<Problem>,
}

impl Search {
    fn look(&mut self, path: &Path) {
        let (location, broken) = locate(path);
        self.broken
            .extend(broken.into_iter().map(|folder| (folder, ())));
        match location {
            Location::WorkTree(root) => {
                let scope = path
                    .strip_prefix(&root)
                    .map(walk::bytes)
                    .unwrap_or_default();
                self.add(root, Place::WorkTree, None, RepoPath::new(scope));
            }
            Location::Bare => self.add(path.to_owned(), Place::Bare, None, RepoPath::default()),
            Location::Outside if path.is_dir() => self.look_below(path),
            Location::Outside => {
                let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
                    return;
                };
                let name = RepoPath::new(walk::bytes(Path::new(name)));
                self.add(folder.to_owned(), Place::Folder, None, name);
            }
        }
    }

    fn look_below(&mut self, top: &Path) {
        let mut repositories = Vec::new();
        let mut loose = false;
        walk::walk(top, b"", &mut |path, place, node| {
            let is_folder = matches!(node, Node::Folder);
            if is_folder && gitdir::of_work_tree(place).is_some() {
                repositories.push((path.to_vec(), place.to_owned(), Place::WorkTree));
                return Step::Over;
            }
            let dot_git = path == b".git" || path.ends_with(b"/.git");
            if is_folder && !dot_git && gitdir::is_git_dir(place) {
                repositories.push((path.to_vec(), place.to_owned(), Place::Bare));
                return Step::Over;
            }
            if is_folder && gitdir::has_dot_git(place) {
                self.broken.insert(place.to_owned(), ());
            }
            loose |= !is_folder || dot_git;
            if is_folder && !dot_git {
                Step::Into
            } else {
                Step::Over
            }
        });
        if loose || repositories.is_empty() {
            self.add(top.to_owned(), Place::Folder, None, RepoPath::default());
            if let Some(folder) = self.found.get_mut(top) {
                folder.skipped = repositories
                    .iter()
                    .map(|(path, ..)| RepoPath::new(path.clone()))
                    .collect();
            }
        }
        for (path, root, place) in repositories {
            self.add(root, place, Some(RepoPath::new(path)), RepoPath::default());
        }
    }

    fn add(&mut self, root: PathBuf, place: Place, relative: Option<RepoPath>, scope: RepoPath) {
        let new = Found {
            place,
            relative: relative.clone(),
            scope: Vec::new(),
            skipped: Vec::new(),
        };
        let found = self.found.entry(root).or_insert(new);
        if relative.is_none() {
            found.relative = None;
        }
        found.scope.push(scope);
    }

    fn finish(mut self) -> Discovery {
        for folder in self.broken.keys() {
            self.problems.push(Problem {
                kind: ProblemKind::Source,
                repository: None,
                message: format!(
                    "{}: its `.git` is no repository that can be opened",
                    folder.display()
                ),
                hint: "clone it anew, or remove the `.git` to scan the files as a plain folder"
                    .to_owned(),
            });
        }
        self.drop_inner_folders();
        let found: Vec<(PathBuf, Found)> = self.found.into_iter().collect();
        let opened: Vec<Result<Repository, SourceError>> = found
            .par_iter()
            .map(|(root, found)| open(root, found))
            .collect();
        let mut repositories = Vec::new();
        let mut choices = Vec::new();
        for ((root, found), repository) in found.iter().zip(opened) {
            match repository {
                Ok(repository) => {
                    choices.push(choices_of(&repository, found));
                    repositories.push(repository);
                }
                Err(error) => self.problems.push(Problem {
                    kind: ProblemKind::Source,
                    repository: Some(name_by_path(root, found)),
                    message: error.to_string(),
                    hint: error.hint().to_owned(),
                }),
            }
        }
        for (repository, name) in repositories.iter_mut().zip(names::choose(&choices)) {
            repository.name = name;
        }
        repositories.sort_by(|left, right| left.name.cmp(&right.name));
        Discovery {
            repositories,
            problems: self.problems,
        }
    }

    /// A folder below another that is listed whole would be listed twice.
    fn drop_inner_folders(&mut self) {
        let whole: Vec<PathBuf> = self
            .found
            .iter()
            .filter(|(_, found)| {
                found.place == Place::Folder && PathScope::of(found.scope.clone()).is_all()
            })
            .map(|(root, _)| root.clone())
            .collect();
        self.found.retain(|root, found| {
            let covered = |outer: &&PathBuf| root.starts_with(outer) && root != *outer;
            found.place != Place::Folder || !whole.iter().any(|outer| covered(&outer))
        });
    }
}

fn open(root: &Path, found: &Found) -> Result<Repository, SourceError> {
    let mut repository = match found.place {
        Place::WorkTree => Repository::open_work_tree(root)?,
        Place::Bare => Repository::open_bare(root)?,
        Place::Folder => Repository::open_folder(root)?,
    };
    repository.scope = PathScope::of(found.scope.clone());
    repository.skip(found.skipped.clone());
    Ok(repository)
}

fn name_by_path(root: &Path, found: &Found) -> String {
    match &found.relative {
        Some(relative) => without_suffix(relative.as_bytes()),
        None => last_component(root),
    }
}

/// The names that a repository could have, the best first. The last is of this machine, and so is the fingerprint of
/// what is found under it: something better comes before.
fn choices_of(repository: &Repository, found: &Found) -> Vec<String> {
    let root = repository.root();
    let by_url = repository.address().map(|address| address.path.clone());
    let text = |path: &Path| RepoPath::new(walk::bytes(path)).to_text().into_owned();
    let with_suffix = match (&found.relative, root.file_name()) {
        (Some(relative), _) => Some(relative.to_text().into_owned()),
        (None, Some(name)) => Some(text(Path::new(name))),
        (None, None) => None,
    };
    let with_parent = root
        .parent()
        .and_then(Path::file_name)
        .map(|parent| format!("{}/{}", text(Path::new(parent)), last_component(root)));
    by_url
        .into_iter()
        .chain([name_by_path(root, found)])
        .chain(with_suffix)
        .chain(with_parent)
        .chain([text(root)])
        .collect()
}
