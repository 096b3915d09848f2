//! Code with a finding marked in it and its captures named beneath.
//!
//! Invariants: what is printed is as wide as it is counted (tabs are widened, hostile characters spelt out, wide
//! characters count two); a line longer than the terminal is cut around the finding; a frame is bounded however long
//! the finding is.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::super::escape;
use super::Paint;
use super::cells::{Cells, Part, Window};
use crate::model::{Capture, Instance, Kind};

/// How many lines of a finding are shown before its middle is left out.
const LINES: usize = 10;
/// How many of them at the end.
const LAST_LINES: usize = 3;
/// How many captures are named.
const CAPTURES: usize = 8;
/// How much text a note has.
const NOTE: usize = 80;
/// The least room for code, however narrow the terminal.
const LEAST: usize = 40;

/// Writes the frame of an instance.
pub(super) fn write(
    out: &mut dyn Write,
    paint: Paint,
    width: usize,
    instance: &Instance,
) -> io::Result<()> {
    let frame = &instance.frame;
    if frame.lines.is_empty() {
        return Ok(());
    }
    let last = u64::from(frame.first_line) + frame.lines.len() as u64 - 1;
    let digits = last.to_string().len();
    let room = width.saturating_sub(digits + 3).max(LEAST);
    let canvas = Canvas {
        paint,
        digits,
        room,
    };
    let marked = match instance.kind {
        Kind::Fail => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
        Kind::Review => Style::new().bold().fg_color(Some(AnsiColor::Cyan.into())),
    };
    let captures: Vec<&Capture> = instance.captures.iter().take(CAPTURES).collect();
    let mut named = vec![false; captures.len()];
    let mut seen = false;
    let mut elided = false;
    canvas.rule(out)?;
    for (index, line) in frame.lines.iter().enumerate() {
        let number = frame
            .first_line
            .saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        if is_middle(index, frame.lines.len()) {
            if !elided {
                canvas.elision(out)?;
                elided = true;
            }
            continue;
        }
        let cells = Cells::new(line, number == 1);
        let part = cells.part(instance.span, number);
        let window = cells.window(part, room);
        canvas.code(out, number, &cells, window)?;
        if let Some(part) = part {
            canvas.mark(out, window, part, '^', marked, "")?;
            seen = true;
        }
        for (capture, named) in captures.iter().zip(&mut named) {
            let single = capture.span.line == number && capture.span.end_line == number;
            if let Some(part) = cells.part(capture.span, number).filter(|_| single) {
                let name = format!(" {}", escape::visible(&capture.written()));
                canvas.mark(out, window, part, '-', AnsiColor::Blue.on_default(), &name)?;
                *named = true;
            }
        }
    }
    if !seen {
        // The frame does not reach it: a line was cut before the finding.
        let place = format!(
            "line {}, column {}",
            instance.span.line, instance.span.column
        );
        canvas.note(out, &place, &instance.snippet)?;
    }
    for (capture, _) in captures.iter().zip(named).filter(|(_, named)| !named) {
        let place = format!("{} on line {}", capture.written(), capture.span.line);
        canvas.note(out, &place, &capture.text)?;
    }
    let more = instance.captures.len().saturating_sub(CAPTURES);
    if more > 0 {
        writeln!(out, "{:digits$} = {more} more captures", "")?;
    }
    Ok(())
}

/// The gutter and what stands beside it.
struct Canvas {
    paint: Paint,
    digits: usize,
    room: usize,
}

impl Canvas {
    fn gutter(&self, number: &str) -> String {
        let digits = self.digits;
        self.paint.style(
            AnsiColor::Blue.on_default(),
            &format!("{number:>digits$} |"),
        )
    }

    fn rule(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.gutter(""))
    }

    fn elision(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.paint.dim("..."))
    }

    fn code(
        &self,
        out: &mut dyn Write,
        number: u32,
        cells: &Cells,
        window: Window,
    ) -> io::Result<()> {
        let code = cells.cut(window);
        let space = if code.is_empty() { "" } else { " " };
        writeln!(out, "{}{space}{code}", self.gutter(&number.to_string()))
    }

    /// A line of marks under a part of the code.
    fn mark(
        &self,
        out: &mut dyn Write,
        window: Window,
        part: Part,
        mark: char,
        style: Style,
        label: &str,
    ) -> io::Result<()> {
        let lead = if window.start > 0 { 1 } else { 0 };
        let from = part.start.clamp(window.start, window.end) - window.start + lead;
        let to = part.end.clamp(window.start, window.end) - window.start + lead;
        let marks = mark.to_string().repeat(to.saturating_sub(from).max(1));
        let text = self.paint.style(style, &format!("{marks}{label}"));
        writeln!(out, "{} {:from$}{text}", self.gutter(""), "")
    }

    /// Something that has no place in the code shown.
    fn note(&self, out: &mut dyn Write, place: &str, text: &str) -> io::Result<()> {
        let digits = self.digits;
        let text = escape::cap(text.trim(), self.room.min(NOTE));
        let (place, text) = (escape::visible(place), escape::visible(&text));
        writeln!(out, "{:digits$} = {place}: {text}", "")
    }
}

/// Whether a line of a long frame is left out.
fn is_middle(index: usize, lines: usize) -> bool {
    lines > LINES && index >= LINES - LAST_LINES && index + LAST_LINES < lines
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::Paint;
    use crate::model::{Capture, Frame, Instance, Kind, MatchKey, Span};

    fn shown(
        lines: &[&str],
        span: (u32, u32, u32, u32),
        captures: &[(&str, u32, u32, u32)],
    ) -> String {
        let span = Span {
            line: span.0,
            column: span.1,
            end_line: span.2,
            end_column: span.3,
            ..Span::default()
        };
        let captures = captures
            .iter()
            .map(|(name, line, column, end_column)| Capture {
                name: (*name).to_owned(),
                span: Span {
                    line: *line,
                    column: *column,
                    end_line: *line,
                    end_column: *end_column,
                    ..Span::default()
                },
                text: "text".to_owned(),
            })
            .collect();
        let instance = Instance {
            rule: 0,
            kind: Kind::Fail,
            language: "python".to_owned(),
            span,
            snippet: "f(x)".to_owned(),
            frame: Frame {
                first_line: 9,
                lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            },
            captures,
            enclosing: Vec::new(),
            key: MatchKey::new("A.b", Kind::Fail, b"", &[], 0),
            line_hash: String::new(),
            reason: String::new(),
        };
        let mut out = Vec::new();
        super::write(&mut out, Paint(false), 60, &instance).expect("a vector takes all");
        String::from_utf8(out).expect("text is UTF-8")
    }

    #[test]
    fn a_call_is_underlined_and_its_captures_named() {
        assert_snapshot!(shown(
            &[
                "def charge(order):",
                "    return requests.post(URL, json=order)",
                ""
            ],
            (10, 12, 10, 42),
            &[("url", 10, 26, 29), ("elsewhere", 2, 1, 4)],
        ));
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_marks_in_place() {
        assert_snapshot!(shown(
            &["\tnote = \"é😀漢\"; f(x)"],
            (9, 16, 9, 20),
            &[("x", 9, 18, 19)]
        ));
    }

    #[test]
    fn long_lines_are_cut_around_the_finding() {
        let line = format!("{}f(x){}", "a".repeat(300), "b".repeat(300));
        assert_snapshot!(shown(&[&line, &"c".repeat(100)], (9, 301, 9, 305), &[]));
    }

    #[test]
    fn long_findings_lose_their_middle() {
        let lines: Vec<String> = (0..40).map(|line| format!("    line {line}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_snapshot!(shown(&lines, (10, 5, 47, 9), &[]));
    }

    #[test]
    fn a_finding_that_the_frame_does_not_reach_is_told() {
        assert_snapshot!(shown(
            &["a cut line…"],
            (9, 5_000, 9, 5_004),
            &[("x", 9, 5_002, 5_003)]
        ));
    }

    #[test]
    fn hostile_characters_are_spelt_out_and_counted() {
        assert_snapshot!(shown(&["a\u{1b}[31m\u{202e}; f(x)"], (9, 10, 9, 14), &[]));
    }
}
