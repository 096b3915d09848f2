//! `match.NAME`, `condition` and `focus`: a rule from named parts.

use std::ops::Range;
use std::sync::Arc;

use super::files::MANIFEST;
use super::manifest::query_file;
use super::{Body, PackFiles, Part, PartKind, Parts, QueryText};
use crate::language::{self, Language};
use crate::model::nearest;
use crate::strict::{Errors, Table, text_of};

/// A value of the manifest with its place.
type Value<'v> = toml::Spanned<toml::de::DeValue<'v>>;

/// A part: what it is written as, the other language that it is in if there is one, its text.
type Form = (PartKind, Option<String>, QueryText);

/// Reads the parts and what joins them, for each language.
pub(super) fn read(
    files: &PackFiles,
    rows: &mut Table<'_>,
    value: &Value<'_>,
    languages: &[&'static Language],
    errors: &mut Errors,
) -> Vec<(&'static Language, Body)> {
    let conditions = conditions(rows, languages, errors);
    let focus = rows.text("focus", errors);
    let Some(table) = value.get_ref().as_table() else {
        errors.at(
            value.span(),
            "`match` must be a table of parts",
            "write `match.NAME = \"pattern\"`",
        );
        return Vec::new();
    };
    let mut named: Vec<(String, Vec<(&'static Language, Form)>)> = Vec::new();
    for (key, span, value) in Table::new("match", value.span(), table).rows() {
        let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            && !["and", "or", "not", "is", "count"].contains(&key);
        if !plain {
            errors.at(
                span,
                format!("`{key}` cannot be the name of a part"),
                "use letters, digits, `-` and `_`",
            );
            continue;
        }
        let part = Reader {
            files,
            errors,
            name: key,
            partial: matches!(conditions, Conditions::Each(_)),
        }
        .part(value, languages);
        named.push((key.to_owned(), part));
    }
    let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(focus) = &focus
        && !focus.value.starts_with('$')
        && !names.contains(&focus.value.as_str())
    {
        let hint = nearest(&focus.value, names.iter().copied()).map_or_else(
            || "name a part, or a metavariable with its `$`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        errors.at(
            focus.span.clone(),
            format!("there is no part `{}`", focus.value),
            hint,
        );
    }
    let file = format!("{}, a condition", files.title(MANIFEST));
    let of = |language: &Language| match (&conditions, names.as_slice()) {
        (Conditions::All(condition), _) => Some(condition.clone()),
        (Conditions::Each(each), _) => {
            let found = each.iter().find(|(own, _)| own.name == language.name);
            found.map(|(_, condition)| condition.clone())
        }
        (Conditions::None, [only]) => Some((*only).to_owned()),
        (Conditions::None, _) => None,
    };
    if matches!(conditions, Conditions::None) && names.len() != 1 {
        errors.at(
            value.span(),
            "the rule has parts and no condition",
            "add `condition = \"…\"`: which parts make it a finding?",
        );
        return Vec::new();
    }
    languages
        .iter()
        .filter_map(|language| {
            let parts = named.iter().filter_map(|(name, forms)| {
                let (_, (kind, other, text)) =
                    forms.iter().find(|(own, _)| own.name == language.name)?;
                Some(Part {
                    name: name.clone(),
                    kind: *kind,
                    language: other.clone(),
                    text: text.clone(),
                })
            });
            let parts = Parts {
                parts: parts.collect(),
                condition: QueryText {
                    file: file.clone(),
                    text: Arc::from(of(language)?),
                },
                focus: focus.as_ref().map(|focus| focus.value.clone()),
            };
            Some((*language, Body::Parts(Arc::new(parts))))
        })
        .collect()
}

/// The condition of a rule.
enum Conditions {
    /// There is none: the only part is it.
    None,
    /// One for all languages.
    All(String),
    /// One for each.
    Each(Vec<(&'static Language, String)>),
}

/// Reads `condition`: a text, or a table of languages and texts.
fn conditions(
    rows: &mut Table<'_>,
    languages: &[&'static Language],
    errors: &mut Errors,
) -> Conditions {
    let Some(value) = rows.get("condition") else {
        return Conditions::None;
    };
    if let Some(text) = text_of(value) {
        return Conditions::All(text.value);
    }
    let Some(table) = value.get_ref().as_table() else {
        errors.at(
            value.span(),
            "`condition` must be a text, or a table of languages and texts",
            "",
        );
        return Conditions::None;
    };
    let mut each = Vec::new();
    for (key, span, written) in Table::new("condition", value.span(), table).rows() {
        let language = language::by_name(key).ok();
        let language = language.filter(|one| languages.iter().any(|own| own.name == one.name));
        match (language, text_of(written)) {
            (Some(language), Some(text)) => each.push((language, text.value)),
            (None, _) => errors.at(
                span,
                format!("`{key}` is not among the rule's languages"),
                "name one of `languages`",
            ),
            (_, None) => errors.at(written.span(), "must be a text", ""),
        }
    }
    for language in languages {
        if !each.iter().any(|(own, _)| own.name == language.name) {
            errors.at(
                value.span(),
                format!("the condition says nothing for `{}`", language.name),
                format!("add `{} = \"…\"`", language.name),
            );
        }
    }
    Conditions::Each(each)
}

struct Reader<'r> {
    files: &'r PackFiles,
    errors: &'r mut Errors,
    name: &'r str,
    /// Whether a part may say nothing for a language: each has a condition of its own.
    partial: bool,
}

impl Reader<'_> {
    /// A part: a pattern, a table with one of `pattern`, `query`, `regex`, or a table of languages and those.
    fn part(
        &mut self,
        value: &Value<'_>,
        languages: &[&'static Language],
    ) -> Vec<(&'static Language, Form)> {
        let all = |form: Option<Form>| {
            languages
                .iter()
                .filter_map(|language| form.clone().map(|form| (*language, form)))
                .collect()
        };
        let Some(table) = value.get_ref().as_table() else {
            return all(self.form(value));
        };
        if table
            .keys()
            .any(|key| ["pattern", "query", "regex"].contains(&key.get_ref().as_ref()))
        {
            return all(self.form(value));
        }
        let mut forms = Vec::new();
        for (key, span, value) in Table::new("match", value.span(), table).rows() {
            match language::by_name(key) {
                Ok(language) if languages.iter().any(|own| own.name == language.name) => {
                    forms.extend(self.form(value).map(|form| (language, form)));
                }
                Ok(_) => self.errors.at(
                    span,
                    format!("`{key}` is not among the rule's languages"),
                    "add it to `languages`",
                ),
                Err(_) => {
                    let known = languages
                        .iter()
                        .map(|language| language.name)
                        .chain(["pattern", "query", "regex"]);
                    let hint = nearest(key, known).map_or_else(
                        || "write a pattern, or `{ query = \"FILE.scm\" }`".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.errors.at(span, format!("unknown key `{key}`"), hint);
                }
            }
        }
        for language in languages.iter().filter(|_| !self.partial) {
            if !forms
                .iter()
                .any(|(own, _): &(&'static Language, Form)| own.name == language.name)
            {
                self.errors.at(
                    value.span(),
                    format!("the part says nothing for `{}`", language.name),
                    format!("add `{} = \"…\"`", language.name),
                );
            }
        }
        forms
    }

    fn form(&mut self, value: &Value<'_>) -> Option<Form> {
        let file = format!("{}, part {}", self.files.title(MANIFEST), self.name);
        let written = |text: String| QueryText {
            file: file.clone(),
            text: Arc::from(text),
        };
        if let Some(text) = text_of(value) {
            return Some((PartKind::Pattern, None, written(text.value)));
        }
        let Some(table) = value.get_ref().as_table() else {
            self.errors.at(
                value.span(),
                "must be a pattern, or a table with `pattern`, `query` or `regex`",
                "",
            );
            return None;
        };
        let rows: Vec<_> = Table::new("match", value.span(), table).rows().collect();
        let (own, rows): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(key, ..)| *key == "language");
        let [(key, span, value)] = rows.as_slice() else {
            self.errors.at(
                value.span(),
                "a part is one thing",
                "give one of `pattern`, `query` and `regex`",
            );
            return None;
        };
        let Some(text) = text_of(value) else {
            self.errors.at(value.span(), "must be a text", "");
            return None;
        };
        let mut other = None;
        if let Some((_, span, value)) = own.first() {
            other = Some(self.other_language(key, span, value)?);
        }
        match *key {
            "query" => {
                let query = query_file(self.files, &text, self.errors)?;
                Some((PartKind::Query, other, query))
            }
            "pattern" => Some((PartKind::Pattern, other, written(text.value))),
            "regex" => Some((PartKind::Regex, other, written(text.value))),
            _ => {
                let hint = nearest(key, ["pattern", "query", "regex"])
                    .map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                self.errors
                    .at(span.clone(), format!("unknown key `{key}`"), hint);
                None
            }
        }
    }

    /// The language of a pattern over what a metavariable stands for.
    fn other_language(
        &mut self,
        key: &str,
        span: &Range<usize>,
        value: &Value<'_>,
    ) -> Option<String> {
        if key != "pattern" {
            self.errors.at(
                span.clone(),
                format!("a {key} has no language of its own"),
                "only patterns can be in another language than the rule",
            );
            return None;
        }
        let text = text_of(value);
        let known = text.map(|text| language::by_name(&text.value));
        match known {
            Some(Ok(language)) => Some(language.name.to_owned()),
            Some(Err(error)) => {
                let hint = error.hint();
                let hint = hint.unwrap_or_else(|| "`stampout languages` lists them".to_owned());
                self.errors.at(value.span(), error.to_string(), hint);
                None
            }
            None => {
                self.errors.at(value.span(), "must be a text", "");
                None
            }
        }
    }
}
