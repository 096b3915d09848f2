//! The command line, as clap sees it. The comments are the help texts.

mod ledger;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::color::Color;

pub(crate) use ledger::*;

/// Stamp out every instance of a bug: one incident pack in, every occurrence in every repository out.
#[derive(Debug, Parser)]
#[command(
    name = "stampout",
    version,
    max_term_width = 100,
    propagate_version = true
)]
#[command(
    after_help = "Exit codes: 0 complete, nothing found · 1 findings or reviews · 2 usage, pack or query error, \
                        or nothing to scan · 3 incomplete: something that could hold an instance was not looked at"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// When to use colours
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        global = true
    )]
    pub(crate) color: Color,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: what was loaded from where
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Show no progress
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan repositories, folders or a fleet for every instance of every incident's bug
    Scan(ScanArgs),
    /// Run one query at once, without a pack
    Try(TryArgs),
    /// Check packs: manifests, queries, cases, and with --fleet the origins
    Test(TestArgs),
    /// Make a new pack that passes `test` once its blanks are filled
    New(NewArgs),
    /// Write a fleet file from the repositories that lie in folders
    Fleet(FleetArgs),
    /// Show the syntax tree of a file, as one needs it to write a query
    Tree(TreeArgs),
    /// Show what text a rule requires, and how much of a tree that lets through to the parser
    Explain(ExplainArgs),
    /// List the packs that a scan would run
    Packs(PacksArgs),
    /// Bring rules along: make packs of another tool's rules, and list what cannot be carried over
    Import(ImportArgs),
    /// List the languages and how far each is supported
    Languages,
    /// Do the whole job on a small fleet that is made for it, and explain every step
    Demo(DemoArgs),
    /// Record reports that were written elsewhere into the ledger
    Record(RecordArgs),
    /// Look after the ledger: export, import, check, backup
    Ledger(LedgerCommandArgs),
    /// Tell what became of every incident's findings
    Status(StatusArgs),
    /// List the findings of the ledger with their states
    Findings(FindingsArgs),
    /// Compare two reports, or two revisions of the ledger
    Diff(DiffArgs),
    /// Write what became of every incident as one HTML file that people look at
    Report(ReportPageArgs),
    /// Answer for leaving a finding as it is, with a reason and an end
    Suppress(SuppressArgs),
    /// Write an incident's post-mortem from the ledger's facts, or bring it up to date; prose stays
    Postmortem(PostmortemArgs),
    /// Show what is kept of earlier scans, and where; or empty it
    Cache(CacheArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
    /// Parse for a scan: started by the scan itself
    #[command(hide = true, name = "worker")]
    Worker,
}

/// Which packs.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PackArgs {
    /// Run the packs in this folder, at any depth, instead of the built-in ones (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Vec<PathBuf>,
    /// Run the built-in packs too
    #[arg(long)]
    pub(crate) builtin: bool,
    /// Run only this incident's pack (repeatable)
    #[arg(long, value_name = "ID")]
    pub(crate) incident: Vec<String>,
}

/// What to scan.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SourceArgs {
    /// Work trees, bare repositories, folders of them, folders or files [default: .]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Scan the repositories of a fleet file
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub(crate) fleet: Option<PathBuf>,
    /// Scan these revisions, not the work tree: branches, tags, commits, patterns such as `release/*` (repeatable)
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Vec<String>,
    /// Only paths that match; with `!` in front, only those that do not (repeatable)
    #[arg(short, long, value_name = "GLOB")]
    pub(crate) glob: Vec<String>,
    /// Only repositories of these owners (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Vec<String>,
    /// Scan ignored files too
    #[arg(long)]
    pub(crate) no_ignore: bool,
}

/// What to write.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ReportArgs {
    /// What goes to standard output: text, json, jsonl, sarif, sarif-upload, github, gitlab, markdown, coverage
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: String,
    /// Write one more report; the format is inferred from the name where it can be (repeatable)
    #[arg(short, long, value_name = "[FORMAT=]PATH")]
    pub(crate) output: Vec<OsString>,
    /// Write one SARIF file per repository and revision into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) sarif_dir: Option<PathBuf>,
    /// The category under which a code-scanning service files the run; `none` leaves it out
    #[arg(long, value_name = "NAME")]
    pub(crate) sarif_category: Option<String>,
    /// Show no code in reports
    #[arg(long)]
    pub(crate) no_snippets: bool,
}

/// What a scan may cost.
#[derive(Clone, Debug, Args)]
pub(crate) struct LimitArgs {
    /// Threads [default: 0, which is one per core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(..=1024))]
    pub(crate) jobs: Option<u16>,
    /// Larger files are searched for required text but not parsed
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = size)]
    pub(crate) max_file_size: u64,
    /// Parsing and matching a file in one language may take this long [default: 10s and 2s more per MiB]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) timeout_per_file: Option<Duration>,
    /// Parse files too that lack the text a rule requires: slower, with the same findings
    #[arg(long)]
    pub(crate) no_prefilter: bool,
    /// Neither use nor keep the verdicts of earlier runs; the reports are the same
    #[arg(long)]
    pub(crate) no_cache: bool,
}

/// How findings and gaps show in the exit code.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ExitArgs {
    /// Exit with 0 where findings would give 1
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Do not exit with 3 for an incomplete scan
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) inventory: InventoryArgs,
    #[command(flatten)]
    pub(crate) packs: PackArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) exit: ExitArgs,
    #[command(flatten)]
    pub(crate) keep: KeepArgs,
    #[command(flatten)]
    pub(crate) gate: GateArgs,
    /// Count what comments in the code (`stampout:ignore`) suppress like any other finding: for incident scans
    #[arg(long)]
    pub(crate) no_suppressions: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct TryArgs {
    /// The language of the query or pattern
    #[arg(short, long, value_name = "LANG")]
    pub(crate) language: String,
    /// A tree-sitter query whose finding is captured as `@bug`; or the name of a file that ends in .scm
    #[arg(
        long,
        value_name = "QUERY",
        required_unless_present = "pattern",
        conflicts_with = "pattern"
    )]
    pub(crate) query: Option<String>,
    /// The bug as it looks: code with $X for anything and ... for any number of things
    #[arg(short, long, value_name = "PATTERN", allow_hyphen_values = true)]
    pub(crate) pattern: Option<String>,
    /// One more pattern, for the condition; the first is called `pattern` there (repeatable)
    #[arg(long, value_name = "NAME=PATTERN", requires = "pattern")]
    pub(crate) part: Vec<String>,
    /// What must hold of the parts: `pattern and not has(recover)`
    #[arg(long, value_name = "CONDITION", requires = "pattern")]
    pub(crate) condition: Option<String>,
    /// Say in which contexts the pattern parses and what it compiled to, and scan nothing
    #[arg(long)]
    pub(crate) explain: bool,
    /// Write a pack for this incident: the pattern or query, the first findings as cases, one of them as origin
    #[arg(long, value_name = "ID", conflicts_with = "explain")]
    pub(crate) save: Option<String>,
    /// The incident or its post-mortem, for --save
    #[arg(long, value_name = "URL", requires = "save")]
    pub(crate) url: Option<String>,
    /// Where --save puts the pack's folder
    #[arg(long, value_name = "DIR", default_value = ".", requires = "save")]
    pub(crate) packs: PathBuf,
    /// Which of the findings is the origin, for --save: the first is 1
    #[arg(long, value_name = "N", default_value = "1", requires = "save", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) origin: u16,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) exit: ExitArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct TestArgs {
    /// Folders of packs, or incident ids [default: the built-in packs, or those of --packs]
    #[arg(value_name = "PACK")]
    pub(crate) subjects: Vec<String>,
    /// Look for packs in this folder instead of the built-in ones (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Vec<PathBuf>,
    /// Prove the origins against the repositories of this fleet
    #[arg(long, value_name = "FILE")]
    pub(crate) fleet: Option<PathBuf>,
    /// Write each case otherwise without changing what it means, and tell what the rules then miss
    #[arg(long)]
    pub(crate) recall: bool,
    /// What --recall tells is an error
    #[arg(long, requires = "recall")]
    pub(crate) strict: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct NewArgs {
    /// The incident's id: INC-2041
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// The language of its first rule
    #[arg(short, long, value_name = "LANG", default_value = "python")]
    pub(crate) language: String,
    /// Where to put the pack's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct FleetArgs {
    /// Folders with clones and mirrors, at any depth
    #[arg(value_name = "DIR", required = true)]
    pub(crate) dirs: Vec<PathBuf>,
    /// Write the file here instead of to standard output; its paths are relative to it
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct TreeArgs {
    /// The language [default: from the name of the file]
    #[arg(short, long, value_name = "LANG")]
    pub(crate) language: Option<String>,
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Whose rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Tool {
    /// YAML files of semgrep rules in search mode
    Semgrep,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ImportArgs {
    /// Whose rules
    #[arg(value_name = "TOOL", value_enum)]
    pub(crate) tool: Tool,
    /// Files of rules; annotated test files beside them become cases
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The folder for the packs
    #[arg(short, long, value_name = "DIR", default_value = "imported")]
    pub(crate) output: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct PacksArgs {
    #[command(flatten)]
    pub(crate) packs: PackArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DemoArgs {
    /// A new or empty folder for the fleet and the reports [default: a new temporary one, which is kept]
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A rule (`INC-2041.http-call-without-timeout`) or an incident (`INC-2041`: all its rules)
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) packs: PackArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CacheArgs {
    /// Forget everything
    #[arg(long)]
    pub(crate) clear: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Reads `16MiB`, `5 MB`, `512k`, `1000`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: u64 = text[..digits]
        .parse()
        .map_err(|_| "write a number and a unit: 16MiB".to_owned())?;
    let factor: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "kb" => 1_000,
        "m" | "mib" => 1 << 20,
        "mb" => 1_000_000,
        "g" | "gib" => 1 << 30,
        "gb" => 1_000_000_000,
        unit => {
            return Err(format!(
                "unknown unit `{unit}`: use B, kB, KiB, MB, MiB, GB or GiB"
            ));
        }
    };
    number
        .checked_mul(factor)
        .ok_or_else(|| "too large".to_owned())
}

/// Reads `20s`, `500ms`, `1m 30s`; a bare number counts seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().map(Duration::from_secs);
    let duration = seconds.or_else(|_| {
        let parsed: jiff::SignedDuration = text
            .parse()
            .map_err(|_| "write a number and a unit: 20s".to_owned())?;
        Duration::try_from(parsed).map_err(|_| "must not be negative".to_owned())
    })?;
    if duration.is_zero() {
        Err("must be more than nothing".to_owned())
    } else {
        Ok(duration)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn sizes_and_durations() {
        assert_eq!(super::size("16MiB"), Ok(16 << 20));
        assert_eq!(super::size("5 MB"), Ok(5_000_000));
        assert_eq!(super::size("7"), Ok(7));
        assert!(
            super::size("MB").is_err()
                && super::size("1x").is_err()
                && super::size("99999999999G").is_err()
        );
        assert_eq!(super::duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(super::duration("3"), Ok(Duration::from_secs(3)));
        assert!(
            super::duration("0s").is_err()
                && super::duration("-1s").is_err()
                && super::duration("soon").is_err()
        );
    }
}
