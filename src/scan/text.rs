//! The bytes of a file as text the parsers read, with the way back to the raw bytes.
//!
//! UTF-8 is read as it is. UTF-16 and UTF-32 are decoded by their byte order mark, UTF-16 also by its pattern of NULs.
//! Bytes that are not UTF-8 are read as ISO-8859-1, one by one, so that no file is dropped for its encoding; nothing
//! but malformed UTF-16 or UTF-32 is undecodable. Every place is reported in the raw file's bytes.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::model::{ByteSpan, Span};

/// A NUL this early makes a file binary, as for git.
const BINARY_WINDOW: usize = 8_000;
/// Distance of the marks from which offsets are counted on.
const STRIDE: usize = 1 << 12;

/// Why a file is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoText {
    /// Holds NUL bytes as no text does.
    Binary,
    /// Claims an encoding and breaks it; says how.
    Undecodable(String),
}

/// How offsets in the text lead back to the raw file.
#[derive(Debug)]
enum Way {
    /// The raw offset is this much larger.
    Shift(usize),
    /// As `Shift`, but these characters (by their offset in the text) took one byte instead of two.
    Latin(usize, Vec<usize>),
    /// Every character took `width` bytes (or, in UTF-16, a multiple); marks every [`STRIDE`] bytes of text.
    Wide {
        shift: usize,
        width: usize,
        units: Vec<usize>,
    },
}

/// A decoded file.
#[derive(Debug)]
pub struct Text<'r> {
    bytes: Cow<'r, [u8]>,
    way: Way,
    encoding: &'static str,
    line_starts: OnceCell<Vec<usize>>,
    units: OnceCell<Vec<usize>>,
}

impl<'r> Text<'r> {
    /// Decodes the raw bytes of a file.
    ///
    /// # Errors
    /// Where the bytes are no text.
    pub fn decode(raw: &'r [u8]) -> Result<Self, NoText> {
        if let Some(rest) = raw.strip_prefix(b"\xEF\xBB\xBF") {
            return Ok(Self::from_bytes(rest, 3));
        }
        if let Some((shift, width, encoding)) = wide_mark(raw) {
            return Self::wide(raw, shift, width, encoding);
        }
        let window = &raw[..raw.len().min(BINARY_WINDOW)];
        if memchr::memchr(0, window).is_some() {
            let Some(encoding) = utf16_by_nuls(window) else {
                return Err(NoText::Binary);
            };
            return Self::wide(raw, 0, 2, encoding).map_err(|_| NoText::Binary);
        }
        Ok(Self::from_bytes(raw, 0))
    }

    /// Whether the raw bytes of a file are those of no text, in whatever encoding.
    pub(super) fn is_binary(raw: &'r [u8]) -> bool {
        let window = &raw[..raw.len().min(BINARY_WINDOW)];
        wide_mark(raw).is_none()
            && memchr::memchr(0, window).is_some()
            && Self::decode(raw).is_err()
    }

    /// Takes bytes that are no text, to be searched: malformed UTF-16 and UTF-32 with what is wrong replaced, others as
    /// they are.
    pub(super) fn searchable(raw: &'r [u8]) -> Self {
        let Some((shift, width, encoding)) = wide_mark(raw) else {
            return Self::from_bytes(raw, 0);
        };
        let text: String = if width == 2 {
            let units = char::decode_utf16(units_of(&raw[shift..], encoding));
            units.map(|c| c.unwrap_or('\u{fffd}')).collect()
        } else {
            let points = points_of(&raw[shift..], encoding);
            points.map(|c| c.unwrap_or('\u{fffd}')).collect()
        };
        Self::widened(text, shift, width, encoding)
    }

    fn from_bytes(raw: &'r [u8], shift: usize) -> Self {
        if std::str::from_utf8(raw).is_ok() {
            return Self::new(Cow::Borrowed(raw), Way::Shift(shift), "UTF-8");
        }
        let mut text = Vec::with_capacity(raw.len() + raw.len() / 8);
        let mut widened = Vec::new();
        for chunk in raw.utf8_chunks() {
            text.extend_from_slice(chunk.valid().as_bytes());
            for byte in chunk.invalid() {
                widened.push(text.len());
                let mut buffer = [0; 2];
                text.extend_from_slice(char::from(*byte).encode_utf8(&mut buffer).as_bytes());
            }
        }
        Self::new(Cow::Owned(text), Way::Latin(shift, widened), "ISO-8859-1")
    }

    fn wide(
        raw: &[u8],
        shift: usize,
        width: usize,
        encoding: &'static str,
    ) -> Result<Self, NoText> {
        let broken = |what: &str| NoText::Undecodable(format!("{what} in {encoding}"));
        let raw = &raw[shift..];
        if !raw.len().is_multiple_of(width) {
            return Err(broken("half a character at the end"));
        }
        let text = if width == 2 {
            let text: Result<String, _> = char::decode_utf16(units_of(raw, encoding)).collect();
            text.map_err(|_| broken("half a surrogate pair"))?
        } else {
            let text: Option<String> = points_of(raw, encoding).collect();
            text.ok_or_else(|| broken("an impossible character"))?
        };
        Ok(Self::widened(text, shift, width, encoding))
    }

    fn widened(text: String, shift: usize, width: usize, encoding: &'static str) -> Self {
        let bytes = text.into_bytes();
        let count = if width == 2 { utf16_units } else { characters };
        let units = marks(&bytes, count);
        Self::new(
            Cow::Owned(bytes),
            Way::Wide {
                shift,
                width,
                units,
            },
            encoding,
        )
    }

    fn new(bytes: Cow<'r, [u8]>, way: Way, encoding: &'static str) -> Self {
        Self {
            bytes,
            way,
            encoding,
            line_starts: OnceCell::new(),
            units: OnceCell::new(),
        }
    }

    /// Where lines begin. Most texts are ruled out before anybody asks.
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend(memchr::memchr_iter(b'\n', &self.bytes).map(|at| at + 1));
            starts
        })
    }

    /// UTF-16 units before each multiple of [`STRIDE`]; empty for ASCII.
    fn units(&self) -> &[usize] {
        let marks = || {
            if self.bytes.is_ascii() {
                Vec::new()
            } else {
                marks(&self.bytes, utf16_units)
            }
        };
        self.units.get_or_init(marks)
    }

    /// The text in UTF-8, without a byte order mark.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The encoding's name.
    pub fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// The offset in the raw file of an offset in the text.
    pub fn raw_offset(&self, offset: usize) -> u64 {
        let raw = match &self.way {
            Way::Shift(shift) => offset + shift,
            Way::Latin(shift, widened) => {
                offset + shift - widened.partition_point(|at| *at < offset)
            }
            Way::Wide {
                shift,
                width,
                units,
            } => {
                let count = if *width == 2 { utf16_units } else { characters };
                shift + width * counted(&self.bytes, units, offset, count)
            }
        };
        raw as u64
    }

    /// The span in the raw file of a range of the text.
    pub fn raw_span(&self, range: &std::ops::Range<usize>) -> ByteSpan {
        ByteSpan {
            start: self.raw_offset(range.start),
            end: self.raw_offset(range.end),
        }
    }

    /// The place of a range of the text.
    pub fn span(&self, range: &std::ops::Range<usize>) -> Span {
        let (line, column) = self.place(range.start);
        let (end_line, end_column) = self.place(range.end);
        Span {
            bytes: self.raw_span(range),
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.line_starts().partition_point(|start| *start <= offset);
        let start = self.line_starts()[line - 1];
        let units = |at: usize| {
            if self.units().is_empty() {
                at
            } else {
                counted(&self.bytes, self.units(), at, utf16_units)
            }
        };
        let column = units(offset) - units(start) + 1;
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        )
    }

    /// A line by its number from 1, without its end.
    pub fn line(&self, number: usize) -> Option<&[u8]> {
        let start = *self.line_starts().get(number.checked_sub(1)?)?;
        let end = self
            .line_starts()
            .get(number)
            .map_or(self.bytes.len(), |next| next - 1);
        let line = &self.bytes[start..end.max(start)];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// The byte order mark of UTF-16 and UTF-32: its length, the width of a unit, and the name.
fn wide_mark(raw: &[u8]) -> Option<(usize, usize, &'static str)> {
    // The mark of UTF-32LE begins with that of UTF-16LE.
    let marks: [(&[u8], usize, &str); 4] = [
        (b"\xFF\xFE\x00\x00", 4, "UTF-32LE"),
        (b"\x00\x00\xFE\xFF", 4, "UTF-32BE"),
        (b"\xFF\xFE", 2, "UTF-16LE"),
        (b"\xFE\xFF", 2, "UTF-16BE"),
    ];
    let found = marks.into_iter().find(|(mark, ..)| raw.starts_with(mark));
    found.map(|(mark, width, encoding)| (mark.len(), width, encoding))
}

fn units_of(raw: &[u8], encoding: &'static str) -> impl Iterator<Item = u16> {
    raw.chunks_exact(2).map(move |pair| match encoding {
        "UTF-16LE" => u16::from_le_bytes([pair[0], pair[1]]),
        _ => u16::from_be_bytes([pair[0], pair[1]]),
    })
}

fn points_of(raw: &[u8], encoding: &'static str) -> impl Iterator<Item = Option<char>> {
    raw.chunks_exact(4).map(move |quad| {
        let quad = [quad[0], quad[1], quad[2], quad[3]];
        let little = encoding == "UTF-32LE";
        char::from_u32(if little {
            u32::from_le_bytes(quad)
        } else {
            u32::from_be_bytes(quad)
        })
    })
}

/// UTF-16 without a mark: text in which about every other byte is NUL.
fn utf16_by_nuls(window: &[u8]) -> Option<&'static str> {
    let pairs = window.len() / 2;
    let (mut even, mut odd) = (0, 0);
    for pair in window.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    if pairs >= 2 && odd * 10 >= pairs * 4 && even * 20 <= pairs {
        Some("UTF-16LE")
    } else if pairs >= 2 && even * 10 >= pairs * 4 && odd * 20 <= pairs {
        Some("UTF-16BE")
    } else {
        None
    }
}

/// What a byte adds to the number of UTF-16 units: one where a character begins, two where it is beyond U+FFFF.
fn utf16_units(byte: u8) -> usize {
    usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0)
}

/// What a byte adds to the number of characters.
fn characters(byte: u8) -> usize {
    usize::from(byte & 0xC0 != 0x80)
}

fn marks(bytes: &[u8], count: fn(u8) -> usize) -> Vec<usize> {
    let mut marks = vec![0];
    let mut sum = 0;
    for chunk in bytes.chunks(STRIDE) {
        sum += chunk.iter().map(|byte| count(*byte)).sum::<usize>();
        marks.push(sum);
    }
    marks
}

fn counted(bytes: &[u8], marks: &[usize], offset: usize, count: fn(u8) -> usize) -> usize {
    let index = offset / STRIDE;
    marks[index]
        + bytes[index * STRIDE..offset]
            .iter()
            .map(|byte| count(*byte))
            .sum::<usize>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NoText, Text};

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    fn check(raw: &[u8], needle: &str, line: u32, column: u32, start: u64, encoding: &str) {
        let text = Text::decode(raw).expect("it is text");
        let at =
            memchr::memmem::find(text.bytes(), needle.as_bytes()).expect("the needle is there");
        let span = text.span(&(at..at + needle.len()));
        assert_eq!(
            (span.line, span.column, span.bytes.start, text.encoding()),
            (line, column, start, encoding)
        );
    }

    #[test]
    fn places_in_every_encoding() {
        let source = "a\nx = \"é😀\"; f(1)\n";
        check(source.as_bytes(), "f(1)", 2, 12, 16, "UTF-8");
        check(
            &[b"\xEF\xBB\xBF", source.as_bytes()].concat(),
            "f(1)",
            2,
            12,
            19,
            "UTF-8",
        );
        check("\u{feff}f(1)".as_bytes(), "f(1)", 1, 1, 3, "UTF-8");
        for big in [false, true] {
            let name = if big { "UTF-16BE" } else { "UTF-16LE" };
            check(&utf16(source, big, true), "f(1)", 2, 12, 2 + 2 * 13, name);
            check(
                &utf16("plain text; f(1)\n", big, false),
                "f(1)",
                1,
                13,
                24,
                name,
            );
        }
        check(b"a\nx = \"\xE9\"; f(1)", "f(1)", 2, 10, 11, "ISO-8859-1");
        check(
            "\u{e9} \u{e9}".as_bytes(),
            "\u{e9} \u{e9}",
            1,
            1,
            0,
            "UTF-8",
        );
        let wide: Vec<u8> = "\u{feff}é😀 f(1)"
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        check(&wide, "f(1)", 1, 5, 16, "UTF-32LE");
    }

    #[test]
    fn no_text() {
        assert_eq!(Text::decode(b"ab\0cd").unwrap_err(), NoText::Binary);
        assert_eq!(
            Text::decode(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0").unwrap_err(),
            NoText::Binary
        );
        assert!(matches!(
            Text::decode(b"\xFF\xFEa\0b").unwrap_err(),
            NoText::Undecodable(_)
        ));
        assert!(matches!(
            Text::decode(b"\xFE\xFF\xD8\x00\x00a").unwrap_err(),
            NoText::Undecodable(_)
        ));
        assert!(Text::decode(b"").is_ok());
    }

    #[test]
    fn lines_without_their_ends() {
        let text = Text::decode(b"one\r\ntwo\n\nlast").expect("text");
        let lines: Vec<_> = (0..6).map(|n| text.line(n).map(<[u8]>::to_vec)).collect();
        assert_eq!(
            lines,
            [
                None,
                Some(b"one".to_vec()),
                Some(b"two".to_vec()),
                Some(vec![]),
                Some(b"last".to_vec()),
                None
            ]
        );
    }

    proptest! {
        /// Offsets lead back to the raw bytes, whatever the mix of good and bad bytes.
        #[test]
        fn mixed_bytes_keep_their_offsets(raw in proptest::collection::vec(any::<u8>().prop_filter("no NUL", |b| *b != 0), 0..200)) {
            if let Ok(text) = Text::decode(&raw) {
                let bytes = text.bytes().to_vec();
                let as_text = String::from_utf8(bytes).expect("decoded text is UTF-8");
                for (at, c) in as_text.char_indices() {
                    let from = usize::try_from(text.raw_offset(at)).expect("small");
                    let to = usize::try_from(text.raw_offset(at + c.len_utf8())).expect("small");
                    if text.encoding() == "UTF-8" || text.encoding() == "ISO-8859-1" {
                        let slice = &raw[from..to];
                        let same = slice == c.to_string().as_bytes() || (slice.len() == 1 && char::from(slice[0]) == c);
                        prop_assert!(same, "{c:?} at {at} came from {slice:?}");
                    }
                }
            }
        }
    }
}
