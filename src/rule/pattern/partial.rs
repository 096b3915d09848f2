//! Patterns of a part of a construct: a header without its body (`class $A`), a clause without what it belongs to
//! (`finally { ... }`), one case of a switch.

use super::dialect::Context;
use crate::language::Language;

/// Where parts parse. What stands behind the pattern inside the construct is left open.
const TABLE: &[(&[&str], &[Context])] = &[
    (
        &["java", "csharp"],
        &[
            ("clause", "class Z_ { void z_() { try { } ", " } }\n"),
            ("case", "class Z_ { void z_() { switch (z_) { ", " } } }\n"),
            ("header", "class Z_ { ", " { } }\n"),
            ("header", "class Z_ { void z_() { ", " { } } }\n"),
            ("header", "", " { }\n"),
            ("header", "class Z_ { void z_() { ", " finally { } } }\n"),
        ],
    ),
    (
        &["javascript", "typescript", "tsx"],
        &[
            ("clause", "try { } ", "\n"),
            ("case", "switch (z_) { ", " }\n"),
            ("header", "class Z_ { ", " { } }\n"),
            ("header", "", " { }\n"),
            ("header", "", " finally { }\n"),
        ],
    ),
    (
        &["php"],
        &[
            ("clause", "<?php try { } ", "\n"),
            ("case", "<?php switch ($z_) { ", " }\n"),
            ("header", "<?php class Z_ { ", " { } }\n"),
            ("header", "<?php ", " { }\n"),
            ("header", "<?php ", " finally { }\n"),
        ],
    ),
    (
        &["c", "cpp"],
        &[
            ("clause", "void z_() { try { } ", " }\n"),
            ("case", "void z_() { switch (z_) { ", " } }\n"),
            ("header", "", " { }\n"),
            ("header", "void z_() { ", " { } }\n"),
            ("header", "class Z_ { ", " { } };\n"),
            ("header", "void z_() { ", " catch (...) { } }\n"),
        ],
    ),
    (
        &["go"],
        &[
            ("case", "package z_\nfunc z_() {\nswitch z_ {\n", "\n}\n}\n"),
            ("case", "package z_\nfunc z_() {\nselect {\n", "\n}\n}\n"),
            ("member", "package z_\ntype z_ interface {\n", "\n}\n"),
            ("member", "package z_\ntype z_ struct {\n", "\n}\n"),
            ("header", "package z_\n", " { }\n"),
            ("header", "package z_\nfunc z_() {\n", " { }\n}\n"),
        ],
    ),
    (
        &["kotlin"],
        &[
            ("clause", "fun z_() {\ntry { } ", "\n}\n"),
            ("header", "fun z_() {\n", " { }\n}\n"),
            ("header", "class Z_ {\n", " { }\n}\n"),
            ("header", "fun z_() {\n", " finally { }\n}\n"),
        ],
    ),
    (
        &["scala"],
        &[
            ("clause", "object Z_ { try { } ", " }\n"),
            ("case", "object Z_ { z_ match { ", " } }\n"),
            ("header", "", " { }\n"),
            ("header", "object Z_ { ", " { } }\n"),
            ("header", "object Z_ { ", " finally { } }\n"),
        ],
    ),
    (
        &["rust"],
        &[
            ("case", "fn z_() { match z_ { ", " } }\n"),
            ("header", "", " { }\n"),
            ("header", "fn z_() { ", " { } }\n"),
            ("header", "impl Z_ { ", " { } }\n"),
        ],
    ),
    (
        &["swift"],
        &[
            ("case", "func z_() {\nswitch z_ {\n", "\n}\n}\n"),
            ("header", "", " { }\n"),
            ("header", "func z_() {\n", " { }\n}\n"),
            ("header", "class Z_ {\n", " { }\n}\n"),
        ],
    ),
    (
        &["python"],
        &[
            ("clause", "try:\n pass\n", "\n"),
            ("clause", "if z_:\n pass\n", "\n"),
            ("case", "match z_:\n ", "\n"),
            ("header", "", ":\n pass\n"),
        ],
    ),
    (
        &["ruby"],
        &[
            ("clause", "begin\n z_\n", "\nend\n"),
            ("case", "case z_\n", "\nend\n"),
            ("header", "", "\nend\n"),
        ],
    ),
    (
        &["solidity"],
        &[
            ("header", "", " { }\n"),
            ("header", "contract Z_ { ", " { } }\n"),
            (
                "header",
                "contract Z_ { function z_() public { ",
                " { } } }\n",
            ),
        ],
    ),
];

/// Words that begin a part and nothing that stands by itself.
const CLAUSES: [&str; 10] = [
    "case", "catch", "default", "elif", "else", "ensure", "except", "finally", "rescue", "when",
];

/// Words that begin what ends in brackets and has a body behind them.
const HEADERS: [&str; 6] = ["for", "foreach", "if", "switch", "synchronized", "while"];

/// The contexts in which the parts of a language parse.
pub(super) fn contexts(language: &Language) -> &'static [Context] {
    TABLE
        .iter()
        .find(|(names, _)| names.contains(&language.name))
        .map_or(&[], |(_, contexts)| contexts)
}

/// Whether a pattern can only be a part.
pub(super) fn is_clause(text: &str, language: &Language) -> bool {
    let length = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let is_header = || HEADERS.contains(&&text[..length]) && closes_at_end(&text[length..]);
    // `when` begins a whole expression of Kotlin.
    let clause = CLAUSES.contains(&&text[..length])
        && !(language.name == "kotlin" && &text[..length] == "when");
    (clause || is_header()) && !contexts(language).is_empty()
}

/// Whether the bracket that a text begins with is closed at its end.
fn closes_at_end(text: &str) -> bool {
    let text = text.trim();
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth <= 0 {
            return c == ')' && at + 1 == text.len();
        }
    }
    false
}
