//! What is seen of a file once for all rules that need more than its syntax tree.

use std::cell::OnceCell;
use std::ops::Range;

use tree_sitter::Node;

use crate::language::Language;
use crate::rule::pattern::{Forest, Names};
use crate::rule::words;

/// What is seen of a file once for all rules that need more than its syntax tree: made when the first asks.
pub struct Scene<'s> {
    root: Node<'s>,
    language: &'static Language,
    text: &'s [u8],
    typed: bool,
    pub(super) prefilter: bool,
    seen: OnceCell<(Forest<'s>, Names)>,
    words: OnceCell<words::Document<'s>>,
}

impl<'s> Scene<'s> {
    /// Of a tree; `typed`: whether types of names matter; `prefilter`: whether the tree need not be read where the text lacks
    /// what a match must contain.
    pub fn new(
        root: Node<'s>,
        language: &'static Language,
        text: &'s [u8],
        typed: bool,
        prefilter: bool,
    ) -> Self {
        Self {
            root,
            language,
            text,
            typed,
            prefilter,
            seen: OnceCell::new(),
            words: OnceCell::new(),
        }
    }

    /// The root of the syntax tree.
    pub fn root(&self) -> Node<'s> {
        self.root
    }

    /// The whole decoded text.
    pub fn text(&self) -> &'s [u8] {
        self.text
    }

    fn seen(&self) -> &(Forest<'s>, Names) {
        self.seen.get_or_init(|| {
            let forest = Forest::new(self.root, self.language, self.text);
            let names = Names::read(self.root, &forest, self.typed);
            (forest, names)
        })
    }

    pub(super) fn words(&self) -> &words::Document<'s> {
        self.words.get_or_init(|| words::Document::new(self.text))
    }

    pub(super) fn forest(&self) -> &Forest<'s> {
        &self.seen().0
    }

    pub(super) fn names(&self) -> &Names {
        &self.seen().1
    }

    /// Whether what stands in a place means one of these things.
    pub(in crate::rule) fn resolve(&self, range: &Range<usize>, wanted: &[Vec<String>]) -> bool {
        self.names().resolve(self.forest(), range, wanted)
    }
}
