//! How each language writes what patterns need: the contexts in which a pattern may parse and how holes are spelled.

use crate::language::Language;

/// A place in which a pattern is tried: what it is, and the text before and behind.
pub(super) type Context = (&'static str, &'static str, &'static str);

/// What patterns need to know of a language.
pub(super) struct Dialect {
    pub(super) languages: &'static [&'static str],
    pub(super) contexts: &'static [Context],
    /// Spellings of `...`; `E` is the placeholder.
    pub(super) ellipses: &'static [&'static str],
    /// Whether `$x` is the language's own.
    pub(super) dollar: bool,
    /// Whether statements end with a semicolon.
    pub(super) semicolons: bool,
}

const FALLBACK: Dialect = Dialect {
    languages: &[],
    contexts: &[
        ("top level", "", "\n"),
        ("expression", "z_ = ", "\n"),
        ("statement", "", ";\n"),
    ],
    ellipses: &["E", "E;", "E = E", "E: E"],
    dollar: false,
    semicolons: false,
};

const TABLE: &[Dialect] = &[
    Dialect {
        languages: &["python"],
        contexts: &[
            ("statements", "", "\n"),
            ("argument", "z_(", ")\n"),
            ("annotation", "", "\ndef z_(): pass\n"),
            ("pair", "z_ = {", "}\n"),
            ("member", "class Z_:\n ", "\n"),
        ],
        ellipses: &["E", "E: E", "E = E", "@E", "pass"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["javascript", "typescript", "tsx"],
        contexts: &[
            ("statements", "", "\n"),
            ("expression", "z_ = ", ";\n"),
            ("member", "class Z_ { ", " }\n"),
            ("pair", "z_ = { ", " };\n"),
            ("function body", "async function z_() { ", " }\n"),
            ("attribute", "<z_ ", " />\n"),
            ("type", "let z_: ", ";\n"),
        ],
        ellipses: &[
            "E", "E;", "E: E", "E() {}", "E={E}", "case E:", "{E}", "E;E;E",
        ],
        dollar: false,
        semicolons: true,
    },
    Dialect {
        languages: &["java"],
        contexts: &[
            ("statements", "class Z_ { void z_() { ", " } }\n"),
            ("expression", "class Z_ { void z_() { z_ = ", "; } }\n"),
            ("statement", "class Z_ { void z_() { ", "; } }\n"),
            ("constructor", "class Z_ { Z_() { ", " } }\n"),
            ("constructor", "class Z_ { Z_() { ", "; } }\n"),
            ("member", "class Z_ { ", " }\n"),
            ("top level", "", "\n"),
            ("annotation", "", " class Z_ {}\n"),
            ("method annotation", "class Z_ { ", " void z_() {} }\n"),
        ],
        ellipses: &[
            "E", "E;", "E E;", "E E", "E = E", "@E", "E E() {}", "case E:", "E;E;E",
        ],
        dollar: false,
        semicolons: true,
    },
    Dialect {
        languages: &["go"],
        contexts: &[
            ("statements", "package z_\nfunc z_() {\n", "\n}\n"),
            ("expression", "package z_\nvar z_ = ", "\n"),
            ("top level", "package z_\n", "\n"),
            ("file", "", "\n"),
            ("pair", "package z_\nvar z_ = Z_{", "}\n"),
            ("type", "package z_\nvar z_ ", "\n"),
        ],
        ellipses: &["E", "\nE\n", "E: E", "E E", "case E:", "var E E"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["c", "cpp"],
        contexts: &[
            ("statements", "void z_() { ", " }\n"),
            ("expression", "void z_() { z_ = ", "; }\n"),
            ("statement", "void z_() { ", "; }\n"),
            ("top level", "", "\n"),
            ("member", "struct Z_ { ", " };\n"),
        ],
        ellipses: &["E", "E;", "E E;", "E E", "case E:", "E;E;E"],
        dollar: false,
        semicolons: true,
    },
    Dialect {
        languages: &["csharp"],
        contexts: &[
            ("statements", "class Z_ { void z_() { ", " } }\n"),
            ("expression", "class Z_ { void z_() { z_ = ", "; } }\n"),
            ("statement", "class Z_ { void z_() { ", "; } }\n"),
            ("member", "class Z_ { ", " }\n"),
            ("top level", "", "\n"),
            ("annotation", "", " class Z_ {}\n"),
            ("method annotation", "class Z_ { ", " void z_() {} }\n"),
            ("directive", "", ";\n"),
        ],
        ellipses: &[
            "E", "E()", "E();", "E;", "E E;", "E E", "E = E", "[E]", "E E() {}", "case E:", "E;E;E",
        ],
        dollar: false,
        semicolons: true,
    },
    Dialect {
        languages: &["rust"],
        contexts: &[
            ("statements", "fn z_() { ", " }\n"),
            ("expression", "fn z_() { let z_ = ", "; }\n"),
            ("statement", "fn z_() { ", "; }\n"),
            ("top level", "", "\n"),
            ("member", "impl Z_ { ", " }\n"),
            ("type", "type Z_ = ", ";\n"),
        ],
        ellipses: &["E", "E;", "E: E", "E => E,", "fn E() {}", "E: E,"],
        dollar: false,
        semicolons: true,
    },
    Dialect {
        languages: &["ruby"],
        contexts: &[
            ("statements", "", "\n"),
            ("member", "class Z_\n", "\nend\n"),
            ("pair", "z_(", ")\n"),
        ],
        ellipses: &["E", "E: E", "E => E", "\nE\n"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["php"],
        contexts: &[
            ("statements", "<?php ", "\n"),
            ("expression", "<?php $z_ = ", ";\n"),
            ("statement", "<?php ", ";\n"),
            ("member", "<?php class Z_ { ", " }\n"),
            ("pair", "<?php z_([", "]);\n"),
        ],
        ellipses: &[
            "E",
            "E;",
            "$E",
            "E => E",
            "function E() {}",
            "$E;",
            "case E:",
            "E;E;E",
        ],
        dollar: true,
        semicolons: true,
    },
    Dialect {
        languages: &["kotlin"],
        contexts: &[
            ("statements", "fun z_() {\n", "\n}\n"),
            ("expression", "val z_ = ", "\n"),
            ("top level", "", "\n"),
            ("member", "class Z_ {\n", "\n}\n"),
        ],
        ellipses: &["E", "E: E", "E;", "val E: E", "E -> E", "E ->"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["swift"],
        contexts: &[
            ("statements", "func z_() {\n", "\n}\n"),
            ("expression", "let z_ = ", "\n"),
            ("top level", "", "\n"),
            ("member", "class Z_ {\n", "\n}\n"),
        ],
        ellipses: &["E", "E: E", "E;", "let E: E"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["scala"],
        contexts: &[
            ("statements", "object Z_ { def z_() = {\n", "\n} }\n"),
            ("expression", "object Z_ { val z_ = ", " }\n"),
            ("member", "class Z_ {\n", "\n}\n"),
            ("top level", "", "\n"),
        ],
        ellipses: &["E", "E: E", "E;", "case E => E"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["bash"],
        contexts: &[("statements", "", "\n"), ("value", "z_=", "\n")],
        ellipses: &["E", "E;", "E) E ;;"],
        dollar: true,
        semicolons: false,
    },
    Dialect {
        languages: &["hcl"],
        contexts: &[
            ("top level", "", "\n"),
            ("expression", "z_ = ", "\n"),
            ("member", "z_ {\n", "\n}\n"),
        ],
        ellipses: &["E", "E = E", "\nE = E\n", "E = E,", "E {}", "\nE = E,\n"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["json"],
        contexts: &[("value", "", "\n"), ("pair", "{", "}\n")],
        ellipses: &["\"E\"", "\"E\": \"E\""],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["yaml"],
        contexts: &[("document", "", "\n"), ("value", "z_: ", "\n")],
        ellipses: &["E", "E: E", "- E"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["xml"],
        contexts: &[("attribute", "<z_ ", " />\n"), ("top level", "", "\n")],
        ellipses: &["E", "E=\"E\""],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["html"],
        contexts: &[("attribute", "<z ", "></z>\n"), ("top level", "", "\n")],
        ellipses: &["E"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["dockerfile"],
        contexts: &[
            ("top level", "", "\n"),
            ("shell", "RUN ", "\n"),
            ("value", "USER ", "\n"),
        ],
        ellipses: &["E", "RUN E", "\"E\"", "$E", "E=E"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["lua"],
        contexts: &[
            ("statements", "", "\n"),
            ("expression", "z_ = ", "\n"),
            ("pair", "z_ = {", "}\n"),
        ],
        ellipses: &["E", "E()", "E = E"],
        dollar: false,
        semicolons: false,
    },
    Dialect {
        languages: &["dart", "solidity", "groovy"],
        contexts: &[
            ("top level", "", "\n"),
            ("statements", "void z_() { ", " }\n"),
            ("expression", "void z_() { z_ = ", "; }\n"),
            ("statement", "void z_() { ", "; }\n"),
            ("member", "class Z_ { ", " }\n"),
            (
                "function",
                "contract Z_ { function z_() public { ",
                " } }\n",
            ),
            (
                "statement",
                "contract Z_ { function z_() public { ",
                "; } }\n",
            ),
            ("member", "contract Z_ { ", " }\n"),
            ("member", "contract Z_ { ", "; }\n"),
        ],
        ellipses: &["E", "E;", "E E;", "E E", "E: E", "E;E;E"],
        dollar: false,
        semicolons: true,
    },
];

/// What a context is, in the words of who writes a pattern.
pub(super) fn told(context: &str) -> &'static str {
    match context {
        "annotation" | "method annotation" => "an annotation",
        "argument" => "an argument of a call",
        "attribute" => "an attribute of an element",
        "directive" => "a directive",
        "expression" | "value" => "an expression",
        "constructor" | "function" | "function body" => "the body of a function",
        "member" => "a member of a class or block",
        "shell" => "a command of a shell",
        "pair" => "a key with its value",
        "statement" | "statements" => "a statement",
        "type" => "a type",
        _ => "a whole file",
    }
}

/// The row of a language.
pub(super) fn of(language: &Language) -> &'static Dialect {
    TABLE
        .iter()
        .find(|row| row.languages.contains(&language.name))
        .unwrap_or(&FALLBACK)
}
