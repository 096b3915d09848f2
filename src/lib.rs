//! Stamp out every instance of a bug: one incident pack in, every occurrence in every repository out.
//!
//! This page is the map of the code. Data flows through the rooms in this order:
//!
//! | room | its one sentence | may use |
//! |---|---|---|
//! | [`model`] | The nouns everyone shares, as plain data without I/O. | – |
//! | [`strict`] | Reads TOML as users write it: unknown keys are errors, every error has its place. | model |
//! | [`language`] | What we know of each language, as one table and data files. | model |
//! | [`pack`] | Reads one incident folder as written and returns it validated, or errors that point into its text. | model, strict, language |
//! | [`rule`] | Compiles packs into a rule set per language and refuses what it does not understand. | model, language, pack |
//! | [`recall`] | Writes a case otherwise without changing what it means, to learn what a rule misses. | model, language |
//! | [`import`] | Turns rules of other tools into packs. | language, pack, rule |
//! | [`source`] | Turns directories and git revisions into entries and verified bytes. | model, strict |
//! | [`suppress`] | Finds the comments that answer for findings, and tells which findings they cover. | model |
//! | [`worker`] | The one place where a child process, its limits and its sandbox live. | – |
//! | [`disk`] | Where our own files lie: private folders, and on whose disk. | – |
//! | [`cache`] | Remembers what a rule said about a blob, between runs. | model, disk |
//! | [`scan`] | Takes blobs and a rule set and accounts for every entry. | model, language, rule, source, suppress, worker, cache |
//! | [`inventory`] | Reads what runs where, and who owns a path. | – |
//! | [`ledger`] | Remembers facts about scans and derives each finding's state from them. | model, disk |
//! | [`history`] | Asks git who brought a finding, when, since which release, and what took it away. | model, source |
//! | [`postmortem`] | The post-mortem as a document that a program and people write together. | – |
//! | [`report`] | Writes and reads reports, one file per format. | model |
//! | [`cli`] | Arguments, commands, progress, error wording, exit codes: the only room that speaks. | all |
//!
//! A test reads the `use crate::` lines and holds these doors. Only `source` runs git, only `cache` and `ledger` know SQLite, only `report::sarif` knows SARIF,
//! only `cli` knows clap, the terminal and the exit.
//!
//! # The laws of the house
//!
//! 1. `scan` is a pure function of rule set and blobs: the same input gives the same bytes with 1 job or 16.
//! 2. Every entry ends in exactly one outcome, and the outcomes add up to what was enumerated.
//! 3. A prefilter may only rule out what provably cannot match: a literal, or an expression without look-around, that a
//!    predicate demands of one node is in the file or nothing matches; nothing more.
//! 4. The match key is computed once, where the tree is, without path or line; the fingerprint adds repository and path.
//! 5. An object id is believed only after its bytes were hashed.
//! 6. Reports take the same data and never change the exit code.
//! 7. An unknown predicate, capture, language or manifest key is an error with a nearest-name hint, never ignored.
//! 8. Nothing a scanned repository contains can run code, lead the scanner outside, reach a terminal unescaped or make a
//!    finding vanish silently.
//! 9. No recursion over a syntax tree in our own code.
//!
//! # Where a newcomer adds…
//!
//! - an incident: a folder under `queries/` (manifest, queries, cases); no Rust.
//! - a language: one dependency line, one row in `src/language/table.rs`, one sample file.
//! - an output format: one file in `src/report/`, one row in `src/report/format.rs`; its golden comes from the shared
//!   sample.
//! - a predicate: one file in `src/rule/predicate/`, one row; its documented example is its test.
//! - a command: one file in `src/cli/`, one variant in `src/cli/args/mod.rs`.

pub mod cache;
pub mod cli;
pub mod disk;
pub mod history;
pub mod import;
pub mod inventory;
pub mod language;
pub mod ledger;
pub mod model;
pub mod pack;
pub mod postmortem;
pub mod recall;
pub mod report;
pub mod rule;
pub mod scan;
pub mod source;
pub mod strict;
pub mod suppress;
pub mod worker;
