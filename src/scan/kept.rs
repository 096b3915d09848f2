//! Between a scan and the verdicts of earlier runs: what a record is found by, and the verdict that it gives.
//!
//! Invariants: what a rule says about a blob depends on no other rule, as long as every language of the blob could be
//! judged; only such verdicts are kept. Kept or fresh, a verdict is put together by [`assemble`], so both are equal.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::Limits;
use super::account::engine_digest;
use super::verdict::Verdict;
use crate::cache::{About, Cache, Context, Kept, Key, Known, RuleList, Said, Since};
use crate::language::Language;
use crate::model::{FileFacts, Outcome};
use crate::rule::RuleSet;
use crate::source::Oid;

/// What identifies the code that judges: two builds of one version can differ.
const BUILD: &str = env!("STAMPOUT_BUILD");

/// A cache as a scan with one rule set uses it.
pub(super) struct Keeper<'c> {
    cache: &'c Cache,
    engine: String,
    asked: Mutex<HashMap<Vec<&'static str>, Arc<Asked>>>,
    /// What was handed over: forks and copies bring the same blob again and again.
    kept: Mutex<HashSet<Key>>,
}

/// What is asked about the blobs of some languages.
pub(super) struct Asked {
    context: Context,
    list: Arc<RuleList>,
}

/// What is worth keeping of a verdict: the rules that could not be ruled out, and the blob without them.
#[derive(Clone)]
pub(super) struct Worth {
    pub(super) about: Arc<About>,
    pub(super) said: Arc<Vec<(usize, Said)>>,
}

impl<'c> Keeper<'c> {
    /// A keeper for this build.
    pub(super) fn new(cache: &'c Cache) -> Self {
        Self::of_engine(cache, format!("{} {BUILD}", engine_digest()))
    }

    /// A keeper for what another engine said.
    pub(super) fn of_engine(cache: &'c Cache, engine: String) -> Self {
        Self {
            cache,
            engine,
            asked: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    fn asked(&self, rules: &RuleSet, languages: &[&'static Language]) -> Arc<Asked> {
        let names: Vec<&'static str> = languages.iter().map(|one| one.name).collect();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = asked
            .entry(names)
            .or_insert_with(|| Arc::new(self.ask(rules, languages)));
        Arc::clone(asked)
    }

    fn ask(&self, rules: &RuleSet, languages: &[&'static Language]) -> Asked {
        let names = languages
            .iter()
            .flat_map(|one| [one.name, one.grammar_digest()]);
        let mut numbers: Vec<usize> = languages
            .iter()
            .flat_map(|language| rules.of(language))
            .map(|selected| selected.rule)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let rule = |number: usize| {
            let rule = &rules.catalog().rules[number];
            (number, rule.id.as_str(), rule.digest.as_str())
        };
        Asked {
            context: Context::new(std::iter::once(self.engine.as_str()).chain(names)),
            list: Arc::new(RuleList::new(numbers.into_iter().map(rule))),
        }
    }

    /// What is known of these blobs, each in the languages that its path gives.
    pub(super) fn look_up(
        &self,
        rules: &RuleSet,
        wanted: &[(Oid, &[&'static Language])],
        since: Since,
    ) -> Vec<Option<Known>> {
        let asked: Vec<(Key, Arc<Asked>)> = wanted
            .iter()
            .map(|(oid, languages)| {
                let asked = self.asked(rules, languages);
                (Key::new(&asked.context, oid.as_bytes()), asked)
            })
            .collect();
        let wanted: Vec<(Key, &RuleList)> = asked
            .iter()
            .map(|(key, asked)| (*key, asked.list.as_ref()))
            .collect();
        self.cache.look_up(&wanted, since)
    }

    /// What is to be kept of a blob whose bytes were hashed; nothing if it was given out before.
    pub(super) fn kept(
        &self,
        rules: &RuleSet,
        oid: Oid,
        languages: &[&'static Language],
        worth: Worth,
    ) -> Option<Kept> {
        let asked = self.asked(rules, languages);
        let key = Key::new(&asked.context, oid.as_bytes());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key).then(|| Kept {
            key,
            about: worth.about,
            list: Arc::clone(&asked.list),
            said: worth.said,
        })
    }

    /// Hands over what is to be kept.
    pub(super) fn keep(&self, all: Vec<Kept>) {
        self.cache.keep(all);
    }
}

/// Whether a blob need not be looked at: every rule was asked, and the size allows that it was parsed.
pub(super) fn is_whole(known: &Known, limits: &Limits) -> bool {
    known.missing.is_empty() && fits(known, limits)
}

/// Whether what is known holds under these limits: a text that is too large today may have been parsed once.
pub(super) fn fits(known: &Known, limits: &Limits) -> bool {
    known.said.is_empty()
        || known.about.outcome != Outcome::Scanned
        || known.about.facts.length <= limits.max_file_size
}

/// The verdict of all rules: those that said something, the others ruled out.
pub(super) fn assemble(about: &About, said: &[(usize, Said)]) -> Verdict {
    let mut verdict = Verdict {
        outcome: Outcome::RuledOut,
        detail: String::new(),
        instances: Vec::new(),
        spans: Vec::new(),
        unjudged: Vec::new(),
        blind_without_text: false,
        facts: about.facts.clone(),
        comments: Arc::clone(&about.comments),
    };
    if said.is_empty() {
        verdict.facts = FileFacts {
            sha256: None,
            ..verdict.facts
        };
        return verdict;
    }
    verdict.outcome = about.outcome;
    verdict.detail.clone_from(&about.detail);
    for (rule, said) in said {
        verdict.instances.extend(said.instances.iter().cloned());
        if !said.blind.is_empty() {
            verdict.unjudged.push(*rule);
            verdict.spans.extend(&said.blind);
        }
        verdict.blind_without_text |= said.blind_without_text;
    }
    verdict.spans.sort_unstable();
    verdict.spans.dedup();
    if !verdict.spans.is_empty() {
        verdict.outcome = Outcome::ScannedWithErrors;
    }
    verdict
        .instances
        .sort_by_key(|instance| (instance.span.bytes, instance.rule, instance.kind));
    verdict
}
