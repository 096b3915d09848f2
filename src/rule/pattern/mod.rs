//! Code patterns: `requests.get($URL, ...)` says a bug as it looks.
//!
//! A pattern text is read ([`text`]), spelled so that the grammar parses it ([`spelling`]) in as many contexts as it can
//! ([`compile`]), and kept as a small tree of our own ([`reader`]). A file's syntax tree is copied once into a flat [`forest`] without comments,
//! punctuation and redundant parentheses; the [`matcher`] compares the two.
//!
//! What a file's names mean ([`names`]) rests on its imports ([`imported`], by what [`imports`] knows of the language), on
//! what hides them ([`scopes`]), on what it says of types ([`types`]) and on which of them stand for literals
//! ([`constants`]).
//!
//! Invariants: recursion follows the pattern, whose depth is bounded, never the file; what a pattern requires of a text
//! occurs in every match of it.

mod annotations;
mod assignments;
mod c_types;
mod caseless;
mod cases;
mod casts;
mod comments;
mod compile;
mod constants;
mod declarations;
mod declarators;
mod dialect;
mod docker;
mod dotted;
mod elements;
mod expressions;
mod forest;
mod functions;
mod given_back;
mod handlers;
mod import_forms;
mod imported;
mod imports;
mod kind_names;
mod kinds;
mod leaves;
mod made;
mod markup;
mod matcher;
mod names;
mod operators;
mod partial;
mod planting;
mod reader;
mod required_modules;
mod scopes;
mod search;
mod shell;
mod siblings;
mod special;
mod spelling;
mod statements;
mod strings;
mod terraform;
mod text;
mod types;
mod yaml;

pub(super) use compile::Pattern;
pub(super) use forest::Forest;
pub(super) use imports::{
    implicit, knowledge, languages as resolving, parts as name_parts, resolves,
};
pub(super) use leaves::same_text;
pub(super) use matcher::{Bindings, Found, Matcher};
pub(super) use names::Names;
pub(super) use text::{all_stand_in, words};
pub(super) use yaml::inside as inside_scalar;
