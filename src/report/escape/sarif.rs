//! Text for a SARIF message.

use super::terminal;

/// Plain text as a SARIF message string means it.
///
/// Braces mark placeholders (3.11.5), so they are doubled. `[text](1)` is an embedded link (3.11.6): where the text has
/// that form, brackets and backslashes are escaped; elsewhere they stand for themselves.
pub(in crate::report) fn message(text: &str) -> String {
    message_within(text, usize::MAX)
}

/// The same in at most `limit` UTF-16 units, never cut inside of an escape.
pub(in crate::report) fn message_within(text: &str, limit: usize) -> String {
    let linked = text.contains("](");
    let shown = terminal::visible(text);
    let mut escaped = String::with_capacity(shown.len());
    let mut units = 0;
    // Where the text ends if an ellipsis has to follow.
    let mut end = 0;
    for character in shown.chars() {
        let double = match character {
            '{' | '}' => Some(character),
            '[' | ']' | '\\' if linked => Some('\\'),
            _ => None,
        };
        units += character.len_utf16() + usize::from(double.is_some());
        if units > limit {
            escaped.truncate(end);
            escaped.push('…');
            break;
        }
        escaped.extend(double);
        escaped.push(character);
        if units < limit {
            end = escaped.len();
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{message, message_within};

    #[test]
    fn no_link_and_no_placeholder_gets_in() {
        for (text, escaped) in [
            ("HTTP call without a timeout", "HTTP call without a timeout"),
            ("handlers[0] is a \\ thing", "handlers[0] is a \\ thing"),
            ("handlers[0](1)", "handlers\\[0\\](1)"),
            ("[x](1) \\", "\\[x\\](1) \\\\"),
            ("{0} and {{1}}", "{{0}} and {{{{1}}}}"),
        ] {
            assert_eq!(message(text), escaped);
        }
    }

    #[test]
    fn a_cut_message_keeps_its_escapes_whole() {
        for (limit, cut) in [(4, "a{{b"), (3, "a…"), (2, "a…"), (1, "…")] {
            let text = if limit == 4 { "a{b" } else { "a{bc" };
            assert_eq!(message_within(text, limit), cut, "{limit}");
        }
        assert_eq!(message_within("😀😀😀", 5), "😀😀…");
        assert_eq!(message_within("😀😀😀", 6), "😀😀😀");
    }
}
