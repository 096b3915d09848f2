//! Rules made of parts and a condition: compiled for a language, run over a forest.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::time::Instant;

use tree_sitter::{Node, QueryCursor, QueryCursorOptions, StreamingIterator as _};

use super::compile::{self, Compiled};
use super::condition::{self, Condition, Evaluation, Operand, State};
use super::expression::{self, Expression};
use super::literals;
use super::pattern::{self, Bindings, Forest, Found, Matcher, Names, Pattern};
use super::predicate::Nodes;
use super::required::{Clause, Required};
use super::words;
use crate::language::Language;
use crate::model::{Diagnostic, nearest};
use crate::pack::{Part, PartKind, Parts, QueryText};

/// A literal of a condition tells something from this length on.
const TELLING: usize = 3;
/// So many alternatives of required text are told apart.
const MAX_ALTERNATIVES: usize = 64;

/// What is seen of a file once for all rules that need more than its syntax tree: made when the first asks.
pub struct Scene<'s> {
    root: Node<'s>,
    language: &'static Language,
    text: &'s [u8],
    typed: bool,
    prefilter: bool,
    seen: OnceCell<(Forest<'s>, Names)>,
    words: OnceCell<words::Document<'s>>,
}

impl<'s> Scene<'s> {
    /// Of a tree; `typed`: whether types of names matter; `prefilter`: whether the tree need not be read where the text lacks
    /// what a match must contain.
    pub fn new(
        root: Node<'s>,
        language: &'static Language,
        text: &'s [u8],
        typed: bool,
        prefilter: bool,
    ) -> Self {
        Self {
            root,
            language,
            text,
            typed,
            prefilter,
            seen: OnceCell::new(),
            words: OnceCell::new(),
        }
    }

    fn seen(&self) -> &(Forest<'s>, Names) {
        self.seen.get_or_init(|| {
            let forest = Forest::new(self.root, self.language, self.text);
            let names = Names::read(self.root, &forest, self.typed);
            (forest, names)
        })
    }

    fn words(&self) -> &words::Document<'s> {
        self.words.get_or_init(|| words::Document::new(self.text))
    }

    fn forest(&self) -> &Forest<'s> {
        &self.seen().0
    }

    fn names(&self) -> &Names {
        &self.seen().1
    }

    /// Whether what stands in a place means one of these things.
    pub(super) fn resolve(&self, range: &Range<usize>, wanted: &[Vec<String>]) -> bool {
        self.names().resolve(self.forest(), range, wanted)
    }
}

/// A finding of a rule made of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub range: Range<usize>,
    /// What the metavariables and captures stand for.
    pub captures: Vec<(String, Range<usize>)>,
}

enum CompiledPart {
    /// A pattern, and the words that stand in every match of it.
    Pattern(Box<Pattern>, Vec<String>),
    Query(Box<Compiled>),
    Regex(Expression),
    Words(words::Pattern),
}

/// Parts and a condition, ready to be run.
pub struct CompiledParts {
    parts: Vec<(String, CompiledPart)>,
    condition: Condition,
    focus: Option<String>,
}

impl CompiledParts {
    /// Compiles the parts for a language.
    ///
    /// # Errors
    /// What is wrong, with its place.
    pub fn new(written: &Parts, language: &'static Language) -> Result<Self, Diagnostic> {
        let condition = read_condition(written)?;
        let mut parts = Vec::new();
        for part in &written.parts {
            let compiled = match part.kind {
                PartKind::Pattern if language.is_text() => {
                    CompiledPart::Words(words::Pattern::new(&part.text)?)
                }
                PartKind::Pattern => {
                    let pattern = Pattern::new(&part.text, language)?;
                    CompiledPart::Pattern(
                        Box::new(pattern),
                        pattern::words(&part.text.text, language),
                    )
                }
                PartKind::Query => {
                    CompiledPart::Query(Box::new(Compiled::new(&part.text, language)?))
                }
                PartKind::Regex => CompiledPart::Regex(regex_of(part)?),
            };
            parts.push((part.name.clone(), compiled));
        }
        let compiled = Self {
            parts,
            condition,
            focus: written.focus.clone(),
        };
        let known: Vec<String> = compiled
            .parts
            .iter()
            .flat_map(|(_, part)| part_names(part))
            .collect();
        check_names(&compiled.condition, &written.condition, &known)?;
        Ok(compiled)
    }

    /// Whether types of metavariables matter.
    pub fn typed(&self) -> bool {
        self.parts
            .iter()
            .any(|(_, part)| matches!(part, CompiledPart::Pattern(pattern, _) if pattern.typed()))
    }

    /// What each pattern compiled to: part, context, tree.
    pub fn describe(&self, language: &Language) -> Vec<(String, &'static str, String)> {
        let mut rows = Vec::new();
        for (name, part) in &self.parts {
            if let CompiledPart::Pattern(pattern, _) = part {
                rows.extend(
                    pattern
                        .describe(language)
                        .into_iter()
                        .map(|(context, tree)| (name.clone(), context, tree)),
                );
            }
        }
        rows
    }

    /// The names that several parts share and that must therefore stand for the same, each with its parts: `$X` of
    /// patterns, `@x` where only queries have it.
    pub fn shared(&self) -> Vec<(String, Vec<&str>)> {
        let mut parts: BTreeMap<String, (bool, Vec<&str>)> = BTreeMap::new();
        for (part, compiled) in &self.parts {
            let mut names = part_names(compiled);
            names.sort();
            names.dedup();
            for name in names {
                let (is_metavariable, among) = parts.entry(name).or_default();
                *is_metavariable |= !matches!(compiled, CompiledPart::Query(_));
                among.push(part);
            }
        }
        parts
            .into_iter()
            .filter(|(_, (_, among))| among.len() > 1)
            .map(|(name, (is_metavariable, among))| {
                let sigil = if is_metavariable { '$' } else { '@' };
                (format!("{sigil}{name}"), among)
            })
            .collect()
    }

    /// Runs the rule; `None` if there was no end to it in time.
    pub fn run(&self, scene: &Scene<'_>, deadline: Instant) -> Option<Vec<Finding>> {
        expression::gave_up();
        let findings = self.attempt(scene, deadline);
        findings.filter(|_| !expression::gave_up())
    }

    fn attempt(&self, scene: &Scene<'_>, deadline: Instant) -> Option<Vec<Finding>> {
        let mut matches = Vec::new();
        for (_, part) in &self.parts {
            matches.push(part_matches(part, scene, deadline)?);
            if Instant::now() > deadline {
                return None;
            }
        }
        if matches.iter().all(Vec::is_empty) {
            // Nothing is anywhere, so nothing is found.
            return Some(Vec::new());
        }
        let evaluation = Evaluation {
            forest: scene.forest(),
            matches: &matches,
        };
        let nowhere = State {
            range: None,
            bindings: Bindings::default(),
            sequence: false,
        };
        let focus_part = self
            .focus
            .as_ref()
            .and_then(|focus| self.parts.iter().position(|(name, _)| name == focus));
        let states = match focus_part {
            None => evaluation.states(&self.condition, &nowhere),
            Some(part) => {
                let mut states = Vec::new();
                for start in evaluation.states(&Condition::Part(part), &nowhere) {
                    states.extend(evaluation.states(&self.condition, &start).into_iter().map(
                        |state| State {
                            range: start.range.clone(),
                            ..state
                        },
                    ));
                    if Instant::now() > deadline {
                        return None;
                    }
                }
                states
            }
        };
        let mut findings: Vec<(Finding, bool)> = Vec::new();
        for state in states {
            let range = match self
                .focus
                .as_ref()
                .and_then(|focus| focus.strip_prefix('$'))
            {
                Some(name) => state.bindings.get(name).cloned(),
                None => state.range,
            };
            if let Some(range) = range {
                let sequence = state.sequence && self.focus.is_none();
                findings.push((
                    Finding {
                        range,
                        captures: state.bindings.0,
                    },
                    sequence,
                ));
            }
        }
        findings.sort_by_key(|(finding, _)| (finding.range.start, finding.range.end));
        // Several statements that begin at one place are one finding: the shortest.
        let mut kept: Vec<Finding> = Vec::new();
        for (finding, sequence) in findings {
            match kept.last_mut() {
                Some(last) if last.range == finding.range => {
                    for capture in finding.captures {
                        if !last.captures.contains(&capture) {
                            last.captures.push(capture);
                        }
                    }
                }
                Some(last) if sequence && last.range.start == finding.range.start => {}
                _ => kept.push(finding),
            }
        }
        Some(kept)
    }
}

/// Checks a condition against the names that its parts have.
///
/// # Errors
/// What is wrong with it, with its place.
pub(super) fn check_condition(
    written: &QueryText,
    parts: &[&str],
    known: &[String],
) -> Result<(), Diagnostic> {
    let condition = read_over(written, parts)?;
    check_names(&condition, written, known)
}

fn check_names(
    condition: &Condition,
    written: &QueryText,
    known: &[String],
) -> Result<(), Diagnostic> {
    for name in names_in(condition) {
        // What a regular expression captures is numbered.
        if known.contains(&name) || name.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let text = &written.text;
        let span = place_of(text, &name);
        let hint = nearest(&name, known.iter().map(String::as_str)).map_or_else(
            || "a condition speaks of metavariables that its parts have".to_owned(),
            |near| format!("did you mean `${near}`?"),
        );
        return Err(Diagnostic {
            file: written.file.clone(),
            text: Arc::clone(text),
            span: Some(span),
            message: format!("no part has a metavariable `${name}`"),
            hint,
        });
    }
    Ok(())
}

/// Where a condition speaks of a metavariable; `$X` is not found in `$XS`.
fn place_of(text: &str, name: &str) -> Range<usize> {
    let written = format!("${name}");
    let whole = |(at, _): &(usize, &str)| {
        let next = text[at + written.len()..].chars().next();
        !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let start = text
        .match_indices(&written)
        .find(whole)
        .map_or(0, |(at, _)| at);
    start..(start + written.len()).min(text.len())
}

fn part_names(part: &CompiledPart) -> Vec<String> {
    match part {
        CompiledPart::Pattern(pattern, _) => pattern.names(),
        CompiledPart::Query(query) => {
            let names = query.engine().capture_names().iter();
            names
                .filter(|name| !name.starts_with('_') && **name != "bug")
                .map(|name| (*name).to_owned())
                .collect()
        }
        CompiledPart::Regex(regex) => regex.names(),
        CompiledPart::Words(pattern) => pattern.names(),
    }
}

/// The metavariables a condition speaks of.
fn names_in(condition: &Condition) -> Vec<String> {
    match condition {
        Condition::Part(_) => Vec::new(),
        Condition::And(all) | Condition::Or(all) => all.iter().flat_map(names_in).collect(),
        Condition::Not(inner) | Condition::Related(_, inner) => names_in(inner),
        Condition::Matches(name, _)
        | Condition::Written(name, _)
        | Condition::OneOf(name, _)
        | Condition::At(name) => {
            vec![name.clone()]
        }
        Condition::Same(a, b) => vec![a.clone(), b.clone()],
        Condition::Is(name, inner) => [vec![name.clone()], names_in(inner)].concat(),
        Condition::Compare(left, _, right) => [names_of(left), names_of(right)].concat(),
    }
}

/// The metavariables that a side of a comparison speaks of.
fn names_of(operand: &Operand) -> Vec<String> {
    match operand {
        Operand::Metavariable(name) => vec![name.clone()],
        Operand::Binary(left, _, right) => [names_of(left), names_of(right)].concat(),
        Operand::Number(_) | Operand::Text(_) | Operand::Count(_) => Vec::new(),
    }
}

fn part_matches(part: &CompiledPart, scene: &Scene<'_>, deadline: Instant) -> Option<Vec<Found>> {
    match part {
        CompiledPart::Pattern(_, words)
            if scene.prefilter && !pattern::all_stand_in(words, scene.text) =>
        {
            Some(Vec::new())
        }
        CompiledPart::Pattern(pattern, _) => {
            Matcher::new(pattern, scene.forest(), scene.names()).all()
        }
        CompiledPart::Query(query) => query_matches(query, scene, deadline),
        CompiledPart::Words(pattern) => {
            let found = pattern.all(scene.words(), deadline)?.into_iter();
            let one = |(range, names)| Found {
                range,
                bindings: Bindings(names),
                sequence: false,
            };
            Some(found.map(one).collect())
        }
        CompiledPart::Regex(regex) => {
            let found = regex.all(scene.text).into_iter();
            let found = found.filter(|(range, _)| !range.is_empty());
            let one = |(range, groups)| Found {
                range,
                bindings: Bindings(groups),
                sequence: false,
            };
            Some(found.map(one).collect())
        }
    }
}

/// The matches of a query; none where it had no end in time or more matches than the engine follows.
fn query_matches(query: &Compiled, scene: &Scene<'_>, deadline: Instant) -> Option<Vec<Found>> {
    let mut found = Vec::new();
    let mut cursor = QueryCursor::new();
    let names = query.engine().capture_names();
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
    let mut matches = cursor.matches_with_options(query.engine(), scene.root, scene.text, options);
    while let Some(one) = matches.next() {
        let nodes: Vec<(u32, Range<usize>)> = one
            .captures()
            .iter()
            .map(|capture| (capture.index, capture.node.byte_range()))
            .collect();
        if !query.accepts(
            one.pattern_index,
            &Nodes {
                captures: &nodes,
                text: scene.text,
                scene,
            },
        ) {
            continue;
        }
        let mut bindings = Bindings::default();
        for (index, range) in &nodes {
            let name = names.get(*index as usize).copied().unwrap_or_default();
            if *index != query.bug() && !name.starts_with('_') && bindings.get(name).is_none() {
                bindings.0.push((name.to_owned(), range.clone()));
            }
        }
        for (_, range) in nodes.iter().filter(|(index, _)| *index == query.bug()) {
            found.push(Found {
                range: range.clone(),
                bindings: bindings.clone(),
                sequence: false,
            });
        }
    }
    drop(matches);
    (!late.get() && !cursor.did_exceed_match_limit()).then_some(found)
}

fn regex_of(part: &Part) -> Result<Expression, Diagnostic> {
    Expression::new(&part.text.text, true).map_err(|error| Diagnostic {
        file: part.text.file.clone(),
        text: Arc::clone(&part.text.text),
        span: Some(0..part.text.text.len()),
        message: "not a regular expression".to_owned(),
        hint: error,
    })
}

fn read_condition(written: &Parts) -> Result<Condition, Diagnostic> {
    let names: Vec<&str> = written
        .parts
        .iter()
        .map(|part| part.name.as_str())
        .collect();
    read_over(&written.condition, &names)
}

fn read_over(written: &QueryText, names: &[&str]) -> Result<Condition, Diagnostic> {
    condition::read(&written.text, names).map_err(|wrong| Diagnostic {
        file: written.file.clone(),
        text: Arc::clone(&written.text),
        span: Some(wrong.span),
        message: wrong.message,
        hint: wrong.hint,
    })
}

/// The text that every finding needs; and proves what needs no grammar.
pub(super) fn required(
    written: &Parts,
    language: &'static Language,
) -> Result<Required, Diagnostic> {
    let condition = read_condition(written)?;
    let mut parts = Vec::new();
    for part in &written.parts {
        parts.push(match part.kind {
            PartKind::Pattern if language.is_text() => {
                vec![words::Pattern::new(&part.text)?.required()]
            }
            PartKind::Pattern => vec![pattern_words(&part.text, language)],
            PartKind::Query => match compile::required(&part.text, language)? {
                Required::Anything => vec![Vec::new()],
                Required::AnyOf(patterns) => patterns,
            },
            PartKind::Regex => {
                regex_of(part)?;
                vec![
                    literals::required(&format!("(?m){}", part.text.text))
                        .into_iter()
                        .collect(),
                ]
            }
        });
    }
    let mut alternatives = needs(&condition, &parts);
    alternatives.dedup();
    Ok(Required::join(alternatives))
}

/// The clauses of each way in which a condition can hold.
fn needs(condition: &Condition, parts: &[Vec<Vec<Clause>>]) -> Vec<Vec<Clause>> {
    match condition {
        Condition::Part(part) => parts
            .get(*part)
            .cloned()
            .unwrap_or_else(|| vec![Vec::new()]),
        Condition::And(all) => {
            let mut ways: Vec<Vec<Clause>> = vec![Vec::new()];
            for one in all {
                let more = needs(one, parts);
                if ways.len() * more.len() > MAX_ALTERNATIVES {
                    // What is required already stays required.
                    continue;
                }
                ways = ways
                    .iter()
                    .flat_map(|way| {
                        more.iter().map(move |other| {
                            let mut joined = way.clone();
                            joined.extend(
                                other.iter().filter(|clause| !way.contains(clause)).cloned(),
                            );
                            joined
                        })
                    })
                    .collect();
            }
            ways
        }
        Condition::Or(all) => all.iter().flat_map(|one| needs(one, parts)).collect(),
        Condition::Related(_, inner) | Condition::Is(_, inner) => needs(inner, parts),
        // What a metavariable stands for is text of the file, and so is the literal that it is the name of.
        Condition::OneOf(_, texts) => {
            let literals: Vec<Vec<u8>> = texts.iter().map(|text| text.clone().into()).collect();
            vec![telling(literals).into_iter().collect()]
        }
        Condition::Matches(_, regex) | Condition::Written(_, regex) => {
            let literals = expression::required(regex).unwrap_or_default();
            vec![telling(literals).into_iter().collect()]
        }
        _ => vec![Vec::new()],
    }
}

/// A clause of literals that tell something: shorter ones stand in nearly every file, and are not worth the search.
fn telling(literals: Vec<Vec<u8>>) -> Option<Clause> {
    let shortest = literals.iter().map(Vec::len).min()?;
    (shortest >= TELLING).then(|| Clause::one_of(literals))
}

/// The words of a pattern: each occurs in every match, whatever the layout, quotes and import aliases.
fn pattern_words(written: &QueryText, language: &Language) -> Vec<Clause> {
    let words = pattern::words(&written.text, language);
    words
        .into_iter()
        .map(|word| Clause::one_of([word.into_bytes()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use tree_sitter::Parser;

    use super::{Scene, query_matches};
    use crate::language;
    use crate::pack::QueryText;
    use crate::rule::Compiled;

    #[test]
    fn a_query_part_ends_when_its_time_is_up() {
        let c = language::by_name("c").expect("it is built in");
        let query = QueryText {
            file: "test".to_owned(),
            text: "(call_expression) @bug".into(),
        };
        let query = Compiled::new(&query, c).expect("a query");
        let text = format!("void f(void) {{ {} }}", "g();".repeat(20_000));
        let mut parser = Parser::new();
        parser.set_language(&c.grammar()).expect("the grammar");
        let tree = parser.parse(&text, None).expect("a tree");
        let scene = Scene::new(tree.root_node(), c, text.as_bytes(), false, true);
        let now = Instant::now();
        let in_time = query_matches(&query, &scene, now + Duration::from_secs(600));
        assert_eq!(in_time.map(|found| found.len()), Some(20_000));
        let late = query_matches(&query, &scene, now);
        assert!(late.is_none(), "not all of it was looked at");
    }
}
