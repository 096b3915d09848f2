//! What can be said of an entry without reading all of it: whether it is there, and whether it is an LFS pointer.
//!
//! For entries that no rule reads: they too have an outcome, and a missing object goes before an unknown language.

use std::io::{Read as _, Write as _};

use super::beneath::Opened;
use super::cat_file::CatFile;
use super::git::{Git, Verb};
use super::lfs::LIMIT;
use super::oid::Oid;
use super::read::{FEW, FileReader, Loaded};
use super::{SourceError, is_lfs_pointer};
use crate::model::Outcome;

/// What a glance at an entry shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Glance {
    /// It is there, and no LFS pointer.
    There,
    /// A Git LFS pointer.
    LfsPointer,
    /// It cannot be had: the outcome, and a word more where there is one to say.
    Failed(Outcome, String),
}

impl Glance {
    fn of(loaded: Loaded) -> Self {
        match loaded {
            Loaded::Bytes(blob) if is_lfs_pointer(&blob.bytes) => Self::LfsPointer,
            Loaded::Bytes(_) | Loaded::Oversized { .. } => Self::There,
            Loaded::Failed(outcome, detail) => Self::Failed(outcome, detail),
        }
    }
}

/// Asks git about each of these objects; the lines of its answer. Errors if git does not start.
fn check(git: &Git, wanted: &[Oid], what: &str) -> Result<Vec<u8>, SourceError> {
    let format = format!("--batch-check={what}");
    let (mut child, _stderr) = git.spawn(Verb::CatFile, &[&format, "--buffer"])?;
    let questions: String = wanted.iter().map(|oid| format!("{oid}\n")).collect();
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let answers = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(questions.as_bytes())));
        let mut answers = Vec::new();
        // What cannot be read is as if git had said nothing: then every object is read.
        let read = stdout.map(|mut pipe| pipe.read_to_end(&mut answers));
        if matches!(read, Some(Ok(_))) {
            answers
        } else {
            Vec::new()
        }
    });
    let _ = child.wait();
    Ok(answers)
}

/// Which of these objects are in the store, as far as its index tells: whether they can be unpacked was not tried.
///
/// Errors if git does not start.
pub(super) fn present(git: &Git, wanted: &[Oid]) -> Result<Vec<bool>, SourceError> {
    let answers = check(git, wanted, "%(objectname)")?;
    let mut lines = answers.split(|byte| *byte == b'\n');
    let is_there = |oid: &Oid| lines.next().and_then(Oid::parse) == Some(*oid);
    Ok(wanted.iter().map(is_there).collect())
}

/// Which of these objects must be read to be known: the small ones, and those that git does not find.
///
/// Asks git for the sizes only. Errors if git does not start.
pub(super) fn small_or_missing(git: &Git, wanted: &[Oid]) -> Result<Vec<bool>, SourceError> {
    let answers = check(git, wanted, "%(objecttype) %(objectsize)")?;
    let mut lines = answers.split(|byte| *byte == b'\n');
    let is_large = |line: &[u8]| {
        let size = line
            .strip_prefix(b"blob ")
            .and_then(|size| str::from_utf8(size).ok()?.parse::<usize>().ok());
        size.is_some_and(|size| size >= LIMIT)
    };
    Ok(wanted
        .iter()
        .map(|_| !lines.next().is_some_and(is_large))
        .collect())
}

/// Glances at objects; the answers come in the same order.
pub(super) fn objects(
    git: &Git,
    objects: &mut CatFile,
    wanted: &[Oid],
) -> Result<Vec<Glance>, SourceError> {
    let unsure = if wanted.len() <= FEW {
        vec![true; wanted.len()]
    } else {
        small_or_missing(git, wanted)?
    };
    let read: Vec<Oid> = wanted
        .iter()
        .zip(&unsure)
        .filter(|(_, unsure)| **unsure)
        .map(|(oid, _)| *oid)
        .collect();
    let mut fetched = objects.read(&read, LIMIT as u64)?.into_iter().zip(&read);
    let glance = |unsure: &bool| match unsure.then(|| fetched.next()).flatten() {
        Some((answer, oid)) => Glance::of(super::read::loaded(*oid, answer)),
        None => Glance::There,
    };
    Ok(unsure.iter().map(glance).collect())
}

impl FileReader {
    /// Glances at one file on disk.
    pub(super) fn glance_file(&self, path: &[u8]) -> Glance {
        match self.open(path) {
            Ok(Opened::File(_, stat)) if stat.st_size >= LIMIT as i64 => Glance::There,
            _ => match self.read_file(path, Vec::new()) {
                Ok((bytes, _)) if is_lfs_pointer(&bytes) => Glance::LfsPointer,
                Ok(_) => Glance::There,
                Err(loaded) => Glance::of(loaded),
            },
        }
    }
}
