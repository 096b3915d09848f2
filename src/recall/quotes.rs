//! Other quotes around the same string.

use std::ops::Range;

use super::edit::Edits;
use super::table::Habits;
use super::tree::Source;

/// The strings of a place in each other kind of quotes, as far as they say the same there.
pub(super) fn quotes(source: &Source<'_>, habits: &Habits, place: &Range<usize>) -> Vec<Edits> {
    let mut rewrites = Vec::new();
    for to in habits.quotes {
        let mut edits = Edits::default();
        for named in source.within(place) {
            let text = source.of(named.node);
            let Some(from) = habits
                .quotes
                .iter()
                .find(|from| text.len() >= 2 && text.starts_with(**from) && text.ends_with(**from))
            else {
                continue;
            };
            let content = &text[from.len()..text.len() - from.len()];
            // What only one kind of quotes understands would change its meaning.
            let plain = !content.contains(['\\', '"', '\'', '`', '$', '\n', '{', '#', '%']);
            let is_string = habits.strings.contains(&named.node.kind());
            if is_string && plain && from != to {
                edits.replace(named.node.byte_range(), format!("{to}{content}{to}"));
            }
        }
        if !edits.is_empty() && source.is_well_formed(&edits.apply(source.text)) {
            rewrites.push(edits);
        }
    }
    rewrites
}
