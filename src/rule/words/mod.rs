//! Patterns over plain text, with the meaning that semgrep's generic mode gives them: words and signs in this order,
//! whatever white space stands between them.
//!
//! `$X` is one word, and the same wherever it is repeated; `...` skips what stands within the next ten lines, `$...X`
//! remembers it. Indentation counts where the pattern has it: an indented part of a pattern is all of an indented block, or
//! of what stands in brackets on one line. A pattern without indentation does not mind that of the text.

mod document;
mod expression;
mod matcher;

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

pub(super) use document::Document;
use document::{indent_of, tokens};

use super::required::Clause;
use crate::model::Diagnostic;
use crate::pack::QueryText;

/// A pattern has no more words and signs: matching recurses over them.
const MAX_NODES: usize = 1_000;
/// So many words of a pattern are required text; more tell nothing.
const MAX_WORDS: usize = 8;

/// An element of a pattern.
#[derive(Debug)]
enum Node {
    /// A word or a sign, as it is written.
    Atom(Vec<u8>),
    /// `$X`; without a name, `$_`.
    Word(Option<String>),
    /// `...`, or `$...X`.
    Dots(Option<String>),
    /// What is indented further.
    Block(Vec<Node>),
}

/// A pattern over plain text.
#[derive(Debug)]
pub(super) struct Pattern {
    nodes: Vec<Node>,
}

/// A match and what the metavariables stand for in it.
pub(super) type Match = (Range<usize>, Vec<(String, Range<usize>)>);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Where it holds no word and no sign, so that it would match anything, where two ellipses in a row leave open what the
    /// second remembers, and where it is too long.
    pub(super) fn new(written: &QueryText) -> Result<Self, Diagnostic> {
        let wrong = |message: &str, hint: &str| Diagnostic {
            file: written.file.clone(),
            text: Arc::clone(&written.text),
            span: Some(0..written.text.len()),
            message: message.to_owned(),
            hint: hint.to_owned(),
        };
        let nodes = nodes_of(&written.text);
        if !holds_text(&nodes) {
            return Err(wrong(
                "the pattern holds no word or sign: it would match any text",
                "write a word that stands there",
            ));
        }
        if count(&nodes) > MAX_NODES {
            return Err(wrong(
                &format!("the pattern is too long: at most {MAX_NODES} words and signs"),
                "write less of the text, and `...` for the rest",
            ));
        }
        if repeats_dots(&nodes) {
            return Err(wrong(
                "two ellipses in a row: what the second stands for is open",
                "leave one of them out",
            ));
        }
        Ok(Self { nodes })
    }

    /// A regular expression that says nearly the same, for where there are only those: blocks are not minded, and `...` at
    /// either end is left out.
    pub(super) fn expression(&self) -> String {
        expression::of(&self.nodes)
    }

    /// The names of its metavariables.
    pub(super) fn names(&self) -> Vec<String> {
        fn collect(nodes: &[Node], names: &mut Vec<String>) {
            for node in nodes {
                match node {
                    Node::Word(Some(name)) | Node::Dots(Some(name)) => names.push(name.clone()),
                    Node::Block(inner) => collect(inner, names),
                    _ => {}
                }
            }
        }
        let mut names = Vec::new();
        collect(&self.nodes, &mut names);
        names
    }

    /// The text that every match contains: its words, or its signs where it has no words.
    pub(super) fn required(&self) -> Vec<Clause> {
        fn collect<'n>(nodes: &'n [Node], atoms: &mut Vec<&'n [u8]>) {
            for node in nodes {
                match node {
                    Node::Atom(text) => atoms.push(text),
                    // A block can be missing where it may be empty, but then it holds no atom.
                    Node::Block(inner) => collect(inner, atoms),
                    _ => {}
                }
            }
        }
        let mut atoms = Vec::new();
        collect(&self.nodes, &mut atoms);
        let is_word = |atom: &&[u8]| atom.first().is_some_and(|byte| document::is_word(*byte));
        if atoms.iter().any(is_word) {
            atoms.retain(is_word);
        }
        atoms.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        atoms.dedup();
        let clause = |atom: &[u8]| Clause::one_of([atom.to_vec()]);
        atoms.into_iter().take(MAX_WORDS).map(clause).collect()
    }

    /// Every match in a document, in the order of the text; `None` if there was no end to it in time.
    ///
    /// No two matches begin or end at the same place: the shortest is kept.
    pub(super) fn all(&self, document: &Document<'_>, deadline: Instant) -> Option<Vec<Match>> {
        matcher::all(&self.nodes, document, deadline)
    }
}

/// The lines of a pattern as nodes, nested by their indentation.
fn nodes_of(text: &str) -> Vec<Node> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let least = lines.iter().map(|line| indent_of(line.as_bytes())).min();
    let mut open: Vec<(usize, Vec<Node>)> = vec![(least.unwrap_or(0), Vec::new())];
    let close = |open: &mut Vec<(usize, Vec<Node>)>| {
        if let Some((_, inner)) = open.pop()
            && let Some((_, outer)) = open.last_mut()
        {
            outer.push(Node::Block(inner));
        }
    };
    for line in lines {
        let indent = indent_of(line.as_bytes());
        while open.len() > 1 && open.last().is_some_and(|(own, _)| indent < *own) {
            close(&mut open);
        }
        if open.last().is_some_and(|(own, _)| indent > *own) {
            open.push((indent, Vec::new()));
        }
        if let Some((_, nodes)) = open.last_mut() {
            nodes.extend(nodes_of_line(line));
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().map(|(_, nodes)| nodes).unwrap_or_default()
}

fn nodes_of_line(line: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut rest = line.trim_ascii();
    while !rest.is_empty() {
        let dots = rest.len() - rest.trim_start_matches('.').len();
        let length = if dots == 3 {
            nodes.push(Node::Dots(None));
            3
        } else if let Some(name) = rest.strip_prefix("$...").and_then(name_of) {
            nodes.push(Node::Dots(named(name)));
            4 + name.len()
        } else if let Some(name) = rest.strip_prefix('$').and_then(name_of) {
            nodes.push(Node::Word(named(name)));
            1 + name.len()
        } else {
            // More than three dots are signs, all of them.
            let (signs, others) = rest.split_at(dots);
            let first = tokens(others.as_bytes()).take(usize::from(dots == 0));
            let texts = first.map(|token| others.as_bytes()[token.text].to_vec());
            let signs = signs.bytes().map(|dot| vec![dot]);
            let texts: Vec<Vec<u8>> = signs.chain(texts).collect();
            let length = texts.iter().map(Vec::len).sum();
            nodes.extend(texts.into_iter().map(Node::Atom));
            length
        };
        rest = rest.get(length..).unwrap_or_default().trim_ascii_start();
    }
    nodes
}

fn named(name: &str) -> Option<String> {
    (name != "_").then(|| name.to_owned())
}

/// The name that a text begins with, as metavariables have it.
fn name_of(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_')
        .unwrap_or(text.len());
    let name = &text[..end];
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    // `$PATHs` is no metavariable, and neither is `$__`.
    let ends = !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (begins && ends && (name == "_" || !name.starts_with('_'))).then_some(name)
}

fn count(nodes: &[Node]) -> usize {
    let of = |node: &Node| match node {
        Node::Block(inner) => 1 + count(inner),
        _ => 1,
    };
    nodes.iter().map(of).sum()
}

fn holds_text(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Atom(_) => true,
        Node::Block(inner) => holds_text(inner),
        _ => false,
    })
}

fn repeats_dots(nodes: &[Node]) -> bool {
    let pair = |pair: &[Node]| matches!(pair, [Node::Dots(_), Node::Dots(Some(_))]);
    nodes.windows(2).any(pair)
        || nodes
            .iter()
            .any(|node| matches!(node, Node::Block(inner) if repeats_dots(inner)))
}
