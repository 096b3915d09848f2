//! Turns rules of other tools into packs: what carries over becomes parts and a condition, what does not is told.
//!
//! Invariant: every rule that was read is either in the pack or in the list of those left out, with the reason.

mod formula;
mod semgrep;
mod write;
mod yaml;

pub use semgrep::{Imported, Left, semgrep};
