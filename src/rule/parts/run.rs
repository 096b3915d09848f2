//! Runs parts and their condition over a file.

use std::cell::Cell;
use std::time::Instant;

use tree_sitter::QueryCursor;

use super::embedded::Pieces;
use super::{CompiledPart, CompiledParts, Finding, Scene};
use crate::rule::compile::Compiled;
use crate::rule::condition::{Condition, Evaluation, State};
use crate::rule::expression;
use crate::rule::pattern::{self, Bindings, Found, Matcher};

impl CompiledParts {
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
        let pieces = Pieces {
            parts: self,
            text: scene.text(),
            matches: &matches,
            deadline,
            lost: Cell::new(false),
        };
        let evaluation = Evaluation {
            forest: scene.forest(),
            matches: &matches,
            embedding: Some(&pieces),
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
        if pieces.lost.get() {
            return None;
        }
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

fn part_matches(part: &CompiledPart, scene: &Scene<'_>, deadline: Instant) -> Option<Vec<Found>> {
    match part {
        CompiledPart::Pattern(_, words)
            if scene.prefilter && !pattern::all_stand_in(words, scene.text()) =>
        {
            Some(Vec::new())
        }
        CompiledPart::Pattern(pattern, _) => {
            Matcher::new(pattern, scene.forest(), scene.names()).all()
        }
        CompiledPart::Within(..) => Some(Vec::new()),
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
            let found = regex.all(scene.text()).into_iter();
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
    let names = query.engine().capture_names();
    let mut cursor = QueryCursor::new();
    let whole = query.each_match(
        &mut cursor,
        scene,
        deadline,
        |_| true,
        |one| {
            let mut bindings = Bindings::default();
            for (index, range) in one.places {
                let name = names.get(*index as usize).copied().unwrap_or_default();
                if *index != query.bug() && !name.starts_with('_') && bindings.get(name).is_none() {
                    bindings.0.push((name.to_owned(), range.clone()));
                }
            }
            let bugs = one.places.iter();
            for (_, range) in bugs.filter(|(index, _)| *index == query.bug()) {
                found.push(Found {
                    range: range.clone(),
                    bindings: bindings.clone(),
                    sequence: false,
                });
            }
        },
    );
    whole.then_some(found)
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
