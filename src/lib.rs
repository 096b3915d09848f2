//! stampout.
pub mod cli;
pub mod language;
pub mod model;
pub mod pack;
pub mod report;
pub mod rule;
pub mod scan;
pub mod source;
pub mod strict;
