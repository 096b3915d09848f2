//! The integration tests: one binary, because every test binary links some 40 MB of parse tables.

#![allow(missing_docs, reason = "a test says what it tests by its name")]

mod answers;
mod conformance;
mod demo;
mod deployed;
mod doors;
mod every_odd_thing;
mod exit_codes;
mod history;
mod hostile;
mod kept;
mod ledger;
mod ledger_claims;
mod ledger_faults;
mod ledger_kills;
mod ledger_past;
mod packs_made;
mod patterns;
mod postmortem;
mod prefilter;
mod readme;
mod report;
mod sandbox;
mod suppress;
mod tree_and_new;
mod unchanged;
