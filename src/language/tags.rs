//! Comments in the middle of a tag, which no standard allows and files have all the same: `<a <!-- why --> b="c">`. The
//! grammars take what follows them for text.

use std::borrow::Cow;

/// A text of XML or HTML as its grammar should see it: blanks in place of comments inside tags.
/// `raw`: elements whose content is no markup.
pub(super) fn without_comments<'t>(text: &'t [u8], raw: &[&str]) -> Cow<'t, [u8]> {
    const OPEN: &[u8] = b"<!--";
    let mut read = Cow::Borrowed(text);
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'<', &text[at..]) {
        at += next;
        let rest = &text[at..];
        if rest.starts_with(OPEN) {
            let Some(length) = comment(rest) else {
                break;
            };
            at += length;
            continue;
        }
        if !rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            at += 1;
            continue;
        }
        // A tag, to its end.
        let is_raw = |name: &&&str| {
            let own = rest.get(1..=name.len()).unwrap_or_default();
            let behind = rest.get(name.len() + 1);
            own.eq_ignore_ascii_case(name.as_bytes())
                && !behind.is_some_and(u8::is_ascii_alphanumeric)
        };
        let raw = raw.iter().find(is_raw);
        let mut quote = None;
        at += 1;
        while let Some(byte) = text.get(at) {
            match (quote, *byte) {
                (Some(open), byte) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(*byte),
                (None, b'>') => break,
                (None, b'<') if text[at..].starts_with(OPEN) => {
                    let Some(length) = comment(&text[at..]) else {
                        return read;
                    };
                    for byte in &mut read.to_mut()[at..at + length] {
                        if !byte.is_ascii_whitespace() {
                            *byte = b' ';
                        }
                    }
                    at += length;
                    continue;
                }
                (None, b'<') => break,
                _ => {}
            }
            at += 1;
        }
        if raw.is_some() {
            at += memchr::memmem::find(&text[at..], b"</").unwrap_or(text.len() - at);
        }
    }
    read
}

/// The length of the comment that a text begins with, if it has an end.
fn comment(text: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, b"-->").map(|end| end + 3)
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_in_tags_are_blanks() {
        for (text, read) in [
            ("<a <!--x\n--> b='c'>", "<a      \n    b='c'>"),
            ("<a b='<!--x-->'>", "<a b='<!--x-->'>"),
            ("<a><!--x--><b", "<a><!--x--><b"),
            ("<!-- <a --><b <!--y-->>", "<!-- <a --><b         >"),
            ("<a <!-- open", "<a <!-- open"),
            (
                "<script>a<b <!--x--></script>",
                "<script>a<b <!--x--></script>",
            ),
            (
                "<scripts>a<b <!--x--></scripts>",
                "<scripts>a<b         </scripts>",
            ),
            ("a < b", "a < b"),
        ] {
            let got = without_comments(text.as_bytes(), &["script"]);
            assert_eq!(String::from_utf8_lossy(&got), read, "{text}");
        }
    }
}
