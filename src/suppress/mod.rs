//! Finds the comments that answer for findings, and tells which findings they cover.
//!
//! `stampout:ignore RULE[,RULE…] [until=DAY] by=NAME: reason` stands at the end of the line of a finding, or in a comment of
//! its own right above it.
//!
//! Invariants: what a comment says is a fact about the bytes and can be kept with them, whether it holds depends on the
//! day and is asked anew each time; a comment covers findings of the rules that it names, on one line, and nothing else;
//! a review stands for all of a part that could not be read, so no comment covers one; a comment that does not do what
//! it was written for is told of, and never does more.

mod apply;
mod find;
mod parse;

pub use apply::Answers;
pub use find::comments;
