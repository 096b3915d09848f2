//! Tests of the room on real repositories.

mod discovery;
mod fleets;
mod hostile;
mod objects;
mod odd_work_tree;
mod revisions;
mod scopes;
mod support;
