//! Text for a SARIF message.

use super::terminal;

/// Plain text as a SARIF message string means it.
///
/// Braces mark placeholders (3.11.5), so they are doubled. `[text](1)` is an embedded link (3.11.6): where the text has
/// that form, brackets and backslashes are escaped; elsewhere they stand for themselves.
pub(in crate::report) fn message(text: &str) -> String {
    let linked = text.contains("](");
    let mut escaped = String::with_capacity(text.len());
    for character in terminal::visible(text).chars() {
        match character {
            '{' => escaped.push_str("{{"),
            '}' => escaped.push_str("}}"),
            '[' | ']' | '\\' if linked => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::message;

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
}
