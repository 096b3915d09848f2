//! Making repositories to be read: the only place that runs git to write.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::model::{Outcome, RepoPath};
use crate::source::{
    Entry, HARD_LIMIT, ListOptions, Listing, Loaded, Reader, Repository, State, What,
};

/// A repository in a folder that goes when the test ends.
pub(super) struct Scratch {
    folder: TempDir,
    root: PathBuf,
}

impl Scratch {
    /// An empty work tree on `main`.
    pub(super) fn new() -> Self {
        Self::with(&["init", "-q"])
    }

    /// As git makes it with these arguments.
    pub(super) fn with(init: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path())
            .expect("a path")
            .join("repo");
        fs::create_dir(&root).expect("a folder");
        git(&root, init);
        Self { folder, root }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder around the repository.
    pub(super) fn outside(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).expect("a path")
    }

    pub(super) fn path(&self, name: impl AsRef<[u8]>) -> PathBuf {
        self.root.join(OsStr::from_bytes(name.as_ref()))
    }

    pub(super) fn write(&self, name: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
        self
    }

    pub(super) fn git(&self, args: &[&str]) -> String {
        git(&self.root, args)
    }

    /// Commits everything.
    pub(super) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The file of a loose object.
    pub(super) fn loose(&self, oid: &str) -> PathBuf {
        let path = self
            .root
            .join(".git/objects")
            .join(&oid[..2])
            .join(&oid[2..]);
        assert!(path.is_file(), "{oid} is not loose");
        path
    }

    /// Puts the bytes of one loose object under the name of another.
    pub(super) fn swap(&self, victim: &str, by: &str) {
        let bytes = fs::read(self.loose(by)).expect("an object");
        self.overwrite(victim, &bytes);
    }

    pub(super) fn overwrite(&self, oid: &str, bytes: &[u8]) {
        let path = self.loose(oid);
        fs::remove_file(&path).expect("removable");
        fs::write(path, bytes).expect("writable");
    }

    pub(super) fn open(&self) -> Repository {
        Repository::open_work_tree(&self.root).expect("a work tree")
    }
}

/// Runs git with a fixed identity, date and configuration and returns what it prints.
pub(super) fn git(folder: &Path, args: &[&str]) -> String {
    let output = try_git(folder, args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {stderr}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The same, where it may fail.
pub(super) fn try_git(folder: &Path, args: &[&str]) -> Output {
    Command::new("git")
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").expect("a PATH"))
        .envs([
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ])
        .envs([
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ])
        .envs([
            ("GIT_COMMITTER_NAME", "C"),
            ("GIT_COMMITTER_EMAIL", "c@example.com"),
        ])
        .envs([
            ("GIT_AUTHOR_DATE", "1700000000 +0000"),
            ("GIT_COMMITTER_DATE", "1700000000 +0000"),
        ])
        .output()
        .expect("git runs")
}

pub(super) fn list_work_tree(repository: &Repository) -> Listing {
    repository
        .list(&What::WorkTree, &ListOptions::default())
        .expect("a listing")
}

/// Lists a revision by name.
pub(super) fn list_revision(repository: &Repository, name: &str) -> Listing {
    let resolved = repository.resolve(&[name.to_owned()]);
    assert_eq!(resolved.problems, [], "{name}");
    let revision = resolved.revisions.into_iter().next().expect("a revision");
    repository
        .list(&What::Revision(revision), &ListOptions::default())
        .expect("a listing")
}

pub(super) fn entry(listing: &Listing, path: impl AsRef<[u8]>) -> &Entry {
    let path = RepoPath::new(path.as_ref());
    listing
        .entries
        .iter()
        .find(|entry| entry.path == path)
        .unwrap_or_else(|| panic!("{path} is not listed"))
}

/// One line per entry: path and outcome, or `file` or `object` where there is something to read.
pub(super) fn summary(listing: &Listing) -> Vec<String> {
    let line = |entry: &Entry| {
        let state = match &entry.state {
            State::Settled(outcome, _) => outcome.word(),
            State::Object(_) => "object",
            State::File { index: Some(_) } => "file",
            State::File { index: None } => "new file",
        };
        format!("{}: {state}", entry.path)
    };
    listing.entries.iter().map(line).collect()
}

/// Reads all entries at once.
pub(super) fn read_all(repository: &Repository, listing: &Listing) -> Vec<Loaded> {
    load(repository, &listing.entries.iter().collect::<Vec<_>>())
}

fn load(repository: &Repository, entries: &[&Entry]) -> Vec<Loaded> {
    Reader::new(repository, HARD_LIMIT)
        .expect("a reader")
        .read(entries)
}

/// Reads one entry, as text or as its outcome.
pub(super) fn read(
    repository: &Repository,
    listing: &Listing,
    path: &str,
) -> Result<String, Outcome> {
    match load(repository, &[entry(listing, path)]).remove(0) {
        Loaded::Bytes(blob) => Ok(String::from_utf8_lossy(&blob.bytes).into_owned()),
        Loaded::Oversized { .. } => Err(Outcome::TooLarge),
        Loaded::Failed(outcome, _) => Err(outcome),
    }
}
