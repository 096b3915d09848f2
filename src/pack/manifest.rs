//! `incident.toml`: reads it strictly and checks what one file can say about itself.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use super::files::MANIFEST;
use super::version::{Requirement, check};
use super::{Body, Pack, PackFiles, PackRule, QueryText, cases};
use crate::language::{self, Language};
use crate::model::{
    Class, Date, Diagnostic, Incident, IncidentTime, Origin, Rewriting, Severity, UnknownWord,
    nearest,
};
use crate::strict::{At, Errors, Table, text_of};

/// The manifest version that this program reads.
const SCHEMA: u32 = 1;
/// No query text is larger: deep or huge texts crash the engine (a query must be written by a person, after all).
const MAX_QUERY: usize = 64 << 10;

/// Reads a pack's manifest, queries and cases.
pub(super) fn read(files: &PackFiles) -> Result<Pack, Vec<Diagnostic>> {
    let title = files.title(MANIFEST);
    let Some(bytes) = files.files.get(MANIFEST) else {
        return Err(vec![Diagnostic::whole(
            title,
            "is not there",
            "a pack is a folder with an incident.toml",
        )]);
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(vec![Diagnostic::whole(
            title,
            "is not UTF-8",
            "save it as UTF-8",
        )]);
    };
    let text: Arc<str> = Arc::from(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut errors = Errors::new(&title, Arc::clone(&text));
    let Some(root) = errors.document(&text) else {
        return Err(errors.into_vec());
    };
    let mut table = Table::new("the manifest", 0..text.len().min(1), root.get_ref());
    if !understood(&mut table, &mut errors) {
        // What a newer version means by the rest is not ours to judge.
        return Err(errors.into_vec());
    }
    let mut manifest = Manifest {
        files,
        errors,
        names: BTreeSet::new(),
    };
    let incident = manifest.incident(&mut table);
    let id = incident
        .as_ref()
        .map(|incident| incident.id.clone())
        .unwrap_or_default();
    let rules = manifest.rules(&mut table);
    let origins = manifest.origins(&mut table, &id);
    let mut errors = manifest.errors;
    table.finish(&mut errors);
    let cases = cases::read(files, &mut errors);
    match incident {
        Some(incident) if errors.is_empty() => Ok(Pack {
            source: files.source.clone(),
            incident: Incident {
                origins,
                ..incident
            },
            rules,
            cases,
        }),
        _ => Err(errors.into_vec()),
    }
}

/// Checks `schema` and `requires`; false if the pack is written for a newer version.
fn understood(table: &mut Table<'_>, errors: &mut Errors) -> bool {
    let own = env!("CARGO_PKG_VERSION");
    if let Some(requires) = table.text("requires", errors) {
        match check(&requires.value, own) {
            Requirement::Met => {}
            Requirement::Newer => {
                errors.at(
                    requires.span,
                    format!("the pack needs stampout {}, this is {own}", requires.value),
                    "update stampout; the pack was not run",
                );
                return false;
            }
            Requirement::Malformed => {
                errors.at(
                    requires.span,
                    format!("`{}` is not a requirement", requires.value),
                    "write `requires = \">=0.1\"`",
                );
            }
        }
    }
    match table.integer("schema", errors) {
        Some(schema) if schema.value == SCHEMA => true,
        Some(schema) if schema.value > SCHEMA => {
            errors.at(
                schema.span,
                format!(
                    "the pack is written in schema {}, this stampout reads schema {SCHEMA}",
                    schema.value
                ),
                "update stampout; the pack was not run",
            );
            false
        }
        Some(schema) => {
            errors.at(
                schema.span,
                format!("there is no schema {}", schema.value),
                format!("write `schema = {SCHEMA}`"),
            );
            true
        }
        None => {
            if table.get("schema").is_none() {
                table.missing("schema", errors);
            }
            true
        }
    }
}

/// The query in a file of the pack.
pub(super) fn query_file(
    files: &PackFiles,
    name: &At<String>,
    errors: &mut Errors,
) -> Option<QueryText> {
    let Some(bytes) = files.files.get(&name.value) else {
        let known = files
            .files
            .keys()
            .map(String::as_str)
            .filter(|file| file.ends_with(".scm"));
        let hint = nearest(&name.value, known).map_or_else(
            || "name a file of the pack's folder".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        errors.at(
            name.span.clone(),
            format!("there is no file `{}` in the pack", name.value),
            hint,
        );
        return None;
    };
    let file = files.title(&name.value);
    if bytes.len() > MAX_QUERY {
        let message = format!(
            "is too large for a query: {} bytes, at most {MAX_QUERY}",
            bytes.len()
        );
        errors.add(Diagnostic::whole(
            file,
            message,
            "split it into several rules",
        ));
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(QueryText {
            file,
            text: Arc::from(text.strip_prefix('\u{feff}').unwrap_or(text)),
        }),
        Err(_) => {
            errors.add(Diagnostic::whole(file, "is not UTF-8", "save it as UTF-8"));
            None
        }
    }
}

struct Manifest<'f> {
    files: &'f PackFiles,
    errors: Errors,
    /// The ids of all rules, those among them in which something is wrong.
    names: BTreeSet<String>,
}

impl Manifest<'_> {
    fn incident(&mut self, table: &mut Table<'_>) -> Option<Incident> {
        let errors = &mut self.errors;
        let Some(mut rows) = table.table("incident", "[incident]", errors) else {
            if table.get("incident").is_none() {
                table.missing("[incident]", errors);
            }
            return None;
        };
        let id = rows
            .required_text("id", errors)
            .and_then(|id| incident_id(id, errors));
        let title = rows.required_text("title", errors);
        let summary = rows.required_text("summary", errors);
        let severity = word::<Severity>(&mut rows, "severity", errors);
        let class = word::<Class>(&mut rows, "class", errors);
        let url = rows
            .required_text("url", errors)
            .and_then(|url| absolute(url, errors));
        let aliases = rows
            .texts("aliases", errors)
            .into_iter()
            .map(|alias| alias.value)
            .collect();
        let cwe = rows
            .texts("cwe", errors)
            .into_iter()
            .filter_map(|cwe| cwe_id(cwe, errors))
            .collect();
        let tickets = rows
            .texts("tickets", errors)
            .into_iter()
            .filter_map(|url| absolute(url, errors))
            .collect();
        let owner = rows.text("owner", errors).map(|owner| owner.value);
        let embargo_until = rows
            .datetime("embargo-until", errors)
            .and_then(|day| date(day, errors));
        let time = rows
            .table("time", "[incident.time]", errors)
            .map(|times| incident_time(times, errors));
        rows.finish(errors);
        Some(Incident {
            id: id?,
            title: title?.value,
            summary: summary?.value.trim().to_owned(),
            severity: severity?,
            class: class?,
            url: url?,
            aliases,
            cwe,
            tickets,
            owner,
            embargo_until,
            time: time.unwrap_or_default(),
            origins: Vec::new(),
        })
    }

    fn rules(&mut self, table: &mut Table<'_>) -> Vec<PackRule> {
        let tables = table.tables("rule", "[[rule]]", &mut self.errors);
        if tables.is_empty() && table.get("rule").is_none() {
            table.missing("[[rule]]", &mut self.errors);
        }
        let mut rules = Vec::new();
        for mut rows in tables {
            let name = rows
                .required_text("id", &mut self.errors)
                .and_then(|id| rule_id(id, &mut self.errors));
            if let Some(name) = &name
                && !self.names.insert(name.value.clone())
            {
                self.errors.at(
                    name.span.clone(),
                    format!("there are two rules `{}`", name.value),
                    "give one another id",
                );
            }
            let message = rows.required_text("message", &mut self.errors);
            let help = rows.required_text("help", &mut self.errors);
            let languages = self.languages(&mut rows);
            let bodies = self.bodies(&mut rows, &languages);
            let recall_exempt = recall_exempt(&mut rows, &mut self.errors);
            rows.finish(&mut self.errors);
            if let (Some(name), Some(message), Some(help)) = (name, message, help) {
                let message = message.value.trim().to_owned();
                rules.push(PackRule {
                    name: name.value,
                    message,
                    help: help.value.trim().to_owned(),
                    bodies,
                    recall_exempt,
                });
            }
        }
        rules
    }

    fn languages(&mut self, rows: &mut Table<'_>) -> Vec<&'static Language> {
        let words = rows.texts("languages", &mut self.errors);
        if words.is_empty() {
            if rows.get("languages").is_none() {
                rows.missing("languages", &mut self.errors);
            } else {
                self.errors.at(
                    rows.span(),
                    "a rule needs at least one language",
                    "`stampout languages` lists them",
                );
            }
        }
        let mut languages: Vec<&'static Language> = Vec::new();
        for word in words {
            match language::by_name(&word.value) {
                Ok(language) if languages.iter().any(|other| other.name == language.name) => {
                    self.errors.at(
                        word.span,
                        format!("`{}` is named twice", language.name),
                        "name it once",
                    );
                }
                Ok(language) => languages.push(language),
                Err(error) => {
                    let hint = error
                        .hint()
                        .unwrap_or_else(|| "`stampout languages` lists them".to_owned());
                    self.errors.at(word.span, error.to_string(), hint);
                }
            }
        }
        languages.sort_by_key(|language| language.name);
        languages
    }

    /// How the rule is written in each language.
    fn bodies(
        &mut self,
        rows: &mut Table<'_>,
        languages: &[&'static Language],
    ) -> Vec<(&'static Language, Body)> {
        let ways = ["query", "pattern", "match"].map(|key| (key, rows.get(key)));
        let given: Vec<_> = ways
            .iter()
            .filter_map(|(key, value)| Some((*key, (*value)?)))
            .collect();
        match given.as_slice() {
            [] => {
                rows.missing("query", &mut self.errors);
                Vec::new()
            }
            [("match", value)] => {
                super::parts::read(self.files, rows, value, languages, &mut self.errors)
            }
            [(key, value)] => {
                let texts = self.by_language(key, value, languages);
                let body = |text| {
                    if *key == "query" {
                        Body::Query(text)
                    } else {
                        Body::pattern(text)
                    }
                };
                texts
                    .into_iter()
                    .map(|(language, text)| (language, body(text)))
                    .collect()
            }
            [_, (key, value), ..] => {
                self.errors.at(
                    value.span(),
                    format!("`{key}` stands beside another way to say what the rule finds"),
                    "give one of `query`, `pattern` and `match`",
                );
                Vec::new()
            }
        }
    }

    /// The texts of `query` or `pattern`: one for all languages, or one for each.
    fn by_language(
        &mut self,
        way: &str,
        value: &toml::Spanned<toml::de::DeValue<'_>>,
        languages: &[&'static Language],
    ) -> Vec<(&'static Language, QueryText)> {
        let what = if way == "query" {
            "file name"
        } else {
            "pattern"
        };
        if let Some(written) = text_of(value) {
            let text = self.written(way, &written);
            return languages
                .iter()
                .filter_map(|language| Some((*language, text.clone()?)))
                .collect();
        }
        let Some(by_language) = value.get_ref().as_table() else {
            self.errors.at(
                value.span(),
                format!("`{way}` must be a {what}, or a table of languages and {what}s"),
                "",
            );
            return Vec::new();
        };
        let mut queries: Vec<(&'static Language, QueryText)> = Vec::new();
        for (key, span, value) in Table::new("query", value.span(), by_language).rows() {
            let Ok(language) = language::by_name(key) else {
                let hint = nearest(key, languages.iter().map(|language| language.name))
                    .map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                self.errors
                    .at(span, format!("unknown language `{key}`"), hint);
                continue;
            };
            if !languages.iter().any(|other| other.name == language.name) {
                self.errors.at(
                    span,
                    format!("`{key}` is not among the rule's languages"),
                    "add it to `languages`",
                );
                continue;
            }
            match text_of(value) {
                Some(written) => {
                    queries.extend(self.written(way, &written).map(|text| (language, text)))
                }
                None => self
                    .errors
                    .at(value.span(), format!("must be a {what}"), ""),
            }
        }
        for language in languages {
            if !by_language.keys().any(|key| {
                language::by_name(key.get_ref()).is_ok_and(|named| named.name == language.name)
            }) {
                let message = format!("there is no {way} for `{}`", language.name);
                let example = if way == "query" { "….scm" } else { "…" };
                self.errors.at(
                    value.span(),
                    message,
                    format!("add `{} = \"{example}\"`", language.name),
                );
            }
        }
        queries.sort_by_key(|(language, _)| language.name);
        queries
    }

    /// What `query` names, or what `pattern` says.
    fn written(&mut self, way: &str, written: &At<String>) -> Option<QueryText> {
        if way == "query" {
            return self.query(written);
        }
        Some(QueryText {
            file: format!("{}, a pattern", self.files.title(MANIFEST)),
            text: Arc::from(written.value.as_str()),
        })
    }

    fn query(&mut self, name: &At<String>) -> Option<QueryText> {
        query_file(self.files, name, &mut self.errors)
    }

    fn origins(&mut self, table: &mut Table<'_>, incident: &str) -> Vec<Origin> {
        let mut origins = Vec::new();
        for mut rows in table.tables("origin", "[[origin]]", &mut self.errors) {
            let errors = &mut self.errors;
            let rule = rows.required_text("rule", errors);
            let repository = rows.required_text("repository", errors);
            let commit = rows
                .required_text("commit", errors)
                .and_then(|commit| commit_id(commit, errors));
            let path = rows.required_text("path", errors);
            let line = rows.integer("line", errors);
            if rows.get("line").is_none() {
                rows.missing("line", errors);
            }
            let fixed_by = rows
                .text("fixed-by", errors)
                .and_then(|commit| commit_id(commit, errors));
            rows.finish(errors);
            if let Some(rule) = &rule
                && !self.names.contains(&rule.value)
            {
                let hint = nearest(&rule.value, self.names.iter().map(String::as_str))
                    .map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                errors.at(
                    rule.span.clone(),
                    format!("there is no rule `{}` in the pack", rule.value),
                    hint,
                );
            }
            if let (Some(rule), Some(repository), Some(commit), Some(path), Some(line)) =
                (rule, repository, commit, path, line)
            {
                origins.push(Origin {
                    rule: format!("{incident}.{}", rule.value),
                    repository: repository.value,
                    commit,
                    path: path.value,
                    line: line.value,
                    fixed_by,
                });
            }
        }
        origins
    }
}

/// The ways of writing the same that a rule need not see through, each with the reason.
fn recall_exempt(rows: &mut Table<'_>, errors: &mut Errors) -> Vec<(Rewriting, String)> {
    let Some(table) = rows.table("recall-exempt", "`recall-exempt`", errors) else {
        return Vec::new();
    };
    let mut exempt = Vec::new();
    for (key, span, value) in table.rows() {
        let Some(way) = Rewriting::ALL.iter().find(|way| way.word() == key) else {
            let words = Rewriting::ALL.iter().map(|way| way.word());
            let hint = nearest(key, words.clone()).map_or_else(
                || format!("the ways are {}", words.collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            errors.at(span, format!("no case is rewritten by `{key}`"), hint);
            continue;
        };
        match text_of(value).filter(|why| !why.value.trim().is_empty()) {
            Some(why) => exempt.push((*way, why.value.trim().to_owned())),
            None => errors.at(
                value.span(),
                "says no reason",
                "write why the rule need not see through it",
            ),
        }
    }
    exempt
}

/// Reads a word of an enumeration, pointing at it if it is unknown.
fn word<T: FromStr<Err = UnknownWord>>(
    rows: &mut Table<'_>,
    key: &'static str,
    errors: &mut Errors,
) -> Option<T> {
    let text = rows.required_text(key, errors)?;
    match text.value.parse() {
        Ok(word) => Some(word),
        Err(error) => {
            let hint = nearest(&error.word, error.choices.iter().copied())
                .map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            errors.at(text.span, error.to_string(), hint);
            None
        }
    }
}

fn incident_id(id: At<String>, errors: &mut Errors) -> Option<String> {
    let fits = id.value.len() <= 100
        && id.value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id
            .value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !fits {
        errors.at(
            id.span,
            format!("`{}` cannot be an incident id", id.value),
            "use letters, digits, `-` and `_`: INC-2041",
        );
        return None;
    }
    if id.value.to_ascii_uppercase().starts_with("CVE-") {
        errors.at(
            id.span,
            "a CVE is not an incident of yours",
            "give your own id and list the CVE under `aliases`",
        );
        return None;
    }
    Some(id.value)
}

fn rule_id(id: At<String>, errors: &mut Errors) -> Option<At<String>> {
    let fits = id.value.len() <= 100
        && id.value.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .value
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !fits {
        let hint = "use lower-case letters, digits and `-`: http-call-without-timeout";
        errors.at(id.span, format!("`{}` cannot be a rule id", id.value), hint);
        return None;
    }
    Some(id)
}

fn absolute(url: At<String>, errors: &mut Errors) -> Option<String> {
    let rest = url
        .value
        .strip_prefix("https://")
        .or_else(|| url.value.strip_prefix("http://"));
    let fits = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && url.value.len() <= 2048
        && !url
            .value
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c));
    if !fits {
        errors.at(
            url.span,
            format!("`{}` is not an absolute URL", url.value),
            "write `https://…`",
        );
        return None;
    }
    Some(url.value)
}

fn cwe_id(cwe: At<String>, errors: &mut Errors) -> Option<String> {
    let fits = cwe
        .value
        .strip_prefix("CWE-")
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if !fits {
        errors.at(
            cwe.span,
            format!("`{}` is not a CWE id", cwe.value),
            "write `CWE-400`",
        );
        return None;
    }
    Some(cwe.value)
}

fn commit_id(commit: At<String>, errors: &mut Errors) -> Option<String> {
    let fits = matches!(commit.value.len(), 40 | 64)
        && commit.value.bytes().all(|b| b.is_ascii_hexdigit());
    if !fits {
        let hint = "write all 40 hexadecimal digits: `git rev-parse REV^{commit}`";
        errors.at(
            commit.span,
            format!("`{}` is not a full commit id", commit.value),
            hint,
        );
        return None;
    }
    Some(commit.value.to_ascii_lowercase())
}

fn date(day: At<String>, errors: &mut Errors) -> Option<Date> {
    match day.value.parse::<jiff::civil::Date>() {
        Ok(date) if date.year() > 0 => Some(Date {
            year: date.year().unsigned_abs(),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
        }),
        _ => {
            errors.at(
                day.span,
                format!("`{}` is not a day", day.value),
                "write `2026-04-01`",
            );
            None
        }
    }
}

fn incident_time(mut rows: Table<'_>, errors: &mut Errors) -> IncidentTime {
    let mut at = |key: &'static str,
                  errors: &mut Errors|
     -> Option<(String, jiff::Timestamp, Range<usize>)> {
        let time = rows.datetime(key, errors)?;
        match time.value.parse::<jiff::Timestamp>() {
            Ok(instant) => Some((time.value, instant, time.span)),
            Err(_) => {
                let hint = "write `2026-03-02T09:14:00Z`, with the offset";
                errors.at(
                    time.span,
                    format!("`{}` is not an RFC 3339 time", time.value),
                    hint,
                );
                None
            }
        }
    };
    let times = ["started", "detected", "declared", "contained"].map(|key| at(key, errors));
    for pair in times.iter().flatten().collect::<Vec<_>>().windows(2) {
        if pair[1].1 < pair[0].1 {
            errors.at(
                pair[1].2.clone(),
                "is before the step it follows",
                "the order is started, detected, declared, contained",
            );
        }
    }
    rows.finish(errors);
    let [started, detected, declared, contained] = times.map(|time| time.map(|(text, _, _)| text));
    IncidentTime {
        started,
        detected,
        declared,
        contained,
    }
}
