//! What can be wrong with a ledger.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is none.
    #[error("there is no ledger at {}", .0.display())]
    Missing(PathBuf),
    /// Somebody else's file.
    #[error("{} is not a ledger of stampout", .0.display())]
    Foreign(PathBuf),
    /// SQLite cannot make sense of it.
    #[error("{} is damaged: {why}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// In SQLite's words.
        why: String,
    },
    /// A newer program wrote it.
    #[error("{} was written by a newer stampout (schema {found}, this one knows {known})", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// Others hold it for too long.
    #[error("{} is locked by another process", .0.display())]
    Locked(PathBuf),
    /// The disk is full, or gave an error.
    #[error("the disk gave out under {}: {why}", path.display())]
    Disk {
        /// Which file.
        path: PathBuf,
        /// In SQLite's words.
        why: String,
    },
    /// No right to write.
    #[error("{} cannot be written", .0.display())]
    ReadOnly(PathBuf),
    /// A disk of another machine, where no two processes can share a ledger safely.
    #[error("{} is not on a local disk", .0.display())]
    Remote(PathBuf),
    /// A line of an export that is no fact.
    #[error("line {line}: {why}")]
    Import {
        /// From 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// An export that a newer program wrote.
    #[error("it is an export of version {0}, which this stampout does not know")]
    NewerExport(u64),
    /// A file that is there already and shall not be overwritten.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// What facts are written to does not take them.
    #[error("the export cannot be written: {0}")]
    Output(std::io::Error),
    /// Anything else.
    #[error("{}: {why}", path.display())]
    Other {
        /// Which file.
        path: PathBuf,
        /// In the words of SQLite or the system.
        why: String,
    },
}

impl LedgerError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing(_) => "`stampout scan --record` begins one; --ledger FILE names another",
            Self::Foreign(_) => "--ledger FILE names another file",
            Self::Damaged { .. } => {
                "keep the file; restore a backup, or `stampout ledger import` an export into a new one"
            }
            Self::Newer { .. } => "use the newer stampout; this one only reads it",
            Self::Locked(_) => "try again; `fuser FILE` names who holds it",
            Self::Disk { .. } => {
                "what was recorded before is whole, this is not recorded: make room or see to the disk, then do it again"
            }
            Self::ReadOnly(_) => "check the rights of the file and of its folder",
            Self::Remote(_) => {
                "write reports there and `stampout record` them into a ledger on a local disk"
            }
            Self::Import { .. } => "nothing of the file was imported; export it again",
            Self::NewerExport(_) => "nothing of the file was imported; use the newer stampout",
            Self::Exists(_) => "name a new file",
            Self::Output(_) | Self::Other { .. } => "",
        }
    }

    /// Puts an error of SQLite's into our words.
    pub(super) fn of(path: &std::path::Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let why = error.to_string();
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            return match error {
                rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Damaged { path, why },
                _ => Self::Other { path, why },
            };
        };
        match failure.code {
            ErrorCode::DatabaseCorrupt => Self::Damaged { path, why },
            ErrorCode::NotADatabase => Self::Foreign(path),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked(path),
            ErrorCode::DiskFull | ErrorCode::SystemIoFailure => Self::Disk { path, why },
            // What SQLite says of a text that was JSON when we wrote it.
            _ if why.contains("malformed JSON") => Self::Damaged { path, why },
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly(path),
            _ => Self::Other { path, why },
        }
    }
}
