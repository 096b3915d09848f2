//! Incidents and weaknesses as taxonomies, so that any reader can follow a result to its incident.

use serde_json::json;
use serde_sarif::sarif::{
    ReportingDescriptor, ReportingDescriptorReference, ReportingDescriptorRelationship,
    ToolComponent, ToolComponentReference,
};

use super::{absolute_uri, bag, description, ids, text};
use crate::model::{Catalog, Incident};

/// A taxonomy that we refer to.
#[derive(Clone, Copy)]
enum Taxonomy {
    Cwe,
    Incidents,
}

impl Taxonomy {
    fn name(self) -> &'static str {
        match self {
            Self::Cwe => "CWE",
            Self::Incidents => "Incidents",
        }
    }

    fn reference(self) -> ToolComponentReference {
        ToolComponentReference {
            name: Some(self.name().to_owned()),
            guid: Some(ids::guid("taxonomy", self.name())),
            ..ToolComponentReference::default()
        }
    }

    /// A reference to one of its members. It names the taxonomy: an index would mean a tool extension.
    fn member(self, id: &str) -> ReportingDescriptorReference {
        ReportingDescriptorReference {
            id: Some(id.to_owned()),
            guid: Some(ids::guid(self.name(), id)),
            tool_component: Some(self.reference()),
            ..ReportingDescriptorReference::default()
        }
    }
}

/// The taxonomies that a catalogue's rules refer to.
fn used(catalog: &Catalog) -> Vec<Taxonomy> {
    let weaknesses = catalog
        .incidents
        .iter()
        .any(|incident| !incident.cwe.is_empty());
    if weaknesses {
        vec![Taxonomy::Cwe, Taxonomy::Incidents]
    } else {
        vec![Taxonomy::Incidents]
    }
}

/// For the driver.
pub(super) fn supported(catalog: &Catalog) -> Vec<ToolComponentReference> {
    used(catalog).into_iter().map(Taxonomy::reference).collect()
}

/// For the run.
pub(super) fn taxonomies(catalog: &Catalog) -> Vec<ToolComponent> {
    used(catalog)
        .into_iter()
        .map(|taxonomy| {
            let mut component = ToolComponent::builder().name(taxonomy.name()).build();
            component.guid = taxonomy.reference().guid;
            component.is_comprehensive = Some(false);
            match taxonomy {
                Taxonomy::Cwe => {
                    component.organization = Some("MITRE".to_owned());
                    component.information_uri = Some("https://cwe.mitre.org/".to_owned());
                    component.short_description =
                        Some(description("Common Weakness Enumeration.", 1_024));
                    component.taxa = Some(weaknesses(catalog));
                }
                Taxonomy::Incidents => {
                    component.short_description =
                        Some(description("Incidents that operations found.", 1_024));
                    component.taxa = Some(catalog.incidents.iter().map(incident).collect());
                }
            }
            component
        })
        .collect()
}

/// What every result of an incident's rules belongs to.
pub(super) fn taxa(incident: &Incident) -> Vec<ReportingDescriptorReference> {
    let weaknesses = incident.cwe.iter().map(|id| Taxonomy::Cwe.member(id));
    weaknesses
        .chain([Taxonomy::Incidents.member(&incident.id)])
        .collect()
}

/// The same said of a rule: each of its results is in the taxon.
pub(super) fn relationships(incident: &Incident) -> Vec<ReportingDescriptorRelationship> {
    taxa(incident)
        .into_iter()
        .map(|target| {
            let mut relationship = ReportingDescriptorRelationship::builder()
                .target(target)
                .build();
            relationship.kinds = Some(vec!["superset".to_owned()]);
            relationship
        })
        .map(|mut relationship| {
            if relationship.target.id.as_ref() == Some(&incident.id) {
                relationship.description = Some(text("The rule was written for this incident."));
            }
            relationship
        })
        .collect()
}

/// The digits of `CWE-400`.
pub(super) fn cwe_number(id: &str) -> Option<&str> {
    let digits = id
        .strip_prefix("CWE-")
        .or_else(|| id.strip_prefix("cwe-"))?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn weaknesses(catalog: &Catalog) -> Vec<ReportingDescriptor> {
    let mut ids: Vec<&String> = catalog
        .incidents
        .iter()
        .flat_map(|incident| &incident.cwe)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter()
        .map(|id| {
            let mut taxon = ReportingDescriptor::builder().id(id.clone()).build();
            taxon.guid = Taxonomy::Cwe.member(id).guid;
            taxon.help_uri = cwe_number(id)
                .map(|digits| format!("https://cwe.mitre.org/data/definitions/{digits}.html"));
            taxon
        })
        .collect()
}

fn incident(incident: &Incident) -> ReportingDescriptor {
    let mut taxon = ReportingDescriptor::builder()
        .id(incident.id.clone())
        .build();
    taxon.guid = Taxonomy::Incidents.member(&incident.id).guid;
    taxon.short_description = Some(description(&incident.title, 1_024));
    if !incident.summary.trim().is_empty() {
        taxon.full_description = Some(description(incident.summary.trim(), 1_024));
    }
    taxon.help_uri = absolute_uri(&incident.url);
    taxon.properties = Some(bag(vec![
        ("stampout/severity", json!(incident.severity)),
        ("stampout/class", json!(incident.class)),
        ("stampout/time", json!(incident.time)),
        ("stampout/aliases", json!(incident.aliases)),
        ("stampout/tickets", json!(incident.tickets)),
        ("stampout/owner", json!(incident.owner)),
        ("stampout/url", json!(incident.url)),
    ]));
    taxon
}
