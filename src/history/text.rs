//! Text without its white space, and how often it stands in another.

use memchr::memmem;

/// Without white space: a finding stays the same when it is indented or broken anew.
pub(super) fn bare(bytes: &[u8]) -> Vec<u8> {
    let kept = bytes.iter().copied();
    kept.filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// The text of a finding, and the how-many-th in its file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle {
    text: Vec<u8>,
    /// As many must stand in a file for this one to be there.
    pub(super) number: usize,
}

impl Needle {
    /// Of some bytes of a file; `None` if nothing is left without white space.
    pub(super) fn in_file(file: &[u8], start: usize, end: usize) -> Option<Self> {
        let text = bare(file.get(start..end)?);
        if text.is_empty() {
            return None;
        }
        let before = bare(&file[..start]).len();
        let rest = bare(file);
        let earlier = memmem::find_iter(&rest, &text).take_while(|at| *at < before);
        let number = earlier.count() + 1;
        Some(Self { text, number })
    }

    /// Whether a file holds it.
    pub(super) fn is_in(&self, file: &[u8]) -> bool {
        let all = bare(file);
        memmem::find_iter(&all, &self.text)
            .take(self.number)
            .count()
            == self.number
    }
}

#[cfg(test)]
mod tests {
    use super::Needle;

    #[test]
    fn equal_ones_are_told_apart_by_number() {
        let file = b"f(1)\ng(2)\n  f( 1 )\n";
        let second = Needle::in_file(file, 12, 18).expect("a text");
        assert_eq!(second.number, 2);
        assert!(second.is_in(b"f(1) f(\n1)"));
        assert!(!second.is_in(b"f(1)"));
        assert!(Needle::in_file(file, 0, 4).expect("a text").is_in(b"f(1)"));
        assert_eq!(Needle::in_file(file, 4, 5), None);
        assert_eq!(Needle::in_file(file, 4, 500), None);
    }
}
