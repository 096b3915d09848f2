//! The tables, and how they came to be: migrations are added at the end and never changed.
//!
//! `scan`, `sighting`, `place`, `instance`, `asked`, `path_set`, `pointer`, `ancestor`, `incident` and `note` hold facts;
//! `state` is a cache of what follows from them.

/// SQLite's name for ledgers of ours: "stmL".
pub(super) const APPLICATION: i64 = 0x7374_6D4C;

/// Each step brings a ledger from the version that is its index to the next.
pub(super) const MIGRATIONS: &[&str] = &["
    CREATE TABLE repository (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    -- What scans were asked: scope, rules, engine, grammars; mostly the same for a whole fleet.
    CREATE TABLE asked (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
    CREATE TABLE path_set (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, paths BLOB NOT NULL);
    -- What was seen at one place, whenever.
    CREATE TABLE scan (
        id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, repository INTEGER NOT NULL REFERENCES repository,
        unit TEXT NOT NULL, complete INTEGER NOT NULL, asked INTEGER REFERENCES asked,
        path_set INTEGER REFERENCES path_set, unjudged TEXT NOT NULL);
    CREATE INDEX scan_repository ON scan (repository);
    CREATE TABLE instance (
        id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, repository INTEGER NOT NULL REFERENCES repository,
        incident TEXT NOT NULL, rule TEXT NOT NULL, path TEXT NOT NULL, match_key TEXT,
        UNIQUE (repository, fingerprint, kind));
    -- Where in a file an instance was, and what else the report told of it.
    CREATE TABLE place (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
    CREATE TABLE sighting (
        scan INTEGER NOT NULL REFERENCES scan, instance INTEGER NOT NULL REFERENCES instance,
        place INTEGER NOT NULL REFERENCES place, PRIMARY KEY (scan, instance)) WITHOUT ROWID;
    -- A line of development stood at what a scan saw.
    CREATE TABLE pointer (
        repository INTEGER NOT NULL REFERENCES repository, line TEXT NOT NULL, scan INTEGER NOT NULL REFERENCES scan,
        observed INTEGER NOT NULL, PRIMARY KEY (repository, line, scan, observed)) WITHOUT ROWID;
    -- One commit is among the ancestors of another.
    CREATE TABLE ancestor (
        repository INTEGER NOT NULL REFERENCES repository, older TEXT NOT NULL, newer TEXT NOT NULL,
        PRIMARY KEY (repository, older, newer)) WITHOUT ROWID;
    -- Incidents as packs told them.
    CREATE TABLE incident (
        id TEXT NOT NULL, digest BLOB NOT NULL, observed INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (id, digest)) WITHOUT ROWID;
    -- What people said: suppressions and the like, by kind.
    CREATE TABLE note (digest BLOB NOT NULL PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE state (
        repository INTEGER NOT NULL REFERENCES repository, line TEXT NOT NULL, instance INTEGER NOT NULL REFERENCES instance,
        state TEXT NOT NULL, since INTEGER NOT NULL, first_seen INTEGER NOT NULL, judged_at TEXT, basis TEXT NOT NULL,
        reason TEXT NOT NULL, current INTEGER NOT NULL REFERENCES instance, place INTEGER NOT NULL REFERENCES place,
        owner TEXT, PRIMARY KEY (repository, line, instance)) WITHOUT ROWID;
", "
    -- What a comment in the code says of a finding, and since when. Ledgers from before hold no such comment.
    ALTER TABLE state ADD COLUMN answer TEXT;
    ALTER TABLE state ADD COLUMN answered_since INTEGER;
    -- The commit at which a finding was seen last.
    ALTER TABLE state ADD COLUMN seen_at TEXT;
", "
    -- Every state that a finding had on the line, with the moment: [[1772442840, \"open\"]].
    ALTER TABLE state ADD COLUMN steps TEXT;
"];
