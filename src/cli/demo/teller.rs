//! How the story is told: on standard output, with the commands as one would type them.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write as _};

use anstyle::{AnsiColor, Style};

use crate::report::visible;

const TITLE: Style = Style::new().bold().underline();
const COMMAND: Style = AnsiColor::Cyan.on_default().bold();

/// Tells the story, unless it is to be quiet.
pub(super) struct Teller {
    quiet: bool,
    /// Whether a part came before.
    begun: bool,
    /// Whether nobody listens any more.
    gone: bool,
}

impl Teller {
    /// One that speaks, or not.
    pub(super) fn new(quiet: bool) -> Self {
        Self {
            quiet,
            begun: false,
            gone: false,
        }
    }

    /// Whether the reader of standard output went away.
    pub(super) fn is_alone(&self) -> bool {
        self.gone
    }

    /// Begins a part.
    pub(super) fn part(&mut self, title: &str) {
        let space = if self.begun { "\n" } else { "" };
        self.begun = true;
        self.write(&format!("{space}{TITLE}{title}{TITLE:#}\n"));
    }

    /// Some lines.
    pub(super) fn lines(&mut self, text: &str) {
        let lines: String = text.lines().map(|line| format!("{line}\n")).collect();
        self.write(&lines);
    }

    /// Lines that may hold escape codes of ours and nothing else that is not plain.
    pub(super) fn styled(&mut self, text: &str) {
        self.write(&format!("{}\n", text.trim_end()));
    }

    /// A command about to be run; long ones are broken before options.
    pub(super) fn command(&mut self, words: &[&OsStr]) {
        let mut line = "$ stampout".to_owned();
        let mut width = line.len();
        for (index, word) in words.iter().enumerate() {
            let word = shown(word);
            let value = words.get(index + 1).map_or(0, |next| next.len() + 1);
            if word.starts_with('-') && width + 1 + word.len() + value > WIDTH {
                line.push_str(" \\\n     ");
                width = 5;
            }
            line.push(' ');
            line.push_str(&word);
            width += 1 + word.len();
        }
        self.write(&format!("\n{COMMAND}{line}{COMMAND:#}\n"));
    }

    fn write(&mut self, text: &str) {
        if self.quiet || self.gone {
            return;
        }
        let mut out = anstream::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        self.gone = written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
    }
}

/// Columns of a command.
const WIDTH: usize = 88;

/// A word as a shell takes it, harmless to the terminal.
pub(super) fn shown(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:@,%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        visible(&format!("'{}'", text.replace('\'', r"'\''"))).into_owned()
    }
}
