//! The post-mortem as a document that a program and people write together.
//!
//! Invariants: what the program fills in stands in marked blocks, and only those are ever replaced; every other byte of
//! the document is the people's and survives; whoever changed something inside a block finds it again below it.

mod actions;
mod document;

pub use actions::{Lack, lacking};
pub use document::{DocumentError, Merged, Part, merge, write};
