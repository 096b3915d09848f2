//! Compiles a pattern for a language: spells its holes so that the grammar reads it, in each context that takes it.

use std::collections::BTreeMap;
use std::ops::Range;

use tree_sitter::{Node, Parser};

use super::dialect::{self, Context, Dialect};
use super::forest::Forest;
use super::kinds::{Kind, Kinds};
use super::text::{self, Hole, Piece, Typed};
use crate::language::Language;
use crate::model::Diagnostic;
use crate::pack::QueryText;

/// No pattern text is longer.
const MAX_TEXT: usize = 16 << 10;
/// No pattern tree is deeper: matching recurses over it.
const MAX_DEPTH: usize = 200;

/// A pattern's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    /// Anything, remembered under a name unless it is `_`.
    Metavariable(String),
    /// Any number of siblings, remembered under a name if it has one.
    Ellipsis(Option<String>),
    /// The pattern somewhere inside.
    Deep(Box<Tree>),
    /// A string by its content.
    Text(Content),
    /// A string with code inside, of which these are the parts.
    Interpolated(Vec<Tree>),
    /// A word.
    Leaf(String, bool),
    Node {
        kind: u16,
        children: Vec<(u16, Tree)>,
        parts: Option<Vec<NamePart>>,
    },
}

/// The content of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Any,
    Metavariable(String),
    Exactly(Vec<u8>),
    /// `"=~/…/"`
    Like(String),
}

/// A part of a dotted name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NamePart {
    Word(String),
    Metavariable(String),
}

/// What a context made of the pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    One(Tree),
    /// Statements, members or the like, side by side.
    Sequence(Vec<Tree>),
}

/// A pattern compiled for a language.
pub(in crate::rule) struct Pattern {
    pub(super) shapes: Vec<(&'static str, Shape)>,
    pub(super) types: Vec<Typed>,
    pub(super) kinds: std::sync::Arc<Kinds>,
}

/// A hole's spelling: the words it stands for.
struct Spelled {
    text: String,
    start: usize,
    end: usize,
    /// Where each hole's spelling is.
    holes: Vec<Range<usize>>,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Where it does not parse in any context.
    pub(in crate::rule) fn new(
        written: &QueryText,
        language: &'static Language,
    ) -> Result<Self, Diagnostic> {
        let whole = |message: String, hint: &str, span: Range<usize>| Diagnostic {
            file: written.file.clone(),
            text: std::sync::Arc::clone(&written.text),
            span: Some(span),
            message,
            hint: hint.to_owned(),
        };
        let start = written.text.len() - written.text.trim_start().len();
        let all = start..start + written.text.trim().len();
        if all.is_empty() {
            return Err(whole(
                "the pattern is empty".into(),
                "write the code as it looks, with $X and ...",
                0..written.text.len().min(1),
            ));
        }
        if all.len() > MAX_TEXT {
            return Err(whole(
                format!("the pattern is too large: at most {MAX_TEXT} bytes"),
                "write less of the code, and `...` for the rest",
                0..1,
            ));
        }
        let dialect = dialect::of(language);
        let kinds = Kinds::of(language);
        let mut parser = Parser::new();
        parser
            .set_language(&language.grammar())
            .map_err(|error| whole(error.to_string(), "", all.clone()))?;
        let mut types = Vec::new();
        let body = &written.text[all.clone()];
        let pieces = text::read(body, &mut types, text::quotes(language));
        let mut shapes: Vec<(&'static str, Shape)> = Vec::new();
        let mut best: Option<(usize, usize, &str)> = None;
        for context in dialect.contexts {
            let mut spelling = Spelling {
                parser: &mut parser,
                language,
                dialect,
                context,
                pieces: &pieces,
                choices: Vec::new(),
            };
            let spelled = match spelling.search() {
                Ok(spelled) => spelled,
                Err((count, place)) => {
                    if best.is_none_or(|(least, ..)| count < least) {
                        best = Some((count, place, context.0));
                    }
                    continue;
                }
            };
            let Some(tree) = parser.parse(&spelled.text, None) else {
                continue;
            };
            let holes = pieces.iter().filter_map(|piece| match piece {
                Piece::Hole(hole, _) => Some(hole.clone()),
                Piece::Code(_) => None,
            });
            let forest = Forest::new(tree.root_node(), language, spelled.text.as_bytes());
            let reader = Reader {
                forest: &forest,
                spelled: &spelled,
                holes: holes.collect(),
                dialect,
                kinds: &kinds,
            };
            if let Some(shape) = reader.shape()
                && !shapes.iter().any(|(_, known)| *known == shape)
            {
                shapes.push((context.0, shape));
            }
        }
        // Who writes one statement after another may leave the last semicolon out.
        let closed = dialect
            .contexts
            .iter()
            .any(|(.., end)| end.starts_with(';'));
        if shapes.is_empty() && closed && body.contains('\n') && !body.ends_with([';', '}']) {
            let text = std::sync::Arc::from(format!("{body};"));
            let file = written.file.clone();
            if let Ok(pattern) = Self::new(&QueryText { file, text }, language) {
                return Ok(pattern);
            }
        }
        if shapes.is_empty() {
            let place = best
                .map_or(0, |(_, place, _)| place)
                .min(body.len().saturating_sub(1));
            let at = all.start + floor(body, place);
            let next = written.text[at..].chars().next().map_or(0, char::len_utf8);
            let hint = best.map_or("", |(_, _, context)| context);
            return Err(whole(
                format!("the pattern is not {} code", language.name),
                &format!(
                    "read as {hint} it breaks here; `stampout tree -l {} FILE` shows how code is read",
                    language.name
                ),
                at..at + next,
            ));
        }
        Ok(Self {
            shapes,
            types,
            kinds,
        })
    }

    /// The contexts in which the pattern parsed, with what it became.
    pub(in crate::rule) fn describe(&self, language: &Language) -> Vec<(&'static str, String)> {
        let grammar = language.grammar();
        let one = |shape: &Shape| match shape {
            Shape::One(tree) => show(tree, &grammar),
            Shape::Sequence(trees) => trees
                .iter()
                .map(|tree| show(tree, &grammar))
                .collect::<Vec<_>>()
                .join(" "),
        };
        self.shapes
            .iter()
            .map(|(context, shape)| (*context, one(shape)))
            .collect()
    }

    /// Whether types of metavariables matter.
    pub(in crate::rule) fn typed(&self) -> bool {
        !self.types.is_empty()
    }

    /// The names of the metavariables.
    pub(in crate::rule) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (_, shape) in &self.shapes {
            match shape {
                Shape::One(tree) => gather(tree, &mut names),
                Shape::Sequence(trees) => trees.iter().for_each(|tree| gather(tree, &mut names)),
            }
        }
        names.sort();
        names.dedup();
        names
    }
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

fn gather(tree: &Tree, names: &mut Vec<String>) {
    match tree {
        Tree::Metavariable(name)
        | Tree::Ellipsis(Some(name))
        | Tree::Text(Content::Metavariable(name))
            if name != "_" =>
        {
            names.push(name.clone())
        }
        Tree::Deep(inner) => gather(inner, names),
        Tree::Interpolated(parts) => parts.iter().for_each(|part| gather(part, names)),
        Tree::Node { children, .. } => children.iter().for_each(|(_, child)| gather(child, names)),
        _ => {}
    }
}

fn show(tree: &Tree, grammar: &tree_sitter::Language) -> String {
    match tree {
        Tree::Metavariable(name) => format!("${name}"),
        Tree::Ellipsis(None) => "...".to_owned(),
        Tree::Ellipsis(Some(name)) => format!("$...{name}"),
        Tree::Deep(inner) => format!("<... {} ...>", show(inner, grammar)),
        Tree::Text(Content::Any) => "\"...\"".to_owned(),
        Tree::Text(Content::Metavariable(name)) => format!("\"${name}\""),
        Tree::Text(Content::Exactly(content)) => format!("{:?}", String::from_utf8_lossy(content)),
        Tree::Text(Content::Like(regex)) => format!("\"=~/{regex}/\""),
        Tree::Leaf(word, _) => word.clone(),
        Tree::Interpolated(parts) => format!(
            "\"{}\"",
            parts
                .iter()
                .map(|part| format!("{{{}}}", show(part, grammar)))
                .collect::<String>()
        ),
        Tree::Node { kind, children, .. } => {
            let inner: Vec<String> = children
                .iter()
                .map(|(_, child)| show(child, grammar))
                .collect();
            format!(
                "({} {})",
                grammar.node_kind_for_id(*kind).unwrap_or("?"),
                inner.join(" ")
            )
        }
    }
}

/// Finds spellings of the holes with which a context parses.
struct Spelling<'s> {
    parser: &'s mut Parser,
    language: &'s Language,
    dialect: &'s Dialect,
    context: &'s Context,
    pieces: &'s [Piece],
    choices: Vec<usize>,
}

impl Spelling<'_> {
    fn options(&self, hole: &Hole) -> Vec<&'static str> {
        match hole {
            Hole::Metavariable(_) if self.dialect.dollar => vec!["$E", "E"],
            Hole::Metavariable(_) if self.language.name == "json" => vec!["\"E\""],
            Hole::Metavariable(_) => vec!["e", "E", "E;", "e: e", "@E"],
            Hole::Ellipsis | Hole::EllipsisMetavariable(_) => self.dialect.ellipses.to_vec(),
            Hole::DeepOpen => vec!["E("],
            Hole::DeepClose => vec![")"],
        }
    }

    fn spell(&self) -> Spelled {
        let (_, before, behind) = self.context;
        let mut text = (*before).to_owned();
        let start = text.len();
        let mut holes = Vec::new();
        for piece in self.pieces {
            match piece {
                Piece::Code(code) => text.push_str(code),
                Piece::Hole(hole, _) => {
                    let at = text.len();
                    let index = holes.len();
                    let choice = self.choices.get(index).copied().unwrap_or(0);
                    let spelling = self.options(hole).get(choice).copied().unwrap_or("E");
                    let lower = format!("mvz{index}z");
                    let upper = format!("Mvz{index}z");
                    for c in spelling.chars() {
                        match c {
                            'E' if matches!(hole, Hole::Metavariable(_)) => text.push_str(&upper),
                            'E' | 'e' if spelling != "case E:" || c == 'E' => text.push_str(&lower),
                            other => text.push(other),
                        }
                    }
                    holes.push(at..text.len());
                }
            }
        }
        let end = text.len();
        text.push_str(behind);
        Spelled {
            text,
            start,
            end,
            holes,
        }
    }

    /// How many errors the text has, and where in the pattern the first is.
    fn errors(&mut self, spelled: &Spelled) -> (usize, usize) {
        let Some(tree) = self.parser.parse(&spelled.text, None) else {
            return (usize::MAX, 0);
        };
        if !tree.root_node().has_error() {
            return (0, 0);
        }
        let (mut count, mut first) = (0, usize::MAX);
        let mut pending: Vec<Node<'_>> = vec![tree.root_node()];
        while let Some(node) = pending.pop() {
            if node.is_error() || node.is_missing() {
                count += 2 + node.end_byte() - node.start_byte();
                first = first.min(node.start_byte());
            }
            let mut cursor = node.walk();
            pending.extend(node.children(&mut cursor).filter(Node::has_error));
        }
        (
            count.max(1),
            first.min(spelled.end).saturating_sub(spelled.start),
        )
    }

    fn search(&mut self) -> Result<Spelled, (usize, usize)> {
        let holes: Vec<Hole> = self
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Hole(hole, _) => Some(hole.clone()),
                Piece::Code(_) => None,
            })
            .collect();
        self.choices = vec![0; holes.len()];
        let mut spelled = self.spell();
        let (mut least, mut place) = self.errors(&spelled);
        for _round in 0..2 {
            for (index, hole) in holes.iter().enumerate() {
                if least == 0 {
                    return Ok(spelled);
                }
                let kept = self.choices[index];
                let mut choice_of_least = kept;
                for choice in 0..self.options(hole).len() {
                    if choice == kept {
                        continue;
                    }
                    self.choices[index] = choice;
                    let candidate = self.spell();
                    let (count, at) = self.errors(&candidate);
                    if count < least {
                        (least, place, spelled, choice_of_least) = (count, at, candidate, choice);
                    }
                }
                self.choices[index] = choice_of_least;
            }
            // All `...` alike: one error can hide that each needs the same.
            for choice in 1..self.dialect.ellipses.len() {
                if least == 0 {
                    break;
                }
                let kept = self.choices.clone();
                for (index, hole) in holes.iter().enumerate() {
                    if matches!(hole, Hole::Ellipsis | Hole::EllipsisMetavariable(_)) {
                        self.choices[index] = choice;
                    }
                }
                let candidate = self.spell();
                let (count, at) = self.errors(&candidate);
                if count < least {
                    (least, place, spelled) = (count, at, candidate);
                } else {
                    self.choices = kept;
                }
            }
        }
        if least == 0 {
            Ok(spelled)
        } else {
            Err((least, place))
        }
    }
}

/// Reads the pattern's tree off the parsed text.
struct Reader<'r> {
    forest: &'r Forest<'r>,
    spelled: &'r Spelled,
    holes: Vec<Hole>,
    dialect: &'r Dialect,
    kinds: &'r Kinds,
}

impl Reader<'_> {
    fn shape(&self) -> Option<Shape> {
        let text = self.spelled.text.as_bytes();
        let inner = text.get(self.spelled.start..self.spelled.end)?;
        let start = self.spelled.start + inner.len() - inner.trim_ascii_start().len();
        let end = self.spelled.end - (inner.len() - inner.trim_ascii_end().len());
        // The innermost node around the pattern.
        let mut at = 0_u32;
        loop {
            let inside = self.forest.children(at).into_iter().find(|child| {
                let item = self.forest.item(*child);
                item.start_byte <= start && item.end_byte >= end
            });
            match inside {
                Some(child) if self.forest.item(child).named => at = child,
                _ => break,
            }
            let same =
                self.forest.item(at).start_byte == start && self.forest.item(at).end_byte >= end;
            // A string or a list stays whole.
            if same
                && (self.forest.kind(at).string
                    || self.forest.kind(at).call
                    || self.forest.kind(at).member)
            {
                break;
            }
        }
        let range = self.forest.range(at);
        if range.start >= start
            && range.end <= end
            && (!self.forest.kind(at).block || text[start..].starts_with(b"{"))
        {
            return Some(Shape::One(self.unwrapped(at, self.tree(at, 0)?)));
        }
        let children: Vec<u32> = self
            .forest
            .children(at)
            .into_iter()
            .filter(|child| {
                let range = self.forest.range(*child);
                range.start >= start && range.end <= end
            })
            .collect();
        // Where the pattern is split between two levels, this is not its context.
        let (first, last) = (
            self.forest.range(*children.first()?),
            self.forest.range(*children.last()?),
        );
        let rest = text.get(last.end..end).unwrap_or_default();
        if first.start != start || !rest.iter().all(|byte| b";,) \n}".contains(byte)) {
            return None;
        }
        let mut trees = Vec::new();
        for child in &children {
            trees.push(self.tree(*child, 0)?);
        }
        match (trees.len(), children.first()) {
            (0, _) => None,
            (1, Some(child)) if self.forest.item(*child).named => {
                let tree = trees.pop()?;
                // A statement that is an expression is looked for wherever the expression stands.
                Some(Shape::One(self.unwrapped(*child, tree)))
            }
            _ if self.forest.kind(at).block || self.forest.kind(at).list || trees.len() > 1 => {
                Some(Shape::Sequence(trees))
            }
            _ => None,
        }
    }

    fn unwrapped(&self, at: u32, tree: Tree) -> Tree {
        match tree {
            Tree::Node { mut children, .. }
                if self.forest.kind(at).expression_statement && children.len() == 1 =>
            {
                children.remove(0).1
            }
            tree => tree,
        }
    }

    /// The hole whose spelling is just this text.
    fn hole_at(&self, range: &Range<usize>) -> Option<&Hole> {
        let index = self.spelled.holes.iter().position(|hole| hole == range)?;
        self.holes.get(index)
    }

    /// The hole whose placeholder is this word.
    fn hole_of_word(&self, word: &str) -> Option<&Hole> {
        let word = word
            .strip_prefix('$')
            .or(word.strip_prefix('@'))
            .unwrap_or(word)
            .trim_matches('"');
        let digits = word
            .strip_prefix("mvz")
            .or(word.strip_prefix("Mvz"))?
            .strip_suffix('z')?;
        self.holes.get(digits.parse::<usize>().ok()?)
    }

    fn of_hole(hole: &Hole) -> Option<Tree> {
        match hole {
            Hole::Metavariable(name) => Some(Tree::Metavariable(name.clone())),
            Hole::Ellipsis => Some(Tree::Ellipsis(None)),
            Hole::EllipsisMetavariable(name) => Some(Tree::Ellipsis(Some(name.clone()))),
            Hole::DeepOpen | Hole::DeepClose => None,
        }
    }

    fn tree(&self, at: u32, depth: usize) -> Option<Tree> {
        if depth > MAX_DEPTH {
            return None;
        }
        let item = self.forest.item(at);
        let kind: Kind = self.forest.kind(at);
        let word = String::from_utf8_lossy(self.forest.text_of(at)).into_owned();
        let list_like = kind.list || kind.block;
        if !list_like || self.forest.is_leaf(at) {
            if let Some(tree) = self.hole_at(&self.forest.range(at)).and_then(Self::of_hole) {
                return Some(tree);
            }
            if let Some(tree) = self.hole_of_word(&word).and_then(Self::of_hole) {
                return Some(tree);
            }
        }
        if kind.string {
            if word.contains("mvz") || word.contains("Mvz") {
                return self.interpolated(at, depth);
            }
            return Some(Tree::Text(content(&word)));
        }
        let children = self.forest.children(at);
        if children.is_empty() {
            return Some(Tree::Leaf(word, item.named));
        }
        // `E(P)` is what `<... P ...>` was spelled as.
        if kind.call
            && let [callee, rest @ ..] = children.as_slice()
            && let Some(Hole::DeepOpen) =
                self.hole_of_word(&String::from_utf8_lossy(self.forest.text_of(*callee)))
        {
            let mut inner = *rest.first()?;
            while self.forest.kind(inner).list || self.is_wrapper(inner) {
                inner = *self.forest.children(inner).first()?;
            }
            return Some(Tree::Deep(Box::new(self.tree(inner, depth + 1)?)));
        }
        let mut trees = Vec::new();
        for child in &children {
            let tree = self.tree(*child, depth + 1)?;
            // Spellings such as `E: E` stand for one hole.
            if let (Tree::Ellipsis(_), Some((_, Tree::Ellipsis(_)))) = (&tree, trees.last())
                && trees.last().is_some_and(|(_, last)| *last == tree)
            {
                continue;
            }
            trees.push((self.forest.item(*child).field, tree));
        }
        if kind.expression_statement
            && let [(_, Tree::Metavariable(_) | Tree::Ellipsis(_))] = trees.as_slice()
            && (!word.ends_with(';') || matches!(trees[0].1, Tree::Ellipsis(_)))
        {
            return trees.pop().map(|(_, tree)| tree);
        }
        if let [(_, Tree::Ellipsis(_))] = trees.as_slice()
            && !list_like
            && self.is_wrapper(at)
        {
            return trees.pop().map(|(_, tree)| tree);
        }
        let parts = self.parts(at);
        Some(Tree::Node {
            kind: item.kind,
            children: trees,
            parts,
        })
    }

    fn interpolated(&self, at: u32, depth: usize) -> Option<Tree> {
        let parts = self.forest.interpolations(at);
        let trees: Option<Vec<Tree>> = parts
            .into_iter()
            .map(|part| self.tree(part, depth + 1))
            .collect();
        trees
            .filter(|trees| !trees.is_empty())
            .map(Tree::Interpolated)
    }

    /// A node around one argument, parameter or pattern.
    fn is_wrapper(&self, at: u32) -> bool {
        let name = self
            .forest
            .grammar
            .node_kind_for_id(self.forest.item(at).kind)
            .unwrap_or_default();
        let one = self.forest.children(at).len() == 1;
        one && [
            "argument",
            "value_argument",
            "parameter",
            "simple_parameter",
            "expression",
            "pattern",
            "literal_element",
            "collection_elem",
            "array_element_initializer",
            "lambda_parameter",
            "type_identifier",
            "user_type",
            "keyed_element",
            "word",
            "simple_user_type",
            "command_name",
            "identifier_pattern",
            "variable_list",
        ]
        .contains(&name)
    }

    /// The words of a dotted name.
    fn parts(&self, at: u32) -> Option<Vec<NamePart>> {
        if !self.forest.kind(at).member {
            return None;
        }
        let mut parts = Vec::new();
        for leaf in at + 1..self.forest.item(at).end {
            if !self.forest.is_leaf(leaf) {
                if !self.forest.kind(leaf).member
                    && !self.is_wrapper(leaf)
                    && self.forest.children(leaf).len() > 1
                {
                    return None;
                }
                continue;
            }
            let word = String::from_utf8_lossy(self.forest.text_of(leaf)).into_owned();
            parts.push(match self.hole_of_word(&word) {
                Some(Hole::Metavariable(name)) => NamePart::Metavariable(name.clone()),
                Some(_) => return None,
                None => NamePart::Word(word),
            });
        }
        let words = parts.iter().any(|part| matches!(part, NamePart::Word(_)));
        (words
            && parts.len() > 1
            && !self.dialect.dollar
            && self.kinds.get(self.forest.item(at).kind).member)
            .then_some(parts)
    }
}

/// The content of a string in a pattern.
fn content(written: &str) -> Content {
    let inner = inside(written.as_bytes());
    let text = String::from_utf8_lossy(inner);
    if text == "..." {
        return Content::Any;
    }
    if let Some((name, length)) = text::metavariable(&text)
        && length == text.len()
    {
        return Content::Metavariable(name);
    }
    if let Some((regex, flags)) = text
        .strip_prefix("=~/")
        .and_then(|rest| rest.rsplit_once('/'))
    {
        let flags = if flags.contains('i') { "(?i)" } else { "" };
        return Content::Like(format!("{flags}{regex}"));
    }
    Content::Exactly(inner.to_vec())
}

/// What stands between the quotes of a string.
pub(super) fn inside(written: &[u8]) -> &[u8] {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let Some(open) = written.iter().take(6).position(is_quote) else {
        return written;
    };
    let quote = written[open];
    let run = written[open..]
        .iter()
        .take_while(|byte| **byte == quote)
        .count();
    let length = if run >= 6 || run == 2 {
        run / 2
    } else if run >= 3 {
        3
    } else {
        1
    };
    let start = open + length;
    let mut end = written.len();
    while end > start && written[end - 1] == b'#' {
        end -= 1;
    }
    written
        .get(start..end.saturating_sub(length).max(start))
        .unwrap_or_default()
}

/// Metavariables that must be of a type.
pub(super) fn types_by_name(types: &[Typed]) -> BTreeMap<&str, &str> {
    types
        .iter()
        .map(|(name, kind)| (name.as_str(), kind.as_str()))
        .collect()
}
