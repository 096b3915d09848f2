//! SARIF 2.1.0: one run per unit, its results streamed.
//!
//! Invariants: what is known before a run's first result is written before `results`, what is known only after its last
//! (artifacts, notifications, coverage, evidence) after them; every result of a run carries the same set of
//! all-or-none properties; no region carries byte offsets, which viewers take for a reason to ignore its lines; every
//! id is a digest of what it names, so equal scans give equal files.

mod ids;
mod notifications;
mod provenance;
mod result;
mod rules;
mod taxonomies;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;
use serde_sarif::sarif::{
    Artifact, ArtifactLocation, Invocation, Message, MultiformatMessageString, PropertyBag, Run,
};

use self::notifications::Notifications;
use super::record::EvidenceRecord;
use super::{Report, escape, number};
use crate::model::{EntryRecord, Finding, Kind, RepoPath, RunInfo, RunSummary, Unit, UnitSummary};

pub(super) use ids::short_digest;

/// The edition of the schema that names every property used here.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The base that all locations are relative to.
const ROOT: &str = "SRCROOT";
/// Of the results of one run, services keep this many and drop the others in an order of their own.
const UPLOAD_RESULTS: u64 = 5_000;

/// How much is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// All that is known: for archives, viewers and ledgers.
    Full,
    /// What code-scanning services read: no reviews, no code, within their limits.
    Upload,
}

/// The report.
pub(super) struct Sarif {
    profile: Profile,
    runs: u64,
    state: RunState,
}

/// What gathers during one run; bounded by its files, not its results.
#[derive(Default)]
struct RunState {
    results: u64,
    /// Results that an upload has no room for.
    cut: u64,
    artifacts: Vec<Artifact>,
    /// The path of the artifact last added: entries and findings come in the order of paths.
    last: Option<RepoPath>,
    notifications: Notifications,
}

/// What of a run is written after its results.
#[derive(Serialize)]
struct Tail {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    artifacts: Vec<Artifact>,
    invocations: Vec<Invocation>,
    properties: PropertyBag,
}

impl Sarif {
    /// An empty log.
    pub(super) fn new(profile: Profile) -> Self {
        Self {
            profile,
            runs: 0,
            state: RunState::default(),
        }
    }

    /// Ends the log after its last run.
    pub(super) fn close(out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"]}\n")
    }
}

impl Report for Sarif {
    fn begin(&mut self, out: &mut dyn Write, _run: &RunInfo) -> io::Result<()> {
        write!(
            out,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":["
        )
    }

    fn unit_begin(&mut self, out: &mut dyn Write, run: &RunInfo, unit: &Unit) -> io::Result<()> {
        out.write_all(if self.runs > 0 { b",\n" } else { b"\n" })?;
        self.runs += 1;
        self.state = RunState::default();
        let head = escape::json_string(&head(run, unit))?;
        out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
        out.write_all(b",\n\"results\":[")
    }

    fn entry(
        &mut self,
        _out: &mut dyn Write,
        run: &RunInfo,
        _unit: &Unit,
        entry: &EntryRecord,
    ) -> io::Result<()> {
        if !Notifications::concern(run, entry) {
            return Ok(());
        }
        let state = &mut self.state;
        if state.notifications.is_full() {
            state.notifications.count_only();
            return Ok(());
        }
        let index = (self.profile == Profile::Full).then(|| {
            state.artifact(&entry.path, || Artifact {
                source_language: entry.languages.first().map(|word| (*word).to_owned()),
                ..Artifact::default()
            })
        });
        state.notifications.add(entry, index);
        Ok(())
    }

    fn finding(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        _unit: &Unit,
        finding: &Finding,
    ) -> io::Result<()> {
        let state = &mut self.state;
        let mut index = None;
        match self.profile {
            Profile::Upload
                if finding.instance.kind == Kind::Review || finding.suppression.is_some() =>
            {
                return Ok(());
            }
            Profile::Upload if state.results >= UPLOAD_RESULTS => {
                state.cut += 1;
                return Ok(());
            }
            Profile::Upload => {}
            Profile::Full => index = Some(state.artifact_of(finding)),
        }
        out.write_all(if state.results > 0 { b",\n" } else { b"\n" })?;
        state.results += 1;
        escape::json(out, &result::result(run, finding, self.profile, index))
    }

    fn unit_end(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        summary: &UnitSummary,
    ) -> io::Result<()> {
        out.write_all(b"],\n")?;
        let state = std::mem::take(&mut self.state);
        let mut notifications = state.notifications;
        if state.cut > 0 {
            notifications.results_cut(UPLOAD_RESULTS, state.cut);
        }
        let mut properties = vec![
            ("stampout/coverage", json!(summary.coverage)),
            ("stampout/complete", json!(summary.complete)),
        ];
        if self.profile == Profile::Full {
            let evidence = EvidenceRecord::new(unit, summary);
            properties.push(("stampout/evidence", serde_json::to_value(&evidence)?));
        }
        let tail = Tail {
            artifacts: state.artifacts,
            invocations: vec![invocation(run, summary, notifications, self.profile)],
            properties: bag(properties),
        };
        let text = escape::json_string(&tail)?;
        out.write_all(text.trim_start_matches('{').as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write, _run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
        if self.profile == Profile::Upload {
            return Self::close(out);
        }
        let problems: Vec<_> = summary
            .problems
            .iter()
            .map(|problem| json!({"repository": problem.repository, "message": problem.message}))
            .collect();
        let properties = bag(vec![
            ("stampout/complete", json!(summary.complete)),
            ("stampout/problems", json!(problems)),
        ]);
        out.write_all(b"],\n\"properties\":")?;
        escape::json(out, &properties)?;
        out.write_all(b"}\n")
    }
}

impl RunState {
    /// The index of the artifact at a path, which is made if it is not the last one.
    fn artifact(&mut self, path: &RepoPath, make: impl FnOnce() -> Artifact) -> i64 {
        if self.last.as_ref() != Some(path) {
            self.last = Some(path.clone());
            let location = Some(location(path, None));
            let roles = Some(vec![json!("analysisTarget")]);
            self.artifacts.push(Artifact {
                location,
                roles,
                ..make()
            });
        }
        self.artifacts.len() as i64 - 1
    }

    /// The index of a finding's artifact, with all that is known of its file.
    fn artifact_of(&mut self, finding: &Finding) -> i64 {
        let index = self.artifact(&finding.path, Artifact::default);
        let facts = &finding.file;
        if let Some(artifact) = self.artifacts.last_mut()
            && artifact.hashes.is_none()
        {
            artifact.length = i64::try_from(facts.length).ok();
            artifact.encoding = (!facts.encoding.is_empty()).then(|| facts.encoding.to_owned());
            artifact.source_language = Some(finding.instance.language.clone());
            artifact.hashes = facts
                .sha256
                .as_ref()
                .map(|digest| [("sha-256".to_owned(), digest.clone())].into());
        }
        index
    }
}

/// What of a run is written before its results.
fn head(run: &RunInfo, unit: &Unit) -> Run {
    let mut head = Run::builder().tool(rules::tool(run)).build();
    head.taxonomies = Some(taxonomies::taxonomies(&run.catalog));
    head.automation_details = provenance::automation(run, unit);
    head.version_control_provenance = provenance::version_control(unit);
    let root = ArtifactLocation {
        description: Some(text("The root of the repository.")),
        ..ArtifactLocation::default()
    };
    head.original_uri_base_ids = Some([(ROOT.to_owned(), root)].into());
    head.column_kind = Some(json!("utf16CodeUnits"));
    head.default_encoding = Some("UTF-8".to_owned());
    head.newline_sequences = Some(vec!["\r\n".to_owned(), "\n".to_owned()]);
    head
}

fn invocation(
    run: &RunInfo,
    summary: &UnitSummary,
    notifications: Notifications,
    profile: Profile,
) -> Invocation {
    let mut invocation = Invocation::builder()
        .execution_successful(summary.complete)
        .build();
    invocation.start_time_utc = number::utc(run.started);
    if !run.frozen_clock {
        invocation.end_time_utc = number::utc(jiff::Timestamp::now().as_second());
    }
    invocation.tool_execution_notifications = Some(notifications.finish());
    // Services are told nothing of suppressions.
    invocation.tool_configuration_notifications = Some(match profile {
        Profile::Full => notifications::of_comments(&summary.comments),
        Profile::Upload => Vec::new(),
    });
    invocation
}

/// Where a file is.
fn location(path: &RepoPath, index: Option<i64>) -> ArtifactLocation {
    ArtifactLocation {
        uri: Some(escape::uri_path(path.as_bytes())),
        uri_base_id: Some(ROOT.to_owned()),
        index,
        ..ArtifactLocation::default()
    }
}

/// A plain message; the text is ours or escaped.
fn text(text: impl Into<String>) -> Message {
    Message {
        text: Some(text.into()),
        ..Message::default()
    }
}

/// A plain description of at most so many units.
fn description(text: &str, limit: usize) -> MultiformatMessageString {
    let text = escape::message_within(text, limit);
    MultiformatMessageString {
        text,
        markdown: None,
        properties: None,
    }
}

/// Our own properties.
fn bag(pairs: Vec<(&str, serde_json::Value)>) -> PropertyBag {
    PropertyBag {
        tags: None,
        additional_properties: pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    }
}

/// A URI where one is absolute and clean enough for every reader and not longer than they take; else nothing.
fn absolute_uri(text: &str) -> Option<String> {
    const LONGEST: usize = 2_048;
    let (scheme, rest) = text.split_once(':')?;
    let clean = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    let named = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (named && !rest.is_empty() && text.len() <= LONGEST && text.bytes().all(clean))
        .then(|| text.to_owned())
}
