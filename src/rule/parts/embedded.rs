//! Code in another language inside a file: what a metavariable stands for is read with that language's grammar.
//!
//! Only the piece is parsed, at its place: all ranges stay those of the file.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::time::Instant;

use tree_sitter::{ParseOptions, Parser, Point, Tree};

use super::{CompiledPart, CompiledParts};
use crate::language::{self, Language};
use crate::rule::condition::{Embedding, Evaluation};
use crate::rule::pattern::{Forest, Found, Matcher, Names};

/// The parts of a rule over what its metavariables stand for.
pub(super) struct Pieces<'p> {
    pub(super) parts: &'p CompiledParts,
    /// The whole decoded text.
    pub(super) text: &'p [u8],
    /// The matches of the parts in the file itself.
    pub(super) matches: &'p [Vec<Found>],
    pub(super) deadline: Instant,
    /// A piece could not be judged: what is in it is not known.
    pub(super) lost: Cell<bool>,
}

impl Pieces<'_> {
    /// Reads a piece in a language; none where it could not be judged.
    fn read(
        &self,
        language: &'static Language,
        range: &Range<usize>,
        then: &mut dyn FnMut(&Evaluation<'_>),
    ) -> Option<()> {
        let text = self.text;
        let tree = parse(text, language, range, self.deadline)?;
        if language::too_deep(tree.root_node()) {
            return None;
        }
        let forest = Forest::new(tree.root_node(), language, text);
        let names = Names::read(tree.root_node(), &forest, self.parts.typed());
        let mut matches = self.matches.to_vec();
        for ((_, part), own) in self.parts.parts.iter().zip(&mut matches) {
            if let CompiledPart::Within(other, pattern) = part
                && other.name == language.name
            {
                *own = Matcher::new(pattern, &forest, &names).all()?;
            }
        }
        then(&Evaluation {
            forest: &forest,
            matches: &matches,
            embedding: None,
        });
        Some(())
    }
}

impl Embedding for Pieces<'_> {
    fn language_of(&self, part: usize) -> Option<&'static Language> {
        match self.parts.parts.get(part) {
            Some((_, CompiledPart::Within(language, _))) => Some(language),
            _ => None,
        }
    }

    fn look(
        &self,
        language: &'static Language,
        range: &Range<usize>,
        then: &mut dyn FnMut(&Evaluation<'_>),
    ) {
        if self.read(language, range, then).is_none() {
            self.lost.set(true);
        }
    }
}

/// Parses a piece of a text at its place; none where there was no end to it in time.
fn parse(
    text: &[u8],
    language: &Language,
    range: &Range<usize>,
    deadline: Instant,
) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    let piece = tree_sitter::Range {
        start_byte: range.start,
        end_byte: range.end,
        start_point: point(text, range.start),
        end_point: point(text, range.end),
    };
    parser.set_included_ranges(&[piece]).ok()?;
    let mut progress = |_: &_| {
        if Instant::now() > deadline {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let mut read = |offset: usize, _| text.get(offset..).unwrap_or_default();
    parser.parse_with_options(&mut read, None, Some(options))
}

fn point(text: &[u8], at: usize) -> Point {
    let before = text.get(..at).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    Point::new(memchr::memchr_iter(b'\n', before).count(), at - line)
}
