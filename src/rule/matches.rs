//! Walks the matches of a query: the engine finds them, the predicates let them stand, the clock ends it.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::time::Instant;

use tree_sitter::{QueryCapture, QueryCursor, QueryCursorOptions, StreamingIterator as _};

use super::compile::Compiled;
use super::parts::Scene;
use super::predicate::Nodes;

/// A match of a query whose predicates hold.
pub struct QueryMatch<'m, 't> {
    /// The index of the rule whose query it is.
    pub rule: usize,
    /// What was captured, as the engine gave it.
    pub captures: &'m [QueryCapture<'t>],
    /// The same as capture index and range of bytes.
    pub places: &'m [(u32, Range<usize>)],
}

impl Compiled {
    /// Calls `take` for each match of the rules asked for within the cursor's range, in the order of the engine; false where
    /// the deadline passed or the engine had more matches under way than it follows: then some may be missing.
    pub fn each_match<'t>(
        &self,
        cursor: &mut QueryCursor,
        scene: &Scene<'t>,
        deadline: Instant,
        is_asked: impl Fn(usize) -> bool,
        mut take: impl FnMut(QueryMatch<'_, 't>),
    ) -> bool {
        let late = Cell::new(false);
        let mut progress = |_: &_| {
            late.set(Instant::now() > deadline);
            if late.get() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let options = QueryCursorOptions::new().progress_callback(&mut progress);
        let (root, text) = (scene.root(), scene.text());
        let mut matches = cursor.matches_with_options(self.engine(), root, text, options);
        while let Some(one) = matches.next() {
            let pattern = one.pattern_index;
            let Some(rule) = self.rule_of(pattern).filter(|rule| is_asked(*rule)) else {
                continue;
            };
            let captures = one.captures().iter();
            let places: Vec<(u32, Range<usize>)> = captures
                .map(|capture| (capture.index, capture.node.byte_range()))
                .collect();
            let nodes = Nodes {
                captures: &places,
                text,
                scene,
            };
            if !self.accepts(pattern, &nodes) {
                continue;
            }
            take(QueryMatch {
                rule,
                captures: one.captures(),
                places: &places,
            });
            if Instant::now() > deadline {
                return false;
            }
        }
        drop(matches);
        !late.get() && !cursor.did_exceed_match_limit()
    }
}
