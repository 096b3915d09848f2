//! What is said on standard error: errors with place and hint, notes, warnings.
//!
//! Invariant: every word from outside is made visible first, so that no file name or manifest can drive a terminal.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::language::UnknownLanguage;
use crate::model::{Diagnostic, Problem};
use crate::report::visible;

const ERROR: anstyle::Style = anstyle::AnsiColor::BrightRed.on_default().bold();
const WARNING: anstyle::Style = anstyle::AnsiColor::Yellow.on_default().bold();

/// Prints an error with its hint.
pub(crate) fn error(message: &str, hint: &str) {
    titled("error", ERROR, message, hint);
}

/// Prints a warning with its hint.
pub(crate) fn warning(message: &str, hint: &str) {
    titled("warning", WARNING, message, hint);
}

/// Prints a plain line.
pub(crate) fn note(message: &str) {
    anstream::eprintln!("{}", visible(message));
}

/// Prints a diagnostic as a code frame.
pub(crate) fn diagnostic(diagnostic: &Diagnostic) {
    let Some(span) = diagnostic
        .span
        .clone()
        .filter(|_| !diagnostic.text.is_empty())
    else {
        let message = format!("{} {}", diagnostic.file, diagnostic.message);
        return error(&message, &diagnostic.hint);
    };
    // Only the lines around the place are shown, each made harmless on its own, so that columns still fit.
    let (text, line_start, span) = excerpt(&diagnostic.text, span);
    let file = visible(&diagnostic.file);
    let (message, hint) = (visible(&diagnostic.message), visible(&diagnostic.hint));
    let snippet = Snippet::source(text.as_str())
        .line_start(line_start)
        .path(file.as_ref())
        .annotation(AnnotationKind::Primary.span(span));
    let mut group = Level::ERROR
        .primary_title(message.as_ref())
        .element(snippet);
    if !hint.is_empty() {
        group = group.element(Level::HELP.message(hint.as_ref()));
    }
    print(&[group]);
}

/// Prints that a language is not known.
pub(crate) fn language(error: &UnknownLanguage) {
    let hint = error
        .hint()
        .unwrap_or_else(|| "`stampout languages` lists them".to_owned());
    self::error(&error.to_string(), &hint);
}

/// Prints a problem of the scan's sources.
pub(crate) fn problem(problem: &Problem) {
    match &problem.repository {
        Some(repository) => error(&format!("{repository}: {}", problem.message), &problem.hint),
        None => error(&problem.message, &problem.hint),
    }
}

fn titled(word: &str, style: anstyle::Style, message: &str, hint: &str) {
    let bold = anstyle::Style::new().bold();
    let (message, hint) = (visible(message), visible(hint));
    anstream::eprintln!("{style}{word}{style:#}{bold}: {message}{bold:#}");
    if !hint.is_empty() {
        anstream::eprintln!("  {bold}hint{bold:#}: {hint}");
    }
}

fn print(report: &[annotate_snippets::Group<'_>]) {
    anstream::eprintln!("{}", Renderer::styled().render(report));
}

/// The lines of a span with control characters replaced one for one, the number of the first, and the span in them.
fn excerpt(text: &str, span: std::ops::Range<usize>) -> (String, usize, std::ops::Range<usize>) {
    let clamp = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (clamp(span.start), clamp(span.end.max(span.start)));
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let line = text[..from].matches('\n').count() + 1;
    let mut harmless = String::new();
    let (mut new_start, mut new_end) = (None, None);
    for (at, c) in text[from..to].char_indices() {
        if from + at == start {
            new_start = Some(harmless.len());
        }
        if from + at == end {
            new_end = Some(harmless.len());
        }
        let shown = c == '\n' || c == '\t' || visible(c.encode_utf8(&mut [0; 4])).starts_with(c);
        harmless.push(if shown { c } else { '\u{fffd}' });
    }
    let new_start = new_start.unwrap_or(harmless.len());
    let new_end = new_end.unwrap_or(harmless.len()).max(new_start);
    (harmless, line, new_start..new_end)
}
