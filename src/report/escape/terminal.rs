//! Text for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::deceives;

/// The text with every character that could act on a terminal or deceive its reader spelt out: `\n`, `\t`, `\r`, else
/// `\u{..}`. One line in, one line out.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(deceives) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for each in text.chars() {
        character(each, &mut shown);
    }
    Cow::Owned(shown)
}

/// Appends one character as [`visible`] shows it.
pub(in crate::report) fn character(character: char, shown: &mut String) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        _ if deceives(character) => {
            // Writing to a String does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        }
        _ => shown.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_could_act_is_spelt_out() {
        for (text, shown) in [
            ("src/gateway.py", "src/gateway.py"),
            ("é😀 漢字", "é😀 漢字"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
            ("\u{0}\u{7f}\u{9b}2J", "\\u{0}\\u{7f}\\u{9b}2J"),
            ("user\u{202e}gpj.exe", "user\\u{202e}gpj.exe"),
            (
                "a\u{2066}b\u{2069}c\u{200e}\u{200f}\u{61c}",
                "a\\u{2066}b\\u{2069}c\\u{200e}\\u{200f}\\u{61c}",
            ),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
            ("line\u{2028}para\u{2029}", "line\\u{2028}para\\u{2029}"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }
}
