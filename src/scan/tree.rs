//! What we read off a syntax tree beside the matches: its blind spans, a node's identity.
//!
//! Invariant: no recursion; hostile trees are deeper than any stack (law 9).

use std::ops::Range;

use sha2::{Digest, Sha256};
use tree_sitter::{Node, TreeCursor};

use crate::language::Language;

/// A name of an enclosing definition is cut to this many bytes.
const MAX_NAME: usize = 120;

/// The parents of ERROR and MISSING nodes: outermost, sorted, disjoint.
pub(super) fn blind_spans(root: Node<'_>) -> Vec<Range<usize>> {
    if !root.has_error() {
        return Vec::new();
    }
    if root.is_error() {
        return vec![root.byte_range()];
    }
    let mut spans = Vec::new();
    let mut cursor = root.walk();
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        cursor.reset(node);
        let mut broken = Vec::new();
        let mut blind = false;
        if cursor.goto_first_child() {
            loop {
                let child = cursor.node();
                blind |= child.is_error() || child.is_missing();
                if child.has_error() {
                    broken.push(child);
                }
                if blind || !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        if blind {
            spans.push(node.byte_range());
        } else {
            pending.extend(broken);
        }
    }
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last)
                if span.start <= last.end && (span.start < last.end || span.end == last.end) =>
            {
                last.end = last.end.max(span.end);
            }
            _ => merged.push(span),
        }
    }
    merged
}

/// A digest of the text of a node without white space and comments, token by token.
pub(super) fn token_digest(node: Node<'_>, language: &Language, text: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut at = node.start_byte();
    let mut cursor = node.walk();
    let mut depth = 0_usize;
    loop {
        let current = cursor.node();
        let comment = language.is_comment(current.kind());
        if comment || current.child_count() == 0 {
            feed(
                &mut hasher,
                text.get(at..current.start_byte()).unwrap_or_default(),
            );
            if !comment {
                feed(
                    &mut hasher,
                    text.get(current.byte_range()).unwrap_or_default(),
                );
            }
            at = current.end_byte();
        } else if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        loop {
            if depth == 0 {
                feed(
                    &mut hasher,
                    text.get(at..node.end_byte()).unwrap_or_default(),
                );
                return hasher.finalize().into();
            }
            if cursor.goto_next_sibling() {
                break;
            }
            cursor.goto_parent();
            depth -= 1;
        }
    }
}

/// As [`token_digest`], of that part of a node that a range covers.
pub(super) fn token_digest_within(
    node: Node<'_>,
    range: &Range<usize>,
    language: &Language,
    text: &[u8],
) -> [u8; 32] {
    if node.byte_range() == *range {
        return token_digest(node, language, text);
    }
    let mut hasher = Sha256::new();
    if language.is_text() {
        feed(&mut hasher, text.get(range.clone()).unwrap_or_default());
        return hasher.finalize().into();
    }
    let mut cursor = node.walk();
    loop {
        let current = cursor.node();
        let outside = current.end_byte() <= range.start || current.start_byte() >= range.end;
        let comment = language.is_comment(current.kind());
        if !outside && !comment && current.child_count() == 0 {
            let (start, end) = (
                current.start_byte().max(range.start),
                current.end_byte().min(range.end),
            );
            feed(&mut hasher, text.get(start..end).unwrap_or_default());
        }
        if !outside && !comment && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return hasher.finalize().into();
            }
        }
    }
}

/// A token, without the indentation of the lines inside it. Blank ones (the gaps between tokens) count for nothing.
fn feed(hasher: &mut Sha256, token: &[u8]) {
    let token = token.trim_ascii();
    if token.is_empty() {
        return;
    }
    for line in token.split(|byte| *byte == b'\n') {
        hasher.update(line.trim_ascii());
        hasher.update(b"\n");
    }
    hasher.update(b"\0");
}

/// Names of the definitions around a node, outside in.
pub(super) fn enclosing(root: Node<'_>, target: Node<'_>, text: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.id() == target.id() {
            return names;
        }
        names.extend(definition_name(node, text));
        if !descend(&mut cursor, &target.byte_range()) {
            return names;
        }
    }
}

/// Goes to the child that holds a range.
fn descend(cursor: &mut TreeCursor<'_>, range: &Range<usize>) -> bool {
    if cursor.goto_first_child_for_byte(range.start).is_none() {
        return false;
    }
    while cursor.node().end_byte() < range.end {
        if !cursor.goto_next_sibling() {
            return false;
        }
    }
    cursor.node().start_byte() <= range.start
}

/// Kinds of nodes that give what is inside them a name, by a part of the kind.
const DEFINITIONS: [&str; 14] = [
    "class",
    "constructor",
    "enum",
    "function",
    "impl_item",
    "interface",
    "method",
    "module",
    "namespace",
    "object",
    "package",
    "protocol",
    "struct",
    "trait",
];

fn definition_name(node: Node<'_>, text: &[u8]) -> Option<String> {
    let kind = node.kind();
    if let Some(key) = node.child_by_field_name("key") {
        return cut(key, text);
    }
    if kind == "variable_declarator" {
        let function = node
            .child_by_field_name("value")
            .is_some_and(|value| value.kind().contains("function"));
        return if function {
            cut(node.child_by_field_name("name")?, text)
        } else {
            None
        };
    }
    if kind == "block" && node.child_by_field_name("body").is_none() {
        return hcl_block(node, text);
    }
    if !DEFINITIONS.iter().any(|part| kind.contains(part))
        || kind.contains("call")
        || kind.contains("type")
    {
        return None;
    }
    let mut name = node.child_by_field_name("name");
    let mut declarator = node.child_by_field_name("declarator");
    while let Some(inner) = declarator.filter(|_| name.is_none()) {
        declarator = inner.child_by_field_name("declarator");
        if declarator.is_none() {
            name = Some(inner);
        }
    }
    let name = name.or_else(|| node.child_by_field_name("type"))?;
    let receiver = node
        .child_by_field_name("receiver")
        .and_then(|receiver| cut(receiver, text));
    let name = cut(name, text)?;
    Some(match receiver {
        // Go: the receiver's type, not its name.
        Some(receiver) => {
            let owner = receiver
                .trim_matches(['(', ')'])
                .rsplit([' ', '*'])
                .next()
                .unwrap_or_default()
                .to_owned();
            format!("{owner}.{name}")
        }
        None => name,
    })
}

/// `resource "aws_instance" "web" {`: the words before the body.
fn hcl_block(node: Node<'_>, text: &[u8]) -> Option<String> {
    let mut cursor = node.walk();
    let words: Vec<String> = node
        .named_children(&mut cursor)
        .take_while(|child| matches!(child.kind(), "identifier" | "string_lit"))
        .filter_map(|child| cut(child, text))
        .collect();
    (!words.is_empty()).then(|| words.join(" ").replace('"', ""))
}

fn cut(node: Node<'_>, text: &[u8]) -> Option<String> {
    let bytes = text.get(node.byte_range())?;
    let name = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_NAME)])
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (!name.is_empty()).then_some(name)
}
