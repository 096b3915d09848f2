//! Paths as git has them: bytes, `/` between the parts, relative to the root of a repository.

use std::borrow::Cow;
use std::fmt;

use bstr::{BStr, BString, ByteSlice};
use serde::{Serialize, Serializer};

/// A path inside one repository or folder: raw bytes, never joined to a file system path without a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(BString);

impl RepoPath {
    /// Takes the bytes as git prints them.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(BString::from(bytes.into()))
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The raw bytes as a byte string.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bstr()
    }

    /// What stands after the last `/`.
    pub fn file_name(&self) -> &[u8] {
        let bytes = self.as_bytes();
        bytes
            .rfind_byte(b'/')
            .map_or(bytes, |slash| &bytes[slash + 1..])
    }

    /// The path as text without loss: bytes that are not UTF-8 become `\xNN`.
    ///
    /// Control characters stay as they are; each report escapes them in its own way.
    pub fn to_text(&self) -> Cow<'_, str> {
        if let Ok(text) = self.0.to_str() {
            return Cow::Borrowed(text);
        }
        let mut text = String::new();
        for chunk in self.0.utf8_chunks() {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02X}"));
            }
        }
        Cow::Owned(text)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::RepoPath;

    #[test]
    fn invalid_bytes_are_shown_and_kept() {
        let path = RepoPath::new(b"src/caf\xE9.py".to_vec());
        assert_eq!(path.to_text(), "src/caf\\xE9.py");
        assert_eq!(path.file_name(), b"caf\xE9.py");
    }
}
