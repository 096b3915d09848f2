//! Names whose case says nothing: those of functions, methods and classes of PHP, and its truth values.

use super::matcher::Matcher;
use crate::language::Language;

/// The ways in which a word is written where its case says nothing: as it stands, in small letters, in large ones, and with
/// a large one first. A prefilter can look for these, and nothing else is taken for the word.
pub(super) fn spellings(word: &str, language: &Language) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if language.name == "php" {
        let small = word.to_ascii_lowercase();
        let first = small.chars().next().map_or(0, char::len_utf8);
        let title = small[..first].to_ascii_uppercase() + &small[first..];
        all.extend([small, word.to_ascii_uppercase(), title]);
        all.sort();
        all.dedup();
    }
    all
}

impl Matcher<'_> {
    /// Whether a name is this word in another case, where that says nothing.
    pub(super) fn in_other_case(&self, word: &str, at: u32) -> bool {
        let language = self.forest.language;
        if language.name != "php" || !self.forest.is_leaf(at) {
            return false;
        }
        let text = self.forest.text_of(at);
        if !text.eq_ignore_ascii_case(word.as_bytes()) {
            return false;
        }
        let parent = self.forest.item(at).parent;
        let called = parent != u32::MAX && self.forest.kind(parent).call;
        let caseless = match self.forest.kind_name(at) {
            "boolean" | "null" => true,
            "name" => called,
            _ => false,
        };
        caseless
            && spellings(word, language)
                .iter()
                .any(|one| one.as_bytes() == text)
    }
}
