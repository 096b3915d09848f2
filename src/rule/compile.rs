//! Compiles the query of a rule for one language.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Query, QueryErrorKind};

use super::predicate::{self, Nodes, Predicate};
use super::required::{Clause, Required};
use super::syntax::{self, Pattern, QuerySyntax, SyntaxError};
use super::windows::Anchors;
use crate::language::Language;
use crate::model::{Diagnostic, nearest};
use crate::pack::QueryText;

/// The capture that is the finding.
const BUG: &str = "bug";

/// What one pattern demands beyond the engine's match, and whose it is.
struct CompiledPattern {
    rule: usize,
    predicates: Vec<Box<dyn Predicate>>,
}

/// The queries of one rule or several, compiled into one for a language: one walk over a tree serves them all.
pub struct Compiled {
    engine: Query,
    patterns: Vec<CompiledPattern>,
    anchors: Anchors,
    bug: u32,
}

impl Compiled {
    /// Compiles a query on its own, for rule 0.
    ///
    /// # Errors
    /// What is wrong, with its place in the query text.
    pub fn new(query: &QueryText, language: &Language) -> Result<Self, Diagnostic> {
        Self::merged(&[(0, query)], language)
    }

    /// Compiles the queries of several rules, given by their index, into one.
    ///
    /// # Errors
    /// What is wrong with one of them. Where the engine refuses several at once, the place is that in the first: compile
    /// them one by one to learn which is wrong.
    pub(super) fn merged(
        queries: &[(usize, &QueryText)],
        language: &Language,
    ) -> Result<Self, Diagnostic> {
        let mut read = Vec::new();
        let mut text = String::new();
        for (rule, query) in queries {
            has_tree(query, language)?;
            let syntax = check(query)?;
            text.push_str(&syntax.engine_text);
            text.push('\n');
            read.push((*rule, *query, syntax));
        }
        let first = queries.first().map(|(_, query)| *query);
        let engine = Query::new(&language.grammar(), &text).map_err(|error| match first {
            Some(query) => engine_error(query, language, &error),
            None => Diagnostic::whole("query", "there is none", ""),
        })?;
        let indices = |name: &str| engine.capture_index_for_name(name);
        let mut patterns = Vec::new();
        let mut anchors = Vec::new();
        for (rule, query, syntax) in &read {
            for pattern in &syntax.patterns {
                let mut predicates = Vec::new();
                for written in &pattern.predicates {
                    let built = predicate::build(written, &pattern.captures, &indices, language);
                    predicates.extend(built.map_err(|error| place(query, error))?);
                }
                // What looks at the whole file is asked last.
                predicates.sort_by_key(|test| test.inside().len() < test.required().len());
                let is_rooted = patterns.len() < engine.pattern_count()
                    && engine.is_pattern_rooted(patterns.len());
                let clauses = predicates.iter().flat_map(|test| test.inside());
                let clauses = if is_rooted {
                    clauses.collect()
                } else {
                    Vec::new()
                };
                anchors.push((*rule, clauses));
                patterns.push(CompiledPattern {
                    rule: *rule,
                    predicates,
                });
            }
        }
        let bug = engine.capture_index_for_name(BUG).unwrap_or(u32::MAX);
        if engine.pattern_count() != patterns.len() {
            let message = format!(
                "the engine read {} patterns, we read {}",
                engine.pattern_count(),
                patterns.len()
            );
            let file = first.map(|query| query.file.clone()).unwrap_or_default();
            return Err(Diagnostic::whole(file, message, "please report this query"));
        }
        Ok(Self {
            engine,
            patterns,
            anchors: Anchors::new(anchors),
            bug,
        })
    }

    /// The index of the rule that a pattern belongs to.
    pub fn rule_of(&self, pattern: usize) -> Option<usize> {
        self.patterns.get(pattern).map(|pattern| pattern.rule)
    }

    /// The engine's query, without predicates.
    pub fn engine(&self) -> &Query {
        &self.engine
    }

    /// Sorted, disjoint parts of a text such that every match of the rules asked for overlaps one of them; `None` where
    /// all of it must be looked at.
    pub fn windows(
        &self,
        is_asked: impl Fn(usize) -> bool,
        text: &[u8],
    ) -> Option<Vec<Range<usize>>> {
        self.anchors.windows(is_asked, text)
    }

    /// The engine's number of `@bug`.
    pub fn bug(&self) -> u32 {
        self.bug
    }

    /// Whether the predicates of a pattern let a match stand.
    pub fn accepts(&self, pattern: usize, nodes: &Nodes<'_, '_>) -> bool {
        self.patterns
            .get(pattern)
            .is_some_and(|pattern| pattern.predicates.iter().all(|test| test.holds(nodes)))
    }
}

/// Reads a query and checks all that needs no grammar.
pub(super) fn check(query: &QueryText) -> Result<QuerySyntax, Diagnostic> {
    let syntax = syntax::read(&query.text).map_err(|error| place(query, error))?;
    for pattern in &syntax.patterns {
        let error = match pattern.captures.get(BUG) {
            Some(presence) if presence.always => continue,
            Some(presence) => SyntaxError::new(
                presence.span.clone(),
                "`@bug` can be absent: the match would have no place",
                "write two patterns, or capture the node around it",
            ),
            None => {
                let near = nearest(BUG, pattern.captures.keys().map(String::as_str));
                let hint = near.map_or_else(
                    || "write `@bug` behind the node that is the finding".to_owned(),
                    |near| format!("`@{near}` is a capture of yours: call the finding `@bug`"),
                );
                SyntaxError::new(pattern.span.clone(), "the pattern has no `@bug`", hint)
            }
        };
        return Err(place(query, error));
    }
    Ok(syntax)
}

/// The text that every match of a query contains; and proves that its predicates are well formed.
pub(super) fn required(query: &QueryText, language: &Language) -> Result<Required, Diagnostic> {
    has_tree(query, language)?;
    let syntax = check(query)?;
    let mut patterns = Vec::new();
    for pattern in &syntax.patterns {
        patterns.push(clauses(pattern, language).map_err(|error| place(query, error))?);
    }
    Ok(Required::join(patterns))
}

/// A query over plain text would find nothing, without a word.
fn has_tree(query: &QueryText, language: &Language) -> Result<(), Diagnostic> {
    if !language.is_text() {
        return Ok(());
    }
    Err(Diagnostic {
        file: query.file.clone(),
        text: Arc::clone(&query.text),
        span: None,
        message: "plain text has no syntax tree for a query".to_owned(),
        hint: "write a pattern of words, or a part `{ regex = \"…\" }`".to_owned(),
    })
}

fn clauses(pattern: &Pattern, language: &Language) -> Result<Vec<Clause>, SyntaxError> {
    let mut clauses: Vec<Clause> = Vec::new();
    for written in &pattern.predicates {
        // Which number a capture has does not matter for its text.
        if let Some(test) = predicate::build(written, &pattern.captures, &|_| Some(0), language)? {
            clauses.extend(test.required());
        }
    }
    Ok(clauses)
}

fn place(query: &QueryText, error: SyntaxError) -> Diagnostic {
    Diagnostic {
        file: query.file.clone(),
        text: Arc::clone(&query.text),
        span: Some(error.span),
        message: error.message,
        hint: error.hint,
    }
}

fn engine_error(
    query: &QueryText,
    language: &Language,
    error: &tree_sitter::QueryError,
) -> Diagnostic {
    let start = error.offset.min(query.text.len());
    let rest = query.text.get(start..).unwrap_or_default();
    let word: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || "_-.".contains(*c))
        .collect();
    let end = start
        + word
            .len()
            .max(rest.chars().next().map_or(0, char::len_utf8));
    let grammar = language.grammar();
    let name = language.name;
    let (message, hint) = match error.kind {
        QueryErrorKind::NodeType => {
            let kinds = (0..grammar.node_kind_count())
                .filter_map(|id| u16::try_from(id).ok())
                .filter(|id| grammar.node_kind_is_named(*id) && grammar.node_kind_is_visible(*id))
                .filter_map(|id| grammar.node_kind_for_id(id));
            let hint = nearest(&word, kinds).map_or_else(
                || format!("`stampout tree -l {name} FILE` shows the kinds"),
                |near| {
                    format!("did you mean `{near}`? `stampout tree -l {name} FILE` shows the kinds")
                },
            );
            (format!("{name} has no node kind `{word}`"), hint)
        }
        QueryErrorKind::Field => {
            let fields = (1..=grammar.field_count())
                .filter_map(|id| u16::try_from(id).ok())
                .filter_map(|id| grammar.field_name_for_id(id));
            let hint = nearest(&word, fields).map_or_else(
                || format!("`stampout tree -l {name} FILE` shows the fields"),
                |near| {
                    format!(
                        "did you mean `{near}`? `stampout tree -l {name} FILE` shows the fields"
                    )
                },
            );
            (format!("{name} has no field `{word}`"), hint)
        }
        QueryErrorKind::Structure => (
            format!("this can never match in {name}: no such node stands here"),
            format!("look at the tree of an example: `stampout tree -l {name} FILE`"),
        ),
        _ => (
            format!("not a query for {name}"),
            "the syntax is that of tree-sitter queries".to_owned(),
        ),
    };
    Diagnostic {
        file: query.file.clone(),
        text: Arc::clone(&query.text),
        span: Some(start..end),
        message,
        hint,
    }
}
