//! stampout.
pub mod language;
pub mod model;
pub mod report;
