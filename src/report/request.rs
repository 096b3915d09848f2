//! What was asked for, where it goes, and what may go wrong with it.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::PathBuf;

use super::{Format, FormatError, escape};

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) => f.write_str(&escape::visible(&path.to_string_lossy())),
        }
    }
}

/// A report that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How.
    pub format: Format,
    /// Where to.
    pub destination: Destination,
}

impl Request {
    /// A report on standard output.
    pub fn stdout(format: Format) -> Self {
        Self {
            format,
            destination: Destination::Stdout,
        }
    }

    /// Reads what `--output` takes: `[FORMAT=]PATH`, where `-` is standard output.
    pub fn parse(argument: &OsStr) -> Result<Self, FormatError> {
        if let Some((word, path)) = argument.to_str().and_then(|text| text.split_once('=')) {
            // What stands before `=` is taken for a format unless only a path can look so.
            let is_word = word
                .chars()
                .all(|each| each.is_ascii_alphanumeric() || "-_".contains(each));
            if is_word && !path.is_empty() {
                let format = Format::parse(word)?;
                let destination = match path {
                    "-" => Destination::Stdout,
                    _ => Destination::File(path.into()),
                };
                return Ok(Self {
                    format,
                    destination,
                });
            }
        }
        let path = PathBuf::from(argument);
        Ok(Self {
            format: Format::infer(&path)?,
            destination: Destination::File(path),
        })
    }
}

/// Something about a report that its user must be told; it never changes the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Whether the report was not written; else it was, but may be refused where it goes.
    pub withheld: bool,
    /// Which.
    pub format: Format,
    /// Which.
    pub destination: Destination,
    /// Why; a sentence without a full stop.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
}

/// Why reports could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Two reports for one place.
    #[error("two reports go to {0}: give each a place of its own")]
    SamePlace(Destination),
    /// Two units whose files would have one name.
    #[error("{} would hold the reports of two units: give each repository a unique name", .0.display())]
    SameName(PathBuf),
    /// The operating system refused.
    #[error("cannot write {destination}: {source}")]
    Write {
        /// What was being written.
        destination: Destination,
        /// Why not.
        source: io::Error,
    },
}

impl OutputError {
    /// Whether the reader of standard output went away, which ends a program quietly.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write { destination: Destination::Stdout, source } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Says where an error of the operating system came from.
pub(super) fn failed(destination: &Destination) -> impl FnOnce(io::Error) -> OutputError + use<> {
    let destination = destination.clone();
    |source| OutputError::Write {
        destination,
        source,
    }
}
