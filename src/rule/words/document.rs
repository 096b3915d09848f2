//! A text as words, signs and blocks.
//!
//! Invariant: nothing here recurses, as a text may be nested as deep as it is long.

use std::ops::Range;

/// A tab counts as so many spaces.
const TAB: usize = 8;

/// A word (letters, digits and underscores of ASCII), or one character that is a sign.
pub(super) struct Token {
    pub(super) text: Range<usize>,
}

/// What a document is made of, in the order of the text.
pub(super) enum Item {
    /// A word or a sign, and its line.
    Atom { text: Range<usize>, line: usize },
    /// A block begins; the item that ends it.
    Open(usize),
    /// A block ends.
    Close,
}

/// A text, split.
pub(in crate::rule) struct Document<'t> {
    pub(super) text: &'t [u8],
    pub(super) items: Vec<Item>,
}

/// Whether a byte belongs to a word.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How far a line is indented.
pub(super) fn indent_of(line: &[u8]) -> usize {
    let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blank.map(|byte| if *byte == b'\t' { TAB } else { 1 }).sum()
}

/// The words and signs of a line, by their place in it.
pub(super) fn tokens(line: &[u8]) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while line.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let start = at;
        at += 1;
        let belongs: fn(u8) -> bool = match *line.get(start)? {
            byte if is_word(byte) => is_word,
            byte if byte.is_ascii() => |_| false,
            // The other bytes of the character.
            _ => |byte| (0x80..0xC0).contains(&byte),
        };
        while line.get(at).copied().is_some_and(belongs) {
            at += 1;
        }
        Some(Token { text: start..at })
    })
}

impl<'t> Document<'t> {
    /// Splits a text: each deeper indentation is a block, and so is what stands in brackets on one line.
    pub(in crate::rule) fn new(text: &'t [u8]) -> Self {
        let mut document = Self {
            text,
            items: Vec::new(),
        };
        // The indentation of each open block, and the item that opens it.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut start = 0;
        for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if !line.trim_ascii().is_empty() {
                let indent = indent_of(line);
                while open.last().is_some_and(|(own, _)| indent < *own) {
                    if let Some((_, opened)) = open.pop() {
                        document.close(opened);
                    }
                }
                if indent > open.last().map_or(0, |(own, _)| *own) {
                    open.push((indent, document.open()));
                }
                document.add_line(line, start, number);
            }
            start += line.len();
        }
        while let Some((_, opened)) = open.pop() {
            document.close(opened);
        }
        document
    }

    fn open(&mut self) -> usize {
        self.items.push(Item::Open(usize::MAX));
        self.items.len() - 1
    }

    fn close(&mut self, opened: usize) {
        let end = self.items.len();
        self.items.push(Item::Close);
        if let Some(Item::Open(close)) = self.items.get_mut(opened) {
            *close = end;
        }
    }

    fn add_line(&mut self, line: &[u8], start: usize, number: usize) {
        let tokens: Vec<Range<usize>> = tokens(line).map(|token| token.text).collect();
        let pairs = pairs(line, &tokens);
        let mut opened: Vec<usize> = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            let partner = pairs.get(index).copied().flatten();
            // Brackets with nothing between them hold no block.
            let block = partner.filter(|partner| partner.abs_diff(index) > 1);
            if block.is_some_and(|partner| partner < index)
                && let Some(opened) = opened.pop()
            {
                self.close(opened);
            }
            self.items.push(Item::Atom {
                text: start + token.start..start + token.end,
                line: number,
            });
            if block.is_some_and(|partner| partner > index) {
                opened.push(self.open());
            }
        }
    }
}

/// By token, the bracket that belongs to it. One that is not closed on its line, or not in order, is a sign.
fn pairs(line: &[u8], tokens: &[Range<usize>]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; tokens.len()];
    let mut open: Vec<(u8, usize)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let byte = line.get(token.start).copied().unwrap_or_default();
        let opener = match byte {
            b'(' | b'[' | b'{' => {
                open.push((byte, index));
                continue;
            }
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            _ => continue,
        };
        while let Some((own, at)) = open.pop() {
            if own == opener {
                pairs[index] = Some(at);
                pairs[at] = Some(index);
                break;
            }
        }
    }
    pairs
}
