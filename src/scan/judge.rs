//! The boundary to the parsers: a text and the rules that can match it in, what they said out.
//!
//! Everything behind [`judge`] runs published C grammars over hostile bytes and may abort the process; everything it
//! takes and returns is plain data, so that it can move into a worker process without the rest noticing.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tree_sitter::{ParseOptions, Parser, QueryCursor, Tree};

use super::tree;
use crate::language::{self, Language};
use crate::model::Diagnostic;
use crate::rule::{Compiled, CompiledParts, Queries, Scene, Selected};

/// What a text is judged by.
pub struct Job<'j> {
    /// The decoded text.
    pub text: &'j [u8],
    /// The language it is read in.
    pub language: &'static Language,
    /// The rules that can match.
    pub rules: &'j [Selected],
    /// How long parsing and matching may take together.
    pub timeout: Duration,
    /// Whether matches are looked for where the text that they must contain occurs, or everywhere.
    pub prefilter: bool,
}

/// A match, in offsets of the decoded text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawMatch {
    /// Index into the catalog's rules.
    pub rule: usize,
    /// The node captured as `@bug`.
    pub range: Range<usize>,
    /// The other captures that are not private, by name, sorted by place.
    pub captures: Vec<(String, Range<usize>)>,
    /// Digest of the tokens of the node.
    pub tokens: [u8; 32],
    /// Names of the definitions around it, outside in.
    pub enclosing: Vec<String>,
}

/// What became of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It was parsed and every rule was run.
    Judged {
        /// Sorted by rule and range.
        matches: Vec<RawMatch>,
        /// Parts that did not parse, sorted and disjoint.
        blind: Vec<Range<usize>>,
        /// Rules that do not compile for the language and were not run.
        not_run: Vec<(usize, Diagnostic)>,
    },
    /// The time was up.
    TimedOut,
    /// Nested deeper than the engine can follow.
    TooDeep,
    /// It needed more memory than a file may have.
    OutOfMemory,
    /// The engine refused for another reason.
    Crashed(String),
}

thread_local! {
    static PARSERS: RefCell<HashMap<&'static str, Parser>> = RefCell::default();
}

/// Parses a text and runs the rules over it.
pub fn judge(job: &Job<'_>, queries: &Queries) -> Answer {
    // Rules are compiled once for all texts: that is not the first one's time.
    let (compiled, mut not_run) = queries.compiled(job.rules);
    let (parts, wrong) = queries.made_of_parts(job.rules);
    not_run.extend(wrong);
    let deadline = Instant::now() + job.timeout;
    let tree = match parse(job, deadline) {
        Ok(tree) => tree,
        Err(answer) => return answer,
    };
    let root = tree.root_node();
    if language::too_deep(root) {
        return Answer::TooDeep;
    }
    let mut found: BTreeMap<(usize, usize, usize), RawMatch> = BTreeMap::new();
    let typed = parts.iter().any(|(_, parts)| parts.typed());
    let scene = Scene::new(root, job.language, job.text, typed, job.prefilter);
    for one in &compiled {
        if !run(job, one, &scene, deadline, &mut found) {
            return Answer::TimedOut;
        }
    }
    if !parts.is_empty() && !run_parts(job, &tree, &parts, &scene, deadline, &mut found) {
        return Answer::TimedOut;
    }
    Answer::Judged {
        matches: found.into_values().collect(),
        blind: tree::blind_spans(root),
        not_run,
    }
}

fn parse(job: &Job<'_>, deadline: Instant) -> Result<Tree, Answer> {
    PARSERS.with_borrow_mut(|parsers| {
        let parser = match parsers.entry(job.language.name) {
            std::collections::hash_map::Entry::Occupied(slot) => slot.into_mut(),
            std::collections::hash_map::Entry::Vacant(slot) => {
                let mut parser = Parser::new();
                let loaded = parser.set_language(&job.language.grammar());
                loaded.map_err(|error| {
                    Answer::Crashed(format!("the grammar does not load: {error}"))
                })?;
                slot.insert(parser)
            }
        };
        // A parse that was cancelled would go on where it stopped.
        parser.reset();
        let mut progress = |_: &_| {
            if Instant::now() > deadline {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        // Plain text has no syntax: its tree is empty.
        let text = if job.language.is_text() {
            b""
        } else {
            job.text
        };
        let text = job.language.readable(text);
        let mut read = |offset: usize, _| text.get(offset..).unwrap_or_default();
        parser
            .parse_with_options(&mut read, None, Some(options))
            .ok_or(Answer::TimedOut)
    })
}

/// Runs one merged query; false if the time was up.
fn run(
    job: &Job<'_>,
    compiled: &Compiled,
    scene: &Scene<'_>,
    deadline: Instant,
    found: &mut BTreeMap<(usize, usize, usize), RawMatch>,
) -> bool {
    let is_asked = |rule: usize| job.rules.iter().any(|selected| selected.rule == rule);
    let windows = if job.prefilter {
        compiled.windows(is_asked, job.text)
    } else {
        None
    };
    let mut cursor = QueryCursor::new();
    match windows {
        None => run_cursor(job, compiled, scene, deadline, &mut cursor, found),
        Some(windows) => windows.into_iter().all(|window| {
            cursor.set_byte_range(window);
            run_cursor(job, compiled, scene, deadline, &mut cursor, found)
        }),
    }
}

/// Runs one merged query over the cursor's range; false if the time was up.
fn run_cursor(
    job: &Job<'_>,
    compiled: &Compiled,
    scene: &Scene<'_>,
    deadline: Instant,
    cursor: &mut QueryCursor,
    found: &mut BTreeMap<(usize, usize, usize), RawMatch>,
) -> bool {
    let is_asked = |rule: usize| job.rules.iter().any(|selected| selected.rule == rule);
    let names = compiled.engine().capture_names();
    compiled.each_match(cursor, scene, deadline, is_asked, |one| {
        let bugs = one.captures.iter();
        for bug in bugs.filter(|capture| capture.index == compiled.bug()) {
            let range = bug.node.byte_range();
            let entry = found
                .entry((one.rule, range.start, range.end))
                .or_insert_with(|| RawMatch {
                    rule: one.rule,
                    range,
                    captures: Vec::new(),
                    tokens: tree::token_digest(bug.node, job.language, job.text),
                    enclosing: tree::enclosing(scene.root(), bug.node, job.text),
                });
            for (index, range) in one.places {
                let name = names.get(*index as usize).copied().unwrap_or_default();
                let shown = *index != compiled.bug() && !name.starts_with('_');
                let mut known = entry.captures.iter();
                if shown && !known.any(|(known, at)| known == name && at == range) {
                    entry.captures.push((name.to_owned(), range.clone()));
                }
            }
            entry
                .captures
                .sort_by(|a, b| (a.1.start, a.1.end, &a.0).cmp(&(b.1.start, b.1.end, &b.0)));
        }
    })
}

/// Runs the rules that are made of parts; false if the time was up.
fn run_parts(
    job: &Job<'_>,
    tree: &Tree,
    rules: &[(usize, std::sync::Arc<CompiledParts>)],
    scene: &Scene<'_>,
    deadline: Instant,
    found: &mut BTreeMap<(usize, usize, usize), RawMatch>,
) -> bool {
    let root = tree.root_node();
    for (rule, parts) in rules {
        let Some(findings) = parts.run(scene, deadline) else {
            return false;
        };
        for finding in findings {
            let range = finding.range;
            let node = root
                .descendant_for_byte_range(range.start, range.end)
                .unwrap_or(root);
            let mut captures = finding.captures;
            captures.sort_by(|a, b| (a.1.start, a.1.end, &a.0).cmp(&(b.1.start, b.1.end, &b.0)));
            found
                .entry((*rule, range.start, range.end))
                .or_insert_with(|| RawMatch {
                    rule: *rule,
                    tokens: tree::token_digest_within(node, &range, job.language, job.text),
                    enclosing: tree::enclosing(root, node, job.text),
                    range,
                    captures,
                });
        }
    }
    true
}
