//! Messages on a pipe: the length in four bytes, then that many bytes.

use std::io::{self, Read, Write};

/// No message is longer.
pub(super) const MAX: u32 = 1 << 30;

/// Writes a message that is made of parts.
pub(super) fn write(to: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let length = u32::try_from(length).ok().filter(|length| *length <= MAX);
    let length = length
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the message is too long"))?;
    to.write_all(&length.to_be_bytes())?;
    parts.iter().try_for_each(|part| to.write_all(part))?;
    to.flush()
}

/// Reads a message; `None` at the end of the stream.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_be_bytes(length);
    if length > MAX {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the message is too long",
        ));
    }
    let mut message = vec![0; length as usize];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    #[test]
    fn messages_go_through_and_end() {
        let mut pipe = Vec::new();
        super::write(&mut pipe, &[b"ab", b"", b"c"]).expect("a vector takes it");
        super::write(&mut pipe, &[]).expect("a vector takes it");
        let mut from = pipe.as_slice();
        assert_eq!(super::read(&mut from).expect("read"), Some(b"abc".to_vec()));
        assert_eq!(super::read(&mut from).expect("read"), Some(Vec::new()));
        assert_eq!(super::read(&mut from).expect("read"), None);
        assert!(super::read(&mut [0xFF; 8].as_slice()).is_err());
    }
}
