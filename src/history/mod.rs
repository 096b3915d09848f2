//! Who brought a finding, when, since which release, and which commit took it away: asked of git, on demand.
//!
//! A finding is followed by its text, white space and comments left out, from version to version of its file; of several
//! equal texts, those are the same that have most around them in common. A file that goes in a commit which brings another
//! with that text has moved.
//!
//! Invariants: nothing is guessed. Where the history is cut, rewritten or does not show it by the text, a note says so in
//! the place of an answer.

mod diff;
mod story;
#[cfg(test)]
mod tests;
mod text;

pub use story::{Historian, Seen, Step, Story, Tag};
pub use text::Comments;
