//! A whole run: what was asked, and how it ended.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Catalog, Coverage};

/// What is known before the first unit.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// The selected incidents and rules.
    pub catalog: Arc<Catalog>,
    /// What was asked, as it stands in the middle of SARIF's `automationDetails.id`: `all`, `INC-2041`, `all:sub/dir`.
    pub selection: String,
    /// `--sarif-category`: replaces `stampout/<selection>`; `none` leaves `automationDetails` out.
    pub sarif_category: Option<String>,
    /// When the run began, seconds since 1970 (from `SOURCE_DATE_EPOCH` where set).
    pub started: i64,
    /// Whether `SOURCE_DATE_EPOCH` froze the clock: then nothing in a report may depend on it.
    pub frozen_clock: bool,
    /// Whether reports may show code.
    pub snippets: bool,
}

/// What went wrong beside entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A pack, fleet entry or revision name is wrong: exit code 2.
    Input,
    /// A repository or revision could not be read or found: the scan is incomplete.
    Source,
}

/// Something that kept a pack, repository or revision out of the scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What follows from it.
    pub kind: ProblemKind,
    /// The repository it concerns, if one.
    pub repository: Option<String>,
    /// Cause and place, one line or several.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

/// One incident's instances over the whole run, each counted once however many revisions hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentTally {
    /// Distinct fingerprints of kind `fail`.
    pub instances: u64,
    /// Distinct fingerprints of kind `review`.
    pub reviews: u64,
    /// Distinct fingerprints of findings that somebody answers for; they are not among the instances.
    pub suppressed: u64,
    /// Repositories with at least one instance.
    pub repositories: u64,
    /// Instances by owner; `None` collects those without.
    pub owners: BTreeMap<Option<String>, u64>,
}

/// How the run ended.
#[derive(Clone, Debug, Default)]
pub struct RunSummary {
    /// Units scanned.
    pub units: u64,
    /// Repositories (and folders) scanned.
    pub repositories: u64,
    /// Over all units.
    pub coverage: Coverage,
    /// Over all units: entries not looked at that could hold an instance.
    pub not_looked_at: Coverage,
    /// Over all units, a finding counted in every unit that holds it.
    pub findings: u64,
    /// Likewise.
    pub reviews: u64,
    /// Likewise: findings that somebody answers for.
    pub suppressed: u64,
    /// See [`super::UnitSummary::blind_files`].
    pub blind_files: u64,
    /// By incident id; every selected incident is there.
    pub incidents: BTreeMap<String, IncidentTally>,
    /// Packs, repositories and revisions left out, with the reason.
    pub problems: Vec<Problem>,
    /// Whether every entry that could hold an instance was looked at and every unit was reached.
    pub complete: bool,
    /// Unique bytes read.
    pub bytes: u64,
    /// Wall time.
    pub elapsed: Duration,
}
