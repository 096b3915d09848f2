//! The condition of a rule: what must hold of its parts, one algebra for manifests, `try` and imported rules.
//!
//! `open and not followed-by(close)` is read by [`syntax`] and evaluated by [`evaluate`].

mod evaluate;
mod reader;
mod syntax;
mod tokens;

pub(super) use evaluate::{Embedding, Evaluation, State};
pub(super) use syntax::{Condition, Operand, read};
pub(super) use tokens::number;
