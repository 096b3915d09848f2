//! Makes small repositories from a history told in code, as `stampout demo` needs them.
//!
//! Invariants: git writes only into a folder that was made here and did not exist before; the same history gives the
//! same commit ids everywhere, since authors and times are part of it, and configuration, templates and hooks of the
//! user or the system are not.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use super::SourceError;
use super::git::{ENVIRONMENT, SETTINGS, absolute_only, find, last_lines};

/// A history in the making: commits, branches and tags, in the order in which they happened.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What `git fast-import` reads.
    stream: Vec<u8>,
    commits: usize,
}

/// One commit of a [`History`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(usize);

/// What a commit does.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The branch that it moves; one that does not exist yet begins with it.
    pub branch: &'a str,
    /// `Name <address>`.
    pub author: &'a str,
    /// Seconds since 1970.
    pub time: i64,
    /// The message.
    pub message: &'a str,
    /// Files that it adds or replaces, by path: plain ones, without line feeds or quotes at the start.
    pub files: &'a [(&'a str, &'a [u8])],
}

/// How a repository lies on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A clone with its files, on branch `main`.
    WorkTree,
    /// A mirror without files.
    Bare,
}

impl History {
    /// Commits, and returns what names the commit in this history and in its clones.
    pub fn commit(&mut self, change: &Change<'_>) -> Mark {
        self.commits += 1;
        let Change {
            branch,
            author,
            time,
            message,
            files,
        } = change;
        self.line(&format!("commit refs/heads/{branch}"));
        self.line(&format!("mark :{}", self.commits));
        self.line(&format!("author {author} {time} +0000"));
        self.line(&format!("committer {author} {time} +0000"));
        self.data(format!("{message}\n").as_bytes());
        for (path, bytes) in *files {
            self.line(&format!("M 100644 inline {path}"));
            self.data(bytes);
        }
        self.line("");
        Mark(self.commits)
    }

    /// Lets a branch begin at a commit.
    pub fn branch(&mut self, name: &str, at: Mark) {
        self.reference(&format!("refs/heads/{name}"), at);
    }

    /// Tags a commit.
    pub fn tag(&mut self, name: &str, at: Mark) {
        self.reference(&format!("refs/tags/{name}"), at);
    }

    /// Makes a repository of it in a new folder, and returns the ids of its commits in the order of their marks.
    ///
    /// Errors if the folder exists, if there is no git, or if git refuses.
    pub fn make(&self, folder: &Path, shape: Shape) -> Result<Commits, SourceError> {
        let io = |cause| SourceError::Io {
            path: folder.to_owned(),
            cause,
        };
        fs::create_dir(folder).map_err(io)?;
        let folder = fs::canonicalize(folder).map_err(io)?;
        let git = Writer::new(&folder, shape)?;
        // The format of objects is part of every id, and what git takes by default is going to change.
        let init = [
            "--quiet",
            "--template=",
            "--initial-branch=main",
            "--object-format=sha1",
        ];
        let bare: &[&str] = if shape == Shape::Bare {
            &["--bare"]
        } else {
            &[]
        };
        git.run(git.command("init").args(init).args(bare), "init", b"")?;
        let mut stream = self.stream.clone();
        for number in 1..=self.commits {
            stream.extend_from_slice(format!("get-mark :{number}\n").as_bytes());
        }
        stream.extend_from_slice(b"done\n");
        let mut import = git.inside("fast-import");
        let ids = git.run(import.args(["--quiet", "--done"]), "fast-import", &stream)?;
        if shape == Shape::WorkTree {
            let mut checkout = git.inside("read-tree");
            git.run(checkout.args(["--reset", "-u", "HEAD"]), "read-tree", b"")?;
        }
        let ids: Vec<String> = String::from_utf8_lossy(&ids)
            .lines()
            .map(str::to_owned)
            .collect();
        if ids.len() == self.commits {
            Ok(Commits(ids))
        } else {
            Err(SourceError::Answer {
                verb: "fast-import",
                message: format!("{} ids for {} commits", ids.len(), self.commits),
            })
        }
    }

    fn reference(&mut self, name: &str, at: Mark) {
        self.line(&format!("reset {name}"));
        self.line(&format!("from :{}", at.0));
        self.line("");
    }

    fn line(&mut self, text: &str) {
        self.stream.extend_from_slice(text.as_bytes());
        self.stream.push(b'\n');
    }

    fn data(&mut self, bytes: &[u8]) {
        self.line(&format!("data {}", bytes.len()));
        self.stream.extend_from_slice(bytes);
        self.stream.push(b'\n');
    }
}

/// The ids of the commits of a made repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commits(Vec<String>);

impl Commits {
    /// The id of a commit; empty if the mark is of another history.
    pub fn id(&self, mark: Mark) -> &str {
        self.0.get(mark.0 - 1).map_or("", String::as_str)
    }
}

/// Git, allowed to write in one new folder.
struct Writer<'a> {
    program: PathBuf,
    folder: &'a Path,
    git_dir: PathBuf,
}

impl<'a> Writer<'a> {
    fn new(folder: &'a Path, shape: Shape) -> Result<Self, SourceError> {
        let program =
            find(env::var_os("PATH").as_deref(), folder).ok_or(SourceError::GitMissing)?;
        let git_dir = match shape {
            Shape::WorkTree => folder.join(".git"),
            Shape::Bare => folder.to_owned(),
        };
        Ok(Self {
            program,
            folder,
            git_dir,
        })
    }

    /// Git in the folder.
    fn command(&self, verb: &str) -> Command {
        self.prepared(&[], verb)
    }

    /// Git on the repository in the folder, and not on one further up.
    fn inside(&self, verb: &str) -> Command {
        self.prepared(&[OsStr::new("--git-dir"), self.git_dir.as_os_str()], verb)
    }

    fn prepared(&self, place: &[&OsStr], verb: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(ENVIRONMENT.iter().copied());
        if let Some(path) = env::var_os("PATH").and_then(|path| absolute_only(&path)) {
            command.env("PATH", path);
        }
        command.args(place).current_dir(self.folder);
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        command.arg(verb);
        command
    }

    /// Runs git on this input and returns its standard output.
    fn run(
        &self,
        command: &mut Command,
        verb: &'static str,
        input: &[u8],
    ) -> Result<Vec<u8>, SourceError> {
        let spawn_error = |cause: io::Error| SourceError::Spawn {
            program: self.program.clone(),
            cause,
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(spawn_error)?;
        if let Some(mut pipe) = child.stdin.take() {
            // A git that stopped reading says why on standard error. Nothing waits for us here: answers are short.
            let _ = pipe.write_all(input);
        }
        let output = child.wait_with_output().map_err(spawn_error)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let message = last_lines(&String::from_utf8_lossy(&output.stderr));
        Err(SourceError::Git { verb, message })
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, History, Shape};

    fn history() -> (History, super::Mark) {
        let mut history = History::default();
        let change = Change {
            branch: "main",
            author: "Ada <ada@acme.example>",
            time: 1_700_000_000,
            message: "Begin",
            files: &[("a/b.py", b"x = 1\n"), ("nul", b"\0\xff")],
        };
        let first = history.commit(&change);
        history.branch("release/1", first);
        history.tag("v1", first);
        (history, first)
    }

    #[test]
    fn one_history_has_the_same_ids_in_every_shape() {
        let folder = tempfile::tempdir().expect("a folder");
        let (history, first) = history();
        let made = |name: &str, shape| {
            let commits = history.make(&folder.path().join(name), shape);
            commits.expect("git makes it").id(first).to_owned()
        };
        assert_eq!(made("work", Shape::WorkTree), made("bare.git", Shape::Bare));
        assert_eq!(
            made("again", Shape::WorkTree),
            "5510782877c1c6fa578c7d6e6391550d1905e005"
        );
        let file = std::fs::read(folder.path().join("work/nul")).expect("checked out");
        assert_eq!(file, b"\0\xff");
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(history().0.make(folder.path(), Shape::WorkTree).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0);
    }
}
