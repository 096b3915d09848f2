//! Text for HTML: between tags and in quoted attributes.

use super::terminal;

/// Text that shows as itself, with what could deceive spelt out; safe in an element and in a quoted attribute.
pub(in crate::report) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in terminal::visible(text).chars() {
        push(character, &mut escaped);
    }
    escaped
}

/// A line of code: as [`html`], but a tab stays one.
pub(in crate::report) fn html_code(line: &str) -> String {
    let mut shown = String::with_capacity(line.len() + 8);
    for character in line.chars() {
        match character {
            '\t' => shown.push('\t'),
            _ => terminal::character(character, &mut shown),
        }
    }
    let mut escaped = String::with_capacity(shown.len() + 8);
    for character in shown.chars() {
        push(character, &mut escaped);
    }
    escaped
}

fn push(character: char, escaped: &mut String) {
    match character {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        '"' => escaped.push_str("&quot;"),
        '\'' => escaped.push_str("&#39;"),
        _ => escaped.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::{html, html_code};

    #[test]
    fn nothing_ends_an_element_or_an_attribute() {
        for (text, shown) in [
            ("plain é😀", "plain é😀"),
            ("</script><b>", "&lt;/script&gt;&lt;b&gt;"),
            ("\" onload='x' `", "&quot; onload=&#39;x&#39; `"),
            ("&lt;", "&amp;lt;"),
            ("<!--]]>", "&lt;!--]]&gt;"),
            ("a\nb\tc\0", "a\\nb\\tc\\u{0}"),
            ("user\u{202e}gpj.exe", "user\\u{202e}gpj.exe"),
        ] {
            assert_eq!(html(text), shown);
        }
        assert_eq!(
            html_code("\tif a < b\u{2066} {"),
            "\tif a &lt; b\\u{2066} {"
        );
    }
}
