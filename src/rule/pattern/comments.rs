//! Comments in patterns: notes of who wrote them, which say nothing of the code.

use std::borrow::Cow;

use crate::language::Language;

/// The pattern without the lines that are comments.
///
/// Comments behind code stay: they are read with it, and matter as little there.
pub(super) fn without<'t>(text: &'t str, language: &Language) -> Cow<'t, str> {
    let is_comment = |line: &str| {
        let line = line.trim_start();
        language
            .line_comment
            .iter()
            // `#` also begins what Bash and others expand; a comment has a blank behind it, or its sign again.
            .any(|open| {
                line.strip_prefix(open).is_some_and(|rest| {
                    open.len() > 1 || rest.is_empty() || rest.starts_with([' ', '\t', '#', '!'])
                })
            })
    };
    if !text.lines().any(is_comment) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // The places of all else stay what they are.
        if is_comment(line) {
            let end = line.trim_end_matches(['\r', '\n']).len();
            kept.push_str(&" ".repeat(end));
            kept.push_str(&line[end..]);
        } else {
            kept.push_str(line);
        }
    }
    if kept.trim().is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(kept)
}
