//! The language of files that are searched as they are: configuration of servers, logs, templates, notes.

use super::{BLANK, Language};

/// Plain text: every file that is text, whatever else it is read as. It has no syntax tree, so that rules over it are made
/// of expressions and of patterns of words; no file name means it, and rules that ask for it get all files.
///
/// Its grammar stands in where one is needed to hold an empty tree.
pub static TEXT: Language = Language {
    name: "text",
    aliases: &["generic", "plain", "plaintext", "regex", "txt"],
    extensions: &["txt"],
    line_comment: &["#"],
    note: "has no syntax: comments and strings are text as all else, and a file that is no text is none of it",
    grammar: Some(tree_sitter_json::LANGUAGE),
    ..BLANK
};
