//! Turns directories and git revisions into entries and verified bytes.
//!
//! The way through: [`discover()`] (or a [`Fleet`]) gives [`Repository`]s; [`Repository::resolve`] gives
//! [`Revision`]s; [`Repository::list`] gives a [`Listing`] of [`Entry`]s, each settled or to be read; a [`Reader`] gives
//! the bytes.
//!
//! Invariants: only this room runs git; nothing that a repository holds (configuration, hooks, links, ignore files,
//! file names, grafts, replacements) runs a program, leads outside or hides a path; nothing is fetched, and nothing
//! written but the new repositories that a [`History`] makes; an object id is believed only after its bytes were
//! hashed; every path is an entry or lies below one that stands for its folder, and what could not be listed is a
//! problem.

mod ancestry;
mod beneath;
mod beside;
mod cat_file;
mod cat_session;
mod discover;
mod entry;
mod error;
mod fleet;
mod fleet_parse;
mod fleet_write;
mod folder;
mod git;
mod gitdir;
mod glance;
mod globs;
mod index;
mod lfs;
mod names;
mod object;
mod oid;
mod past;
mod read;
mod refs;
mod remote;
mod repository;
mod resolve;
mod revision;
mod revision_list;
mod scaffold;
mod scope;
mod stat;
mod stream;
mod survey;
mod tags;
#[cfg(test)]
mod tests;
mod tree;
mod walk;
mod worktree;

pub use discover::{Discovery, discover};
pub use entry::{Changes, Entry, ListOptions, Listing, State, What};
pub use error::SourceError;
pub use fleet::{Fleet, FleetEntry, FleetRepository};
pub use fleet_write::write_fleet;
pub use glance::Glance;
pub use globs::{GlobError, Globs};
pub use lfs::is_lfs_pointer;
pub use oid::{ObjectFormat, Oid};
pub use past::{Changed, CommitAbout, Past};
pub use read::{Blob, FileReader, HARD_LIMIT, Loaded, Reader, Unhashed};
pub use repository::{Place, Repository};
pub use resolve::Resolved;
pub use revision::Revision;
pub use scaffold::{Change, Commits, History, Mark, Shape};
pub use scope::PathScope;
pub use stream::ObjectStream;
pub use tree::Trees;
