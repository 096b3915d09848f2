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

    /// The path as text without loss: bytes that are not UTF-8 become `\xNN`, and so does a backslash that would
    /// read like one of them.
    ///
    /// Control characters stay as they are; each report escapes them in its own way.
    pub fn to_text(&self) -> Cow<'_, str> {
        if let Ok(text) = self.0.to_str().map(escape_backslashes) {
            return text;
        }
        let mut text = String::new();
        for chunk in self.0.utf8_chunks() {
            text.push_str(&escape_backslashes(chunk.valid()));
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02X}"));
            }
        }
        Cow::Owned(text)
    }
}

/// Escapes each backslash with which `\xNN` begins.
fn escape_backslashes(text: &str) -> Cow<'_, str> {
    let is_escape = |at: usize| {
        let digits = text.as_bytes().get(at + 2..at + 4);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let mut escaped = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices("\\x").filter(|(at, _)| is_escape(*at)) {
        escaped.push_str(&text[done..at]);
        escaped.push_str("\\x5C");
        done = at + 1;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    escaped.push_str(&text[done..]);
    Cow::Owned(escaped)
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

    #[test]
    fn no_two_paths_read_alike() {
        for (bytes, text) in [
            (&b"a\xFF.py"[..], "a\\xFF.py"),
            (b"a\\xFF.py", "a\\x5CxFF.py"),
            (b"a\\x5CxFF.py", "a\\x5Cx5CxFF.py"),
            (b"a\\\xFF\\xfe", "a\\\\xFF\\x5Cxfe"),
            (b"a\\x.py", "a\\x.py"),
            (b"dir\\xF", "dir\\xF"),
        ] {
            assert_eq!(RepoPath::new(bytes).to_text(), text);
        }
    }
}
