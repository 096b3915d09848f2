//! The tool and its rules.

use serde_json::json;
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor, Tool,
    ToolComponent,
};

use super::super::{TOOL_NAME, TOOL_VERSION};
use super::{absolute_uri, description, escape, ids, notifications, taxonomies};
use crate::model::{Class, Incident, RuleInfo, RunInfo, Severity};

/// Where to read about the tool.
const INFORMATION: &str = "https://github.com/stampout/stampout";
/// What GitHub shows of a description.
const DESCRIPTION_LIMIT: usize = 1_024;
/// What GitHub takes of a name.
const NAME_LIMIT: usize = 255;
/// Of a rule's tags, services read this many.
const TAG_LIMIT: usize = 10;

/// The tool with every selected rule, in the order of the catalogue.
pub(super) fn tool(run: &RunInfo) -> Tool {
    let mut driver = ToolComponent::builder().name(TOOL_NAME).build();
    driver.full_name = Some(format!("{TOOL_NAME} {TOOL_VERSION}"));
    driver.version = Some(TOOL_VERSION.to_owned());
    driver.semantic_version = Some(TOOL_VERSION.to_owned());
    driver.information_uri = Some(INFORMATION.to_owned());
    driver.guid = Some(ids::guid("tool", TOOL_NAME));
    driver.supported_taxonomies = Some(taxonomies::supported(&run.catalog));
    let catalog = &run.catalog;
    driver.rules = Some(
        catalog
            .rules
            .iter()
            .map(|info| rule(info, &catalog.incidents[info.incident]))
            .collect(),
    );
    driver.notifications = Some(notifications::descriptors());
    Tool {
        driver,
        extensions: None,
        properties: None,
    }
}

/// The level of a severity's results.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// A score from 0 to 10 in the bands that services use.
fn score(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 9.5,
        Severity::High => 8.0,
        Severity::Medium => 5.5,
        Severity::Low => 2.0,
    }
}

/// The same from 0 to 100; GitLab takes it before all else.
pub(super) fn rank(severity: Severity) -> f64 {
    score(severity) * 10.0
}

fn rule(info: &RuleInfo, incident: &Incident) -> ReportingDescriptor {
    let mut rule = ReportingDescriptor::builder().id(info.id.clone()).build();
    rule.guid = Some(ids::guid("rule", &info.id));
    rule.name = Some(escape::cap(&pascal(&info.name), NAME_LIMIT));
    rule.short_description = Some(description(
        &format!("{}.", info.message),
        DESCRIPTION_LIMIT,
    ));
    let full = format!(
        "{}, the bug of {}: {}. {}",
        info.message,
        incident.id,
        incident.title,
        incident.summary.trim()
    );
    rule.full_description = Some(description(full.trim(), DESCRIPTION_LIMIT));
    rule.help = Some(help(info, incident));
    rule.help_uri = absolute_uri(&incident.url);
    rule.default_configuration = Some(ReportingConfiguration {
        level: Some(json!(level(incident.severity))),
        rank: Some(rank(incident.severity)),
        ..ReportingConfiguration::default()
    });
    rule.relationships = Some(taxonomies::relationships(incident));
    rule.properties = Some(properties(info, incident));
    rule
}

/// The one text in which GitHub renders a link, so the incident's stands here.
fn help(info: &RuleInfo, incident: &Incident) -> MultiformatMessageString {
    let (id, url, title) = (&incident.id, &incident.url, &incident.title);
    let severity = incident.severity.word();
    let since = incident
        .time
        .declared
        .as_ref()
        .or(incident.time.started.as_ref())
        .and_then(|time| time.get(..10))
        .map(|day| format!(", {day}"))
        .unwrap_or_default();
    let name = match absolute_uri(url) {
        Some(url) => format!("[{}]({})", escape::inline(id), link(&url)),
        None => escape::inline(id),
    };
    MultiformatMessageString {
        text: format!(
            "Incident {id} ({severity}{since}): {title}\n{url}\n\n{}",
            info.help.trim()
        ),
        markdown: Some(format!(
            "**Incident:** {name} ({severity}{since}): {}\n\n{}",
            escape::inline(title),
            info.help.trim()
        )),
        properties: None,
    }
}

/// A URI that cannot end the parenthesis it stands in.
pub(super) fn link(uri: &str) -> String {
    uri.replace('(', "%28").replace(')', "%29")
}

fn properties(info: &RuleInfo, incident: &Incident) -> PropertyBag {
    let problem = match incident.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "recommendation",
    };
    let mut properties = super::bag(vec![
        ("precision", json!("high")),
        ("problem.severity", json!(problem)),
        ("stampout/digest", json!(info.digest)),
        ("stampout/languages", json!(info.languages)),
    ]);
    if incident.class == Class::Security {
        // A number makes the alert a security alert, which the others are not.
        let severity = format!("{:.1}", score(incident.severity));
        properties
            .additional_properties
            .insert("security-severity".to_owned(), json!(severity));
    }
    let mut tags = vec![
        incident.class.word().to_owned(),
        format!("incident/{}", incident.id),
    ];
    for digits in incident
        .cwe
        .iter()
        .filter_map(|id| taxonomies::cwe_number(id))
    {
        tags.push(format!("external/cwe/cwe-{digits:0>3}"));
        tags.push(format!("cwe-{digits}"));
    }
    tags.truncate(TAG_LIMIT);
    properties.tags = Some(tags);
    properties
}

/// `http-call-without-timeout` as `HttpCallWithoutTimeout`.
fn pascal(name: &str) -> String {
    name.split(|character: char| !character.is_alphanumeric())
        .flat_map(|word| {
            let mut characters = word.chars();
            let first = characters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(characters).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{link, pascal};

    #[test]
    fn names_read_as_names() {
        assert_eq!(
            pascal("http-call-without-timeout"),
            "HttpCallWithoutTimeout"
        );
        assert_eq!(pascal("élan_2"), "Élan2");
        assert_eq!(link("https://x.example/a(1)"), "https://x.example/a%281%29");
    }
}
