//! The command line of what has to do with the ledger: recording, the gate, and the answers.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which ledger.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LedgerArgs {
    /// The ledger [default: ledger.sqlite in the user's data directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RecordArgs {
    /// Reports in json or SARIF; `-` is standard input
    #[arg(value_name = "REPORT", required = true)]
    pub(crate) reports: Vec<PathBuf>,
    /// What runs where, as `scan --inventory` takes it: a report on a deployed commit tells of its deployments (repeatable)
    #[arg(long, value_name = "[SITE=]FILE")]
    pub(crate) inventory: Vec<OsString>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerCommandArgs {
    #[command(subcommand)]
    pub(crate) command: LedgerCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Write every fact as a line of JSON
    Export {
        /// Write here instead of to standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        ledger: LedgerArgs,
    },
    /// Add the facts of exports; what is known already changes nothing
    Import {
        /// Exports; `-` is standard input
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        ledger: LedgerArgs,
    },
    /// Check the file, and that the states follow from the facts
    Check {
        #[command(flatten)]
        ledger: LedgerArgs,
    },
    /// Copy the ledger, as it is at this moment, into a new file
    Backup {
        /// The new file
        #[arg(value_name = "FILE")]
        to: PathBuf,
        #[command(flatten)]
        ledger: LedgerArgs,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct StatusArgs {
    /// Only this incident
    #[arg(value_name = "INC")]
    pub(crate) incident: Option<String>,
    /// text or json
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct FindingsArgs {
    /// Only this incident (repeatable)
    #[arg(long, value_name = "ID")]
    pub(crate) incident: Vec<String>,
    /// Only these states: open, fixed, gone, unknown, suppressed, regressed (repeatable, or a comma list)
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    pub(crate) state: Vec<String>,
    /// Only this repository (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) repository: Vec<String>,
    /// Only what this owner owns (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Vec<String>,
    /// Only this rule, by its full id (repeatable)
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Vec<String>,
    /// Only this line of development: a branch or a tag (repeatable)
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Vec<String>,
    /// Only what is there, by these words: main-and-live, live-only, main-only, … (repeatable, or a comma list)
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    pub(crate) r#where: Vec<String>,
    /// Only what is live, or may be, in this environment (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Vec<String>,
    /// Ask git for each: which commit brought it and which took it away, who and when, and the first tag that carried it
    #[arg(long)]
    pub(crate) history: bool,
    /// Where the clones are that --history asks, or folders of them [default: the fleet's, or those in .] (repeatable)
    #[arg(long, value_name = "DIR", requires = "history")]
    pub(crate) clones: Vec<PathBuf>,
    /// The fleet whose repositories --history asks
    #[arg(
        long,
        value_name = "FILE",
        requires = "history",
        conflicts_with = "clones"
    )]
    pub(crate) fleet: Option<PathBuf>,
    /// text, json or jsonl
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json", "jsonl"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct PostmortemArgs {
    /// The incident
    #[arg(value_name = "INC")]
    pub(crate) incident: String,
    /// Write the document here; what people wrote into one that is there stays
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing, and fail while an action in the document has no owner, date or evidence
    #[arg(long)]
    pub(crate) check: bool,
    /// Where the incident's pack is, which names the origins and the advice; without it, the built-in packs (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Vec<PathBuf>,
    /// Where the clones are, or folders of them, that tell when each instance was introduced; without it and --fleet, what
    /// the document says of that stays (repeatable)
    #[arg(long, value_name = "DIR", conflicts_with = "check")]
    pub(crate) clones: Vec<PathBuf>,
    /// The fleet whose repositories tell the same
    #[arg(long, value_name = "FILE", conflicts_with_all = ["check", "clones"])]
    pub(crate) fleet: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// What of a scan is kept, and where.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct KeepArgs {
    /// Record what was found and what was not judged in the ledger
    #[arg(long)]
    pub(crate) record: bool,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct SuppressArgs {
    /// The finding
    #[arg(value_name = "FINGERPRINT")]
    pub(crate) fingerprint: Option<String>,
    /// All findings of this rule, by its full id
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Option<String>,
    /// Only in this repository
    #[arg(long, value_name = "NAME")]
    pub(crate) repository: Option<String>,
    /// Only at or below this path
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// The last day on which it holds: 2027-01-31
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<String>,
    /// Take back the suppression of this name
    #[arg(long, value_name = "ID", conflicts_with_all = ["fingerprint", "rule", "list"])]
    pub(crate) revoke: Option<String>,
    /// List all, with those that expired, were taken back or hide nothing
    #[arg(long)]
    pub(crate) list: bool,
    /// How to list: text or json
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// Which findings fail a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FailOn {
    /// Those that the baseline does not show
    New,
    /// All
    Open,
    /// Those that the ledger has seen closed
    Regressed,
    /// None
    Never,
}

/// The gate.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct GateArgs {
    /// Which findings give exit code 1 [default: open, which is all]
    #[arg(long, value_name = "WHICH", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// What is in this report (json or sarif) is not new [default: what the ledger knows]
    #[arg(long, value_name = "REPORT", conflicts_with = "base")]
    pub(crate) baseline: Option<PathBuf>,
    /// What is there where the history left this revision is not new: for pull requests
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DiffArgs {
    /// A report (json or sarif), or a branch, tag or commit that the ledger knows
    #[arg(value_name = "A")]
    pub(crate) before: String,
    /// The same, later
    #[arg(value_name = "B")]
    pub(crate) after: String,
    /// text or json
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// What runs where.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct InventoryArgs {
    /// Scan the revisions that the inventory says are deployed, beside the others
    #[arg(long, requires = "inventory")]
    pub(crate) deployed: bool,
    /// What runs where: lines of JSON, or what kubectl, argocd, skopeo or Backstage wrote; `-` is standard input; SITE is
    /// where all of it runs (repeatable)
    #[arg(long, value_name = "[SITE=]FILE", requires = "deployed")]
    pub(crate) inventory: Vec<OsString>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ReportPageArgs {
    /// Only this incident
    #[arg(value_name = "INC")]
    pub(crate) incident: Option<String>,
    /// Write here instead of to standard output
    #[arg(short, long, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
    /// Show the lines around findings too, from the repositories of this fleet file
    #[arg(long, value_name = "FILE")]
    pub(crate) fleet: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}
