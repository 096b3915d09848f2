//! A finding's text in other versions of its file: without white space and without lines that are comments.
//!
//! Equal texts are told apart by where they stand. Of two versions, those are the same whose line the two have in common;
//! of the others, those that have most around them in common. How many there are above says nothing where one was added
//! above.

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use memchr::memmem;

use super::diff;

/// Bytes before and behind that are compared.
const AROUND: usize = 400;
/// Of more equal texts in a file the how-many-th is the same.
const MANY: usize = 200;

/// How comments look in a language; none by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Comments<'c> {
    /// What begins one that ends with its line.
    pub line: &'c [&'c str],
    /// What begins and ends one of any length.
    pub block: Option<(&'c str, &'c str)>,
}

impl Comments<'_> {
    /// The code of a text without white space: what is indented or broken anew stays the same, and what was commented out
    /// is not there. Comments behind code stay: to tell them from strings takes a parser.
    fn code(&self, bytes: &[u8]) -> Code {
        let mut code = Vec::with_capacity(bytes.len());
        let mut lines = Vec::new();
        let mut within = false;
        for line in bytes.split(|byte| *byte == b'\n') {
            let mut rest = line.trim_ascii_start();
            loop {
                if let (true, Some((_, closer))) = (within, self.block) {
                    let Some(end) = memmem::find(rest, closer.as_bytes()) else {
                        rest = b"";
                        break;
                    };
                    rest = rest[end + closer.len()..].trim_ascii_start();
                    within = false;
                }
                match self.block {
                    Some((opener, _)) if rest.starts_with(opener.as_bytes()) => {
                        rest = &rest[opener.len()..];
                        within = true;
                    }
                    _ => break,
                }
            }
            let is_comment = self.line.iter().any(|one| rest.starts_with(one.as_bytes()));
            if !is_comment {
                let begin = code.len();
                let kept = rest.iter().copied();
                code.extend(kept.filter(|byte| !byte.is_ascii_whitespace()));
                if code.len() > begin {
                    lines.push(begin);
                }
            }
        }
        Code { bytes: code, lines }
    }
}

/// Code without white space.
#[derive(Debug)]
struct Code {
    bytes: Vec<u8>,
    /// Where lines begin that hold any.
    lines: Vec<usize>,
}

/// The text of a finding.
#[derive(Clone, Debug)]
pub(super) struct Needle<'c> {
    text: Vec<u8>,
    comments: Comments<'c>,
}

impl<'c> Needle<'c> {
    /// Of some bytes of a file, and which of its places they are; `None` if nothing is left without white space.
    pub(super) fn in_file(
        file: &[u8],
        start: usize,
        end: usize,
        comments: Comments<'c>,
    ) -> Option<(Self, usize)> {
        // A finding that stands in what looks like a comment is looked for in comments too.
        [comments, Comments::default()]
            .into_iter()
            .find_map(|comments| {
                let text = comments.code(file.get(start..end)?).bytes;
                let before = comments.code(&file[..start]).bytes.len();
                let needle = Self { text, comments };
                let index = needle.sites(file).at.iter().position(|at| *at == before)?;
                Some((needle, index))
            })
    }

    /// The places of a file that have this text.
    pub(super) fn sites(&self, file: &[u8]) -> Sites {
        let code = self.comments.code(file);
        let at = match self.text.is_empty() {
            true => Vec::new(),
            false => memmem::find_iter(&code.bytes, &self.text).collect(),
        };
        let end = code.bytes.len();
        let ends = code.lines.iter().skip(1).chain([&end]);
        let lines = code.lines.iter().zip(ends).map(|(begin, end)| {
            let mut hasher = DefaultHasher::new();
            code.bytes[*begin..*end].hash(&mut hasher);
            hasher.finish()
        });
        Sites {
            lines: lines.collect(),
            at,
            length: self.text.len(),
            code,
        }
    }
}

/// Places with one text in a version of a file.
#[derive(Debug)]
pub(super) struct Sites {
    code: Code,
    /// What each line holds, as a number.
    lines: Vec<u64>,
    /// Where each begins in the code.
    at: Vec<usize>,
    length: usize,
}

impl Sites {
    /// Which of the places of another version is the same as this one.
    pub(super) fn same_in(&self, index: usize, other: &Self) -> Option<usize> {
        if self.at.len().max(other.at.len()) > MANY {
            return (index < other.at.len()).then_some(index);
        }
        let same = self.by_line(other);
        if let Some((_, theirs)) = same.iter().find(|(own, _)| *own == index) {
            return Some(*theirs);
        }
        let left = |own: usize| !same.iter().any(|pair| pair.0 == own);
        let free = |theirs: usize| !same.iter().any(|pair| pair.1 == theirs);
        let mut pairs: Vec<(Reverse<usize>, usize, usize, usize)> = Vec::new();
        for own in (0..self.at.len()).filter(|own| left(*own)) {
            for theirs in (0..other.at.len()).filter(|theirs| free(*theirs)) {
                let common = self.common(self.at[own], other, other.at[theirs]);
                pairs.push((Reverse(common), own.abs_diff(theirs), own, theirs));
            }
        }
        pairs.sort_unstable();
        let (mut own_taken, mut taken) = (vec![false; self.at.len()], vec![false; other.at.len()]);
        for (_, _, own, theirs) in pairs {
            if own_taken[own] || taken[theirs] {
                continue;
            }
            if own == index {
                return Some(theirs);
            }
            (own_taken[own], taken[theirs]) = (true, true);
        }
        None
    }

    /// The places on lines that both versions have.
    fn by_line(&self, other: &Self) -> Vec<(usize, usize)> {
        let lines = diff::common(&self.lines, &other.lines).unwrap_or_default();
        let (own, theirs) = (self.on_lines(), other.on_lines());
        let mut same = Vec::new();
        for (line, their_line) in lines {
            let on = |all: &[usize], line: usize| {
                let begin = all.partition_point(|one| *one < line);
                begin..all.partition_point(|one| *one <= line)
            };
            same.extend(on(&own, line).zip(on(&theirs, their_line)));
        }
        same
    }

    /// The line on which each place begins.
    fn on_lines(&self) -> Vec<usize> {
        let line = |at: &usize| {
            self.code
                .lines
                .partition_point(|begin| begin <= at)
                .saturating_sub(1)
        };
        self.at.iter().map(line).collect()
    }

    /// How much of what is around two places is the same. What is before counts twice: the name of a function is there,
    /// and what follows the call is often the same in several.
    fn common(&self, at: usize, other: &Self, place: usize) -> usize {
        let (code, theirs) = (&self.code.bytes, &other.code.bytes);
        let before = alike(code[..at].iter().rev(), theirs[..place].iter().rev());
        let (end, their_end) = (at + self.length, place + other.length);
        let behind = alike(code[end..].iter(), theirs[their_end..].iter());
        2 * before + behind
    }
}

/// How long two texts begin alike; as long as can be where both end so.
fn alike<'b>(
    mut one: impl Iterator<Item = &'b u8>,
    mut other: impl Iterator<Item = &'b u8>,
) -> usize {
    for count in 0..AROUND {
        match (one.next(), other.next()) {
            (None, None) => return AROUND,
            (Some(byte), Some(same)) if byte == same => {}
            _ => return count,
        }
    }
    AROUND
}

#[cfg(test)]
mod tests {
    use super::{Comments, Needle};

    const GO: Comments<'static> = Comments {
        line: &["//"],
        block: Some(("/*", "*/")),
    };

    #[test]
    fn comments_and_white_space_are_no_code() {
        let code = |text: &str| String::from_utf8(GO.code(text.as_bytes()).bytes).expect("UTF-8");
        for (text, expected) in [
            ("a( 1,\n\t2 )", "a(1,2)"),
            ("// a\n  // b\nc", "c"),
            ("/* a */ b /* c */", "b/*c*/"),
            ("/* a\n b\n*/ /* c */ d", "d"),
            ("/* never", ""),
            ("\"// a\"", "\"//a\""),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(Comments::default().code(b"// a").bytes, b"//a");
    }

    /// The place in one version of what stands at the how-many-th `f(1)` of another.
    fn same(one: &str, number: usize, other: &str) -> Option<usize> {
        let (start, text) = one.match_indices("f(1)").nth(number).expect("it is there");
        let end = start + text.len();
        let (needle, index) = Needle::in_file(one.as_bytes(), start, end, GO).expect("a text");
        needle
            .sites(one.as_bytes())
            .same_in(index, &needle.sites(other.as_bytes()))
    }

    #[test]
    fn equal_texts_are_told_apart_by_what_is_around() {
        let old = "func b {\n x := f(1)\n}\nend";
        let new =
            "func a {\n y := f(1)\n}\nfunc b {\n  x := f( 1)\n}\nend".replace("f( 1)", "f(1)");
        assert_eq!((same(old, 0, &new), same(&new, 1, old)), (Some(1), Some(0)));
        assert_eq!(same(&new, 0, old), None);
        // Where nothing tells them apart, the first stays the first.
        assert_eq!(same("f(1) f(1)", 0, "f(1)"), Some(0));
        assert_eq!(same("f(1) f(1)", 1, "f(1)"), None);
        // What was commented out is not there; what looks like a comment and is none, is.
        assert_eq!(same(old, 0, "func b {\n // x := f(1)\n}\nend"), None);
        assert_eq!(same("// f(1)", 0, "// f(1)"), Some(0));
        assert!(Needle::in_file(b"a  b", 1, 2, GO).is_none());
        assert!(Needle::in_file(b"a", 0, 9, GO).is_none());
    }

    #[test]
    fn thousands_of_equal_texts_are_counted() {
        let many = "f(1)\n".repeat(10_000);
        assert_eq!(same(&many, 7_000, &many), Some(7_000));
    }
}
