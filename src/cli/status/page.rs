//! An account, shown: as JSON and as text.

use serde_json::{Map, Value, json};

use super::super::claim::Claim;
use super::super::findings::sum;
use super::super::standing::{Counts, time};
use super::super::{keep, out};
use super::Incident;
use crate::ledger::{Whereabouts, group_id};
use crate::report::visible;

impl Incident {
    pub(super) fn to_json(&self) -> Value {
        let rows = |key: &str, rows: Vec<(Value, &Counts)>| -> Vec<Value> {
            rows.into_iter()
                .map(|(name, counts)| {
                    let mut row = Map::new();
                    row.insert(key.to_owned(), name);
                    row.extend(counts.to_json());
                    Value::Object(row)
                })
                .collect()
        };
        let repositories = self.repositories.iter().map(|(name, c)| (json!(**name), c));
        let owners = self.owners().map(|(name, c)| (json!(name), c));
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|((repository, owner), counts)| {
                let mut row = Map::new();
                let id = group_id(&self.id, repository, owner.as_deref());
                row.insert("id".to_owned(), json!(id));
                row.insert("repository".to_owned(), json!(**repository));
                row.insert("owner".to_owned(), json!(owner.as_deref()));
                row.extend(counts.to_json());
                Value::Object(row)
            })
            .collect();
        let revisions: Vec<Value> = self
            .revisions
            .iter()
            .flat_map(|(repository, lines)| lines.iter().map(move |one| (repository, one)))
            .map(|(repository, (revision, counts))| {
                let mut row = Map::new();
                row.insert("repository".to_owned(), json!(**repository));
                row.insert("revision".to_owned(), json!(**revision));
                row.extend(counts.to_json());
                Value::Object(row)
            })
            .collect();
        let mut all = Map::new();
        all.insert("incident".to_owned(), json!(self.id));
        all.insert("title".to_owned(), json!(self.title));
        all.insert("severity".to_owned(), json!(self.severity));
        all.extend(self.counts.to_json());
        all.insert(
            "repositories".to_owned(),
            json!(rows("repository", repositories.collect())),
        );
        all.insert("owners".to_owned(), json!(rows("owner", owners.collect())));
        all.insert("revisions".to_owned(), json!(revisions));
        all.insert("groups".to_owned(), json!(groups));
        let places: Map<String, Value> = Whereabouts::WORDS
            .iter()
            .map(|(word, _)| {
                (
                    (*word).to_owned(),
                    json!(self.places.get(word).unwrap_or(&0)),
                )
            })
            .collect();
        all.insert("where".to_owned(), Value::Object(places));
        let environments = self.environments.iter();
        let environments: Vec<Value> = environments
            .map(|(name, [live, unknown, clean])| {
                json!({ "environment": **name, "live": live, "unknown": unknown, "clean": clean })
            })
            .collect();
        all.insert("environments".to_owned(), json!(environments));
        all.insert("oldest".to_owned(), json!(self.oldest.map(time)));
        all.insert("oldest_days".to_owned(), json!(self.oldest.map(days)));
        all.insert("eradication".to_owned(), json!(Claim::of(self).sentence()));
        let coverage = json!({
            "repositories": self.known.len(),
            "scanned": self.scanned.len(),
            "complete": self.scanned.len() - self.incomplete.len(),
            "incomplete": self.incomplete,
            "behind": self.behind,
            "unread": self.unread,
            "never_scanned": self.known.difference(&self.scanned).collect::<Vec<_>>(),
            "deployments": self.deployments.len(),
            "deployments_scanned": self.deployments.len() - self.unscanned.len(),
            "deployments_unscanned": self.unscanned,
        });
        all.insert("coverage".to_owned(), coverage);
        Value::Object(all)
    }

    pub(super) fn to_text(&self) -> String {
        let title = if self.title.is_empty() {
            self.id.clone()
        } else {
            format!("{}: {}", self.id, self.title)
        };
        let mut page = format!("{}\n", visible(&title));
        if self.counts.found() == 0 {
            page.push_str("  nothing was ever found\n");
        } else {
            page.push_str(&format!("  {}\n", sum(&self.counts)));
        }
        if !self.deployments.is_empty() && self.counts.found() > 0 {
            let parts = Whereabouts::WORDS.iter().filter_map(|(word, title)| {
                let count = self.places.get(word)?;
                Some(format!("{count} {title}"))
            });
            page.push_str(&format!("  {}\n", parts.collect::<Vec<_>>().join(" · ")));
        }
        let mut rows = Vec::new();
        for (name, counts) in &self.repositories {
            rows.push(vec![format!("  {}", visible(name)), sum(counts)]);
        }
        for (name, counts) in &self.owners {
            let name = name.as_deref().unwrap_or("(nobody known)");
            rows.push(vec![format!("  owner {}", visible(name)), sum(counts)]);
        }
        for (name, [live, unknown, clean]) in &self.environments {
            let parts = [
                (live, "live"),
                (unknown, "unknown"),
                (clean, "not there any more"),
            ];
            let parts = parts.into_iter().filter(|(count, _)| **count > 0);
            let parts: Vec<String> = parts
                .map(|(count, word)| format!("{count} {word}"))
                .collect();
            rows.push(vec![
                format!("  environment {}", visible(name)),
                parts.join(", "),
            ]);
        }
        page.push_str(&out::columns(&rows));
        if let Some(oldest) = self.oldest {
            let days = days(oldest);
            let s = if days == 1 { "" } else { "s" };
            page.push_str(&format!(
                "  the oldest that is not closed was seen first {}, {days} day{s} ago\n",
                time(oldest)
            ));
        }
        page.push_str(&format!("  coverage: {}\n", self.coverage()));
        page
    }
}

/// Whole days since a moment.
fn days(at: i64) -> i64 {
    (keep::now() - at).max(0) / 86_400
}
