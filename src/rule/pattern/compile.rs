//! Compiles a pattern for a language: spells its holes so that the grammar reads it, in each context that takes it.

use std::collections::BTreeMap;
use std::ops::Range;

use tree_sitter::Parser;

use super::comments;
use super::dialect::{self, Context};
use super::docker;
use super::forest::Forest;
use super::kinds::Kinds;
use super::markup::is_markup;
use super::partial;
use super::reader::Reader;
use super::spelling::Spelling;
use super::text::{self, Piece, Typed};
use super::yaml::Scalar;
use crate::language::Language;
use crate::model::Diagnostic;
use crate::pack::QueryText;

/// No pattern text is longer.
const MAX_TEXT: usize = 16 << 10;
/// No pattern tree is deeper: matching recurses over it.
pub(super) const MAX_DEPTH: usize = 200;

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

/// Trees with the fields that they have in their node.
pub(super) type Children = [(u16, Tree)];

/// The content of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Any,
    Metavariable(String),
    Exactly(Vec<u8>),
    /// A scalar of YAML that is no text.
    Value(Scalar),
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
    /// An expression with a semicolon: what is found is the statement that evaluates it.
    Statement(Tree),
    /// Statements, members or the like, side by side.
    Sequence(Vec<Tree>),
}

/// A pattern compiled for a language.
pub(in crate::rule) struct Pattern {
    pub(super) shapes: Vec<(&'static str, Shape)>,
    pub(super) types: Vec<Typed>,
    pub(super) kinds: std::sync::Arc<Kinds>,
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
        let all = comments::inside(&written.text, language);
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
        let pieces = text::read(body, &mut types, language);
        let mut shapes: Vec<(&'static str, Shape)> = Vec::new();
        let mut best: Option<(usize, usize, &str)> = None;
        let (own, parts) = (dialect.contexts, partial::contexts(language));
        let clause = partial::is_clause(body, language);
        let (first, then) = if clause { (parts, own) } else { (own, parts) };
        let contexts = first.iter().chain(then);
        for (number, context) in contexts.enumerate() {
            // The others are for what does not parse by itself.
            if number == first.len() && !shapes.is_empty() {
                break;
            }
            if matches!(context.0, "member" | "method annotation") && begins_statement(body)
                || is_markup(language) && body.starts_with('<') == (context.0 == "attribute")
                || context.0 == "function" && begins_declaration(body)
                || context.0 == "shell" && docker::begins_instruction(body)
            {
                continue;
            }
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
                open: context.0 == "header",
                closed: dialect.semicolons && body.ends_with(';'),
            };
            if let Some(shape) = reader.shape()
                && !shapes.iter().any(|(_, known)| *known == shape)
                && !names_any_argument(&shape, context)
                && !reader.is_named_expression(&shape)
            {
                shapes.push((context.0, shape));
            }
        }
        let closed: Vec<Tree> = shapes
            .iter()
            .filter_map(|(_, shape)| match shape {
                Shape::Statement(tree) => Some(tree.clone()),
                _ => None,
            })
            .collect();
        shapes.retain(|(_, shape)| !matches!(shape, Shape::One(tree) if closed.contains(tree)));
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
                    "up to here it reads as {}; write it as it stands in a file, with `$X` and `...` for what may differ (`stampout tree -l {} FILE` shows how code is read)",
                    dialect::told(hint),
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
            Shape::One(tree) | Shape::Statement(tree) => show(tree, &grammar),
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
                Shape::One(tree) | Shape::Statement(tree) => gather(tree, &mut names),
                Shape::Sequence(trees) => trees.iter().for_each(|tree| gather(tree, &mut names)),
            }
        }
        let kinds = self.types.iter();
        names.extend(kinds.filter_map(|(_, kind)| Some(kind.strip_prefix('$')?.to_owned())));
        names.retain(|name| name != "_");
        names.sort();
        names.dedup();
        names
    }
}

/// Words that begin a statement and no member, though they look like a method's name.
const STATEMENT_WORDS: [&str; 14] = [
    "catch",
    "do",
    "else",
    "for",
    "foreach",
    "if",
    "lock",
    "return",
    "switch",
    "synchronized",
    "throw",
    "try",
    "using",
    "while",
];

fn begins_statement(text: &str) -> bool {
    let length = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    STATEMENT_WORDS.contains(&&text[..length])
}

/// Words that begin a declaration of Solidity, though they look like a type's name in a function.
fn begins_declaration(text: &str) -> bool {
    ["abstract", "contract", "interface", "library"]
        .iter()
        .any(|word| {
            text.strip_prefix(word)
                .is_some_and(|rest| rest.starts_with(' '))
        })
}

/// `$X = 1` is an assignment; as an argument it would be one of any name, which nobody means.
fn names_any_argument(shape: &Shape, context: &Context) -> bool {
    context.0 == "argument"
        && matches!(shape, Shape::One(Tree::Node { children, .. })
            if matches!(children.first(), Some((_, Tree::Metavariable(_)))))
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
            if name != "_" && !name.starts_with(text::UNNAMED) =>
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
        Tree::Text(Content::Value(Scalar::Truth(is))) => is.to_string(),
        Tree::Text(Content::Value(Scalar::Number(bits))) => f64::from_bits(*bits).to_string(),
        Tree::Text(Content::Value(_)) => "null".to_owned(),
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

/// Metavariables that must be of a type.
pub(super) fn types_by_name(types: &[Typed]) -> BTreeMap<&str, &str> {
    types
        .iter()
        .map(|(name, kind)| (name.as_str(), kind.as_str()))
        .collect()
}
