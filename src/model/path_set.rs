//! Which paths a scan judged, small enough to travel with every report.
//!
//! A path is known by the first five bytes of its SHA-256. That two paths of one repository share them is as likely as
//! one in a billion; what it would cost is the word `fixed` where `gone` were right.

use sha2::{Digest, Sha256};

use super::RepoPath;

/// Bytes of a digest.
const WIDTH: usize = 5;

/// A set of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathSet(Vec<[u8; WIDTH]>);

fn name(path: &[u8]) -> [u8; WIDTH] {
    let digest: [u8; 32] = Sha256::digest(path).into();
    let mut name = [0; WIDTH];
    name.copy_from_slice(&digest[..WIDTH]);
    name
}

impl PathSet {
    /// Adds a path.
    pub fn insert(&mut self, path: &RepoPath) {
        // As reports show it: that is all that a reader of the report has.
        self.0.push(name(path.to_text().as_bytes()));
    }

    /// Whether a path, as reports show it, is there. Only after [`Self::sort`].
    pub fn contains(&self, path: &str) -> bool {
        self.0.binary_search(&name(path.as_bytes())).is_ok()
    }

    /// Makes it ready to be asked.
    pub fn sort(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
    }

    /// All in one word of hexadecimal digits.
    pub fn to_hex(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * WIDTH * 2);
        for byte in self.0.as_flattened() {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }

    /// Reads what [`Self::to_hex`] wrote; none if it is something else.
    pub fn from_hex(text: &str) -> Option<Self> {
        Self::from_bytes(&unhex(text)?)
    }

    /// The bytes, to be kept.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_flattened()
    }

    /// Reads what [`Self::as_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (names, rest) = bytes.as_chunks::<WIDTH>();
        let mut set = Self(names.to_vec());
        set.sort();
        rest.is_empty().then_some(set)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() {
        bytes.collect()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::PathSet;
    use crate::model::RepoPath;

    #[test]
    fn a_set_travels_as_text() {
        let mut set = PathSet::default();
        for path in ["b.py", "a.py", "b.py"] {
            set.insert(&RepoPath::from(path));
        }
        set.sort();
        let back = PathSet::from_hex(&set.to_hex()).expect("it is one");
        assert_eq!(back, set);
        assert!(back.contains("a.py") && back.contains("b.py") && !back.contains("c.py"));
        assert_eq!(PathSet::from_bytes(set.as_bytes()), Some(set));
        for wrong in ["0", "zz", "00"] {
            assert_eq!(PathSet::from_hex(wrong), None, "{wrong}");
        }
    }
}
