//! The text of a fleet file, checked strictly.
//!
//! Invariants: an unknown key is an error (but for keys that begin with `x-`); one wrong `[[repository]]` does not
//! hide what is wrong with the next; every error knows its place in the text.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{FleetEntry, remote};
use crate::model::Diagnostic;
use crate::strict::{At, Errors, Table};

/// Reads the repositories of a fleet file; errors are in the order of the text.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<FleetEntry>, Vec<Diagnostic>> {
    let text: Arc<str> = text.into();
    let mut errors = Errors::new(&path.display().to_string(), Arc::clone(&text));
    let Some(document) = errors.document(&text) else {
        return Err(errors.into_vec());
    };
    let mut table = Table::new("the fleet file", 0..0, document.get_ref());
    // Where each name stands.
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries = Vec::new();
    for rows in table.tables("repository", "[[repository]]", &mut errors) {
        let (entry, name) = repository(rows, &mut errors);
        if let Some(name) = name {
            let line = text
                .get(..name.span.start)
                .unwrap_or_default()
                .matches('\n')
                .count()
                + 1;
            match names.get(&name.value) {
                Some(first) => {
                    let hint = format!("the repository in line {first} has it; names are unique");
                    errors.at(
                        name.span,
                        format!("the name `{}` is taken", name.value),
                        hint,
                    );
                }
                None => drop(names.insert(name.value, line)),
            }
        }
        entries.push(entry);
    }
    table.finish(&mut errors);
    if errors.is_empty() {
        Ok(entries)
    } else {
        Err(errors.into_vec())
    }
}

fn repository(mut rows: Table<'_>, errors: &mut Errors) -> (FleetEntry, Option<At<String>>) {
    let name = rows
        .required_text("name", errors)
        .and_then(|name| plain(name, errors));
    let path = rows
        .required_text("path", errors)
        .and_then(|path| plain(path, errors));
    let owner = rows
        .text("owner", errors)
        .and_then(|owner| plain(owner, errors));
    let url = rows
        .text("url", errors)
        .and_then(|url| address(url, errors));
    let revisions = rows.texts("revisions", errors);
    let revisions = revisions
        .into_iter()
        .filter_map(|name| plain(name, errors))
        .map(|name| name.value)
        .collect();
    rows.finish(errors);
    let entry = FleetEntry {
        name: name
            .as_ref()
            .map(|name| name.value.clone())
            .unwrap_or_default(),
        path: path.map(|path| path.value).unwrap_or_default().into(),
        url,
        revisions,
        owner: owner.map(|owner| owner.value),
    };
    (entry, name)
}

/// A text that holds something and nothing odd.
fn plain(text: At<String>, errors: &mut Errors) -> Option<At<String>> {
    let wrong = if text.value.is_empty() {
        "the string is empty"
    } else if text.value.chars().any(char::is_control) {
        "the string holds a control character"
    } else {
        return Some(text);
    };
    errors.at(text.span, wrong, "");
    None
}

fn address(text: At<String>, errors: &mut Errors) -> Option<String> {
    let address = remote::clean(&text.value);
    if address.is_none() {
        let hint = "something like `https://git.example/acme/checkout`; leave it out for a local repository";
        errors.at(
            text.span,
            format!("`{}` is not a network address", text.value),
            hint,
        );
    }
    address.map(|address| address.url)
}
