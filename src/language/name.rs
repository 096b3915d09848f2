//! From the word a person wrote to the language it means.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use thiserror::Error;

use super::table::TABLE;
use super::{Language, TEXT};

/// Below this likeness a hint would only puzzle.
const ALIKE: f64 = 0.7;

/// A word that means no language of this build.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum UnknownLanguage {
    /// No language has this name.
    #[error("unknown language `{word}`")]
    Unknown {
        /// What was written.
        word: String,
        /// The name or alias that looks most like it.
        nearest: Option<&'static str>,
    },
    /// The language is known, but this build leaves its grammar out.
    #[error("the language `{name}` is not in this build")]
    NotInBuild {
        /// Its canonical name.
        name: &'static str,
    },
}

impl UnknownLanguage {
    /// What the person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest, .. } => nearest.map(|name| format!("did you mean `{name}`?")),
            Self::NotInBuild { .. } => {
                Some("build stampout with the feature `all-languages`".to_owned())
            }
        }
    }
}

/// Names and aliases.
static WORDS: LazyLock<BTreeMap<&'static str, &'static Language>> = LazyLock::new(|| {
    let rows = || TABLE.iter().chain([&TEXT]);
    let names = rows().map(|language| (language.name, language));
    let aliases =
        rows().flat_map(|language| language.aliases.iter().map(move |alias| (*alias, language)));
    names.chain(aliases).collect()
});

/// The language that a name or alias means; upper and lower case are one.
pub fn by_name(word: &str) -> Result<&'static Language, UnknownLanguage> {
    let lower = word.to_ascii_lowercase();
    match WORDS.get(lower.as_str()) {
        Some(language) if language.grammar.is_some() => Ok(language),
        Some(language) => Err(UnknownLanguage::NotInBuild {
            name: language.name,
        }),
        None => Err(UnknownLanguage::Unknown {
            word: word.to_owned(),
            nearest: nearest(&lower),
        }),
    }
}

fn nearest(word: &str) -> Option<&'static str> {
    WORDS
        .iter()
        .filter(|(_, language)| language.grammar.is_some())
        .map(|(known, _)| (strsim::jaro_winkler(word, known), *known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        // The first of equals, so that the hint does not depend on the order of insertion.
        .fold(None, |best: Option<(f64, &'static str)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .map(|(_, known)| known)
}
