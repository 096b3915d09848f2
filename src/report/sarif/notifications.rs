//! What a run could not look at, and comments in the code that suppress nothing, as notifications.
//!
//! Invariant: bounded. Each kind of trouble has a descriptor; what does not fit is counted, and
//! the count is said. No level is `error`: that would mean that the whole run failed.

use serde_json::json;
use serde_sarif::sarif::{
    Location, Notification, PhysicalLocation, PropertyBag, Region, ReportingConfiguration,
    ReportingDescriptor, ReportingDescriptorReference,
};

use super::{bag, description, escape, ids, location, number, text};
use crate::model::{CommentNote, EntryRecord, Outcome, RunInfo};

/// How many entries get a notification of their own in one run.
const LIMIT: usize = 1_000;
/// How many byte spans one notification lists.
const SPAN_LIMIT: usize = 100;

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    NotLookedAt,
    ParseErrors,
    More,
    ResultsCut,
    IdleComment,
}

/// What the driver says of a topic.
struct Row {
    id: &'static str,
    name: &'static str,
    short: &'static str,
    full: &'static str,
    help: &'static str,
    level: &'static str,
}

impl Topic {
    /// In the order of the driver's descriptors.
    const ALL: [Self; 5] = [
        Self::NotLookedAt,
        Self::ParseErrors,
        Self::More,
        Self::ResultsCut,
        Self::IdleComment,
    ];

    fn row(self) -> Row {
        match self {
            Self::NotLookedAt => Row {
                id: "file-not-looked-at",
                name: "FileNotLookedAt",
                short: "A file was not looked at.",
                full: "A file could hold an instance and was not looked at, so the absence of a \
                       result says nothing about it.",
                help: "Raise --max-file-size or --timeout-per-file, fetch what is missing, or \
                       look at the file yourself.",
                level: "warning",
            },
            Self::ParseErrors => Row {
                id: "parse-errors",
                name: "ParseErrors",
                short: "Parts of a file did not parse.",
                full: "A file was scanned, but parts of it did not parse, and an instance in one \
                       of them may be missing.",
                help: "Look at the places that the property stampout/spans names, in bytes.",
                level: "note",
            },
            Self::More => Row {
                id: "more-notifications",
                name: "MoreNotifications",
                short: "There are more notifications than are listed.",
                full: "The run has more files with trouble than are listed one by one; the \
                       coverage counts them all.",
                help: "The coverage report (-o coverage=PATH) has one line for every entry.",
                level: "warning",
            },
            Self::ResultsCut => Row {
                id: "results-cut",
                name: "ResultsCut",
                short: "Not all results are in this file.",
                full: "Code-scanning services keep a limited number of results per run; this \
                       file holds as many.",
                help: "Upload one incident at a time (--incident), or read the full SARIF report.",
                level: "warning",
            },
            Self::IdleComment => Row {
                id: "idle-suppression-comment",
                name: "IdleSuppressionComment",
                short: "A comment that begins with stampout:ignore suppresses nothing.",
                full: "A comment in the code asks for a suppression and is malformed, has expired, \
                       or stands where its rule finds nothing.",
                help: "Correct the comment, or take it away; the property stampout/problem says \
                       what is wrong.",
                level: "warning",
            },
        }
    }
}

/// The descriptors, for the driver.
pub(super) fn descriptors() -> Vec<ReportingDescriptor> {
    Topic::ALL
        .into_iter()
        .map(Topic::row)
        .map(|row| {
            let mut descriptor = ReportingDescriptor::builder().id(row.id).build();
            descriptor.guid = Some(ids::guid("notification", row.id));
            descriptor.name = Some(row.name.to_owned());
            descriptor.short_description = Some(description(row.short, 1_024));
            descriptor.full_description = Some(description(row.full, 1_024));
            descriptor.help = Some(description(row.help, 1_024));
            descriptor.default_configuration = Some(ReportingConfiguration {
                level: Some(json!(row.level)),
                ..ReportingConfiguration::default()
            });
            descriptor
        })
        .collect()
}

/// The notifications of one run.
#[derive(Default)]
pub(super) struct Notifications {
    listed: Vec<Notification>,
    more: u64,
}

impl Notifications {
    /// Whether an entry is worth one: parts of it did not parse, or it was not looked at though some rule reads its
    /// language. (All others are in the coverage, and in the evidence.)
    pub(super) fn concern(run: &RunInfo, entry: &EntryRecord) -> bool {
        let rules = &run.catalog.rules;
        let is_read = || {
            entry
                .languages
                .iter()
                .any(|word| rules.iter().any(|rule| rule.languages.contains(word)))
        };
        entry.outcome == Outcome::ScannedWithErrors || (entry.outcome.is_blind() && is_read())
    }

    /// Whether entries are only counted from here on.
    pub(super) fn is_full(&self) -> bool {
        self.listed.len() >= LIMIT
    }

    /// Counts an entry that is not listed.
    pub(super) fn count_only(&mut self) {
        self.more += 1;
    }

    /// Lists an entry.
    pub(super) fn add(&mut self, entry: &EntryRecord, artifact: Option<i64>) {
        let path = escape::message(&entry.path.to_text());
        let mut notification = if entry.outcome == Outcome::ScannedWithErrors {
            let parts = number::count(entry.spans.len() as u64, "part", "parts");
            notification(
                Topic::ParseErrors,
                format!("{path}: {parts} did not parse."),
            )
        } else {
            let because = entry.outcome.phrase(1);
            notification(
                Topic::NotLookedAt,
                format!("{path} was not looked at: {because}."),
            )
        };
        notification.locations = Some(vec![Location {
            physical_location: Some(PhysicalLocation {
                artifact_location: Some(location(&entry.path, artifact)),
                ..PhysicalLocation::default()
            }),
            ..Location::default()
        }]);
        notification.properties = Some(properties(entry));
        self.listed.push(notification);
    }

    /// Lists a comment.
    fn comment(&mut self, note: &CommentNote) {
        let path = escape::message(&note.path.to_text());
        let said = escape::message(&note.message);
        let (line, problem) = (note.line, note.problem.word());
        let message = format!("{path}:{line}: {problem} suppression comment: {said}.");
        let mut notification = notification(Topic::IdleComment, message);
        notification.locations = Some(vec![Location {
            physical_location: Some(PhysicalLocation {
                artifact_location: Some(location(&note.path, None)),
                region: Some(Region {
                    start_line: Some(i64::from(line)),
                    ..Region::default()
                }),
                ..PhysicalLocation::default()
            }),
            ..Location::default()
        }]);
        notification.properties = Some(bag(vec![("stampout/problem", json!(problem))]));
        self.listed.push(notification);
    }

    /// Says that an upload has no room for all results.
    pub(super) fn results_cut(&mut self, kept: u64, cut: u64) {
        let (kept, all) = (number::thousands(kept), number::thousands(kept + cut));
        let message = format!("The first {kept} of {all} results are in this file.");
        self.listed.push(notification(Topic::ResultsCut, message));
    }

    /// All of them, and how many more there are.
    pub(super) fn finish(mut self) -> Vec<Notification> {
        if self.more > 0 {
            let files = number::count(self.more, "more file", "more files");
            let message = format!("{files} could not be looked at in whole or in part.");
            self.listed.push(notification(Topic::More, message));
        }
        self.listed
    }
}

/// Comments that suppress nothing: what people set up, not what the scan went through.
pub(super) fn of_comments(notes: &[CommentNote]) -> Vec<Notification> {
    let mut all = Notifications::default();
    notes.iter().take(LIMIT).for_each(|note| all.comment(note));
    let more = notes.len().saturating_sub(LIMIT) as u64;
    if more > 0 {
        let comments = number::count(more, "more comment", "more comments");
        let verb = if more == 1 { "suppresses" } else { "suppress" };
        let message = format!("{comments} {verb} nothing; the json report lists all.");
        all.listed.push(notification(Topic::More, message));
    }
    all.listed
}

fn notification(topic: Topic, message: String) -> Notification {
    let row = topic.row();
    let mut notification = Notification::builder().message(text(message)).build();
    notification.level = Some(json!(row.level));
    notification.descriptor = Some(ReportingDescriptorReference {
        id: Some(row.id.to_owned()),
        index: Some(topic as i64),
        ..ReportingDescriptorReference::default()
    });
    notification
}

fn properties(entry: &EntryRecord) -> PropertyBag {
    let mut pairs = vec![("stampout/outcome", json!(entry.outcome))];
    if let Some(blob) = &entry.blob {
        pairs.push(("stampout/blob", json!(blob)));
    }
    if !entry.spans.is_empty() {
        let spans = &entry.spans[..entry.spans.len().min(SPAN_LIMIT)];
        pairs.push(("stampout/spans", json!(spans)));
    }
    if !entry.detail.is_empty() {
        pairs.push(("stampout/detail", json!(entry.detail)));
    }
    bag(pairs)
}

#[cfg(test)]
mod tests {
    use super::Topic;

    #[test]
    fn an_index_leads_to_its_descriptor_and_none_is_an_error() {
        for (index, topic) in Topic::ALL.into_iter().enumerate() {
            assert_eq!(topic as usize, index);
            assert_ne!(topic.row().level, "error");
        }
    }
}
