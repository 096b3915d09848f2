//! Makes foreign text harmless, one file per place where it may stand.
//!
//! Invariant: names, messages and code of others reach a report only through one of these doors. What is shown keeps
//! its meaning: nothing is dropped, only spelt differently.

mod html;
mod json;
mod markdown;
mod sarif;
mod terminal;
mod uri;
mod workflow;

pub(in crate::report) use html::{html, html_code};
pub(in crate::report) use json::write as json;
pub use json::{to_string as json_string, to_writer as json_writer};
pub(in crate::report) use markdown::fence;
pub use markdown::{code, inline};
pub(in crate::report) use sarif::{message, message_within};
pub(in crate::report) use terminal::character;
pub use terminal::visible;
pub(in crate::report) use uri::{file_name, path as uri_path};
pub(in crate::report) use workflow::{data, property};

/// Whether a character can act on a terminal or reorder, hide or forge what a person sees: control characters,
/// directional marks, characters without width, line separators and tags.
pub(in crate::report) fn deceives(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}')
}

/// Cuts a text to at most `limit` UTF-16 units, the last of them an ellipsis where something was cut.
pub(in crate::report) fn cap(text: &str, limit: usize) -> String {
    if text.len() <= limit || text.encode_utf16().count() <= limit {
        return text.to_owned();
    }
    let mut units = 1;
    let mut cut: String = text
        .chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= limit
        })
        .collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::cap;

    #[test]
    fn a_cut_text_keeps_the_limit() {
        assert_eq!(cap("short", 5), "short");
        assert_eq!(cap("longer", 5), "long…");
        assert_eq!(cap("😀😀😀", 6), "😀😀😀");
        assert_eq!(cap("😀😀😀😀", 6), "😀😀…");
        assert_eq!(cap("éééé", 4), "éééé");
    }
}
