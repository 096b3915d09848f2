//! Cuts what is shown of a file down to a bounded size.

use std::ops::Range;

use super::text::Text;
use crate::model::{Frame, Span};

/// Longest excerpt, in bytes of text.
const MAX_EXCERPT: usize = 1_000;
/// Lines of context above and below.
const CONTEXT: u32 = 2;
/// Most lines of a frame.
const MAX_LINES: u32 = 12;
/// Longest line, in bytes of text.
const MAX_LINE: usize = 4_000;

/// The text of a range, cut with `…` where it is long.
pub(super) fn excerpt(text: &[u8], range: &Range<usize>) -> String {
    cut(text.get(range.clone()).unwrap_or_default(), MAX_EXCERPT)
}

/// The lines around a span.
pub(super) fn around(text: &Text<'_>, span: &Span) -> Frame {
    let first_line = span.line.saturating_sub(CONTEXT).max(1);
    let last_line = span
        .end_line
        .saturating_add(CONTEXT)
        .min(first_line + MAX_LINES - 1);
    let line = |number: u32| {
        text.line(usize::try_from(number).ok()?)
            .map(|line| cut(line, MAX_LINE))
    };
    Frame {
        first_line,
        lines: (first_line..=last_line).map_while(line).collect(),
    }
}

fn cut(bytes: &[u8], limit: usize) -> String {
    if bytes.len() <= limit {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut end = limit;
    while end > 0 && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    format!("{}…", String::from_utf8_lossy(&bytes[..end]))
}
