//! Looks for a pattern in a document.
//!
//! Invariant: recursion goes as deep as the pattern is long, never as deep as the document.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Instant;

use super::document::{Document, Item, is_word};
use super::{Match, Node};

/// An ellipsis spans so many lines.
const SPAN: usize = 10;
/// The clock is read after so many steps.
const STEPS: u32 = 4096;

/// Where what was matched so far ends.
#[derive(Clone, Copy)]
struct Last {
    byte: usize,
    line: usize,
}

/// An ellipsis that is being matched.
#[derive(Clone, Copy)]
struct Dots<'p> {
    /// Up to here it may skip.
    line: usize,
    /// What it has skipped.
    start: usize,
    end: usize,
    name: Option<&'p str>,
}

struct Matcher<'m> {
    document: &'m Document<'m>,
    deadline: Instant,
    steps: u32,
    late: bool,
    bindings: Vec<(&'m str, Range<usize>)>,
}

/// Every match of a pattern; `None` if the time was up.
pub(super) fn all(
    nodes: &[Node],
    document: &Document<'_>,
    deadline: Instant,
) -> Option<Vec<Match>> {
    let mut matcher = Matcher {
        document,
        deadline,
        steps: 0,
        late: false,
        bindings: Vec::new(),
    };
    let only_at_starts = matches!(nodes.first(), Some(Node::Dots(_)));
    let mut found: Vec<Match> = Vec::new();
    let open_end = matches!(nodes.last(), Some(Node::Dots(_)));
    // The last match of those that end at a place is the shortest; where an ellipsis ends them, the first says it all.
    let mut by_end: HashMap<usize, usize> = HashMap::new();
    let mut at_start = true;
    for (at, item) in document.items.iter().enumerate() {
        match item {
            Item::Open(_) => at_start = true,
            Item::Close => at_start = false,
            Item::Atom { text, line } => {
                if at_start || !only_at_starts {
                    let before = Last {
                        byte: text.start,
                        line: *line,
                    };
                    matcher.bindings.clear();
                    let end = matcher.matches(nodes, at, document.items.len(), before, true);
                    if matcher.late {
                        return None;
                    }
                    if let Some(end) = end.filter(|end| end.byte > text.start) {
                        let kept = by_end.entry(end.byte).or_insert(found.len());
                        if !open_end {
                            *kept = found.len();
                        }
                        found.push((text.start..end.byte, matcher.bound()));
                    }
                }
                at_start = false;
            }
        }
    }
    let kept = found
        .into_iter()
        .enumerate()
        .filter(|(index, (range, _))| by_end.get(&range.end) == Some(index));
    Some(kept.map(|(_, found)| found).collect())
}

impl<'m> Matcher<'m> {
    /// Matches all of a pattern from an item on: up to `limit`, and unless it is the pattern as a `whole`, all of the
    /// block that begins there. Returns where the match ends.
    fn matches(
        &mut self,
        nodes: &'m [Node],
        at: usize,
        limit: usize,
        last: Last,
        whole: bool,
    ) -> Option<Last> {
        self.go_on(nodes, at, limit, last, None, whole)
    }

    fn go_on(
        &mut self,
        mut nodes: &'m [Node],
        mut at: usize,
        limit: usize,
        mut last: Last,
        mut dots: Option<Dots<'m>>,
        whole: bool,
    ) -> Option<Last> {
        loop {
            self.steps += 1;
            if self.steps.is_multiple_of(STEPS) {
                self.late |= Instant::now() > self.deadline;
            }
            if self.late {
                return None;
            }
            let Some((node, rest)) = nodes.split_first() else {
                return self.ends(at, limit, last, dots, whole);
            };
            match node {
                Node::Dots(name) => {
                    dots = Some(match dots {
                        None => Dots {
                            line: last.line + SPAN,
                            start: last.byte,
                            end: last.byte,
                            name: name.as_deref(),
                        },
                        Some(more) => Dots {
                            line: more.line + SPAN,
                            ..more
                        },
                    });
                    nodes = rest;
                }
                Node::Block(inner) => match self.item(at, limit) {
                    Some(Item::Open(close)) => {
                        self.remember(dots)?;
                        last = self.matches(inner, at + 1, *close, last, false)?;
                        (nodes, at, dots) = (rest, close + 1, None);
                    }
                    Some(Item::Atom { text, line }) => match dots {
                        Some(open) if *line <= open.line => {
                            dots = Some(Dots {
                                end: text.end,
                                ..open
                            });
                            at += 1;
                        }
                        _ => {
                            self.remember(dots)?;
                            if !is_idle(inner) {
                                return None;
                            }
                            (nodes, dots) = (rest, None);
                        }
                    },
                    Some(Item::Close) | None => {
                        return (is_idle(inner) && is_idle(rest)).then_some(last);
                    }
                },
                Node::Atom(_) | Node::Word(_) => {
                    let Item::Atom { text, line } = self.item(at, limit)? else {
                        // Words do not mind where blocks begin and end.
                        at += 1;
                        continue;
                    };
                    if dots.is_some_and(|open| *line > open.line) {
                        return None;
                    }
                    let here = Last {
                        byte: text.end,
                        line: *line,
                    };
                    let known = self.bindings.len();
                    if self.remember(dots).is_some() && self.is(node, text) {
                        let end = self.go_on(rest, at + 1, limit, here, None, whole);
                        if end.is_some() || self.late {
                            return end;
                        }
                    }
                    self.bindings.truncate(known);
                    dots = Some(Dots {
                        end: text.end,
                        ..dots?
                    });
                    at += 1;
                }
            }
        }
    }

    fn item(&self, at: usize, limit: usize) -> Option<&'m Item> {
        self.document.items.get(at).filter(|_| at < limit)
    }

    /// The pattern is at its end: what is left of the block must be nothing, or what an ellipsis skips.
    fn ends(
        &mut self,
        at: usize,
        limit: usize,
        mut last: Last,
        dots: Option<Dots<'m>>,
        whole: bool,
    ) -> Option<Last> {
        let Some(mut open) = dots else {
            let nothing_left = matches!(self.item(at, limit), None | Some(Item::Close));
            return (whole || nothing_left).then_some(last);
        };
        let (mut at, mut depth) = (at, 0_usize);
        while let Some(item) = self.item(at, limit) {
            match item {
                Item::Open(_) => depth += 1,
                Item::Close if depth == 0 => break,
                Item::Close => depth -= 1,
                Item::Atom { line, .. } if *line > open.line => break,
                Item::Atom { text, line } => {
                    last = Last {
                        byte: text.end,
                        line: *line,
                    };
                }
            }
            at += 1;
        }
        open.end = last.byte;
        self.remember(Some(open))?;
        Some(last)
    }

    /// Whether a word or sign of the pattern stands here; remembers what it stands for.
    fn is(&mut self, node: &'m Node, text: &Range<usize>) -> bool {
        let written = self.document.text.get(text.clone()).unwrap_or_default();
        match node {
            Node::Atom(wanted) => wanted == written,
            Node::Word(name) => {
                written.first().copied().is_some_and(is_word)
                    && name
                        .as_deref()
                        .is_none_or(|name| self.bind(name, text.clone()))
            }
            _ => false,
        }
    }

    /// Closes an ellipsis; `None` if its name stands for something else already.
    fn remember(&mut self, dots: Option<Dots<'m>>) -> Option<()> {
        let Some(Dots {
            name: Some(name),
            start,
            end,
            ..
        }) = dots
        else {
            return Some(());
        };
        let skipped = self.document.text.get(start..end).unwrap_or_default();
        let start = end - skipped.trim_ascii_start().len();
        self.bind(name, start..end).then_some(())
    }

    fn bind(&mut self, name: &'m str, range: Range<usize>) -> bool {
        let text = |range: &Range<usize>| self.document.text.get(range.clone());
        match self.bindings.iter().find(|(own, _)| *own == name) {
            Some((_, known)) => text(known) == text(&range),
            None => {
                self.bindings.push((name, range));
                true
            }
        }
    }

    fn bound(&self) -> Vec<(String, Range<usize>)> {
        let own = self.bindings.iter();
        own.map(|(name, range)| ((*name).to_owned(), range.clone()))
            .collect()
    }
}

/// Whether nodes match nothing at all.
fn is_idle(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Dots(_) => true,
        Node::Block(inner) => is_idle(inner),
        Node::Atom(_) | Node::Word(_) => false,
    })
}
