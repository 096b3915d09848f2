//! Conditions over what a metavariable stands for, read in another language than the file's.

use std::ops::Range;

use super::evaluate::{Evaluation, State};
use super::syntax::Condition;
use crate::language::Language;
use crate::rule::pattern::Forest;

/// Parts in other languages than the file's, for what metavariables stand for.
pub(in crate::rule) trait Embedding {
    /// The language of a part, where that is another one.
    fn language_of(&self, part: usize) -> Option<&'static Language>;

    /// Reads a piece of the file in a language and calls `then` with what is there, unless it cannot be judged; that is kept
    /// in mind.
    fn look(
        &self,
        language: &'static Language,
        range: &Range<usize>,
        then: &mut dyn FnMut(&Evaluation<'_>),
    );
}

impl Evaluation<'_> {
    /// As [`Self::is`], with parts in another language than the file's: over the content of a string, or the code itself.
    pub(super) fn embedded(
        &self,
        embedding: &dyn Embedding,
        language: &'static Language,
        inner: &Condition,
        range: &Range<usize>,
        from: &State,
    ) -> Vec<State> {
        let at = self.forest.at_range(range);
        let is_whole = self.forest.range(at) == *range;
        let literal = self.forest.constants().literal(self.forest, at);
        let range = match literal.filter(|_| is_whole) {
            Some(literal) => self.forest.range(literal),
            None => range.clone(),
        };
        let content = content(self.forest, &range);
        let mut states = Vec::new();
        embedding.look(language, &content, &mut |view| {
            states = view.is(inner, &content, from);
        });
        states
    }
}

/// The place of what stands in a string, a heredoc or a block of YAML; of all where it is none of these.
fn content(forest: &Forest<'_>, range: &Range<usize>) -> Range<usize> {
    let written = forest.text.get(range.clone()).unwrap_or_default();
    let first_line = memchr::memchr(b'\n', written).map_or(0, |newline| newline + 1);
    let (start, end) = match written {
        [b'<', b'<', ..] => {
            let last = memchr::memrchr(b'\n', written).unwrap_or(written.len());
            (first_line, last.max(first_line))
        }
        [b'|' | b'>', ..] if forest.language.name == "yaml" => (first_line, written.len()),
        [quote @ (b'"' | b'\'' | b'`'), ..] => {
            let run = written.iter().take_while(|byte| *byte == quote).count();
            let length = if run >= 3 { 3 } else { 1 };
            (length, written.len().saturating_sub(length).max(length))
        }
        _ => (0, written.len()),
    };
    let inner = written.get(start..end).unwrap_or_default();
    let start = range.start + start + (inner.len() - inner.trim_ascii_start().len());
    start..start + inner.trim_ascii().len()
}
