//! The nouns everyone shares, as plain data without I/O.
//!
//! Invariants: nothing here reads a file, runs a program or knows the clock; every number that a report shows is
//! computed before it gets here; the identity of a finding is computed in `finding` and nowhere else.

mod coverage;
mod diagnostic;
mod evidence;
mod fact;
mod finding;
mod incident;
mod line_hash;
mod outcome;
mod path;
mod path_set;
mod rewriting;
mod run;
mod state;
mod suppression;
mod unit;

pub use coverage::{Coverage, EntryRecord};
pub use diagnostic::{Diagnostic, nearest};
pub use evidence::{Evidence, GrammarDigest, Judgement, Scope, Unjudged};
pub use fact::{EvidenceFact, FindingFact, RuleFact, ScanFact, ScopeFact, UnitFact, UnjudgedFact};
pub use finding::{
    ByteSpan, Capture, FileFacts, Finding, Fingerprint, Frame, Instance, Kind, MatchKey, Span,
};
pub use incident::{
    Catalog, Class, Date, Incident, IncidentTime, Origin, RuleInfo, Severity, UnknownWord,
};
pub use line_hash::LineHashes;
pub use outcome::Outcome;
pub use path::RepoPath;
pub use path_set::PathSet;
pub use rewriting::Rewriting;
pub use run::{IncidentTally, Problem, ProblemKind, RunInfo, RunSummary};
pub use state::State;
pub use suppression::{
    CommentNote, CommentProblem, EXTERNAL, IN_SOURCE, IgnoreComment, IgnoreComments, Suppression,
};
pub use unit::{Unit, UnitKind, UnitSummary};
