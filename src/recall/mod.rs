//! Writes a case otherwise without changing what it means, to learn what a rule misses.
//!
//! Invariants: a rewrite parses without a new error, and where only layout, comments or parentheses change, it parses
//! to the same tree; what a language calls a variable, a string or a named argument is data (see `table`).

mod edit;
mod names;
mod order;
mod quotes;
mod table;
mod tokens;
mod tree;

use std::ops::Range;

use edit::Edits;
use tree::Source;

use crate::language::Language;
use crate::model::Rewriting;

/// A text that means what another one means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// In which way it is written otherwise.
    pub way: Rewriting,
    /// All of it.
    pub text: String,
    /// Where in it that is which stood at the place asked for.
    pub place: Range<usize>,
}

/// Whether it is known how a language can be written otherwise.
pub fn knows(language: &Language) -> bool {
    table::of(language).is_some()
}

/// Rewrites a text around a place in every way that its language knows; none if it does not parse.
pub fn rewrites(text: &str, language: &'static Language, place: &Range<usize>) -> Vec<Rewrite> {
    let Some(source) = Source::parse(text, language) else {
        return Vec::new();
    };
    let Some(habits) = table::of(language) else {
        return Vec::new();
    };
    let mut rewrites: Vec<Rewrite> = Vec::new();
    for way in Rewriting::ALL {
        let all: Vec<Edits> = match way {
            Rewriting::Comments => tokens::comments(&source, habits, place),
            Rewriting::Imports => names::imports(&source, habits),
            Rewriting::Keywords => order::keywords(&source, habits, place),
            Rewriting::Locals => names::locals(&source, habits, place),
            Rewriting::Parentheses => tokens::parentheses(&source, habits, place),
            Rewriting::Quotes => quotes::quotes(&source, habits, place),
            Rewriting::Wrapping => tokens::wrapping(&source, habits, place),
        };
        for edits in all {
            let rewrite = Rewrite {
                way,
                text: edits.apply(text),
                place: edits.place(place),
            };
            let is_new = |other: &Rewrite| other.way != way || other.text != rewrite.text;
            if rewrite.text != text && rewrites.iter().all(is_new) {
                rewrites.push(rewrite);
            }
        }
    }
    rewrites
}

#[cfg(test)]
mod tests {
    use super::rewrites;
    use crate::language;
    use crate::model::Rewriting;

    /// The rewrites of a text around a word, each with what it says.
    fn of(name: &str, text: &str, hit: &str, way: Rewriting) -> Vec<String> {
        let language = language::by_name(name).expect("built in");
        let start = text.find(hit).expect("the hit is there");
        rewrites(text, language, &(start..start + hit.len()))
            .into_iter()
            .filter(|rewrite| rewrite.way == way)
            .map(|rewrite| rewrite.text)
            .collect()
    }

    #[test]
    fn each_way_in_some_language() {
        use Rewriting::{Comments, Imports, Keywords, Locals, Parentheses, Quotes, Wrapping};
        for (name, text, hit, way, wanted) in [
            (
                "python",
                "f(a, b=1, c=2)\n",
                "f(a, b=1, c=2)",
                Keywords,
                "f(a, c=2, b=1)\n",
            ),
            (
                "ruby",
                "f(a, b: 1, c: 2)\n",
                "f(a, b: 1, c: 2)",
                Keywords,
                "f(a, c: 2, b: 1)\n",
            ),
            (
                "go",
                "package a\n\nvar x = T{A: 1, B: 2}\n",
                "T{A: 1, B: 2}",
                Keywords,
                "package a\n\nvar x = T{B: 2, A: 1}\n",
            ),
            (
                "xml",
                "<a n=\"1\" m=\"2\"/>\n",
                "<a n=\"1\" m=\"2\"/>",
                Keywords,
                "<a m=\"2\" n=\"1\"/>\n",
            ),
            ("python", "f(\"a\")\n", "f(\"a\")", Quotes, "f('a')\n"),
            ("javascript", "f('a');\n", "f('a')", Quotes, "f(\"a\");\n"),
            ("javascript", "f('a');\n", "f('a')", Quotes, "f(`a`);\n"),
            ("python", "f(a)\n", "f(a)", Parentheses, "f((a))\n"),
            (
                "c",
                "int x = f(a * b);\n",
                "f(a * b)",
                Parentheses,
                "int x = f((a * b));\n",
            ),
            (
                "python",
                "f(a, b)\n",
                "f(a, b)",
                Wrapping,
                "f(\n    a,\n     b)\n",
            ),
            (
                "rust",
                "fn f() { a.b(c); }\n",
                "a.b(c)",
                Wrapping,
                "fn f() { a\n    .b(\n    c); }\n",
            ),
            (
                "bash",
                "rm -rf \"$x\"\n",
                "rm -rf \"$x\"",
                Wrapping,
                "rm \\\n    -rf \\\n    \"$x\"\n",
            ),
            (
                "go",
                "package a\n\nvar x = f(a)\n",
                "f(a)",
                Comments,
                "package a\n\nvar x = f( /* note */ a)\n",
            ),
            ("python", "f(a)\n", "f(a)", Comments, "f( # note\n    a)\n"),
            (
                "python",
                "import os\nos.x()\n",
                "os.x()",
                Imports,
                "import os as os2\nos2.x()\n",
            ),
            (
                "python",
                "from os import x\nx(y.x)\n",
                "x(y.x)",
                Imports,
                "from os import x as x2\nx2(y.x)\n",
            ),
            (
                "go",
                "package a\n\nimport \"net/http\"\n\nvar x = http.Get(http.X)\n",
                "http.Get(http.X)",
                Imports,
                "package a\n\nimport http2 \"net/http\"\n\nvar x = http2.Get(http2.X)\n",
            ),
            (
                "javascript",
                "const { exec } = require('a');\nexec(x);\n",
                "exec(x)",
                Imports,
                "const { exec: exec2 } = require('a');\nexec2(x);\n",
            ),
            (
                "rust",
                "use std::fs::read;\nfn f() { read(x); }\n",
                "read(x)",
                Imports,
                "use std::fs::read as read2;\nfn f() { read2(x); }\n",
            ),
            (
                "python",
                "def f(a):\n    b = a\n    return g(b, a)\n",
                "g(b, a)",
                Locals,
                "def f(a2):\n    b2 = a2\n    return g(b2, a2)\n",
            ),
            (
                "c",
                "void f(int n) { g(n, s->m); }\n",
                "g(n, s->m)",
                Locals,
                "void f(int n2) { g(n2, s->m); }\n",
            ),
            (
                "bash",
                "d=$(pwd)\nrm \"$d\"\n",
                "rm \"$d\"",
                Locals,
                "d2=$(pwd)\nrm \"$d2\"\n",
            ),
            (
                "php",
                "<?php\n$a = 1;\nf($a);\n",
                "f($a)",
                Locals,
                "<?php\n$a2 = 1;\nf($a2);\n",
            ),
        ] {
            let made = of(name, text, hit, way);
            assert!(
                made.iter().any(|text| text == wanted),
                "{name} {way:?}: {made:#?}"
            );
        }
    }

    #[test]
    fn what_would_mean_something_else_is_not_written() {
        use Rewriting::{Locals, Parentheses, Quotes};
        for (name, text, hit, way) in [
            // An attribute of the same name would lose its way.
            (
                "python",
                "def f(a):\n    return g(a, b.a)\n",
                "g(a, b.a)",
                Locals,
            ),
            (
                "rust",
                "fn f(a: u8) { println!(\"{a}\"); g(a); }\n",
                "g(a)",
                Locals,
            ),
            ("javascript", "f('a\\n');\n", "f('a\\n')", Quotes),
            ("ruby", "f(\"#{a}\")\n", "f(\"#{a}\")", Quotes),
            ("bash", "f \"$a\"\n", "f \"$a\"", Quotes),
            ("python", "'a'\n", "'a'", Parentheses),
            // In C, parentheses around a name of a macro keep it from being expanded.
            ("c", "int x = f();\n", "f()", Parentheses),
        ] {
            let made = of(name, text, hit, way);
            let wrapped_whole = |text: &String| text.contains("(f())") || text == "('a')\n";
            assert!(made.iter().all(wrapped_whole), "{name} {way:?}: {made:#?}");
        }
    }
}
