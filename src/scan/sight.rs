//! A first look at the bytes of a file: whether some rule can match in it, without parsing.

use std::sync::Arc;

use super::Limits;
use super::engine::Engine;
use super::kept;
use super::memo::Memo;
use super::text::{NoText, Text};
use super::verdict::Examined;
use crate::cache::{About, Known};
use crate::language::Language;
use crate::model::{FileFacts, Outcome};
use crate::rule::{RuleSet, Selected};
use crate::suppress;

/// What a file is judged by.
pub(super) struct Examiner<'e> {
    pub(super) rules: &'e RuleSet,
    pub(super) limits: &'e Limits,
    pub(super) engine: &'e Engine,
    pub(super) memo: &'e Memo,
}

/// By language, the rules that can match.
pub(super) type Candidates = Vec<(&'static Language, Vec<Selected>)>;

impl Examiner<'_> {
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
}

/// What a first look at the bytes of a file says.
pub(super) enum Sighted {
    /// All there is to say.
    Done(Examined),
    /// That some rule can match in it.
    Candidate(Box<Candidate>),
}

/// A file in which some rule can match: what was learned of it, without its bytes.
pub(super) struct Candidate {
    pub(super) about: About,
    pub(super) languages: Vec<&'static Language>,
    pub(super) selected: Candidates,
    /// What earlier runs know of it.
    pub(super) known: Option<Known>,
}

/// Looks at the raw bytes of a file in its languages (of which some rule reads at least one): whether some rule can match.
pub(super) fn sight(raw: &[u8], languages: &[&'static Language], by: &Examiner<'_>) -> Sighted {
    let mut facts = FileFacts {
        blob: None,
        sha256: None,
        length: raw.len() as u64,
        encoding: "",
    };
    let text = Text::decode(raw);
    let (searched, outcome, detail) = match &text {
        Ok(text) => {
            facts.encoding = text.encoding();
            (text.bytes(), Outcome::Scanned, String::new())
        }
        Err(NoText::Binary) => (raw, Outcome::Binary, String::new()),
        Err(NoText::Undecodable(why)) => (raw, Outcome::Undecodable, why.clone()),
    };
    let selected = match outcome {
        Outcome::Undecodable => by.all(languages),
        _ => by.candidates(languages, searched),
    };
    let comments = text.as_ref().map(|text| suppress::comments(text.bytes()));
    let about = About {
        facts,
        check: None,
        outcome,
        detail,
        comments: comments.unwrap_or_default(),
    };
    if selected.iter().all(|(_, selected)| selected.is_empty()) {
        return Sighted::Done(Examined::whole(about, Vec::new()));
    }
    Sighted::Candidate(Box::new(Candidate {
        about,
        languages: languages.to_vec(),
        selected,
        known: None,
    }))
}

/// What tells whether bytes are those of which something is known.
pub(super) fn check(raw: &[u8]) -> [u8; 32] {
    blake3::hash(raw).into()
}

impl Candidate {
    /// With what earlier runs know of it, which may be all.
    pub(super) fn recall(mut self: Box<Self>, known: Option<Known>, limits: &Limits) -> Sighted {
        self.known = known.filter(|known| kept::fits(known, limits));
        match &self.known {
            Some(known) if known.missing.is_empty() => Sighted::Done(Examined {
                verdict: Arc::new(kept::assemble(&known.about, &known.said)),
                worth: None,
            }),
            _ => Sighted::Candidate(self),
        }
    }

    /// Over how few of its raw bytes it holds all the text that some rule requires: the fewer, the more it looks like the
    /// bug.
    pub(super) fn spread(&self, raw: &[u8], rules: &RuleSet) -> usize {
        let text = Text::decode(raw);
        let searched = text.as_ref().map_or(raw, Text::bytes);
        let selected = self.selected.iter().flat_map(|(_, selected)| selected);
        selected
            .filter_map(|one| rules.required(*one).spread(searched))
            .min()
            .unwrap_or(usize::MAX)
    }
}
