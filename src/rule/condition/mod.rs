//! The condition of a rule: what must hold of its parts, one algebra for manifests, `try` and imported rules.
//!
//! `open and not followed-by(close)` is read by [`syntax`] and evaluated by [`evaluate`].

mod embedded;
mod evaluate;
mod reader;
mod syntax;
mod tokens;
mod values;

pub(super) use embedded::Embedding;
pub(super) use evaluate::{Evaluation, State};
pub(super) use syntax::{Condition, Operand, read};
pub(super) use tokens::number;
