//! Writes a pack from rules that were brought along.

use serde_json::Value;

use crate::language::Language;
use crate::pack::{PartKind, Parts};

/// A rule that carried over.
pub(super) struct Rule {
    pub(super) id: String,
    /// Its id as it was written.
    pub(super) written: String,
    pub(super) message: String,
    pub(super) severity: String,
    pub(super) languages: Vec<&'static Language>,
    pub(super) parts: Parts,
    pub(super) metadata: Value,
}

/// An id as rules have it here.
pub(super) fn slug(id: &str) -> String {
    let mut slug: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    if !slug.starts_with(|c: char| c.is_ascii_lowercase()) {
        slug.insert_str(0, "r-");
    }
    slug.truncate(100);
    slug
}

/// A TOML string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text)
        .unwrap_or_default()
        .replace('\u{7f}', "\\u007f")
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn is_url(text: &str) -> bool {
    text.strip_prefix("https://")
        .or(text.strip_prefix("http://"))
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !text
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

/// The files of a pack.
pub(super) fn pack(
    name: &str,
    rules: &[Rule],
    cases: &[(String, Vec<u8>)],
) -> Vec<(String, Vec<u8>)> {
    let severity = match rules
        .iter()
        .map(|rule| rule.severity.as_str())
        .max_by_key(|word| rank(word))
    {
        Some("CRITICAL") => "critical",
        Some("ERROR" | "HIGH") => "high",
        Some("INFO" | "LOW" | "INVENTORY") => "low",
        _ => "medium",
    };
    let id: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '-'
            }
        })
        .take(80)
        .collect();
    let references: Vec<String> = rules
        .iter()
        .flat_map(|rule| texts(&rule.metadata["references"]))
        .filter(|url| is_url(url))
        .collect();
    let security = rules
        .iter()
        .any(|rule| rule.metadata["category"] == "security" || !rule.metadata["cwe"].is_null());
    let mut cwe: Vec<String> = rules
        .iter()
        .flat_map(|rule| texts(&rule.metadata["cwe"]))
        .filter_map(|text| {
            let digits: String = text
                .strip_prefix("CWE-")?
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            (!digits.is_empty()).then(|| format!("CWE-{digits}"))
        })
        .collect();
    cwe.sort();
    cwe.dedup();
    let cwe: Vec<String> = cwe.iter().map(|one| quoted(one)).collect();
    let first = rules.first().map_or("", |rule| rule.message.as_str());
    let title = first
        .lines()
        .next()
        .filter(|line| !line.is_empty())
        .unwrap_or(name);
    let mut text = format!(
        "schema = 1\n\n[incident]\nid = {}\ntitle = {}\nsummary = {}\nseverity = \"{severity}\"\nclass = \"{}\"\nurl = {}\ncwe = [{}]\n",
        quoted(&format!("SG-{id}")),
        quoted(title),
        quoted(&format!(
            "Brought along from semgrep rules: {name}. {first}"
        )),
        if security { "security" } else { "reliability" },
        quoted(
            references
                .first()
                .map_or("https://semgrep.dev/explore", String::as_str)
        ),
        cwe.join(", "),
    );
    for rule in rules {
        let message = if rule.message.is_empty() {
            rule.written.as_str()
        } else {
            rule.message.as_str()
        };
        let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let languages: Vec<String> = rule
            .languages
            .iter()
            .map(|language| quoted(language.name))
            .collect();
        text.push_str(&format!(
            "\n[[rule]]\nid = {}\nmessage = {}\nhelp = {}\nlanguages = [{}]\nx-semgrep-id = {}\n",
            quoted(&rule.id),
            quoted(&line),
            quoted(message),
            languages.join(", "),
            quoted(&rule.written),
        ));
        if !rule.metadata.is_null() {
            text.push_str(&format!(
                "x-metadata = {}\n",
                quoted(&rule.metadata.to_string())
            ));
        }
        for part in &rule.parts.parts {
            let written = quoted(&part.text.text);
            let written = match (part.kind, &part.language) {
                (PartKind::Regex, _) => format!("{{ regex = {written} }}"),
                (_, Some(language)) => {
                    format!("{{ pattern = {written}, language = {} }}", quoted(language))
                }
                _ => written,
            };
            text.push_str(&format!("match.{} = {written}\n", part.name));
        }
        text.push_str(&format!(
            "condition = {}\n",
            quoted(&rule.parts.condition.text)
        ));
    }
    let mut files = vec![("incident.toml".to_owned(), text.into_bytes())];
    for (case, bytes) in cases {
        files.push((format!("cases/{case}"), marks(bytes, rules)));
    }
    files
}

fn rank(severity: &str) -> u8 {
    match severity {
        "CRITICAL" => 4,
        "ERROR" | "HIGH" => 3,
        "WARNING" | "MEDIUM" => 2,
        _ => 1,
    }
}

/// Marks name rules by the ids they have here.
fn marks(bytes: &[u8], rules: &[Rule]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return bytes.to_vec();
    };
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let mut line = line.to_owned();
        if line.contains("ruleid:") || line.contains("ok:") {
            for rule in rules.iter().filter(|rule| rule.id != rule.written) {
                line = line.replace(&rule.written, &rule.id);
            }
        }
        lines.push(line);
    }
    lines.join("\n").into_bytes()
}
