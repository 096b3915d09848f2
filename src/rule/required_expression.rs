//! A regular expression that a file must hold because the text of one of its nodes must.
//!
//! A node's text is a part of the file's, so an expression that matches in it matches in the file as well: without its
//! look-around, which asks for what stands before and behind and means the node's ends there.

use std::sync::{Arc, OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

/// A compiled expression may take this many bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// An expression without look-around, compiled when it is first asked.
#[derive(Clone, Debug)]
pub struct RequiredExpression {
    written: String,
    stripped: Hir,
    compiled: Arc<OnceLock<Option<Regex>>>,
}

impl PartialEq for RequiredExpression {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for RequiredExpression {}

impl RequiredExpression {
    /// Of an expression as it was written and as it was read.
    pub(super) fn of(written: &str, hir: &Hir) -> Self {
        Self {
            written: written.to_owned(),
            stripped: without_look(hir),
            compiled: Arc::default(),
        }
    }

    /// As it was written, with the look-around that does not count.
    pub fn written(&self) -> &str {
        &self.written
    }

    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            RegexBuilder::new(&self.stripped.to_string())
                .size_limit(SIZE_LIMIT)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Whether it matches anywhere; yes where that cannot be told.
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(text))
    }

    /// Its matches, from left to right and disjoint; `None` where it does not compile.
    pub(super) fn places(&self, text: &[u8]) -> Option<Vec<std::ops::Range<usize>>> {
        let regex = self.regex()?;
        Some(regex.find_iter(text).map(|found| found.range()).collect())
    }
}

fn without_look(hir: &Hir) -> Hir {
    let each = |all: &[Hir]| all.iter().map(without_look).collect();
    match hir.kind() {
        HirKind::Look(_) => Hir::empty(),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) => hir.clone(),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(without_look(&repetition.sub)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => Hir::capture(Capture {
            sub: Box::new(without_look(&capture.sub)),
            ..capture.clone()
        }),
        HirKind::Concat(parts) => Hir::concat(each(parts)),
        HirKind::Alternation(branches) => Hir::alternation(each(branches)),
    }
}
