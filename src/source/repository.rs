//! One repository (or folder that is none), opened for reading.

use std::path::{Path, PathBuf};

use super::cat_file::CatFile;
use super::entry::{ListOptions, Listing, What};
use super::git::{Git, Verb};
use super::remote::{self, Remote};
use super::tree::Trees;
use super::{ObjectFormat, PathScope, SourceError, folder, gitdir, revision_list, worktree};
use crate::model::{RepoPath, Unit, UnitKind};

/// What sort of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A git repository with files on disk.
    WorkTree,
    /// A git repository without.
    Bare,
    /// A folder that is not under git.
    Folder,
}

/// One repository of a run, or a folder that is not under git.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Unique in a run.
    pub name: String,
    /// Where it can be cloned or viewed; never with credentials.
    pub url: Option<String>,
    /// The team that owns it; only a fleet file says so.
    pub owner: Option<String>,
    /// The part that was asked for.
    pub scope: PathScope,
    place: Place,
    root: PathBuf,
    store: Option<Store>,
    /// For a folder: the repositories in it that are scanned on their own.
    skipped: Vec<RepoPath>,
}

/// The git side of a repository.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) git: Git,
    pub(super) format: ObjectFormat,
    pub(super) shallow: bool,
    pub(super) remote: Remote,
}

impl Repository {
    /// Opens the repository whose work tree has this root.
    ///
    /// Errors if there is no `.git` or git cannot open it.
    pub fn open_work_tree(root: &Path) -> Result<Self, SourceError> {
        let root = canonical(root)?;
        let git_dir = gitdir::of_work_tree(&root).ok_or_else(|| SourceError::NotARepository {
            path: root.clone(),
            message: "its `.git` is neither a repository nor a file that leads to one".to_owned(),
        })?;
        Self::open(Place::WorkTree, &git_dir, root)
    }

    /// Opens a bare repository (or the git directory of one with a work tree, as if it had none).
    ///
    /// Errors if git cannot open it.
    pub fn open_bare(git_dir: &Path) -> Result<Self, SourceError> {
        let git_dir = canonical(git_dir)?;
        if !gitdir::is_git_dir(&git_dir) {
            let message = "it lacks HEAD, objects or refs".to_owned();
            return Err(SourceError::NotARepository {
                path: git_dir,
                message,
            });
        }
        Self::open(Place::Bare, &git_dir, git_dir.clone())
    }

    /// Takes a folder that is not under git.
    ///
    /// Errors if it does not exist.
    pub fn open_folder(root: &Path) -> Result<Self, SourceError> {
        Ok(Self::new(Place::Folder, canonical(root)?, None))
    }

    fn open(place: Place, git_dir: &Path, root: PathBuf) -> Result<Self, SourceError> {
        let refuse = |message| SourceError::NotARepository {
            path: git_dir.to_owned(),
            message,
        };
        if let Some(file) = gitdir::blocking_file(git_dir) {
            return Err(refuse(format!(
                "{} is a FIFO or device, on which git would wait",
                file.display()
            )));
        }
        let git = Git::new(git_dir, &root)?;
        let answer = git
            .run(
                Verb::RevParse,
                &["--show-object-format", "--is-shallow-repository"],
            )
            .map_err(|error| refuse(error.to_string()))?;
        let answer = String::from_utf8_lossy(&answer);
        let mut lines = answer.lines();
        let format = lines
            .next()
            .and_then(ObjectFormat::parse)
            .ok_or_else(|| refuse("its object format is unknown".to_owned()))?;
        let shallow = lines.next() == Some("true");
        let common_dir = gitdir::common_dir(git_dir);
        // Without its remotes a repository is still worth reading.
        let remote = remote::read(&git, &common_dir).unwrap_or_default();
        let mut repository = Self::new(
            place,
            root,
            Some(Store {
                git,
                format,
                shallow,
                remote,
            }),
        );
        repository.url = repository.address().map(|address| address.url.clone());
        Ok(repository)
    }

    fn new(place: Place, root: PathBuf, store: Option<Store>) -> Self {
        Self {
            name: last_component(&root),
            url: None,
            owner: None,
            scope: PathScope::all(),
            place,
            root,
            store,
            skipped: Vec::new(),
        }
    }

    /// What sort of place it is.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The canonical path of its work tree, git directory or folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The hash function of its objects; SHA-1 for folders.
    pub fn format(&self) -> ObjectFormat {
        self.store
            .as_ref()
            .map_or(ObjectFormat::Sha1, |store| store.format)
    }

    /// Whether its history ends early.
    pub fn is_shallow(&self) -> bool {
        self.store.as_ref().is_some_and(|store| store.shallow)
    }

    /// Lists everything of one revision, of the work tree or of the folder, within the scope.
    ///
    /// Errors if it cannot be listed at all; what is wrong with single entries is among them, and parts that could not
    /// be listed are among [`Listing::problems`].
    pub fn list(&self, what: &What, options: &ListOptions) -> Result<Listing, SourceError> {
        self.list_next(what, options, &mut Trees::default())
    }

    /// As [`Self::list`], for one after another of its revisions: `trees` keeps what they share.
    ///
    /// Errors as [`Self::list`] does.
    pub fn list_next(
        &self,
        what: &What,
        options: &ListOptions,
        trees: &mut Trees,
    ) -> Result<Listing, SourceError> {
        match what {
            What::WorkTree => worktree::list(self, options, trees),
            What::Revision(revision) => revision_list::list(self, revision, options, trees),
            What::Folder => folder::list(self, options),
        }
    }

    pub(super) fn address(&self) -> Option<&remote::Address> {
        self.store
            .as_ref()
            .and_then(|store| store.remote.address.as_ref())
    }

    pub(super) fn store(&self) -> Result<&Store, SourceError> {
        let wanted = "git repository";
        self.store.as_ref().ok_or_else(|| SourceError::WrongKind {
            path: self.root.clone(),
            wanted,
        })
    }

    pub(super) fn objects(&self) -> Result<CatFile, SourceError> {
        let store = self.store()?;
        Ok(CatFile::new(store.git.clone(), store.format))
    }

    pub(super) fn skipped(&self) -> &[RepoPath] {
        &self.skipped
    }

    pub(super) fn skip(&mut self, repositories: Vec<RepoPath>) {
        self.skipped = repositories;
    }

    /// A unit of this repository with nothing said about its commit.
    pub(super) fn unit(&self, kind: UnitKind) -> Unit {
        Unit {
            repository: self.name.clone(),
            url: self.url.clone(),
            owner: self.owner.clone(),
            kind,
            revision: None,
            reference: None,
            commit: None,
            commit_time: None,
            tree: None,
            shallow: self.is_shallow(),
        }
    }
}

fn canonical(path: &Path) -> Result<PathBuf, SourceError> {
    std::fs::canonicalize(path).map_err(|cause| SourceError::Io {
        path: path.to_owned(),
        cause,
    })
}

/// The name that a path gives: its last component without `.git`.
pub(super) fn last_component(path: &Path) -> String {
    let Some(name) = path.file_name() else {
        return "/".to_owned();
    };
    // The git directory of `checkout/.git` is `checkout`.
    if name == ".git" {
        return path.parent().map_or_else(|| "/".to_owned(), last_component);
    }
    without_suffix(&super::walk::bytes(Path::new(name)))
}

/// A path as a name, without a final `.git`.
pub(super) fn without_suffix(path: &[u8]) -> String {
    let stem = path
        .strip_suffix(b".git")
        .filter(|stem| !stem.is_empty() && !stem.ends_with(b"/"))
        .unwrap_or(path);
    RepoPath::new(stem).to_text().into_owned()
}
