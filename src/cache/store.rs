//! The store: one SQLite file that many processes read and write.
//!
//! Invariants: no transaction waits for anything but the disk; a write transaction takes its lock at once; whatever
//! the file says is checked by those who asked.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::key::{Key, ListName, NAME, RuleList, RuleName, name_of};
use super::place;
use super::record::Record;
use crate::disk::{self, Disk};

/// How long a process waits for another.
const PATIENCE: Duration = Duration::from_secs(5);
const PAGE: u64 = 4096;
/// A record that is found again after so many seconds is noted as used.
const STALE: i64 = 86_400;
/// What a row needs beside its value, about.
const ROW: i64 = 56;
/// SQLite's name for files of ours: "stmp".
const APPLICATION: i32 = 0x7374_6D70;

const SCHEMA: &str = "
    CREATE TABLE verdict (key BLOB PRIMARY KEY, used INTEGER, run INTEGER, value BLOB) WITHOUT ROWID;
    CREATE TABLE list (name BLOB PRIMARY KEY, used INTEGER, members BLOB) WITHOUT ROWID;
";

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// It is not what we wrote.
    #[error("{0}")]
    Damaged(String),
    /// Anything else: no right to write, no space, no time.
    #[error("{0}")]
    Other(String),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match &error {
            rusqlite::Error::SqliteFailure(code, _)
                if matches!(
                    code.code,
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase
                ) =>
            {
                Self::Damaged(text)
            }
            // Columns of another type and tables that are not there: also not what we wrote.
            rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::Unknown => {
                Self::Damaged(text)
            }
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::SqlInputError { .. } => Self::Damaged(text),
            _ => Self::Other(text),
        }
    }
}

/// A record as it lies there.
pub(super) struct Row {
    pub(super) value: Vec<u8>,
    /// Whether it is long since it was noted as used.
    pub(super) stale: bool,
}

/// A connection to the store.
pub(super) struct Store {
    connection: Connection,
    limit: u64,
}

/// The clock on the wall; `SOURCE_DATE_EPOCH` is for reports.
fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| passed.as_secs().cast_signed())
}

impl Store {
    /// Opens the store in a folder, or begins it.
    pub(super) fn open(folder: &Path, limit: u64) -> Result<Self, Failure> {
        if limit == 0 {
            return Err(Failure::Other("its size is limited to 0".to_owned()));
        }
        disk::make_private(folder)
            .map_err(|error| Failure::Other(format!("{}: {error}", folder.display())))?;
        if Disk::of(folder) != Disk::Local {
            let shown = folder.display();
            return Err(Failure::Other(format!(
                "{shown} is not on a local disk: set STAMPOUT_CACHE"
            )));
        }
        let connection = Connection::open_with_flags(
            place::file(folder),
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(PATIENCE)?;
        let mut store = Self { connection, limit };
        store.prepare()?;
        Ok(store)
    }

    /// Opens a store that is there, to look at it.
    pub(super) fn look_at(folder: &Path) -> Result<Self, Failure> {
        let connection = Connection::open_with_flags(
            place::file(folder),
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(PATIENCE)?;
        Ok(Self {
            connection,
            limit: u64::MAX,
        })
    }

    fn prepare(&mut self) -> Result<(), Failure> {
        let pages = (self.limit / PAGE).max(16);
        // A page that is cut short shall be an error, and a schema shall not be able to do anything.
        self.connection
            .execute_batch("PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;")?;
        // This step needs the file alone, and its wait is not covered by the timeout.
        let begun = Instant::now();
        loop {
            let mode = self
                .connection
                .query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0));
            match mode {
                Ok(mode) if mode == "wal" => break,
                Ok(mode) => return Err(Failure::Other(format!("no write-ahead log: {mode}"))),
                Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(error.into()),
            }
        }
        let checkpoint = (pages / 4).clamp(8, 1000);
        self.connection.execute_batch(&format!(
            "PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint={checkpoint};
             PRAGMA journal_size_limit={};",
            checkpoint * PAGE
        ))?;
        if application(&self.connection)? == 0 {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Another process may have been faster.
            if application(&transaction)? == 0 {
                transaction.execute_batch(SCHEMA)?;
                transaction.execute_batch(&format!("PRAGMA application_id={APPLICATION};"))?;
            }
            transaction.commit()?;
        }
        if application(&self.connection)? != APPLICATION {
            return Err(Failure::Damaged("it is another program's file".to_owned()));
        }
        // Reading both shows whether they are there.
        self.connection
            .prepare_cached("SELECT value, used, run FROM verdict WHERE key = ?1")?;
        self.connection
            .prepare_cached("SELECT members FROM list WHERE name = ?1")?;
        if self.pages()? > pages {
            // The limit was lowered.
            return Err(Failure::Damaged("it is larger than it may be".to_owned()));
        }
        self.connection
            .execute_batch(&format!("PRAGMA max_page_count={pages};"))?;
        Ok(())
    }

    fn pages(&self) -> Result<u64, Failure> {
        let pages: i64 = self
            .connection
            .query_row("PRAGMA page_count", [], |row| row.get(0))?;
        Ok(pages.cast_unsigned())
    }

    /// The records of these keys, but for those that a run wrote.
    pub(super) fn rows<'k>(
        &mut self,
        keys: impl ExactSizeIterator<Item = &'k Key>,
        without: Option<i64>,
    ) -> Result<Vec<Option<Row>>, Failure> {
        let old = now() - STALE;
        // One question is a transaction of its own.
        let transaction = match keys.len() {
            0 | 1 => None,
            _ => Some(self.connection.unchecked_transaction()?),
        };
        let mut rows = Vec::new();
        {
            let mut find = self
                .connection
                .prepare_cached("SELECT value, used, run FROM verdict WHERE key = ?1")?;
            for key in keys {
                let row = find
                    .query_row([key.0.as_slice()], |row| {
                        let run: i64 = row.get(2)?;
                        if without == Some(run) {
                            return Ok(None);
                        }
                        Ok(Some(Row {
                            value: row.get(0)?,
                            stale: row.get::<_, i64>(1)? < old,
                        }))
                    })
                    .optional();
                rows.push(row?.flatten());
            }
        }
        if let Some(transaction) = transaction {
            transaction.commit()?;
        }
        Ok(rows)
    }

    /// The members of a list, if they are those that its name says.
    pub(super) fn list(&mut self, name: &ListName) -> Result<Option<Arc<[RuleName]>>, Failure> {
        let members: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT members FROM list WHERE name = ?1")?
            .query_row([name.as_slice()], |row| row.get(0))
            .optional()?;
        Ok(members.and_then(|members| {
            let (members, rest) = members.as_chunks::<NAME>();
            (rest.is_empty() && name_of(members) == *name).then(|| members.into())
        }))
    }

    /// Keeps records, each with what an earlier one of its key knows, and the lists that they name; in one step.
    pub(super) fn keep(
        &mut self,
        run: i64,
        lists: &[Arc<RuleList>],
        records: Vec<(Key, Record)>,
        within: &dyn Fn(&ListName, &ListName) -> bool,
    ) -> Result<(), Failure> {
        let now = now();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut add = transaction.prepare_cached(
                "INSERT OR REPLACE INTO list (name, used, members) VALUES (?1, ?2, ?3)",
            )?;
            for list in lists {
                add.execute((list.name.as_slice(), now, list.members.as_flattened()))?;
            }
            let mut find =
                transaction.prepare_cached("SELECT value FROM verdict WHERE key = ?1")?;
            let mut add = transaction.prepare_cached(
                "INSERT OR REPLACE INTO verdict (key, used, run, value) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (key, mut record) in records {
                let older: Option<Vec<u8>> = find
                    .query_row([key.0.as_slice()], |row| row.get(0))
                    .optional()?;
                if let Some(older) = older.and_then(|bytes| Record::from_bytes(&key, &bytes)) {
                    record.add_older(older, within);
                }
                if let Some(value) = record.to_bytes(&key) {
                    add.execute((key.0.as_slice(), now, run, value))?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Notes that records were of use.
    pub(super) fn used(&mut self, keys: &[Key]) -> Result<(), Failure> {
        let now = now();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut note =
                transaction.prepare_cached("UPDATE verdict SET used = ?2 WHERE key = ?1")?;
            for key in keys {
                note.execute((key.0.as_slice(), now))?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Makes room if the store is nearly full (or is said to be): what was not used for longest goes first.
    pub(super) fn make_room(&mut self, full: bool) -> Result<(), Failure> {
        let free: i64 = self
            .connection
            .query_row("PRAGMA freelist_count", [], |row| row.get(0))?;
        let taken = self.pages()?.saturating_sub(free.cast_unsigned()) * PAGE;
        if !full && taken < self.limit / 10 * 9 {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut ages: Vec<Age> = Vec::new();
        {
            let mut sums = transaction.prepare_cached(&format!(
                "SELECT used, COUNT(*), SUM(LENGTH(value) + {ROW}) FROM verdict GROUP BY used ORDER BY used"
            ))?;
            let rows = sums.query_map([], |row| {
                Ok(Age {
                    used: row.get(0)?,
                    rows: row.get(1)?,
                    bytes: row.get(2)?,
                })
            })?;
            for row in rows {
                ages.push(row?);
            }
        }
        // A third goes, so that this is seldom needed.
        let mut surplus = ages.iter().map(|age| age.bytes).sum::<i64>() / 3;
        for age in ages {
            if surplus <= 0 {
                break;
            }
            // Of the records of one second only as many as need be.
            let share = if age.bytes > surplus {
                age.rows * surplus / age.bytes + 1
            } else {
                age.rows
            };
            transaction.execute(
                "DELETE FROM verdict WHERE key IN (SELECT key FROM verdict WHERE used = ?1 LIMIT ?2)",
                [age.used, share],
            )?;
            transaction.execute("DELETE FROM list WHERE used < ?1", [age.used])?;
            surplus -= age.bytes;
        }
        transaction.commit()?;
        Ok(())
    }

    /// How many records there are.
    pub(super) fn count(&self) -> Result<u64, Failure> {
        let count: i64 = self
            .connection
            .query_row("SELECT COUNT(*) FROM verdict", [], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }
}

/// The records that were last used in one second.
struct Age {
    used: i64,
    rows: i64,
    bytes: i64,
}

/// Whose file it is; 0 for a new one.
fn application(connection: &Connection) -> Result<i32, Failure> {
    Ok(connection.query_row("PRAGMA application_id", [], |row| row.get(0))?)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(code, _)
        if matches!(code.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether a failure only says that the store may not grow.
pub(super) fn is_full(failure: &Failure) -> bool {
    matches!(failure, Failure::Other(text) if text.contains("full"))
}
