//! The file: opened with care, written under a lock that is taken at once.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::LedgerError;
use super::schema::{APPLICATION, MIGRATIONS};

/// How long a process waits for others. Ten writers with large reports need some of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    pub(super) connection: Connection,
    path: PathBuf,
    /// Why it may only be read.
    read_only: Option<Refusal>,
    /// How old its schema is.
    version: i64,
}

#[derive(Clone, Copy, Debug)]
enum Refusal {
    Newer(i64),
    Asked,
}

impl Ledger {
    /// Opens a ledger to add facts; begins it if it is not there.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        if let Some(folder) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            make_folder(folder).map_err(|error| other(folder, &error))?;
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

    pub(super) fn fail(&self) -> impl Fn(rusqlite::Error) -> LedgerError + use<> {
        let path = self.path.clone();
        move |error| LedgerError::of(&path, &error)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn prepare(&mut self) -> Result<(), LedgerError> {
        let fail = self.fail();
        self.connection
            .execute_batch(
                "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;
                 PRAGMA temp_store=MEMORY;",
            )
            .map_err(&fail)?;
        self.check_version()?;
        if self.read_only.is_some() {
            return Ok(());
        }
        if super::store::is_remote(&self.path) {
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

    fn number(&self, pragma: &str) -> Result<i64, LedgerError> {
        self.connection
            .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
            .map_err(self.fail())
    }

    /// Whose file it is and how old.
    fn check_version(&mut self) -> Result<(), LedgerError> {
        let application = self.number("application_id")?;
        let version = self.number("user_version")?;
        let empty: i64 = self
            .connection
            .query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(self.fail())?;
        let is_new = application == 0 && version == 0 && empty == 0;
        if application != APPLICATION && !is_new {
            return Err(LedgerError::Foreign(self.path.clone()));
        }
        if is_new && self.read_only.is_some() {
            return Err(LedgerError::Missing(self.path.clone()));
        }
        self.version = version;
        if version > MIGRATIONS.len() as i64 {
            self.read_only = Some(Refusal::Newer(version));
        }
        Ok(())
    }

    fn migrate(&mut self) -> Result<(), LedgerError> {
        self.version = self.number("user_version")?;
        if self.version >= MIGRATIONS.len() as i64 {
            return Ok(());
        }
        let fail = self.fail();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(&fail)?;
        // Another process may have been faster.
        let version: i64 = transaction
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(&fail)?;
        let done = usize::try_from(version).unwrap_or_default();
        for step in MIGRATIONS.iter().skip(done) {
            transaction.execute_batch(step).map_err(&fail)?;
        }
        if done > 0 {
            // States are a cache, and what a newer version makes of the facts is more.
            super::transfer::rebuild(&transaction).map_err(&fail)?;
        }
        let known = MIGRATIONS.len().max(done);
        transaction
            .execute_batch(&format!(
                "PRAGMA application_id={APPLICATION}; PRAGMA user_version={known};"
            ))
            .map_err(&fail)?;
        transaction.commit().map_err(&fail)?;
        self.version = known as i64;
        Ok(())
    }

    /// Columns of the table of states that came with a version, or `NULL` for each where the ledger is older and may only
    /// be read.
    pub(super) fn columns_since(&self, version: i64, names: &'static [&'static str]) -> String {
        let known = self.version >= version;
        let shown = |name: &&str| {
            if known {
                format!("state.{name}")
            } else {
                "NULL".to_owned()
            }
        };
        names.iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    /// Whether facts may be added.
    pub fn may_write(&self) -> Result<(), LedgerError> {
        match self.read_only {
            None => Ok(()),
            Some(Refusal::Asked) => Err(LedgerError::ReadOnly(self.path.clone())),
            Some(Refusal::Newer(found)) => Err(LedgerError::Newer {
                path: self.path.clone(),
                found,
                known: MIGRATIONS.len() as i64,
            }),
        }
    }

    /// Does something in one transaction that has the lock from its beginning.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        self.may_write()?;
        let fail = self.fail();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(&fail)?;
        let done = work(&transaction).map_err(&fail)?;
        transaction.commit().map_err(&fail)?;
        Ok(done)
    }

    /// Copies the ledger, as it is at this moment, into a new file.
    pub fn backup(&self, to: &Path) -> Result<(), LedgerError> {
        if to.exists() {
            return Err(LedgerError::Exists(to.to_owned()));
        }
        let target = to.to_string_lossy();
        self.connection
            .execute("VACUUM INTO ?1", [target.as_ref()])
            .map_err(|error| LedgerError::of(to, &error))?;
        let file = fs::File::open(to).map_err(|error| other(to, &error))?;
        file.sync_all().map_err(|error| other(to, &error))
    }

    /// What SQLite finds wrong with the file; empty if nothing.
    pub(super) fn integrity(&self) -> Result<Vec<String>, LedgerError> {
        let fail = self.fail();
        let mut all = Vec::new();
        for pragma in ["integrity_check", "foreign_key_check"] {
            let mut statement = self
                .connection
                .prepare(&format!("PRAGMA {pragma}"))
                .map_err(&fail)?;
            let rows = statement
                .query_map([], |row| row.get::<_, String>(0))
                .map_err(&fail)?;
            for row in rows {
                all.push(row.map_err(&fail)?);
            }
        }
        all.retain(|line| line != "ok");
        Ok(all)
    }
}

fn other(path: &Path, error: &io::Error) -> LedgerError {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return LedgerError::ReadOnly(path.to_owned());
    }
    LedgerError::Other {
        path: path.to_owned(),
        why: error.to_string(),
    }
}

/// A new folder is nobody's but the user's: findings show code.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(code, _)
        if matches!(code.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether a file is on a disk of another machine.
#[cfg(target_os = "linux")]
fn is_remote(path: &Path) -> bool {
    /// NFS, SMB (three ages), 9p, AFS (two), Coda, Ceph.
    const REMOTE: [u32; 9] = [
        0x6969,
        0x517B,
        0xFF53_4D42,
        0xFE53_4D42,
        0x0102_1997,
        0x5346_414F,
        0x6B41_4653,
        0x7375_7245,
        0x00C3_6400,
    ];
    rustix::fs::statfs(path).is_ok_and(|about| REMOTE.contains(&(about.f_type as u32)))
}

/// Whether a file is on a disk of another machine, as far as is known here.
#[cfg(not(target_os = "linux"))]
fn is_remote(_: &Path) -> bool {
    false
}
