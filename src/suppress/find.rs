//! Where in a text comments begin with `stampout:ignore`, and which line each is about.
//!
//! The openers of comments are those of all languages together: files embed other languages, and a comment that is none
//! in its file hides no more for it.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use crate::model::{IgnoreComment, IgnoreComments};

/// The words.
const MARK: &[u8] = b"stampout:ignore";
static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MARK));

/// What begins a comment that ends with its line.
const LINE: [&str; 5] = ["#", "//", "--", ";", "%"];
/// What begins a comment, and what ends it; of two that fit, the longer stands first.
const BLOCK: [(&str, &str); 7] = [
    ("--[[", "]]"),
    ("#[[", "]]"),
    ("<!--", "-->"),
    ("/*", "*/"),
    ("<#", "#>"),
    ("{-", "-}"),
    ("(*", "*)"),
];
/// What may stand around an opener for its looks: `///`, `/**`, `##`.
const DECORATION: &[u8] = b"/#*!;-%";

/// More of them in one file are not read: they hide nothing.
const MOST: usize = 1_000;
/// A longer text is cut; no reason is so long.
const LONGEST: usize = 1_000;
/// A comment that does not end within so many lines, or bytes, is about none of them.
const DEEPEST: usize = 200;
const FARTHEST: usize = 1 << 16;

/// The comments of a text in UTF-8 that begin with the words, or only hold them, in order.
pub fn comments(text: &[u8]) -> IgnoreComments {
    let mut found = Vec::new();
    let (mut line, mut counted) = (1_u32, 0);
    for at in FINDER.find_iter(text).take(MOST) {
        line = line.saturating_add(memchr::memchr_iter(b'\n', &text[counted..at]).count() as u32);
        counted = at;
        found.extend(comment(text, at, line));
    }
    found.into()
}

/// What stands at a mark; `None` where it is part of a longer word.
fn comment(text: &[u8], at: usize, line: u32) -> Option<IgnoreComment> {
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
    let before = &text[start..at];
    let behind = &text[at + MARK.len()..end];
    let longer = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    if before.last().is_some_and(longer) || behind.first().is_some_and(longer) {
        return None;
    }
    let opening = Opening::of(before);
    let closer = opening.as_ref().and_then(|opening| opening.closer);
    let said_until = closer.and_then(|closer| memmem::find(behind, closer.as_bytes()));
    let said = behind[..said_until.unwrap_or(behind.len())].trim_ascii();
    let trailing = opening.as_ref().is_some_and(|opening| opening.trailing);
    let covers = match &opening {
        // Code may follow a comment on its line.
        Some(opening) if !trailing => match (closer, said_until) {
            (Some(closer), Some(until)) if !blank(&behind[until + closer.len()..]) => line,
            (Some(closer), None) => below_block(text, end, line, closer),
            _ => below_lines(text, end, line, opening),
        },
        _ => line,
    };
    Some(IgnoreComment {
        line,
        covers,
        trailing,
        begins: opening.is_some(),
        text: String::from_utf8_lossy(&said[..said.len().min(LONGEST)]).into_owned(),
    })
}

/// How the comment opens at whose beginning a mark stands.
struct Opening {
    opener: &'static str,
    /// What ends it, if it is not the end of the line.
    closer: Option<&'static str>,
    /// Whether code stands before it on its line.
    trailing: bool,
}

impl Opening {
    /// By what stands before the mark on its line; `None` if that is not the beginning of a comment.
    fn of(before: &[u8]) -> Option<Self> {
        let before = before.trim_ascii();
        if before == b"*" {
            // A further line of a block, as is the custom.
            return Some(Self {
                opener: "*",
                closer: Some("*/"),
                trailing: false,
            });
        }
        let mut bare = before;
        while let Some((last, rest)) = bare.split_last()
            && b"!*".contains(last)
            && !BLOCK
                .iter()
                .any(|(open, _)| bare.ends_with(open.as_bytes()))
        {
            bare = rest.trim_ascii_end();
        }
        let block = BLOCK
            .iter()
            .find(|(open, _)| bare.ends_with(open.as_bytes()));
        let (opener, closer) = match block {
            Some((open, close)) => (*open, Some(*close)),
            None => {
                let line = LINE.iter().find(|open| bare.ends_with(open.as_bytes()))?;
                (*line, None)
            }
        };
        let code = &bare[..bare.len() - opener.len()];
        let is_decoration = |byte: &u8| byte.is_ascii_whitespace() || DECORATION.contains(byte);
        Some(Self {
            opener,
            closer,
            trailing: !code.iter().all(is_decoration),
        })
    }
}

fn blank(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty()
}

/// The lines below.
fn rows(text: &[u8], end: usize) -> impl Iterator<Item = &[u8]> {
    let rest = text.get(end + 1..).unwrap_or_default();
    let rest = &rest[..rest.len().min(FARTHEST)];
    rest.split(|byte| *byte == b'\n').take(DEEPEST)
}

/// The first line below that is not a comment of the same kind: a reason may go on, and several comments may stand in a
/// row above the code that they are about.
fn below_lines(text: &[u8], end: usize, line: u32, opening: &Opening) -> u32 {
    let goes_on = |row: &[u8]| {
        let row = row.trim_ascii();
        row.starts_with(opening.opener.as_bytes())
            && opening
                .closer
                .is_none_or(|closer| row.ends_with(closer.as_bytes()))
    };
    line + 1 + rows(text, end).take_while(|row| goes_on(row)).count() as u32
}

/// The line behind the end of a block, or that on which it ends if code follows there.
fn below_block(text: &[u8], end: usize, line: u32, closer: &str) -> u32 {
    for (number, row) in (line + 1..).zip(rows(text, end)) {
        if let Some(at) = memmem::find(row, closer.as_bytes()) {
            let next = u32::from(blank(&row[at + closer.len()..]));
            return number + next;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::comments;
    use crate::model::IgnoreComment;

    fn told(text: &str) -> Vec<String> {
        let tell = |one: &IgnoreComment| {
            let IgnoreComment {
                line,
                covers,
                trailing,
                begins,
                text,
            } = one;
            let how = match (begins, trailing) {
                (false, _) => "mentioned",
                (true, true) => "behind",
                (true, false) => "above",
            };
            format!("{line}->{covers} {how} [{text}]")
        };
        comments(text.as_bytes()).iter().map(tell).collect()
    }

    #[test]
    fn comments_are_about_their_line_or_the_one_below() {
        let cases: &[(&str, &[&str])] = &[
            ("f()  # stampout:ignore A.b x\n", &["1->1 behind [A.b x]"]),
            (
                "f();  // stampout:ignore A.b x\r\n",
                &["1->1 behind [A.b x]"],
            ),
            ("\n# stampout:ignore A.b x\nf()\n", &["2->3 above [A.b x]"]),
            (
                "  /// stampout:ignore A.b x\nf()\n",
                &["1->2 above [A.b x]"],
            ),
            ("## stampout:ignore A.b x\nf()\n", &["1->2 above [A.b x]"]),
            ("-- stampout:ignore A.b x", &["1->2 above [A.b x]"]),
            (
                "--[[ stampout:ignore A.b x ]]\nf()",
                &["1->2 above [A.b x]"],
            ),
            ("f() -- stampout:ignore A.b x", &["1->1 behind [A.b x]"]),
            (
                "<!-- stampout:ignore A.b x -->\n<f/>",
                &["1->2 above [A.b x]"],
            ),
            (
                "<f/> <!-- stampout:ignore A.b x -->",
                &["1->1 behind [A.b x]"],
            ),
            ("/* stampout:ignore A.b x */ f()", &["1->1 above [A.b x]"]),
            (
                "g(/* stampout:ignore A.b x */ f())",
                &["1->1 behind [A.b x]"],
            ),
            ("/** stampout:ignore A.b x */\nf()", &["1->2 above [A.b x]"]),
            (
                "/*! stampout:ignore A.b x\n more */\nf()",
                &["1->3 above [A.b x]"],
            ),
            (
                "/**\n * stampout:ignore A.b x\n * more\n */ f()",
                &["2->4 above [A.b x]"],
            ),
            (
                "/* stampout:ignore A.b x\nnever ends",
                &["1->1 above [A.b x]"],
            ),
            ("{- stampout:ignore A.b x -}\nf", &["1->2 above [A.b x]"]),
            ("  ;; stampout:ignore A.b x\n(f)", &["1->2 above [A.b x]"]),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), *expected, "{text}");
        }
    }

    #[test]
    fn a_reason_goes_on_and_comments_stand_in_a_row() {
        assert_eq!(
            told("# stampout:ignore A.b x\n# and more\n# stampout:ignore A.c y\nf()\n"),
            ["1->4 above [A.b x]", "3->4 above [A.c y]"]
        );
        // Another kind of comment, a blank line and a preprocessor end the row.
        for next in ["/* x */", "", "#define f"] {
            let text = format!("// stampout:ignore A.b x\n{next}\nf()\n");
            assert_eq!(told(&text), ["1->2 above [A.b x]"], "{next}");
        }
        assert_eq!(
            told("<!-- stampout:ignore A.b x -->\n<!-- more -->\n<!-- opens\n-->\n"),
            ["1->3 above [A.b x]"]
        );
    }

    #[test]
    fn a_mention_is_no_beginning_and_a_longer_word_is_none() {
        for text in [
            "see stampout:ignore A.b",
            "# see stampout:ignore A.b",
            "\"stampout:ignore A.b\"",
        ] {
            assert!(told(text)[0].contains("mentioned"), "{text}");
        }
        for text in [
            "# stampout:ignored A.b",
            "# stampout:ignore-all",
            "# xstampout:ignore A.b",
        ] {
            assert!(told(text).is_empty(), "{text}");
        }
    }

    /// Files of a million marks, and lines without an end.
    #[test]
    fn hostile_files_cost_little() {
        let many = "# stampout:ignore A.b x\n".repeat(5_000);
        assert_eq!(comments(many.as_bytes()).len(), super::MOST);
        let long = format!("# stampout:ignore {}\u{1f600}", "é".repeat(100_000));
        assert!(comments(long.as_bytes())[0].text.len() <= super::LONGEST + 3);
        assert_eq!(told("# stampout:ignore"), ["1->2 above []"]);
        assert!(comments(b"\xff\n# stampout:ignore \xff\xfe").len() == 1);
    }
}
