//! The queries of all rules, compiled for a language when the first candidate needs them.
//!
//! This is what crosses to where parsers run: [`Queries::to_wire`] gives bytes from which [`Queries::from_wire`] makes
//! the same queries in another process.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::compile::Compiled;
use crate::language::{self, Language};
use crate::model::Diagnostic;
use crate::pack::QueryText;

/// A rule in one of its languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Selected {
    /// Index into the catalog's rules.
    pub rule: usize,
    pub(super) form: usize,
}

/// The query of a rule in one language.
struct Form {
    language: &'static Language,
    query: QueryText,
    compiled: OnceLock<Result<Arc<Compiled>, Diagnostic>>,
}

/// The queries of all rules, by rule and form.
#[derive(Default)]
pub struct Queries {
    forms: Vec<Vec<Form>>,
}

/// A query on its way: language, file, text.
type Wire = Vec<Vec<(String, String, String)>>;

impl Queries {
    /// Takes the queries of the rules, in the order of the catalog.
    pub(super) fn new(rules: Vec<Vec<(&'static Language, QueryText)>>) -> Self {
        let form = |(language, query)| Form {
            language,
            query,
            compiled: OnceLock::new(),
        };
        Self {
            forms: rules
                .into_iter()
                .map(|forms| forms.into_iter().map(form).collect())
                .collect(),
        }
    }

    /// The queries as bytes.
    pub fn to_wire(&self) -> Vec<u8> {
        let text = |form: &Form| {
            (
                form.language.name.to_owned(),
                form.query.file.clone(),
                form.query.text.to_string(),
            )
        };
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
        let form = |(name, file, text): (String, String, String)| {
            let language = language::by_name(&name).map_err(|error| error.to_string())?;
            Ok((
                language,
                QueryText {
                    file,
                    text: text.into(),
                },
            ))
        };
        let rules: Result<Vec<Vec<_>>, String> = wire
            .into_iter()
            .map(|forms| forms.into_iter().map(form).collect())
            .collect();
        Ok(Self::new(rules?))
    }

    /// The compiled query of a rule in a language.
    ///
    /// # Errors
    /// What is wrong with it, if it does not compile; or that there is no such query.
    pub fn compiled(&self, selected: Selected) -> Result<Arc<Compiled>, Diagnostic> {
        let Some(form) = self
            .forms
            .get(selected.rule)
            .and_then(|forms| forms.get(selected.form))
        else {
            return Err(Diagnostic::whole(
                "query",
                "is not there",
                "please report this",
            ));
        };
        form.compiled
            .get_or_init(|| Compiled::new(&form.query, form.language).map(Arc::new))
            .clone()
    }
}
