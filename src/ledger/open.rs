//! Opens the file with care: for writing, for asking, on media that cannot be written.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, io};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::store::Refusal;
use super::{Ledger, LedgerError};
use crate::disk::{self, Disk};

/// How long a process waits for others. Ten writers with large reports need some of it.
#[cfg(not(test))]
const PATIENCE: Duration = Duration::from_secs(60);
#[cfg(test)]
const PATIENCE: Duration = Duration::from_millis(100);

impl Ledger {
    /// Opens a ledger to add facts; begins it if it is not there.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        if let Some(folder) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            disk::make_private(folder).map_err(|error| other(folder, &error))?;
        }
        // SQLite would tell a folder or a device in words of its own.
        if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
            return Err(LedgerError::Foreign(path.to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        Self::with(path, flags, None)
    }

    /// Opens a ledger that is there, to ask it.
    pub fn look_at(path: &Path) -> Result<Self, LedgerError> {
        match fs::metadata(path) {
            Ok(about) if about.is_file() => {}
            Ok(_) => return Err(LedgerError::Foreign(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(LedgerError::Missing(path.to_owned()));
            }
            Err(error) => return Err(other(path, &error)),
        }
        // A write-ahead log can be read without any right to write only if it is there; so it is tried with one first.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        match Self::with(path, flags, Some(Refusal::Asked)) {
            Err(LedgerError::ReadOnly(_) | LedgerError::Other { .. }) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
                match Self::with(path, flags, Some(Refusal::Asked)) {
                    Err(LedgerError::ReadOnly(_) | LedgerError::Other { .. }) => {
                        Self::immutable(path)
                    }
                    opened => opened,
                }
            }
            opened => opened,
        }
    }

    /// On a medium that nobody can write, nobody changes the file while it is read.
    fn immutable(path: &Path) -> Result<Self, LedgerError> {
        let fail = |error: &rusqlite::Error| LedgerError::of(path, error);
        let shown = path.to_string_lossy();
        let mut uri = "file:".to_owned();
        for byte in shown.bytes() {
            if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                uri.push_str(&format!("%{byte:02X}"));
            }
        }
        uri.push_str("?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(uri, flags).map_err(|e| fail(&e))?;
        let mut ledger = Self {
            connection,
            path: path.to_owned(),
            read_only: Some(Refusal::Asked),
            version: 0,
        };
        ledger.check_version()?;
        Ok(ledger)
    }

    fn with(
        path: &Path,
        flags: OpenFlags,
        read_only: Option<Refusal>,
    ) -> Result<Self, LedgerError> {
        let fail = |error: rusqlite::Error| LedgerError::of(path, &error);
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| {
            if matches!(&error, rusqlite::Error::SqliteFailure(code, _)
                if code.code == ErrorCode::CannotOpen)
            {
                LedgerError::ReadOnly(path.to_owned())
            } else {
                LedgerError::of(path, &error)
            }
        })?;
        // Before anything else, for even the first look may have to wait for another's recovery.
        connection.busy_timeout(PATIENCE).map_err(fail)?;
        let mut ledger = Self {
            connection,
            path: path.to_owned(),
            read_only,
            version: 0,
        };
        ledger.prepare()?;
        Ok(ledger)
    }

    /// A ledger without a file.
    pub(super) fn in_memory(name: &Path) -> Result<Self, LedgerError> {
        let connection =
            Connection::open_in_memory().map_err(|error| LedgerError::of(name, &error))?;
        let mut ledger = Self {
            connection,
            path: name.to_owned(),
            read_only: None,
            version: 0,
        };
        ledger.migrate()?;
        Ok(ledger)
    }

    fn prepare(&mut self) -> Result<(), LedgerError> {
        let fail = self.fail();
        // Answers join tables of many rows: 64 MiB of pages are read once and not again and again.
        self.connection
            .execute_batch(
                "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;
                 PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;",
            )
            .map_err(&fail)?;
        self.check_version()?;
        if self.read_only.is_some() {
            return Ok(());
        }
        if Disk::of(&self.path) == Disk::Remote {
            return Err(LedgerError::Remote(self.path.clone()));
        }
        // The switch needs the file alone, and its wait is not covered by the timeout.
        let begun = Instant::now();
        loop {
            let mode = self
                .connection
                .query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0));
            match mode {
                Ok(mode) if mode == "wal" => break,
                Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Ok(_) => return Err(LedgerError::ReadOnly(self.path.clone())),
                Err(error) => return Err(fail(error)),
            }
        }
        self.connection
            .execute_batch("PRAGMA synchronous=FULL;")
            .map_err(&fail)?;
        self.migrate()
    }
}

pub(super) fn other(path: &Path, error: &io::Error) -> LedgerError {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return LedgerError::ReadOnly(path.to_owned());
    }
    LedgerError::Other {
        path: path.to_owned(),
        why: error.to_string(),
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(code, _)
        if matches!(code.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
