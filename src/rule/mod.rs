//! Compiles packs into a rule set and refuses what it does not understand.
//!
//! Invariants: the engine never sees a predicate (it ignores those it does not know); a rule is compiled for a language
//! when the first candidate needs it and not before; the required text of a rule is implied by every match of it.

mod compile;
mod expression;
mod literals;
mod predicate;
mod queries;
mod required;
mod set;
mod syntax;
mod windows;

pub use compile::Compiled;
pub use expression::Expression;
pub use predicate::{Nodes, Predicate, documentation as predicate_documentation};
pub use queries::{Queries, Selected};
pub use required::{Clause, Required};
pub use set::RuleSet;
