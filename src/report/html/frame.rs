//! A place in the code: a link to it, and what stands there with the finding marked.
//!
//! Where the lines around it are at hand they are shown; else what the ledger keeps, which is the text that matched.

use super::super::{escape, number};
use super::link;
use crate::model::{FindingFact, Frame};

/// Lines of code that a frame has.
const LINES: usize = 16;

/// Writes it. `at` is where the repository can be viewed, and a commit at which the place is what it was.
pub(super) fn frame(
    page: &mut String,
    place: &FindingFact,
    path: &str,
    at: Option<(&str, &str)>,
    around: Option<&Frame>,
) {
    let last = place.end_line.max(place.line);
    let href = at.and_then(|(url, at)| link::lines(url, at, path, place.line, last));
    let shown = format!(
        "{}:{}:{}",
        escape::html(path),
        place.line,
        place.column.max(1)
    );
    match href {
        Some(href) => page.push_str(&format!(
            "<p class=\"place\"><a href=\"{href}\" rel=\"noreferrer\">{shown}</a></p>\n"
        )),
        None => page.push_str(&format!("<p class=\"place\">{shown}</p>\n")),
    }
    match (
        around.filter(|frame| !frame.lines.is_empty()),
        &place.snippet,
    ) {
        (Some(frame), _) => lines(page, place, frame),
        (None, Some(snippet)) => matched(page, place, snippet),
        (None, None) => {
            page.push_str("<p class=\"note\">The report that told of it carried no code.</p>\n")
        }
    }
}

/// Whole lines, the finding marked in them.
fn lines(page: &mut String, place: &FindingFact, frame: &Frame) {
    page.push_str("<pre tabindex=\"0\"><code>");
    for (index, line) in frame.lines.iter().enumerate() {
        let number = numbered(frame.first_line, index);
        let [before, mark, after] = parts(line, number, place);
        let (before, mark, after) = (
            escape::html_code(before),
            escape::html_code(mark),
            escape::html_code(after),
        );
        page.push_str(&format!("<b>{number}</b>{before}"));
        if !mark.is_empty() {
            page.push_str(&format!("<mark>{mark}</mark>"));
        }
        page.push_str(&format!("{after}\n"));
    }
    page.push_str("</code></pre>\n");
}

/// A line before, in and behind the finding. Columns count UTF-16 units from 1, the end exclusive.
fn parts<'l>(line: &'l str, number: u32, place: &FindingFact) -> [&'l str; 3] {
    let last = place.end_line.max(place.line);
    if number < place.line || number > last {
        return [line, "", ""];
    }
    let indent = line.len() - line.trim_start().len();
    let from = match number == place.line {
        true => byte(line, place.column),
        false => indent,
    };
    let to = match number == place.end_line && place.end_column > 0 {
        true => byte(line, place.end_column),
        false => line.len(),
    };
    let to = to.max(from);
    [&line[..from], &line[from..to], &line[to..]]
}

/// The byte at which a column begins.
fn byte(line: &str, column: u32) -> usize {
    let mut units = 1;
    for (at, character) in line.char_indices() {
        if units >= column {
            return at;
        }
        units += character.len_utf16() as u32;
    }
    line.len()
}

/// The text that matched alone, with the numbers of its lines.
fn matched(page: &mut String, place: &FindingFact, snippet: &str) {
    let lines: Vec<&str> = snippet.split('\n').collect();
    // Before the first line's text stands what did not match.
    let lead = if place.column > 1 { "<i>…</i>" } else { "" };
    page.push_str("<pre tabindex=\"0\"><code>");
    for (index, line) in lines.iter().take(LINES).enumerate() {
        let number = numbered(place.line, index);
        let lead = if index == 0 { lead } else { "" };
        let line = line.strip_suffix('\r').unwrap_or(line);
        let code = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - code.len()];
        page.push_str(&format!(
            "<b>{number}</b>{lead}{indent}<mark>{}</mark>\n",
            escape::html_code(code)
        ));
    }
    page.push_str("</code></pre>\n");
    if lines.len() > LINES {
        let more = number::count((lines.len() - LINES) as u64, "line more", "lines more");
        page.push_str(&format!("<p class=\"note\">{more} in the ledger.</p>\n"));
    }
}

fn numbered(first: u32, index: usize) -> u32 {
    first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::parts;
    use crate::model::FindingFact;

    #[test]
    fn the_mark_is_where_the_columns_say() {
        let place = |line, column, end_line, end_column| FindingFact {
            line,
            column,
            end_line,
            end_column,
            ..FindingFact::default()
        };
        for (line, number, place, expected) in [
            ("x = f(1)", 2, place(2, 5, 2, 9), ["x = ", "f(1)", ""]),
            (
                "x = \"é😀\"; f()",
                2,
                place(2, 12, 2, 15),
                ["x = \"é😀\"; ", "f()", ""],
            ),
            ("  f(", 2, place(2, 3, 4, 2), ["  ", "f(", ""]),
            ("    a,", 3, place(2, 3, 4, 2), ["    ", "a,", ""]),
            (") + 1", 4, place(2, 3, 4, 2), ["", ")", " + 1"]),
            ("above", 1, place(2, 1, 2, 3), ["above", "", ""]),
            ("below", 3, place(2, 1, 2, 3), ["below", "", ""]),
            // What no file says, but a report might.
            ("short", 2, place(2, 90, 2, 4), ["short", "", ""]),
            ("é", 2, place(2, 0, 2, 0), ["", "é", ""]),
            ("😀", 2, place(2, 2, 2, 2), ["😀", "", ""]),
        ] {
            assert_eq!(parts(line, number, &place), expected, "{line}");
        }
    }
}
