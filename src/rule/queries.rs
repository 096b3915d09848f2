//! The queries of all rules, compiled for a language when the first candidate needs them.
//!
//! Running a query costs about as much as parsing; running ten merged into one costs little more than running one. So
//! the rules that can match a text are merged, in chunks below the engine's limits, and what was merged is remembered.
//!
//! This is what crosses to where parsers run: [`Queries::to_wire`] gives bytes from which [`Queries::from_wire`] makes
//! the same queries in another process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::compile::Compiled;
use super::parts::CompiledParts;
use crate::language::{self, Language};
use crate::model::Diagnostic;
use crate::pack::Body;

/// A rule in one of its languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Selected {
    /// Index into the catalog's rules.
    pub rule: usize,
    pub(super) form: usize,
}

/// How a rule is written in one language.
struct Form {
    language: &'static Language,
    body: Body,
}

/// Rules are merged within blocks of this many neighbours in the catalog.
const BLOCK: usize = 32;
/// No merged query is made of more text: the engine counts steps in 16 bits and compiles in quadratic time.
const MAX_TEXT: usize = 64 << 10;
/// So many sets of rules are remembered; sets beyond run as all the rules of their block.
const MAX_SETS: usize = 256;

/// A set of rules merged, or why one of them cannot be.
type Slot = Arc<OnceLock<Result<Arc<Compiled>, Diagnostic>>>;
/// Something and the index of the rule it is about.
type WithRule<T> = (usize, T);
/// A rule made of parts, compiled, or why it cannot be.
type PartsSlot = Arc<OnceLock<Result<Arc<CompiledParts>, Diagnostic>>>;

/// The queries of all rules, by rule and form.
#[derive(Default)]
pub struct Queries {
    forms: Vec<Vec<Form>>,
    compiled: Mutex<HashMap<Vec<Selected>, Slot>>,
    parts: Mutex<HashMap<Selected, PartsSlot>>,
}

/// The rules on their way: language and body of each form.
type Wire = Vec<Vec<(String, Body)>>;

impl Queries {
    /// Takes the queries of the rules, in the order of the catalog.
    pub(super) fn new(rules: Vec<Vec<(&'static Language, Body)>>) -> Self {
        let form = |(language, body)| Form { language, body };
        Self {
            forms: rules
                .into_iter()
                .map(|forms| forms.into_iter().map(form).collect())
                .collect(),
            compiled: Mutex::default(),
            parts: Mutex::default(),
        }
    }

    /// The queries as bytes.
    pub fn to_wire(&self) -> Vec<u8> {
        let text = |form: &Form| (form.language.name.to_owned(), form.body.clone());
        let wire: Wire = self
            .forms
            .iter()
            .map(|forms| forms.iter().map(text).collect())
            .collect();
        serde_json::to_vec(&wire).unwrap_or_default()
    }

    /// The queries that [`Queries::to_wire`] gave as bytes.
    ///
    /// # Errors
    /// Where the bytes are not such.
    pub fn from_wire(bytes: &[u8]) -> Result<Self, String> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let form = |(name, body): (String, Body)| {
            let language = language::by_name(&name).map_err(|error| error.to_string())?;
            Ok((language, body))
        };
        let rules: Result<Vec<Vec<_>>, String> = wire
            .into_iter()
            .map(|forms| forms.into_iter().map(form).collect())
            .collect();
        Ok(Self::new(rules?))
    }

    /// The queries of some rules in one language (which must be sorted), merged into as few as may be; and what is wrong
    /// with those that do not compile. A merged query may hold rules that were not asked for.
    pub fn compiled(
        &self,
        selected: &[Selected],
    ) -> (Vec<Arc<Compiled>>, Vec<(usize, Diagnostic)>) {
        let (mut merged, mut wrong) = (Vec::new(), Vec::new());
        let is_query = |one: &&Selected| {
            matches!(
                self.form(**one),
                Some(Form {
                    body: Body::Query(_),
                    ..
                })
            )
        };
        let selected: Vec<Selected> = selected.iter().filter(is_query).copied().collect();
        for block in selected.chunk_by(|a, b| a.rule / BLOCK == b.rule / BLOCK) {
            for part in self.parts(block) {
                self.merge(&part, &mut merged, &mut wrong);
            }
        }
        (merged, wrong)
    }

    /// The rules made of parts among some rules, each with its index; and what is wrong with those that do not compile.
    pub fn made_of_parts(
        &self,
        selected: &[Selected],
    ) -> (Vec<WithRule<Arc<CompiledParts>>>, Vec<WithRule<Diagnostic>>) {
        let (mut good, mut wrong) = (Vec::new(), Vec::new());
        for one in selected {
            let Some(Form {
                language,
                body: Body::Parts(parts),
            }) = self.form(*one)
            else {
                continue;
            };
            let slot = Arc::clone(
                self.parts
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .entry(*one)
                    .or_default(),
            );
            match slot.get_or_init(|| CompiledParts::new(parts, language).map(Arc::new)) {
                Ok(compiled) => good.push((one.rule, Arc::clone(compiled))),
                Err(error) => wrong.push((one.rule, error.clone())),
            }
        }
        (good, wrong)
    }

    /// Splits rules so that none of the merged queries gets too large.
    fn parts(&self, block: &[Selected]) -> Vec<Vec<Selected>> {
        let mut parts: Vec<Vec<Selected>> = Vec::new();
        let mut length = MAX_TEXT + 1;
        for one in block {
            let own = self.form(*one).map_or(0, |form| form.body.length());
            if length + own > MAX_TEXT {
                parts.push(Vec::new());
                length = 0;
            }
            length += own;
            if let Some(part) = parts.last_mut() {
                part.push(*one);
            }
        }
        parts
    }

    fn form(&self, selected: Selected) -> Option<&Form> {
        self.forms.get(selected.rule)?.get(selected.form)
    }

    fn merge(
        &self,
        part: &[Selected],
        merged: &mut Vec<Arc<Compiled>>,
        wrong: &mut Vec<(usize, Diagnostic)>,
    ) {
        match self.remembered(part) {
            Ok(compiled) => merged.push(compiled),
            Err(error) => {
                if let [one] = part {
                    wrong.push((one.rule, error));
                    return;
                }
                // One of them is wrong: those that are not are merged without it.
                let (good, bad): (Vec<Selected>, Vec<Selected>) = part
                    .iter()
                    .copied()
                    .partition(|one| self.remembered(&[*one]).is_ok());
                for one in bad {
                    wrong.extend(self.remembered(&[one]).err().map(|error| (one.rule, error)));
                }
                if good.len() == part.len() {
                    // Each is fine and all together are not: the engine's limits. They run one by one.
                    merged.extend(good.iter().filter_map(|one| self.remembered(&[*one]).ok()));
                } else if !good.is_empty() {
                    self.merge(&good, merged, wrong);
                }
            }
        }
    }

    /// A set of rules, merged when it is first asked for.
    fn remembered(&self, part: &[Selected]) -> Result<Arc<Compiled>, Diagnostic> {
        let (slot, set) = {
            let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
            let exact = part.len() == 1 || compiled.contains_key(part) || compiled.len() < MAX_SETS;
            let set = if exact {
                part.to_vec()
            } else {
                self.whole_block(part)
            };
            (Arc::clone(compiled.entry(set.clone()).or_default()), set)
        };
        slot.get_or_init(|| self.compile(&set)).clone()
    }

    /// All rules of a part's block and language, if they are not too large together; else the part.
    fn whole_block(&self, part: &[Selected]) -> Vec<Selected> {
        let Some((first, form)) = part
            .first()
            .and_then(|first| Some((first, self.form(*first)?)))
        else {
            return part.to_vec();
        };
        let start = first.rule / BLOCK * BLOCK;
        let mut block = Vec::new();
        for rule in start..(start + BLOCK).min(self.forms.len()) {
            let same = self.forms[rule].iter().position(|other| {
                other.language == form.language && matches!(other.body, Body::Query(_))
            });
            block.extend(same.map(|form| Selected { rule, form }));
        }
        match self.parts(&block).as_slice() {
            [whole] => whole.clone(),
            _ => part.to_vec(),
        }
    }

    fn compile(&self, set: &[Selected]) -> Result<Arc<Compiled>, Diagnostic> {
        let missing = || Diagnostic::whole("query", "is not there", "please report this");
        let mut queries = Vec::new();
        let mut language = None;
        for one in set {
            let form = self.form(*one).ok_or_else(missing)?;
            let Body::Query(query) = &form.body else {
                continue;
            };
            queries.push((one.rule, query));
            language = Some(form.language);
        }
        Compiled::merged(&queries, language.ok_or_else(missing)?).map(Arc::new)
    }
}
