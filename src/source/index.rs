//! Git's index: what a work tree tracks.

use std::io::{BufRead, BufReader};

use bstr::ByteSlice;

use super::git::{Git, Verb};
use super::object::Mode;
use super::oid::Oid;
use super::stat::Stat;
use super::{PathScope, SourceError};
use crate::model::RepoPath;

/// So much of what git writes is read at once.
const CHUNK: usize = 256 << 10;

/// One tracked path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tracked {
    pub(super) mode: Mode,
    /// `None` where a merge left several.
    pub(super) oid: Option<Oid>,
    /// Left out by a sparse checkout.
    pub(super) skipped: bool,
    /// What the file was like when it had the blob's bytes, where that tells whether it still has.
    pub(super) stat: Option<Stat>,
}

/// What git tracks, by path.
#[derive(Debug, Default)]
pub(super) struct Index(Vec<(RepoPath, Tracked)>);

impl Index {
    /// Of paths in any order; of those that come twice the last counts.
    pub(super) fn of(mut tracked: Vec<(RepoPath, Tracked)>) -> Self {
        // Git sorts them itself.
        if !tracked.is_sorted_by(|(left, _), (right, _)| left < right) {
            tracked.sort_by(|(left, _), (right, _)| left.cmp(right));
            tracked.reverse();
            tracked.dedup_by(|(left, _), (right, _)| left == right);
            tracked.reverse();
        }
        Self(tracked)
    }

    /// Sorted by path, each path once.
    pub(super) fn entries(&self) -> &[(RepoPath, Tracked)] {
        &self.0
    }

    pub(super) fn contains(&self, path: &RepoPath) -> bool {
        self.0
            .binary_search_by(|(known, _)| known.cmp(path))
            .is_ok()
    }

    /// Whether anything below this folder is tracked.
    pub(super) fn holds_any_below(&self, folder: &RepoPath) -> bool {
        let below = [folder.as_bytes(), b"/"].concat();
        let next = self
            .0
            .partition_point(|(path, _)| path.as_bytes() < below.as_slice());
        let next = self.0.get(next);
        next.is_some_and(|(path, _)| path.as_bytes().starts_with(&below))
    }
}

/// Reads the tracked paths within the scope, while git writes them; a sparse index is unfolded.
pub(super) fn read(git: &Git, scope: &PathScope) -> Result<Index, SourceError> {
    let written = written(git);
    let arguments = arguments(&["-z", "--stage", "-t", "--debug"], scope);
    let listing = git.run_read(Verb::LsFiles, &arguments, |pipe| {
        listed(&mut BufReader::with_capacity(CHUNK, pipe), written, scope)
    })?;
    listing.map(Index::of)
}

/// Reads what `ls-files` lists: each path up to a NUL, behind which stands what `--debug` says of it.
fn listed(
    listing: &mut impl BufRead,
    written: Option<(i64, i64)>,
    scope: &PathScope,
) -> Result<Vec<(RepoPath, Tracked)>, SourceError> {
    let answer = |message: String| SourceError::Answer {
        verb: Verb::LsFiles.word(),
        message,
    };
    let mut tracked: Vec<(RepoPath, Tracked)> = Vec::new();
    // Whether what `--debug` says next is of the last path that was kept.
    let mut is_last = false;
    let mut text = Vec::new();
    loop {
        text.clear();
        listing
            .read_until(0, &mut text)
            .map_err(|cause| answer(cause.to_string()))?;
        // What `--debug` writes is meant for people. If a git writes it otherwise, what follows is no record, and that is
        // an error: it might be a part of a path.
        let stat = Stat::parse(&text);
        if is_last
            && let Some((stat, _)) = stat
            && let Some((_, last)) = tracked.last_mut()
            && last.oid.is_some()
            && written.is_some_and(|written| stat.is_older(written))
        {
            last.stat = Some(stat);
        }
        let record = &text[stat.map_or(0, |(_, length)| length)..];
        if record.is_empty() {
            return Ok(tracked);
        }
        let record = record.strip_suffix(b"\0").unwrap_or(record);
        let (path, stage, mut entry) = parse(record)
            .ok_or_else(|| answer(format!("`{}`", String::from_utf8_lossy(record))))?;
        if stage != 0 {
            entry.oid = None;
        }
        is_last = scope.contains(path);
        if is_last {
            // Of the stages of a merge the mode of the last is as good as any.
            tracked.push((RepoPath::new(path), entry));
        }
    }
}

/// When the index was last written.
fn written(git: &Git) -> Option<(i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::symlink_metadata(git.git_dir().join("index")).ok()?;
    Some((meta.mtime(), meta.mtime_nsec()))
}

/// Whether there is an index at all; if that cannot be told, what git lists stands.
pub(super) fn exists(git: &Git) -> bool {
    git.git_dir().join("index").try_exists().unwrap_or(true)
}

/// Adds the scope to the arguments of `ls-files`, as literal paths.
pub(super) fn arguments<'a>(fixed: &[&'a str], scope: &'a PathScope) -> Vec<&'a std::ffi::OsStr> {
    use std::os::unix::ffi::OsStrExt;
    let paths = scope
        .paths()
        .iter()
        .map(|path| std::ffi::OsStr::from_bytes(path.as_bytes()));
    fixed
        .iter()
        .copied()
        .chain(["--"])
        .map(std::ffi::OsStr::new)
        .chain(paths)
        .collect()
}

/// `<tag> <mode> <id> <stage>\t<path>`.
fn parse(record: &[u8]) -> Option<(&[u8], u8, Tracked)> {
    let (head, path) = record.split_once_str("\t")?;
    let mut words = head.split(|byte| *byte == b' ');
    let tag = words.next()?;
    let mode = Mode::parse(words.next()?)?;
    let oid = Oid::parse(words.next()?)?;
    let stage = match words.next()? {
        [digit @ b'0'..=b'3'] => digit - b'0',
        _ => return None,
    };
    Some((
        path,
        stage,
        Tracked {
            mode,
            oid: Some(oid),
            skipped: tag == b"S",
            stat: None,
        },
    ))
}
