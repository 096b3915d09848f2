//! Remembers facts about scans and derives each finding's state from them.
//!
//! Invariants: only facts are stored, and none is ever changed or taken away: what a scan of a repository saw and did
//! not judge, and when a line of development stood there. States are a pure fold over the facts, kept as a cache that is
//! made anew in the transaction that adds a fact; so it does not matter in which order, how often and by how many
//! writers reports are recorded. A ledger of a newer version is read and never written.

mod basis;
mod compare;
mod coverage;
mod deployment;
mod elsewhere;
mod entry;
mod eradication;
mod error;
mod facts;
mod fold;
mod gate;
mod group;
mod history;
mod line;
mod moves;
mod names;
mod open;
mod order;
mod query;
mod reach;
mod record;
mod schema;
mod stood;
mod store;
mod suppress;
mod track;
mod transfer;
mod verdict;
mod whereabouts;

pub use crate::model::State;
pub use basis::Basis;
pub use compare::{Change, compare};
pub use coverage::{AskedAbout, LineAbout, RepositoryAbout};
pub use deployment::{Deployed, DeploymentFact, FleetFact, GapFact};
pub use entry::{Brief, Entry};
pub use eradication::{Milestones, Point, Tally, burn_down, reached};
pub use error::LedgerError;
pub use gate::{GateFact, StoppedFact};
pub use group::group_id;
pub use line::{DEPLOYMENT, LineKind, environment, main_line};
pub use reach::{Look, Unjudged};
pub use record::Recorded;

pub use store::Ledger;
pub use suppress::Suppression;
pub use track::Track;
pub use transfer::Imported;
pub use whereabouts::{Places, Presence, Whereabouts};

#[cfg(test)]
mod tests;
