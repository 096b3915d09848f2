//! What a rule is made of in one language: a query, or named parts and a condition over them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::QueryText;

/// What a part is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartKind {
    /// A code pattern.
    Pattern,
    /// A tree-sitter query; the part is its `@bug`.
    Query,
    /// A regular expression over the text.
    Regex,
}

/// A named part of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// As the condition calls it.
    pub name: String,
    /// What it is written as.
    pub kind: PartKind,
    /// The language that it is in, where that is not the rule's: it is looked for in what a metavariable stands for.
    pub language: Option<String>,
    /// As written.
    pub text: QueryText,
}

/// Parts and the condition that makes them a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// At least one.
    pub parts: Vec<Part>,
    /// Over the names of the parts.
    pub condition: QueryText,
    /// What the finding is: a part, or a metavariable with its `$`.
    pub focus: Option<String>,
}

/// How a rule is written in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// A tree-sitter query.
    Query(QueryText),
    /// Parts and a condition.
    Parts(Arc<Parts>),
}

impl Body {
    /// A pattern on its own: the short form of one part.
    pub fn pattern(text: QueryText) -> Self {
        let condition = QueryText {
            file: text.file.clone(),
            text: Arc::from("pattern"),
        };
        Self::Parts(Arc::new(Parts {
            parts: vec![Part {
                name: "pattern".to_owned(),
                kind: PartKind::Pattern,
                language: None,
                text,
            }],
            condition,
            focus: None,
        }))
    }

    /// How much text it is.
    pub fn length(&self) -> usize {
        match self {
            Self::Query(query) => query.text.len(),
            Self::Parts(parts) => parts.parts.iter().map(|part| part.text.text.len()).sum(),
        }
    }

    /// Everything that decides what it finds, for digests.
    pub fn written(&self) -> Vec<&str> {
        match self {
            Self::Query(query) => vec![&query.text],
            Self::Parts(parts) => {
                let mut all: Vec<&str> = vec![
                    "parts",
                    &parts.condition.text,
                    parts.focus.as_deref().unwrap_or_default(),
                ];
                for part in &parts.parts {
                    let kind = match part.kind {
                        PartKind::Pattern => "pattern",
                        PartKind::Query => "query",
                        PartKind::Regex => "regex",
                    };
                    all.extend([part.name.as_str(), kind, &part.text.text]);
                    all.extend(part.language.as_deref());
                }
                all
            }
        }
    }
}
