//! Edits of a text, and where its places go.

use std::ops::Range;

/// Replacements that do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Edits {
    made: Vec<(Range<usize>, String)>,
    /// What moves its parts about: a place in it is anywhere in it afterwards.
    mixed: Option<Range<usize>>,
}

impl Edits {
    /// Adds a replacement; those that overlap an earlier one are left out.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        let apart = |other: &Range<usize>| other.end <= range.start || range.end <= other.start;
        let same = |other: &Range<usize>| *other == range && !range.is_empty();
        if self
            .made
            .iter()
            .all(|(other, _)| apart(other) && !same(other))
        {
            self.made.push((range, text.into()));
            self.made.sort_by_key(|(range, _)| (range.start, range.end));
        }
    }

    /// Adds a text between two bytes.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Says that the parts of a range change places.
    pub(super) fn mix(&mut self, range: Range<usize>) {
        self.mixed = Some(range);
    }

    /// Where that is which stood at a place.
    pub(super) fn place(&self, place: &Range<usize>) -> Range<usize> {
        let near = |mixed: &&Range<usize>| mixed.start < place.end && place.start < mixed.end;
        let mixed = self.mixed.as_ref().filter(near).unwrap_or(place);
        let start = self.map(place.start.min(mixed.start));
        start..self.map(place.end.max(mixed.end))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// Each edit on its own.
    pub(super) fn each(&self) -> impl Iterator<Item = Edits> {
        self.made.iter().map(|one| Edits {
            made: vec![one.clone()],
            mixed: self.mixed.clone(),
        })
    }

    /// The text with the edits made.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut made = String::with_capacity(text.len() + 16 * self.made.len());
        let mut done = 0;
        for (range, replacement) in &self.made {
            made.push_str(text.get(done..range.start).unwrap_or_default());
            made.push_str(replacement);
            done = range.end;
        }
        made.push_str(text.get(done..).unwrap_or_default());
        made
    }

    /// Where a byte of the text is after the edits.
    fn map(&self, at: usize) -> usize {
        let mut moved = at;
        for (range, replacement) in &self.made {
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
        assert_eq!(edits.place(&(4..5)), 6..10);
        edits.mix(4..7);
        assert_eq!(edits.place(&(4..5)), 6..12);
    }
}
