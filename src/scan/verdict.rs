//! What the rules said about a blob, and how it is put together from the answers of the parsers.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::engine::Engine;
use super::judge::{Answer, Job, RawMatch};
use super::memo::Memo;
use super::text::{NoText, Text};
use super::{Limits, frame};
use crate::language::Language;
use crate::model::{ByteSpan, Capture, FileFacts, Instance, Kind, LineHashes, MatchKey, Outcome};
use crate::rule::{RuleSet, Selected};

/// What the rules said about a blob, wherever it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// One of those that need the bytes: ruled-out and below.
    pub outcome: Outcome,
    /// A word more on the outcome; may be empty.
    pub detail: String,
    /// Findings and reviews, sorted by place.
    pub instances: Vec<Arc<Instance>>,
    /// Parts that did not parse.
    pub spans: Vec<ByteSpan>,
    /// Rules (by index) that could not judge the whole blob. Empty with a blind outcome: none could.
    pub unjudged: Vec<usize>,
    /// Whether a rule without required text had parts it could not read.
    pub blind_without_text: bool,
    /// About the bytes; without the blob's id.
    pub facts: FileFacts,
}

/// Judges the raw bytes of a file in its languages (of which some rule reads at least one).
pub(super) fn examine(
    raw: &[u8],
    languages: &[&'static Language],
    rules: &RuleSet,
    limits: &Limits,
    engine: &Engine,
    memo: &Memo,
) -> Arc<Verdict> {
    let facts = FileFacts {
        blob: None,
        sha256: None,
        length: raw.len() as u64,
        encoding: "",
    };
    let mut blob = Blob {
        raw,
        rules,
        limits,
        engine,
        facts,
    };
    let text = Text::decode(raw);
    let candidates = match &text {
        Ok(text) => {
            blob.facts.encoding = text.encoding();
            blob.candidates(languages, text.bytes())
        }
        Err(NoText::Binary) => blob.candidates(languages, raw),
        Err(NoText::Undecodable(_)) => blob.all(languages),
    };
    if candidates.iter().all(|(_, selected)| selected.is_empty()) {
        return Arc::new(blob.verdict(Outcome::RuledOut, String::new()));
    }
    let digest: [u8; 32] = Sha256::digest(raw).into();
    blob.facts.sha256 = Some(digest.iter().map(|byte| format!("{byte:02x}")).collect());
    let names = languages.iter().map(|language| language.name).collect();
    memo.get_or((digest, names), || match &text {
        Ok(_) if raw.len() as u64 > limits.max_file_size => {
            let detail = format!("{} bytes, at most {}", raw.len(), limits.max_file_size);
            blob.unparsed(Outcome::TooLarge, detail, &candidates, text.as_ref().ok())
        }
        Ok(text) => blob.parsed(&candidates, text),
        Err(NoText::Binary) => blob.unparsed(Outcome::Binary, String::new(), &candidates, None),
        Err(NoText::Undecodable(why)) => {
            blob.unparsed(Outcome::Undecodable, why.clone(), &candidates, None)
        }
    })
}

/// Judges one file on its own and in this process, as a scan would: for files that are trusted.
pub fn examine_once(
    raw: &[u8],
    languages: &[&'static Language],
    rules: &RuleSet,
    limits: &Limits,
) -> Arc<Verdict> {
    examine(
        raw,
        languages,
        rules,
        limits,
        &Engine::InProcess,
        &Memo::default(),
    )
}

type Candidates = Vec<(&'static Language, Vec<Selected>)>;

struct Blob<'b> {
    raw: &'b [u8],
    rules: &'b RuleSet,
    limits: &'b Limits,
    engine: &'b Engine,
    facts: FileFacts,
}

impl Blob<'_> {
    fn candidates(&self, languages: &[&'static Language], text: &[u8]) -> Candidates {
        if !self.limits.prefilter {
            return self.all(languages);
        }
        languages
            .iter()
            .map(|language| (*language, self.rules.candidates(language, text)))
            .collect()
    }

    fn all(&self, languages: &[&'static Language]) -> Candidates {
        languages
            .iter()
            .map(|language| (*language, self.rules.of(language)))
            .collect()
    }

    fn verdict(&self, outcome: Outcome, detail: String) -> Verdict {
        Verdict {
            outcome,
            detail,
            instances: Vec::new(),
            spans: Vec::new(),
            unjudged: Vec::new(),
            blind_without_text: false,
            facts: self.facts.clone(),
        }
    }

    /// The verdict on a file that was not parsed: it is searched as plain text for reviews.
    fn unparsed(
        &self,
        outcome: Outcome,
        detail: String,
        candidates: &Candidates,
        text: Option<&Text<'_>>,
    ) -> Verdict {
        let mut verdict = self.verdict(outcome, detail);
        let plain;
        let text = match text {
            Some(text) => text,
            None => {
                plain = Text::plain(self.raw);
                &plain
            }
        };
        let reason = format!("in a file that was not parsed ({})", outcome.phrase(1));
        let mut reviews: BTreeMap<usize, Review> = BTreeMap::new();
        for (language, selected) in candidates {
            for one in selected {
                let required = self.rules.required(*one);
                if let Some(range) = required.first_place(text.bytes()) {
                    reviews.entry(one.rule).or_insert(Review {
                        range,
                        language: language.name,
                    });
                }
            }
        }
        verdict.instances = self.reviews(reviews, text, &reason);
        verdict
    }

    fn parsed(&self, candidates: &Candidates, text: &Text<'_>) -> Verdict {
        let mut outcome = Outcome::Scanned;
        let mut detail = String::new();
        let mut judged = Judged::default();
        for (language, selected) in candidates
            .iter()
            .filter(|(_, selected)| !selected.is_empty())
        {
            let job = Job {
                text: text.bytes(),
                language,
                rules: selected,
                timeout: self.limits.timeout_for(text.bytes().len()),
            };
            let (failed, why) = match self.engine.judge(&job, self.rules) {
                Answer::Judged {
                    matches,
                    blind,
                    not_run,
                } => {
                    let missing: Vec<usize> = not_run.iter().map(|(rule, _)| *rule).collect();
                    for (rule, why) in not_run {
                        self.rules.failed(rule, language, why);
                    }
                    judged.add(language, selected, matches, &blind, &missing);
                    continue;
                }
                Answer::TimedOut => (
                    Outcome::TimedOut,
                    format!("after {:?} as {}", job.timeout, language.name),
                ),
                Answer::OutOfMemory => (Outcome::OutOfMemory, format!("as {}", language.name)),
                Answer::TooDeep => (Outcome::TooDeep, format!("as {}", language.name)),
                Answer::Crashed(why) => (Outcome::Crashed, why),
            };
            if failed < outcome {
                (outcome, detail) = (failed, why);
            }
        }
        if outcome != Outcome::Scanned {
            let mut verdict = self.unparsed(outcome, detail, candidates, Some(text));
            // What one language did find stands.
            let mut instances = self.instances(judged, text);
            instances.append(&mut verdict.instances);
            instances.sort_by_key(|instance| (instance.span.bytes, instance.rule, instance.kind));
            verdict.instances = instances;
            return verdict;
        }
        let mut verdict = self.verdict(outcome, detail);
        let blind = judged.blind();
        let mut reviews = BTreeMap::new();
        for (rule, spans) in &blind {
            verdict.unjudged.push(*rule);
            for span in spans {
                verdict.spans.push(text.raw_span(span));
            }
            let Some((language, selected)) = candidates.iter().find_map(|(language, selected)| {
                selected
                    .iter()
                    .find(|one| one.rule == *rule)
                    .map(|one| (*language, *one))
            }) else {
                continue;
            };
            let required = self.rules.required(selected);
            verdict.blind_without_text |= !required.is_some();
            let review = spans.iter().find_map(|span| {
                let rest = without(
                    text.bytes(),
                    span,
                    judged.matches.keys().filter(|key| key.0 == *rule),
                );
                let place = required.first_place(&rest)?;
                Some(Review {
                    range: place.start + span.start..place.end + span.start,
                    language: language.name,
                })
            });
            reviews.extend(review.map(|review| (*rule, review)));
        }
        verdict.unjudged.extend(&judged.not_run);
        verdict.unjudged.sort_unstable();
        verdict.unjudged.dedup();
        verdict.spans.sort_unstable();
        verdict.spans.dedup();
        if !verdict.spans.is_empty() {
            verdict.outcome = Outcome::ScannedWithErrors;
        }
        let mut instances = self.instances(judged, text);
        instances.extend(self.reviews(reviews, text, "in a part that did not parse"));
        instances.sort_by_key(|instance| (instance.span.bytes, instance.rule, instance.kind));
        verdict.instances = instances;
        verdict
    }

    fn instances(&self, judged: Judged, text: &Text<'_>) -> Vec<Arc<Instance>> {
        let mut ordinals: BTreeMap<(usize, [u8; 32], Vec<String>), u32> = BTreeMap::new();
        let mut hashes = None;
        let mut found: Vec<(&'static str, RawMatch)> = judged.matches.into_values().collect();
        found.sort_by_key(|(_, raw)| (raw.range.start, raw.range.end, raw.rule));
        let mut instances = Vec::new();
        for (language, raw) in found {
            let ordinal = ordinals
                .entry((raw.rule, raw.tokens, raw.enclosing.clone()))
                .or_default();
            let rule = &self.rules.catalog().rules[raw.rule].id;
            let key = MatchKey::new(rule, Kind::Fail, &raw.tokens, &raw.enclosing, *ordinal);
            *ordinal += 1;
            let span = text.span(&raw.range);
            let captures = raw.captures.iter().map(|(name, range)| Capture {
                name: name.clone(),
                span: text.span(range),
                text: frame::excerpt(text.bytes(), range),
            });
            instances.push(Arc::new(Instance {
                rule: raw.rule,
                kind: Kind::Fail,
                language: language.to_owned(),
                span,
                snippet: frame::excerpt(text.bytes(), &raw.range),
                frame: frame::around(text, &span),
                captures: captures.collect(),
                enclosing: raw.enclosing,
                key,
                line_hash: hashes
                    .get_or_insert_with(|| LineHashes::new(self.raw))
                    .at(span.bytes.start),
                reason: String::new(),
            }));
        }
        instances
    }

    fn reviews(
        &self,
        reviews: BTreeMap<usize, Review>,
        text: &Text<'_>,
        reason: &str,
    ) -> Vec<Arc<Instance>> {
        let mut hashes = None;
        let build = |(rule, review): (usize, Review)| {
            let id = &self.rules.catalog().rules[rule].id;
            let span = text.span(&review.range);
            Arc::new(Instance {
                rule,
                kind: Kind::Review,
                language: review.language.to_owned(),
                span,
                snippet: frame::excerpt(text.bytes(), &review.range),
                frame: frame::around(text, &span),
                captures: Vec::new(),
                enclosing: Vec::new(),
                key: MatchKey::new(id, Kind::Review, b"", &[], 0),
                line_hash: hashes
                    .get_or_insert_with(|| LineHashes::new(self.raw))
                    .at(span.bytes.start),
                reason: reason.to_owned(),
            })
        };
        reviews.into_iter().map(build).collect()
    }
}

/// Where a review points.
struct Review {
    range: Range<usize>,
    language: &'static str,
}

/// The answers of all languages, joined.
#[derive(Default)]
struct Judged {
    /// By rule and range.
    matches: BTreeMap<(usize, usize, usize), (&'static str, RawMatch)>,
    /// By rule: the blind spans of each language that ran it.
    blind: BTreeMap<usize, Vec<Vec<Range<usize>>>>,
    not_run: Vec<usize>,
}

impl Judged {
    fn add(
        &mut self,
        language: &'static Language,
        selected: &[Selected],
        matches: Vec<RawMatch>,
        blind: &[Range<usize>],
        not_run: &[usize],
    ) {
        for raw in matches {
            let key = (raw.rule, raw.range.start, raw.range.end);
            self.matches.entry(key).or_insert((language.name, raw));
        }
        for one in selected.iter().filter(|one| !not_run.contains(&one.rule)) {
            self.blind.entry(one.rule).or_default().push(blind.to_vec());
        }
        self.not_run.extend(not_run);
    }

    /// By rule: what none of its languages could read. Rules that could read all are left out.
    fn blind(&self) -> BTreeMap<usize, Vec<Range<usize>>> {
        let common = |all: &Vec<Vec<Range<usize>>>| {
            all.iter()
                .skip(1)
                .fold(all.first().cloned().unwrap_or_default(), |a, b| {
                    intersect(&a, b)
                })
        };
        let blind = self.blind.iter().map(|(rule, all)| (*rule, common(all)));
        blind.filter(|(_, spans)| !spans.is_empty()).collect()
    }
}

/// What two sorted lists of disjoint ranges share; empty ranges inside the other count.
fn intersect(a: &[Range<usize>], b: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut shared = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let (start, end) = (x.start.max(y.start), x.end.min(y.end));
        if start <= end {
            shared.push(start..end);
        }
        if x.end < y.end { i += 1 } else { j += 1 }
    }
    shared
}

/// The bytes of a span, with those that findings cover blanked out.
fn without<'k>(
    text: &[u8],
    span: &Range<usize>,
    findings: impl Iterator<Item = &'k (usize, usize, usize)>,
) -> Vec<u8> {
    let mut rest = text.get(span.clone()).unwrap_or_default().to_vec();
    for (_, start, end) in findings {
        let (from, to) = ((*start).max(span.start), (*end).min(span.end));
        if from < to {
            rest[from - span.start..to - span.start].fill(0);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::{intersect, without};

    #[test]
    fn what_two_languages_cannot_read() {
        for (a, b, shared) in [
            (
                vec![0..10, 20..30],
                vec![5..25, 40..50],
                vec![5..10, 20..25],
            ),
            (vec![0..10, 20..30], vec![], vec![]),
            (vec![3..3, 20..30], vec![0..10, 25..50], vec![3..3, 25..30]),
            (vec![0..5, 8..9], vec![6..7, 10..11], vec![]),
        ] {
            assert_eq!(intersect(&a, &b), shared);
        }
    }

    #[test]
    fn findings_are_blanked_out_of_blind_spans() {
        assert_eq!(
            without(b"abcdef", &(1..5), [(0, 0, 2), (0, 4, 9)].iter()),
            b"\0cd\0"
        );
    }
}
