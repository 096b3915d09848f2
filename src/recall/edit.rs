//! Edits of a text, and where its places go.

use std::ops::Range;

/// Replacements that do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    /// Adds a replacement; those that overlap an earlier one are left out.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        let apart = |other: &Range<usize>| other.end <= range.start || range.end <= other.start;
        let same = |other: &Range<usize>| *other == range && !range.is_empty();
        if self.0.iter().all(|(other, _)| apart(other) && !same(other)) {
            self.0.push((range, text.into()));
            self.0.sort_by_key(|(range, _)| (range.start, range.end));
        }
    }

    /// Adds a text between two bytes.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each edit on its own.
    pub(super) fn each(&self) -> impl Iterator<Item = Edits> {
        self.0.iter().map(|one| Edits(vec![one.clone()]))
    }

    /// The text with the edits made.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut made = String::with_capacity(text.len() + 16 * self.0.len());
        let mut done = 0;
        for (range, replacement) in &self.0 {
            made.push_str(text.get(done..range.start).unwrap_or_default());
            made.push_str(replacement);
            done = range.end;
        }
        made.push_str(text.get(done..).unwrap_or_default());
        made
    }

    /// Where a byte of the text is after the edits.
    pub(super) fn map(&self, at: usize) -> usize {
        let mut moved = at;
        for (range, replacement) in &self.0 {
            if range.start >= at {
                break;
            }
            // Inside what was replaced there is no place: its end stands for it.
            let before = range.end.min(at);
            let after = if range.end <= at {
                replacement.len()
            } else {
                0
            };
            moved = moved + after - (before - range.start);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::Edits;

    #[test]
    fn places_follow_the_edits() {
        let mut edits = Edits::default();
        edits.replace(4..5, "long");
        edits.insert(0, "> ");
        edits.replace(4..6, "overlaps");
        assert_eq!(edits.apply("abc d e"), "> abc long e");
        assert_eq!((edits.map(0), edits.map(4), edits.map(6)), (0, 6, 11));
    }
}
