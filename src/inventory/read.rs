//! Reads an inventory file, whatever its format: JSON values, one after the other, or YAML.

use serde_json::Value;

use super::gap::{Gap, GapKind};
use super::kubernetes::Templates;
use super::record::{Component, Image, Record};
use super::{argo, backstage, json_lines, kubernetes, oci};

/// Formats, for those who ask what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InventoryFormat {
    /// One deployment a line, or what a tool of Kubernetes, Argo CD or a registry printed.
    Json,
    /// Backstage's catalogue.
    Yaml,
}

/// Why a file is no inventory.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InventoryError {
    /// It holds nothing.
    #[error("it is empty")]
    Empty,
    /// Not a text.
    #[error("it is not UTF-8")]
    Encoding,
}

impl InventoryError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "write deployments as lines of JSON, or give what kubectl, argocd, skopeo or Backstage wrote"
    }
}

/// What files say, before it is brought together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    pub(super) records: Vec<Record>,
    pub(super) images: Vec<Image>,
    pub(super) components: Vec<Component>,
    pub(super) gaps: Vec<Gap>,
}

impl Records {
    /// Adds what another file says.
    pub fn add(&mut self, other: Self) {
        self.records.extend(other.records);
        self.images.extend(other.images);
        self.components.extend(other.components);
        self.gaps.extend(other.gaps);
    }

    /// Says where everything of a file is, if its records do not say so themselves.
    #[must_use]
    pub fn at_site(mut self, site: &str) -> Self {
        for record in &mut self.records {
            record.site.get_or_insert_with(|| site.to_owned());
        }
        self
    }
}

/// Reads a file's bytes; `file` is its name in what is said about it.
pub fn read(bytes: &[u8], file: &str) -> Result<(InventoryFormat, Records), InventoryError> {
    let text = std::str::from_utf8(bytes).map_err(|_| InventoryError::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut records = Records::default();
    match text.trim_start().chars().next() {
        None => Err(InventoryError::Empty),
        Some('{' | '[') => {
            values(text, file, &mut records);
            Ok((InventoryFormat::Json, records))
        }
        Some(_) => {
            backstage::read(text, file, &mut records);
            Ok((InventoryFormat::Yaml, records))
        }
    }
}

/// JSON values one after the other; after one that is wrong the next line is tried.
fn values(text: &str, file: &str, records: &mut Records) {
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start().len();
        line += lines(&rest[..skipped]);
        let place = format!("{file}:{line}");
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let next = match stream.next() {
            None => return,
            Some(Ok(found)) => {
                item(&found, &place, records, &Templates::default(), 0);
                at + stream.byte_offset()
            }
            Some(Err(error)) => {
                let error_text = error.to_string();
                // The place within what is left of the file means nothing to a reader.
                let why = error_text.split(" at line ").next().unwrap_or_default();
                let message = format!("it is no JSON: {why}");
                records.gaps.push(Gap::new(GapKind::Record, place, message));
                let end = text[at + skipped..].find('\n');
                // A value that is cut off takes the rest of the file with it.
                if error.is_eof() && end.is_some_and(|end| rest[skipped + end..].trim().len() > 1) {
                    return;
                }
                end.map_or(text.len(), |end| at + skipped + end + 1)
            }
        };
        line += lines(&text[at + skipped..next]);
        at = next;
    }
}

fn lines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Lists in lists are no deeper than this.
const DEPTH: usize = 3;

fn item(value: &Value, place: &str, records: &mut Records, templates: &Templates, depth: usize) {
    let list = match value {
        Value::Array(items) => Some(items),
        _ => value["items"].as_array(),
    };
    if let Some(items) = list.filter(|_| depth < DEPTH) {
        let templates = Templates::of(items);
        for (index, one) in items.iter().enumerate() {
            let place = format!("{place}[{index}]");
            item(one, &place, records, &templates, depth + 1);
        }
    } else if !value.is_object() {
        let message = "neither an object nor a list of them";
        records.gaps.push(Gap::new(GapKind::Record, place, message));
    } else if argo::is(value) {
        argo::read(value, place, records);
    } else if value["kind"].is_string() && value["apiVersion"].is_string() {
        kubernetes::read(value, place, records, templates);
    } else if oci::is(value) {
        oci::read(value, place, records);
    } else {
        json_lines::read(value, place, records);
    }
}
