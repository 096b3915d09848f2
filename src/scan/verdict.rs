//! What the rules said about a blob, and how it is put together from the answers of the parsers.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::engine::Engine;
use super::judge::{Answer, Job, RawMatch};
use super::kept::{self, Worth};
use super::memo::Memo;
use super::sight::{Candidate, Candidates, Examiner, Sighted, check, sight};
use super::text::Text;
use super::{Limits, frame};
use crate::cache::{About, Known, Said};
use crate::language::Language;
use crate::model::{
    ByteSpan, Capture, FileFacts, IgnoreComments, Instance, Kind, LineHashes, MatchKey, Outcome,
};
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
    /// Comments that are meant to suppress findings.
    pub comments: IgnoreComments,
}

/// A verdict, and what of it is worth keeping for later runs.
#[derive(Clone)]
pub(super) struct Examined {
    pub(super) verdict: Arc<Verdict>,
    /// Nothing where time, memory or a query that does not compile had a part in it.
    pub(super) worth: Option<Worth>,
}

/// Judges a candidate, whose raw bytes these are. Rules of which all is known are not asked again.
pub(super) fn judge_candidate(raw: &[u8], candidate: Candidate, by: &Examiner<'_>) -> Examined {
    let Candidate {
        mut about,
        languages,
        selected,
        known,
        ..
    } = candidate;
    let digest: [u8; 32] = Sha256::digest(raw).into();
    about.facts.sha256 = Some(digest.iter().map(|byte| format!("{byte:02x}")).collect());
    about.check = Some(check(raw));
    let blob = Blob {
        raw,
        rules: by.rules,
        limits: by.limits,
        engine: by.engine,
        facts: about.facts.clone(),
        comments: Arc::clone(&about.comments),
    };
    let names = languages.iter().map(|language| language.name).collect();
    by.memo
        .get_or((digest, names), || match &Text::decode(raw) {
            Ok(text) if raw.len() as u64 > by.limits.max_file_size => {
                let most = by.limits.max_file_size;
                let detail = format!("{} bytes, at most {most}", raw.len());
                blob.unparsed(Outcome::TooLarge, detail, &selected, Some(text))
                    .into()
            }
            Ok(text) => blob.parsed(about, &selected, text, known.as_ref()),
            Err(_) => blob.searched(about, &selected),
        })
}

impl Examined {
    /// A verdict that depends on nothing but the bytes, the rules and the code.
    pub(super) fn whole(about: About, said: Vec<(usize, Said)>) -> Self {
        Self {
            verdict: Arc::new(kept::assemble(&about, &said)),
            worth: Some(Worth {
                about: Arc::new(about),
                said: Arc::new(said),
            }),
        }
    }
}

impl From<Verdict> for Examined {
    fn from(verdict: Verdict) -> Self {
        Self {
            verdict: Arc::new(verdict),
            worth: None,
        }
    }
}

/// Judges one file on its own and in this process, as a scan would: for files that are trusted.
pub fn examine_once(
    raw: &[u8],
    languages: &[&'static Language],
    rules: &RuleSet,
    limits: &Limits,
) -> Arc<Verdict> {
    let by = Examiner {
        rules,
        limits,
        engine: &Engine::InProcess,
        memo: &Memo::default(),
    };
    let examined = match sight(raw, languages, &by) {
        Sighted::Done(examined) => examined,
        Sighted::Candidate(candidate) => judge_candidate(raw, *candidate, &by),
    };
    examined.verdict
}

struct Blob<'b> {
    raw: &'b [u8],
    rules: &'b RuleSet,
    limits: &'b Limits,
    engine: &'b Engine,
    facts: FileFacts,
    comments: IgnoreComments,
}

impl Blob<'_> {
    fn verdict(&self, outcome: Outcome, detail: String) -> Verdict {
        Verdict {
            outcome,
            detail,
            instances: Vec::new(),
            spans: Vec::new(),
            unjudged: Vec::new(),
            blind_without_text: false,
            facts: self.facts.clone(),
            comments: Arc::clone(&self.comments),
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
                plain = Text::searchable(self.raw);
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

    /// The verdict on a file that is no text: searched as `unparsed` does, in parts that can be kept.
    fn searched(&self, about: About, candidates: &Candidates) -> Examined {
        let verdict = self.unparsed(about.outcome, String::new(), candidates, None);
        let mut said: BTreeMap<usize, Said> = asked(candidates);
        for instance in verdict.instances {
            said.entry(instance.rule)
                .or_default()
                .instances
                .push(instance);
        }
        Examined::whole(about, said.into_iter().collect())
    }

    fn parsed(
        &self,
        about: About,
        candidates: &Candidates,
        text: &Text<'_>,
        known: Option<&Known>,
    ) -> Examined {
        if let Some(known) = known {
            let missing = |one: &&Selected| known.missing.binary_search(&one.rule).is_ok();
            let rest = candidates
                .iter()
                .map(|(language, selected)| {
                    let missing = selected.iter().filter(missing).copied().collect();
                    (*language, missing)
                })
                .collect();
            // With a language that cannot be judged, all that is known is no verdict.
            if let Ok((mut said, not_run)) = self.said(&rest, text) {
                said.extend(known.said.iter().cloned());
                said.sort_by_key(|(rule, _)| *rule);
                return finished(about, said, not_run);
            }
        }
        match self.said(candidates, text) {
            Ok((said, not_run)) => finished(about, said, not_run),
            Err(failed) => (*failed).into(),
        }
    }

    /// What each candidate says, and those of them that do not compile; or the verdict on a file that one language
    /// cannot be judged in.
    #[expect(clippy::type_complexity, reason = "a pair, told apart at once")]
    fn said(
        &self,
        candidates: &Candidates,
        text: &Text<'_>,
    ) -> Result<(Vec<(usize, Said)>, Vec<usize>), Box<Verdict>> {
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
                prefilter: self.limits.prefilter,
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
            return Err(Box::new(verdict));
        }
        let mut parts = asked(candidates);
        let blind = judged.blind();
        let mut reviews = BTreeMap::new();
        for (rule, spans) in &blind {
            let part = parts.entry(*rule).or_default();
            part.blind = spans.iter().map(|span| text.raw_span(span)).collect();
            let Some((language, selected)) = candidates.iter().find_map(|(language, selected)| {
                selected
                    .iter()
                    .find(|one| one.rule == *rule)
                    .map(|one| (*language, *one))
            }) else {
                continue;
            };
            let required = self.rules.required(selected);
            part.blind_without_text = !required.is_some();
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
        let not_run = std::mem::take(&mut judged.not_run);
        let mut instances = self.instances(judged, text);
        instances.extend(self.reviews(reviews, text, "in a part that did not parse"));
        instances.sort_by_key(|instance| (instance.span.bytes, instance.kind));
        for instance in instances {
            parts
                .entry(instance.rule)
                .or_default()
                .instances
                .push(instance);
        }
        Ok((parts.into_iter().collect(), not_run))
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

/// A part for each rule that was asked, as yet without a word.
fn asked(candidates: &Candidates) -> BTreeMap<usize, Said> {
    candidates
        .iter()
        .flat_map(|(_, selected)| selected)
        .map(|one| (one.rule, Said::default()))
        .collect()
}

/// The verdict of what all rules said; those that were not run make it worth nothing to later runs, for they must be
/// complained about again.
fn finished(about: About, said: Vec<(usize, Said)>, not_run: Vec<usize>) -> Examined {
    if not_run.is_empty() {
        return Examined::whole(about, said);
    }
    let mut verdict = kept::assemble(&about, &said);
    verdict.unjudged.extend(not_run);
    verdict.unjudged.sort_unstable();
    verdict.unjudged.dedup();
    verdict.into()
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
