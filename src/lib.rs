//! stampout.
pub mod model;
pub mod report;
pub mod source;
