//! The one way to run git.
//!
//! Invariants: git is started by absolute path, never one inside the tree that is read; with an empty environment but
//! for the PATH and what is set here; without the user's or the system's configuration; with those settings of the
//! repository's own configuration overridden that name programs, files or other places; on an explicit git directory
//! and work tree, so that neither `core.worktree` nor ownership nor `safe.*` matters. Only the [`Verb`]s exist: none of
//! them writes, runs a filter, a hook or a pager, or asks the network. ([`super::scaffold`] writes, with the same
//! environment and settings, and only what it made itself.)

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;
use std::{env, fs};

use super::SourceError;

/// The subcommands that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    CatFile,
    Config,
    DiffTree,
    ForEachRef,
    LsFiles,
    MergeBase,
    RevList,
    RevParse,
}

impl Verb {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::CatFile => "cat-file",
            Self::Config => "config",
            Self::DiffTree => "diff-tree",
            Self::ForEachRef => "for-each-ref",
            Self::LsFiles => "ls-files",
            Self::MergeBase => "merge-base",
            Self::RevList => "rev-list",
            Self::RevParse => "rev-parse",
        }
    }
}

pub(super) const ENVIRONMENT: &[(&str, &str)] = &[
    ("LC_ALL", "C"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_GRAFT_FILE", "/dev/null"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_PROTOCOL_FROM_USER", "0"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_ADVICE", "0"),
];

/// `core.excludesFile` belongs to the user, `core.ignoreCase` and the rest to the file system or to programs: a scanned
/// repository must not set them for us.
pub(super) const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "core.useReplaceRefs=false",
    "core.quotePath=false",
    "core.excludesFile=/dev/null",
    "core.attributesFile=/dev/null",
    "core.ignoreCase=false",
    "core.sshCommand=false",
    "core.gitProxy=false",
    "core.askPass=",
    "core.pager=cat",
    "core.commitGraph=false",
    "protocol.allow=never",
    "credential.helper=",
    "advice.graftFileDeprecated=false",
];

/// How long git may take before we look whether it can end at all.
const PATIENCE: Duration = Duration::from_secs(1);

/// How much of git's standard error is kept; git names damaged objects there.
const STDERR_LIMIT: u64 = 4 << 20;

/// Git, ready to run on one git directory.
#[derive(Clone, Debug)]
pub(super) struct Git {
    program: PathBuf,
    git_dir: PathBuf,
    work_tree: PathBuf,
}

/// What a finished git wrote.
pub(super) struct Output {
    pub(super) stdout: Vec<u8>,
    /// Whole, with warnings.
    pub(super) stderr: String,
    /// The exit code; `None` if a signal ended it.
    pub(super) code: Option<i32>,
}

impl Git {
    /// Prepares git for a git directory and the work tree beside it; both absolute. A bare repository passes its git
    /// directory twice.
    ///
    /// Errors if no git is installed.
    pub(super) fn new(git_dir: &Path, work_tree: &Path) -> Result<Self, SourceError> {
        let program =
            find(env::var_os("PATH").as_deref(), work_tree).ok_or(SourceError::GitMissing)?;
        Ok(Self {
            program,
            git_dir: git_dir.to_owned(),
            work_tree: work_tree.to_owned(),
        })
    }

    pub(super) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    fn command(&self, verb: Verb) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(ENVIRONMENT.iter().copied());
        if let Some(path) = env::var_os("PATH").and_then(|path| absolute_only(&path)) {
            command.env("PATH", path);
        }
        command
            .arg("--no-pager")
            .arg("--no-replace-objects")
            .arg("--git-dir")
            .arg(&self.git_dir);
        command
            .arg("--work-tree")
            .arg(&self.work_tree)
            .current_dir(&self.work_tree);
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        command
            .arg(verb.word())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs git to its end; any exit code is an answer.
    pub(super) fn output<S: AsRef<OsStr>>(
        &self,
        verb: Verb,
        args: &[S],
    ) -> Result<Output, SourceError> {
        let output = self.output_unless(verb, args, || false)?;
        output.ok_or_else(|| self.spawn_error(io::ErrorKind::TimedOut.into()))
    }

    /// The same, but after a second without an end `is_stuck` is asked, once: if it says so, git is ended and `None`
    /// returned.
    pub(super) fn output_unless<S: AsRef<OsStr>>(
        &self,
        verb: Verb,
        args: &[S],
        is_stuck: impl FnOnce() -> bool,
    ) -> Result<Option<Output>, SourceError> {
        let mut command = self.command(verb);
        command.args(args).stdin(Stdio::null());
        let mut child = command.spawn().map_err(|cause| self.spawn_error(cause))?;
        let stderr = drain(&mut child);
        let (sender, receiver) = mpsc::channel();
        if let Some(mut pipe) = child.stdout.take() {
            std::thread::spawn(move || {
                let mut stdout = Vec::new();
                let read = pipe.read_to_end(&mut stdout).map(|_| stdout);
                // Nobody listens if git was ended.
                let _ = sender.send(read);
            });
        }
        let mut stdout = receiver.recv_timeout(PATIENCE);
        if matches!(stdout, Err(RecvTimeoutError::Timeout)) {
            if is_stuck() {
                // Fails only if it came to its end just now.
                let _ = child.kill();
                let _ = child.wait();
                return Ok(None);
            }
            stdout = receiver.recv().map_err(RecvTimeoutError::from);
        }
        let status = child.wait().map_err(|cause| self.spawn_error(cause))?;
        let stdout = stdout.unwrap_or_else(|_| Ok(Vec::new()));
        let stdout = stdout.map_err(|cause| self.spawn_error(cause))?;
        Ok(Some(Output {
            stdout,
            stderr: stderr.text(),
            code: status.code(),
        }))
    }

    /// Runs git to its end and returns its standard output; any exit code but 0 is an error.
    pub(super) fn run<S: AsRef<OsStr>>(
        &self,
        verb: Verb,
        args: &[S],
    ) -> Result<Vec<u8>, SourceError> {
        let output = self.output(verb, args)?;
        if output.code == Some(0) {
            Ok(output.stdout)
        } else {
            Err(output.error(verb))
        }
    }

    /// Runs git to its end, while `read` takes its standard output, as much of it as it wants; any exit code but 0 is an
    /// error, which goes before what `read` made of it.
    pub(super) fn run_read<S: AsRef<OsStr>, T>(
        &self,
        verb: Verb,
        args: &[S],
        read: impl FnOnce(&mut ChildStdout) -> T,
    ) -> Result<T, SourceError> {
        let mut command = self.command(verb);
        command.args(args).stdin(Stdio::null());
        let mut child = command.spawn().map_err(|cause| self.spawn_error(cause))?;
        let stderr = drain(&mut child);
        let read = child.stdout.take().map(|mut pipe| {
            let made = read(&mut pipe);
            // Git would be ended by a pipe that nobody reads, and that would be no fault of its own.
            let _ = io::copy(&mut pipe, &mut io::sink());
            made
        });
        let status = child.wait().map_err(|cause| self.spawn_error(cause))?;
        match read {
            Some(read) if status.success() => Ok(read),
            _ => Err(Output {
                stdout: Vec::new(),
                stderr: stderr.text(),
                code: status.code(),
            }
            .error(verb)),
        }
    }

    /// Starts git with all three streams piped; standard error is collected in the background.
    pub(super) fn spawn(&self, verb: Verb, args: &[&str]) -> Result<(Child, Stderr), SourceError> {
        let mut command = self.command(verb);
        command.args(args).stdin(Stdio::piped());
        let mut child = command.spawn().map_err(|cause| self.spawn_error(cause))?;
        let stderr = drain(&mut child);
        Ok((child, stderr))
    }

    fn spawn_error(&self, cause: io::Error) -> SourceError {
        SourceError::Spawn {
            program: self.program.clone(),
            cause,
        }
    }
}

impl Output {
    /// The error that this output is.
    pub(super) fn error(&self, verb: Verb) -> SourceError {
        let mut message = last_lines(&self.stderr);
        if message.is_empty() {
            message = match self.code {
                Some(code) => format!("exit code {code}"),
                None => "ended by a signal".to_owned(),
            };
        }
        SourceError::Git {
            verb: verb.word(),
            message,
        }
    }
}

/// The last lines of git's standard error, joined: the cause stands there.
pub(super) fn last_lines(stderr: &str) -> String {
    let lines: Vec<&str> = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines[lines.len().saturating_sub(3)..].join("; ")
}

/// Standard error of a running git, read in the background so that git never waits for us.
pub(super) struct Stderr(Option<JoinHandle<Vec<u8>>>);

impl Stderr {
    /// Waits for git to close it and returns the text.
    pub(super) fn text(mut self) -> String {
        let bytes = self
            .0
            .take()
            .and_then(|thread| thread.join().ok())
            .unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn drain(child: &mut Child) -> Stderr {
    let thread = child.stderr.take().map(|mut pipe| {
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            // A broken pipe ends the text; what came before it is still worth showing.
            let _ = pipe.by_ref().take(STDERR_LIMIT).read_to_end(&mut kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
            kept
        })
    });
    Stderr(thread)
}

/// The first git on the PATH: only in absolute folders, and not below the tree that is going to be read, where a
/// repository could plant one (`node_modules/.bin` is often on the PATH).
pub(super) fn find(path: Option<&OsStr>, tree: &Path) -> Option<PathBuf> {
    let name = format!("git{}", env::consts::EXE_SUFFIX);
    env::split_paths(path?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .filter(|program| is_program(program))
        .find(|program| {
            let real = fs::canonicalize(program).unwrap_or_else(|_| program.clone());
            tree.parent().is_none() || !(real.starts_with(tree) || program.starts_with(tree))
        })
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

pub(super) fn absolute_only(path: &OsStr) -> Option<std::ffi::OsString> {
    env::join_paths(env::split_paths(path).filter(|folder| folder.is_absolute())).ok()
}
