//! Standard output of the commands that print a page, and files that they write.

use std::io::Write as _;

use super::{Exit, say};

/// Prints a page and ends as told; a reader that went away is no error.
pub(crate) fn print(page: &str, exit: Exit) -> Exit {
    let mut out = anstream::stdout().lock();
    match out.write_all(page.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => exit,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => exit,
        Err(error) => {
            say::error(&format!("cannot write to standard output: {error}"), "");
            Exit::Usage
        }
    }
}

/// Writes to standard output bit by bit what would be too large to be held, and ends as told.
pub(crate) fn stream(
    write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
    exit: Exit,
) -> Exit {
    // Nothing in it is meant for a terminal, so there is nothing to strip.
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => exit,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => exit,
        Err(error) => {
            say::error(&format!("cannot write to standard output: {error}"), "");
            Exit::Usage
        }
    }
}

/// Writes a file whole or not at all.
pub(crate) fn save(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    crate::report::save(path, |out| out.write_all(bytes))
}

/// Lays rows out in columns, two spaces apart; the last column is not padded.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..count)
        .map(|column| width(column).unwrap_or_default())
        .collect();
    let mut page = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        page.push_str(line.trim_end());
        page.push('\n');
    }
    page
}

/// A number with its noun, which takes an `s`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
