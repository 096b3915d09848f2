//! Text for GitHub's workflow commands, which are lines that begin with `::`.

use super::terminal;

/// The message of a command; its own line breaks are kept.
pub(in crate::report) fn data(text: &str) -> String {
    text.split('\n')
        .map(|line| terminal::visible(line).replace('%', "%25"))
        .collect::<Vec<_>>()
        .join("%0A")
}

/// The value of a property.
pub(in crate::report) fn property(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            ':' => escaped.push_str("%3A"),
            ',' => escaped.push_str("%2C"),
            _ => terminal::character(character, &mut escaped),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_second_command_gets_out() {
        for (text, escaped) in [
            ("100 % sure", "100 %25 sure"),
            ("a\n::error::b", "a%0A::error::b"),
            ("a\r::b", "a\\r::b"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
        ] {
            assert_eq!(data(text), escaped);
        }
        for (text, escaped) in [
            ("src/a.py", "src/a.py"),
            ("a,line=9::b", "a%2Cline=9%3A%3Ab"),
            ("a\n%0A", "a%0A%250A"),
        ] {
            assert_eq!(property(text), escaped);
        }
    }
}
