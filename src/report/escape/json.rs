//! JSON whose strings are safe to print: what could deceive a reader is written as `\uXXXX`, which any parser reads
//! back as the character itself.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::deceives;

/// Writes a value as compact JSON.
pub(in crate::report) fn write<T: Serialize + ?Sized>(
    out: &mut dyn io::Write,
    value: &T,
) -> io::Result<()> {
    // One write to what may be a locked or shared stream, not one per token.
    let mut buffer = Vec::with_capacity(1024);
    to_writer(&mut buffer, value)?;
    out.write_all(&buffer)
}

/// Writes a value as compact JSON, bit by bit: into a buffer, please.
pub fn to_writer<T: Serialize + ?Sized>(out: impl io::Write, value: &T) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Plain);
    Ok(value.serialize(&mut serializer)?)
}

/// A value as compact JSON, without a character that could act on a terminal.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> io::Result<String> {
    let mut buffer = Vec::new();
    to_writer(&mut buffer, value)?;
    String::from_utf8(buffer).map_err(io::Error::other)
}

struct Plain;

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Most is plain, and told so faster.
        let plain = |byte: u8| (b' '..=b'~').contains(&byte);
        if fragment.bytes().all(plain) {
            return CompactFormatter.write_string_fragment(writer, fragment);
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(deceives) {
            CompactFormatter.write_string_fragment(writer, &rest[..at])?;
            let mut characters = rest[at..].chars();
            if let Some(character) = characters.next() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::to_string;

    #[test]
    fn what_deceives_is_written_as_an_escape_and_read_back() {
        let text = "a\u{202e}b\u{9b}\u{7f}\u{feff}\u{e0041}\n\"é😀\\";
        let json = to_string(text).expect("a string serialises");
        assert_eq!(json, r#""a\u202eb\u009b\u007f\ufeff\udb40\udc41\n\"é😀\\""#);
        assert_eq!(
            serde_json::from_str::<String>(&json).expect("it parses"),
            text
        );
    }
}
