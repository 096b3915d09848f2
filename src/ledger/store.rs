//! The file: who may write it, and how it is written under a lock that is taken at once.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::LedgerError;
use super::open::other;
use super::schema::{APPLICATION, MIGRATIONS};

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Why it may only be read.
    pub(super) read_only: Option<Refusal>,
    /// How old its schema is.
    pub(super) version: i64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    Newer(i64),
    Asked,
}

impl Ledger {
    pub(super) fn fail(&self) -> impl Fn(rusqlite::Error) -> LedgerError + use<> {
        let path = self.path.clone();
        move |error| LedgerError::of(&path, &error)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn number(&self, pragma: &str) -> Result<i64, LedgerError> {
        self.connection
            .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
            .map_err(self.fail())
    }

    /// Whose file it is and how old.
    pub(super) fn check_version(&mut self) -> Result<(), LedgerError> {
        // At one moment: a process that begins the ledger meanwhile would make it look like another program's.
        let read = || {
            let moment = self.connection.unchecked_transaction()?;
            let number = |text: &str| moment.query_row(text, [], |row| row.get::<_, i64>(0));
            Ok((
                number("SELECT COUNT(*) FROM sqlite_schema")?,
                number("PRAGMA application_id")?,
                number("PRAGMA user_version")?,
            ))
        };
        let (tables, application, version) = read().map_err(self.fail())?;
        let is_new = application == 0 && version == 0 && tables == 0;
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

    pub(super) fn migrate(&mut self) -> Result<(), LedgerError> {
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

    /// Copies the ledger, as it is at this moment, into a new file, which is whole or not there.
    pub fn backup(&self, to: &Path) -> Result<(), LedgerError> {
        let fail = |error: io::Error| other(to, &error);
        if to.exists() {
            return Err(LedgerError::Exists(to.to_owned()));
        }
        let folder = to
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        // Only its owner may read it, as with the ledger itself.
        let file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
        let Some(target) = file.path().to_str() else {
            let why = "SQLite writes only below folders whose names are UTF-8".to_owned();
            let path = to.to_owned();
            return Err(LedgerError::Other { path, why });
        };
        self.connection
            .execute("VACUUM INTO ?1", [target])
            .map_err(|error| LedgerError::of(to, &error))?;
        file.as_file().sync_all().map_err(fail)?;
        match file.persist_noclobber(to) {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(LedgerError::Exists(to.to_owned()))
            }
            Err(error) => Err(fail(error.error)),
        }
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
