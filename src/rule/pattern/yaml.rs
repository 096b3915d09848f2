//! What scalars of YAML say, however they are written, and what anchors and tags hide: `"a"`, `'a'`, `a` and a block are
//! one text, `yes` is `true`, `0x10` is `16`, `*x` is what `&x` stands before.

use super::compile::{Content, Tree};
use super::forest::Forest;
use super::matcher::{Matcher, Way};
use super::reader::{Reader, content_of};
use super::text::Hole;

/// The value of a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Text(Vec<u8>),
    Truth(bool),
    /// The bits of the number.
    Number(u64),
    Nothing,
}

const TRUE: [&str; 11] = [
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
];
const FALSE: [&str; 11] = [
    "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
];
const NOTHING: [&str; 4] = ["null", "Null", "NULL", "~"];

/// Whether a word can be written otherwise: as another truth value or another nothing.
pub(super) fn is_value(word: &str) -> bool {
    [&TRUE[..], &FALSE, &NOTHING]
        .iter()
        .any(|words| words.contains(&word))
}

/// Whether a pattern can match text in which its words do not stand as they are: what escapes or lines of a block spell.
pub(super) fn is_spelled_otherwise(pattern: &str) -> bool {
    pattern.contains(['\\', '\t'])
        || pattern
            .lines()
            .any(|line| block(line.trim_end().as_bytes()).is_some())
}

/// What a scalar says.
pub(super) fn scalar(written: &[u8]) -> Scalar {
    match written.first() {
        Some(b'"' | b'\'') => return Scalar::Text(quoted(written)),
        Some(b'|' | b'>') => return Scalar::Text(block_text(written)),
        _ => {}
    }
    let text = folded(written);
    let word = String::from_utf8_lossy(&text);
    if TRUE.contains(&&*word) {
        Scalar::Truth(true)
    } else if FALSE.contains(&&*word) {
        Scalar::Truth(false)
    } else if NOTHING.contains(&&*word) {
        Scalar::Nothing
    } else if let Some(number) = number(&word) {
        Scalar::Number(number.to_bits())
    } else {
        Scalar::Text(text)
    }
}

fn number(word: &str) -> Option<f64> {
    let digits = word.trim_start_matches(['-', '+', '.']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let word = word.replace('_', "");
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = word.strip_prefix(prefix) {
            return u32::from_str_radix(digits, base).ok().map(f64::from);
        }
    }
    word.parse().ok()
}

/// The lines of a scalar in one.
fn folded(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'\n') {
        return text.to_vec();
    }
    let mut folded: Vec<u8> = Vec::new();
    let mut blank = 0_usize;
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = if index == 0 {
            line.trim_ascii_end()
        } else {
            line.trim_ascii()
        };
        if line.is_empty() && index > 0 {
            blank += 1;
            continue;
        }
        match (index, blank) {
            (0, _) => {}
            (_, 0) => folded.push(b' '),
            (_, lines) => folded.extend(std::iter::repeat_n(b'\n', lines)),
        }
        blank = 0;
        folded.extend_from_slice(line);
    }
    folded
}

/// Between quotes: escapes that stand for one sign are read; what spells a sign by its number stays as it is.
fn quoted(written: &[u8]) -> Vec<u8> {
    let quote = written[0];
    let inner = written
        .get(1..written.len().saturating_sub(1))
        .unwrap_or_default();
    let inner = folded(inner);
    let mut text = Vec::with_capacity(inner.len());
    let mut at = 0;
    while let Some(byte) = inner.get(at) {
        let next = inner.get(at + 1).copied();
        let read = match (quote, *byte, next) {
            (b'\'', b'\'', Some(b'\'')) => Some(b'\''),
            (b'"', b'\\', Some(b'n')) => Some(b'\n'),
            (b'"', b'\\', Some(b't')) => Some(b'\t'),
            (b'"', b'\\', Some(b'r')) => Some(b'\r'),
            (b'"', b'\\', Some(b'0')) => Some(0),
            (b'"', b'\\', Some(same @ (b'"' | b'\\' | b'/' | b' '))) => Some(same),
            _ => None,
        };
        text.push(read.unwrap_or(*byte));
        at += if read.is_some() { 2 } else { 1 };
    }
    text
}

/// The style of a block, and what becomes of its last line ends, by its first line: `|`, `>-`, `|2+`.
fn block(header: &[u8]) -> Option<(u8, Option<u8>)> {
    let header = header
        .iter()
        .rposition(|byte| b"|>".contains(byte))
        .map(|at| &header[at..])?;
    let rest = header[1..].trim_ascii_end();
    let note = rest.iter().position(|byte| *byte == b'#');
    let rest = rest[..note.unwrap_or(rest.len())].trim_ascii();
    rest.iter()
        .all(|byte| byte.is_ascii_digit() || b"+-".contains(byte))
        .then(|| {
            let chomp = rest.iter().copied().find(|byte| b"+-".contains(byte));
            (header[0], chomp)
        })
}

/// What stands below the first line of a block, as it is written.
fn block_lines(written: &[u8]) -> &[u8] {
    let end = written.iter().position(|byte| *byte == b'\n');
    end.map_or(&[], |end| &written[end + 1..])
}

fn block_text(written: &[u8]) -> Vec<u8> {
    let header = written.split(|byte| *byte == b'\n').next();
    let Some((style, chomp)) = block(header.unwrap_or_default()) else {
        return written.to_vec();
    };
    let blanks = |line: &&[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let lines: Vec<&[u8]> = block_lines(written)
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect();
    let said = lines.iter().filter(|line| !line.trim_ascii().is_empty());
    let indent = said.map(blanks).next().unwrap_or(0);
    let mut text: Vec<u8> = Vec::new();
    let mut fold = false;
    for line in &lines {
        let line = line.get(indent.min(blanks(line))..).unwrap_or_default();
        let deeper = line.starts_with(b" ");
        match (style, text.last()) {
            (b'>', Some(b'\n')) if fold && !line.is_empty() && !deeper => {
                text.pop();
                if text.last() != Some(&b'\n') {
                    text.push(b' ');
                }
            }
            _ => {}
        }
        text.extend_from_slice(line);
        text.push(b'\n');
        fold = !deeper;
    }
    if chomp != Some(b'+') {
        let length = text.iter().rposition(|byte| *byte != b'\n');
        text.truncate(length.map_or(0, |last| last + 1));
        if chomp.is_none() && !text.is_empty() {
            text.push(b'\n');
        }
    }
    text
}

/// What a string says, as it is written: without its quotes, or without the first line of a block.
pub(in crate::rule) fn inside(written: &[u8]) -> &[u8] {
    match written {
        [b'|' | b'>', ..] => {
            let lines = block_lines(written);
            let blank = lines.iter().take_while(|byte| **byte == b' ').count();
            &lines[blank..]
        }
        [b'"' | b'\'', inner @ .., _] => inner,
        _ => written,
    }
}

impl Reader<'_> {
    /// A scalar of YAML: a hole where it is one and no more, else what it says.
    pub(super) fn read_scalar(&self, word: &str) -> Tree {
        let quoted = word.starts_with(['"', '\'']);
        let said = match scalar(word.as_bytes()) {
            Scalar::Text(said) => said,
            other => return Tree::Text(Content::Value(other)),
        };
        let text = String::from_utf8_lossy(&said);
        match self.hole_of_word(text.trim_end_matches('\n')) {
            Some(Hole::Metavariable(name)) if quoted => {
                return Tree::Text(Content::Metavariable(name.clone()));
            }
            Some(Hole::Ellipsis) if quoted => return Tree::Text(Content::Any),
            Some(hole) => {
                if let Some(tree) = Self::of_hole(hole) {
                    return tree;
                }
            }
            None => {}
        }
        Tree::Text(content_of(self.as_written(&text).as_bytes()))
    }

    /// A text with the holes in it as the pattern has them: they are no holes there.
    pub(super) fn as_written(&self, text: &str) -> String {
        let mut written = text.to_owned();
        for (index, hole) in self.holes.iter().enumerate() {
            let hole = match hole {
                Hole::Metavariable(name) => format!("${name}"),
                Hole::EllipsisMetavariable(name) => format!("$...{name}"),
                Hole::Ellipsis => "...".to_owned(),
                Hole::DeepOpen => "<...".to_owned(),
                Hole::DeepClose => "...>".to_owned(),
            };
            for placeholder in [format!("mvz{index}z"), format!("Mvz{index}z")] {
                written = written.replace(&placeholder, &hole);
            }
        }
        written
    }
}

impl Matcher<'_> {
    /// A scalar by what it says.
    pub(super) fn scalar(&self, wanted: &Content, at: u32, way: &Way) -> Vec<Way> {
        let written = self.forest.text_of(at);
        let own = scalar(written);
        let holds = match (wanted, &own) {
            (Content::Any, _) => true,
            (Content::Exactly(text), Scalar::Text(own)) => text == own,
            (Content::Value(value), own) => value == own,
            (Content::Like(regex), Scalar::Text(own)) => {
                crate::rule::expression::matches(regex, own)
            }
            (Content::Metavariable(name), Scalar::Text(_)) => {
                let content = inside(written);
                let start = self.forest.item(at).start_byte
                    + (content.as_ptr() as usize).saturating_sub(written.as_ptr() as usize);
                return self.bind(name, start..start + content.len(), way);
            }
            _ => false,
        };
        if holds { vec![way.clone()] } else { Vec::new() }
    }

    /// What an alias stands for, and what a tag stands before where the pattern does not speak of tags.
    pub(super) fn carried(&self, tree: &Tree, at: u32) -> u32 {
        let asked = match tree {
            Tree::Text(_) | Tree::Leaf(..) => None,
            Tree::Node { kind, .. } => Some(*kind),
            _ => return at,
        };
        let mut at = at;
        for _ in 0..4 {
            if !self.forest.kind(at).carrier || asked == Some(self.forest.item(at).kind) {
                break;
            }
            let below = match self.forest.kind_name(at) {
                "alias" => self.forest.anchored(at),
                _ => self.forest.children(at).last().copied(),
            };
            match below {
                Some(below) => at = below,
                None => break,
            }
        }
        at
    }

    /// Whether what an item carries is looked at in its own place.
    pub(super) fn only_carries(&self, tree: &Tree, at: u32) -> bool {
        self.forest.kind(at).carrier
            && self.forest.kind_name(at) != "alias"
            && self.carried(tree, at) != at
    }
}

impl Forest<'_> {
    /// What an alias stands for.
    fn anchored(&self, alias: u32) -> Option<u32> {
        let start = self.item(alias).start_byte;
        let name = self.text_of(alias).strip_prefix(b"*")?;
        let known = self.anchors.iter().rev().find(|(range, _)| {
            let text = self.text.get(range.clone()).unwrap_or_default();
            range.end <= start && text.strip_prefix(b"&") == Some(name)
        });
        known
            .map(|(_, item)| *item)
            .filter(|item| (*item as usize) < self.items.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Scalar, block_text, inside, scalar};

    #[test]
    fn scalars_by_what_they_say() {
        let text = |text: &str| Scalar::Text(text.as_bytes().to_vec());
        let number = |number: f64| Scalar::Number(number.to_bits());
        for (written, said) in [
            ("a", text("a")),
            ("'a''b'", text("a'b")),
            (r#""a\"b\n""#, text("a\"b\n")),
            (r#""\u0061""#, text("\\u0061")),
            ("a b\n  c\n\n  d", text("a b c\nd")),
            ("|\n  a\n   b\n", text("a\n b\n")),
            ("|-\n  a\n\n", text("a")),
            ("|+ # why\n  a\n\n", text("a\n\n\n")),
            (">\n  a\n  b\n\n  c\n", text("a b\nc\n")),
            (">-\n  a\n    b\n  c\n", text("a\n  b\nc")),
            ("Off", Scalar::Truth(false)),
            ("'Off'", text("Off")),
            ("~", Scalar::Nothing),
            ("0x10", number(16.0)),
            ("1.0", number(1.0)),
            ("1.2.3", text("1.2.3")),
            ("-5", number(-5.0)),
            ("-a", text("-a")),
            ("", text("")),
        ] {
            assert_eq!(scalar(written.as_bytes()), said, "{written}");
        }
        assert_eq!(block_text(b"|"), b"");
        assert_eq!(inside(b"|\n  a\n  b"), b"a\n  b");
        assert_eq!(inside(b"'a'"), b"a");
    }
}
