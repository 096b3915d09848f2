//! Git's index: what a work tree tracks.

use std::collections::BTreeMap;

use bstr::ByteSlice;

use super::git::{Git, Verb};
use super::object::Mode;
use super::oid::Oid;
use super::stat::Stat;
use super::{PathScope, SourceError};
use crate::model::RepoPath;

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

/// Reads the tracked paths within the scope; a sparse index is unfolded.
pub(super) fn read(
    git: &Git,
    scope: &PathScope,
) -> Result<BTreeMap<RepoPath, Tracked>, SourceError> {
    let written = written(git);
    let arguments = arguments(&["-z", "--stage", "-t", "--debug"], scope);
    let listing = git.run(Verb::LsFiles, &arguments)?;
    let mut tracked = BTreeMap::new();
    let mut rest = listing.as_slice();
    while !rest.is_empty() {
        let (record, behind) = rest.split_once_str("\0").unwrap_or((rest, &[]));
        let (path, stage, mut entry) = parse(record).ok_or_else(|| SourceError::Answer {
            verb: Verb::LsFiles.word(),
            message: format!("`{}`", String::from_utf8_lossy(record)),
        })?;
        // What `--debug` writes is meant for people: a git that writes it otherwise costs reading the files.
        let stat = Stat::parse(behind);
        rest = &behind[stat.map_or(0, |(_, length)| length)..];
        if !scope.contains(path) {
            continue;
        }
        if stage == 0 {
            entry.stat = stat
                .map(|(stat, _)| stat)
                .filter(|stat| written.is_some_and(|written| stat.is_older(written)));
        } else {
            entry.oid = None;
        }
        // Of the stages of a merge the mode of the last is as good as any.
        tracked.insert(RepoPath::new(path), entry);
    }
    Ok(tracked)
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
