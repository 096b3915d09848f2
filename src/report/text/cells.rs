//! A line of source as a terminal shows it: which column each character takes, and which part of a long line is shown.

use unicode_width::UnicodeWidthChar;

use super::super::escape;
use crate::model::Span;

/// Columns between tab stops.
const TAB: usize = 4;

/// Columns of the terminal, half-open, as if nothing were cut.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What of a line is shown.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether there is more after it.
    more: bool,
}

/// One character of the source as it is printed.
struct Cell {
    shown: String,
    /// The terminal column at which it starts.
    column: usize,
    width: usize,
    /// Its first UTF-16 unit, counted from 1 in the line.
    unit: u64,
}

/// A line of source as it is printed.
pub(super) struct Cells(Vec<Cell>);

impl Cells {
    /// A line; the first one of a file may begin with a byte order mark, which is no column.
    pub(super) fn new(line: &str, is_first: bool) -> Self {
        let (mut column, mut unit) = (0, 1_u64);
        let mut cells = Vec::with_capacity(line.len());
        for (index, character) in line.chars().enumerate() {
            let is_mark = is_first && index == 0 && character == '\u{FEFF}';
            let (shown, width) = match character {
                _ if is_mark => (String::new(), 0),
                '\t' => {
                    let width = TAB - column % TAB;
                    (" ".repeat(width), width)
                }
                _ => {
                    let mut shown = String::new();
                    escape::character(character, &mut shown);
                    let width = shown
                        .chars()
                        .map(|each| each.width().unwrap_or_default())
                        .sum();
                    (shown, width)
                }
            };
            cells.push(Cell {
                shown,
                column,
                width,
                unit,
            });
            column += width;
            unit += if is_mark {
                0
            } else {
                character.len_utf16() as u64
            };
        }
        Self(cells)
    }

    /// Where the line ends.
    fn end(&self) -> usize {
        self.0.last().map_or(0, |cell| cell.column + cell.width)
    }

    /// The terminal column of a UTF-16 column.
    fn column(&self, unit: u32) -> usize {
        let at = self.0.partition_point(|cell| cell.unit < u64::from(unit));
        self.0.get(at).map_or(self.end(), |cell| cell.column)
    }

    /// What a span covers of this line, white space around it left out; nothing where the span is elsewhere.
    pub(super) fn part(&self, span: Span, line: u32) -> Option<Part> {
        if line < span.line || line > span.end_line {
            return None;
        }
        let blank = |cell: &&Cell| cell.shown.trim().is_empty();
        let indent = self.0.iter().take_while(blank).map(|cell| cell.width).sum();
        let start = if line == span.line {
            self.column(span.column)
        } else {
            indent
        };
        let end = if line == span.end_line {
            self.column(span.end_column)
        } else {
            self.end()
        };
        // A blank line inside of a span, or one whose end the frame no longer holds.
        (start < end || (line == span.line && line == span.end_line && start < self.end()))
            .then_some(Part {
                start,
                end: end.max(start + 1),
            })
    }

    /// The part of the line that fits and shows what matters.
    pub(super) fn window(&self, part: Option<Part>, room: usize) -> Window {
        let end = self.end();
        if end <= room {
            return Window {
                start: 0,
                end,
                more: false,
            };
        }
        let room = room.saturating_sub(2);
        let Part { start, end: to } = part.unwrap_or(Part { start: 0, end: 0 });
        let spare = room.saturating_sub(to - start) / 2;
        let from = start
            .saturating_sub(spare.min(room / 3))
            .min(end.saturating_sub(room));
        Window {
            start: from,
            end: from + room,
            more: from + room < end,
        }
    }

    /// The text in a window, with an ellipsis for what is left out.
    pub(super) fn cut(&self, window: Window) -> String {
        let mut text = String::new();
        if window.start > 0 {
            text.push('…');
        }
        for cell in &self.0 {
            if cell.column >= window.start && cell.column + cell.width <= window.end {
                text.push_str(&cell.shown);
            } else if cell.column < window.end && cell.column + cell.width > window.start {
                // Half of a wide character stands at the edge.
                let inside =
                    (cell.column + cell.width).min(window.end) - cell.column.max(window.start);
                text.push_str(&" ".repeat(inside));
            }
        }
        if window.more {
            text.push('…');
            return text;
        }
        text.truncate(text.trim_end().len());
        text
    }
}
