//! What stands between the tokens: comments, line breaks, parentheses.

use std::ops::Range;

use super::edit::Edits;
use super::table::{Habits, Wrap};
use super::tree::{Named, Source};

/// So many expressions of one place are put in parentheses.
const MOST: usize = 40;

/// Where something may stand between two tokens of a place.
fn gaps(source: &Source<'_>, habits: &Habits, place: &Range<usize>) -> Vec<usize> {
    let mut gaps = Vec::new();
    for named in source.within(place) {
        match habits.wrap {
            Wrap::Brackets { .. } => {
                if matches!(named.node.kind(), "(" | ",") && named.node.end_byte() < place.end {
                    gaps.push(named.node.end_byte());
                }
            }
            Wrap::Between(kinds, _) => {
                let parent = named.node.parent();
                let first = named.node.prev_sibling().is_none();
                if parent.is_some_and(|parent| kinds.contains(&parent.kind()))
                    && named.node.is_named()
                    && !first
                    && named.node.start_byte() > place.start
                {
                    gaps.push(named.node.start_byte());
                }
            }
            Wrap::Nowhere => {}
        }
    }
    gaps
}

/// Edits that leave the tree as it is: all at once if they do together, else each on its own that does.
fn harmless(source: &Source<'_>, edits: &Edits, kinds: &[&str]) -> Vec<Edits> {
    if edits.is_empty() {
        return Vec::new();
    }
    if source.is_same_but(&edits.apply(source.text), kinds) {
        return vec![edits.clone()];
    }
    edits
        .each()
        .filter(|one| source.is_same_but(&one.apply(source.text), kinds))
        .collect()
}

/// Comments between the tokens of a place.
pub(super) fn comments(source: &Source<'_>, habits: &Habits, place: &Range<usize>) -> Vec<Edits> {
    let language = source.language;
    let mut edits = Edits::default();
    for at in gaps(source, habits, place) {
        match (
            language.block_comment,
            language.line_comment.first(),
            habits.wrap,
        ) {
            (_, _, Wrap::Between(..)) => {}
            (Some((open, close)), ..) => edits.insert(at, format!(" {open} note {close} ")),
            (None, Some(open), _) => edits.insert(at, format!(" {open} note\n    ")),
            (None, None, _) => {}
        }
    }
    if let Some((open, close)) = language.block_comment {
        for named in source.nodes() {
            let node = named.node;
            let beside = node
                .parent()
                .is_some_and(|parent| habits.around.contains(&parent.kind()));
            let near = node.parent().is_some_and(|parent| {
                parent.start_byte() <= place.start && parent.end_byte() >= place.end
            });
            if beside && near && node.is_named() && node.start_byte() > 0 {
                edits.insert(node.start_byte(), format!("{open} note {close}"));
            }
        }
    }
    harmless(source, &edits, habits.blank)
}

/// The lines of a place broken wherever they may be.
pub(super) fn wrapping(source: &Source<'_>, habits: &Habits, place: &Range<usize>) -> Vec<Edits> {
    let mut edits = Edits::default();
    let text = match habits.wrap {
        Wrap::Brackets { .. } => "\n    ",
        Wrap::Between(_, text) => text,
        Wrap::Nowhere => return Vec::new(),
    };
    for at in gaps(source, habits, place) {
        edits.insert(at, text);
    }
    if let Wrap::Brackets { dots: true } = habits.wrap {
        for named in source.within(place) {
            if matches!(named.node.kind(), "." | "->" | "?.")
                && named.node.start_byte() > place.start
            {
                edits.insert(named.node.start_byte(), text);
            }
        }
    }
    harmless(source, &edits, habits.blank)
}

/// Each expression of a place in parentheses of its own.
pub(super) fn parentheses(
    source: &Source<'_>,
    habits: &Habits,
    place: &Range<usize>,
) -> Vec<Edits> {
    let mut rewrites = Vec::new();
    if habits.parentheses.is_empty() {
        return rewrites;
    }
    for Named { node, field } in source.within(place) {
        // Nobody puts a callee or the name of something in parentheses; in C it would even change the meaning.
        let is_name = field.is_some_and(|field| NAMES.contains(&field));
        let inside = node
            .parent()
            .is_some_and(|parent| habits.parentheses.contains(&parent.kind()));
        if !node.is_named() || is_name || inside || source.language.is_comment(node.kind()) {
            continue;
        }
        let mut edits = Edits::default();
        edits.insert(node.start_byte(), "(");
        edits.insert(node.end_byte(), ")");
        if rewrites.len() < MOST
            && source.gains_one_of(&edits.apply(source.text), habits.parentheses)
        {
            rewrites.push(edits);
        }
    }
    rewrites
}

/// What a node is called in its parent where it is not an operand.
const NAMES: [&str; 20] = [
    "alias",
    "attribute",
    "body",
    "constructor",
    "field",
    "function",
    "key",
    "label",
    "left",
    "macro",
    "method",
    "module_name",
    "name",
    "object",
    "operand",
    "parameters",
    "path",
    "pattern",
    "receiver",
    "type",
];
