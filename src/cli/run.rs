//! One run: every unit of every target through the scanner into the reports.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::args::{ExitArgs, Global, LimitArgs, ReportArgs, SourceArgs};
use super::config::CachePlace;
use super::hits::Hits;
use super::keep::Answered;
use super::owners::Owners;
use super::progress::Progress;
use super::tally::Tally;
use super::targets::{self, Target, Targets};
use super::unit_sink::UnitSink;
use super::{Exit, color, keep, say};
use crate::cache::Cache;
use crate::model::{Date, Outcome, Problem, ProblemKind, RunInfo, RunSummary, Scope, UnitSummary};
use crate::report::{Destination, Format, Options, OutputError, Outputs, Request};
use crate::rule::RuleSet;
use crate::scan::{Engine, KnownBlobs, Limits, Scanner};
use crate::source::{Globs, HARD_LIMIT, ListOptions, Reader, Trees, What};
use crate::suppress::Answers;
use crate::worker;

/// What a run is told beside its targets and rules.
pub(crate) struct Plan<'a> {
    pub(crate) source: &'a SourceArgs,
    pub(crate) report: &'a ReportArgs,
    pub(crate) limits: &'a LimitArgs,
    pub(crate) exit: &'a ExitArgs,
    pub(crate) global: &'a Global,
    /// Where verdicts are kept, if there is a place.
    pub(crate) cache: Option<CachePlace>,
    /// What was asked, without the paths: `all`, `INC-2041`.
    pub(crate) selection: String,
    /// Whether a pack was left out: exit code 2 at the end.
    pub(crate) faulty: bool,
    /// One more report in json, for the ledger.
    pub(crate) spool: Option<&'a Path>,
    /// Who keeps the first findings.
    pub(crate) hits: Option<&'a Hits>,
    /// Whether comments in the code count.
    pub(crate) comments: bool,
    /// What the ledger says of findings.
    pub(crate) answered: Option<&'a Answered>,
}

/// Runs it and says what must be said.
pub(crate) fn run(plan: &Plan<'_>, rules: &RuleSet, targets: Targets) -> Exit {
    match attempt(plan, rules, targets) {
        Ok((exit, _)) => exit,
        Err(Stop::Said) => Exit::Usage,
        Err(Stop::Output(error)) if error.is_broken_pipe() => Exit::Incomplete,
        Err(Stop::Output(error)) => {
            say::error(&error.to_string(), "");
            Exit::Usage
        }
    }
}

/// Why a run stops before its end.
pub(crate) enum Stop {
    /// The reason has been said.
    Said,
    /// A report cannot be written.
    Output(OutputError),
}

impl From<OutputError> for Stop {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

fn refuse<T>(message: &str, hint: &str) -> Result<T, Stop> {
    say::error(message, hint);
    Err(Stop::Said)
}

/// Runs it; also returns how it ended.
pub(crate) fn attempt(
    plan: &Plan<'_>,
    rules: &RuleSet,
    targets: Targets,
) -> Result<(Exit, RunSummary), Stop> {
    let begun = Instant::now();
    let options = list_options(plan.source)?;
    if rules.catalog().rules.is_empty() {
        if plan.faulty {
            return Err(Stop::Said);
        }
        return refuse(
            "there is no rule to run",
            "`stampout packs` lists what could run",
        );
    }
    let (time, frozen_clock) = targets::clock();
    let info = run_info(plan, rules, &targets, time, frozen_clock);
    let progress = Progress::new(plan.global);
    let requests = requests(plan)?;
    let outputs = open_outputs(plan, &requests, time, &progress)?;
    let jobs = plan
        .limits
        .jobs
        .filter(|jobs| *jobs > 0)
        .map_or_else(targets::default_jobs, usize::from);
    let limits = Limits {
        max_file_size: plan.limits.max_file_size,
        timeout: plan.limits.timeout_per_file,
        prefilter: !plan.limits.no_prefilter,
    };
    let (workers, memory) = worker::share(jobs);
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return refuse(&format!("cannot find this program: {error}"), ""),
    };
    let engine = Engine::workers(rules, program, vec!["worker".into()], workers, memory);
    let place = plan.cache.as_ref().filter(|_| !plan.limits.no_cache);
    let cache = place.map(|place| Cache::open(&place.folder, place.limit));
    let scanner = match Scanner::new(rules, limits, engine, jobs) {
        Ok(scanner) => match &cache {
            Some(cache) => scanner.with_cache(cache),
            None => scanner,
        },
        Err(error) => {
            return refuse(
                &format!("cannot start {jobs} threads: {error}"),
                "use fewer: --jobs",
            );
        }
    };
    let every_id = requests.iter().any(|one| one.format == Format::Coverage);
    let scanner = scanner.with_every_id(every_id);
    targets.problems.iter().for_each(say::problem);
    let mut run = Run {
        info: &info,
        rules,
        outputs,
        progress,
        tally: Tally::new(&info),
        summary: RunSummary {
            complete: true,
            problems: targets.problems,
            ..RunSummary::default()
        },
        options,
        globs: plan.source.glob.clone(),
        hits: plan.hits,
        answers: plan
            .comments
            .then(|| Answers::new(&info.catalog, keep::today())),
        answered: plan.answered,
    };
    run.outputs.begin(&info)?;
    for target in &targets.targets {
        run.target(target, &scanner)?;
    }
    run.progress.finish();
    let end = run.finish(plan, begun);
    for note in cache.as_ref().map(Cache::finish).unwrap_or_default() {
        if plan.global.verbose {
            say::note(&note);
        }
    }
    end
}

fn list_options(source: &SourceArgs) -> Result<ListOptions, Stop> {
    let globs = if source.glob.is_empty() {
        None
    } else {
        match Globs::new(&source.glob) {
            Ok(globs) => Some(globs),
            Err(error) => return refuse(&error.to_string(), error.hint()),
        }
    };
    Ok(ListOptions {
        no_ignore: source.no_ignore,
        globs,
    })
}

fn run_info(
    plan: &Plan<'_>,
    rules: &RuleSet,
    targets: &Targets,
    time: jiff::Timestamp,
    frozen_clock: bool,
) -> RunInfo {
    // A service takes what is uploaded under one category for all there is of it: a part has a category of its own.
    let part = [&targets.paths[..], &plan.source.glob].concat().join("+");
    RunInfo {
        catalog: Arc::clone(rules.catalog()),
        selection: if part.is_empty() {
            plan.selection.clone()
        } else {
            format!("{}:{part}", plan.selection)
        },
        sarif_category: plan.report.sarif_category.clone(),
        started: time.as_second(),
        frozen_clock,
        snippets: !plan.report.no_snippets,
    }
}

/// The reports that are asked for.
fn requests(plan: &Plan<'_>) -> Result<Vec<Request>, Stop> {
    let mut requests = Vec::new();
    match Format::parse(&plan.report.format) {
        Ok(Format::Text) if plan.global.quiet => {}
        Ok(format) => requests.push(Request::stdout(format)),
        Err(error) => return refuse(&error.to_string(), ""),
    }
    for argument in &plan.report.output {
        match Request::parse(argument) {
            Ok(request) => requests.push(request),
            Err(error) => return refuse(&error.to_string(), ""),
        }
    }
    requests.extend(plan.spool.map(|path| Request {
        format: Format::Json,
        destination: Destination::File(path.to_owned()),
    }));
    Ok(requests)
}

fn open_outputs(
    plan: &Plan<'_>,
    requests: &[Request],
    time: jiff::Timestamp,
    progress: &Progress,
) -> Result<Outputs, Stop> {
    let day = time.to_zoned(jiff::tz::TimeZone::UTC).date();
    let today = Date {
        year: day.year().unsigned_abs(),
        month: day.month().unsigned_abs(),
        day: day.day().unsigned_abs(),
    };
    let options = Options {
        color: color::stdout(),
        width: terminal_width(),
        allow_incomplete: plan.exit.allow_incomplete,
        today,
        verbose: plan.global.verbose,
    };
    Ok(Outputs::open(
        requests,
        plan.report.sarif_dir.as_deref(),
        options,
        progress.stdout(),
    )?)
}

fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let asked = || {
        rustix::termios::tcgetwinsize(io::stdout())
            .ok()
            .map(|size| usize::from(size.ws_col))
    };
    columns
        .or_else(asked)
        .filter(|columns| *columns >= 40)
        .unwrap_or(100)
}

struct Run<'a> {
    info: &'a RunInfo,
    rules: &'a RuleSet,
    outputs: Outputs,
    progress: Progress,
    tally: Tally,
    summary: RunSummary,
    options: ListOptions,
    globs: Vec<String>,
    hits: Option<&'a Hits>,
    /// `None` where comments in the code do not count.
    answers: Option<Answers>,
    answered: Option<&'a Answered>,
}

/// What the revisions of a repository that were scanned before tell of the next.
#[derive(Default)]
struct Before {
    trees: Trees,
    blobs: KnownBlobs,
}

impl Run<'_> {
    /// Scans everything of one repository; what cannot be read is said, and the others go on.
    fn target(&mut self, target: &Target, scanner: &Scanner<'_>) -> Result<(), Stop> {
        if target.whats.is_empty() {
            return Ok(());
        }
        let repository = &target.repository;
        let mut reader = match Reader::new(repository, HARD_LIMIT) {
            Ok(reader) => reader,
            Err(error) => {
                self.unreachable(&repository.name, &error.to_string(), error.hint());
                return Ok(());
            }
        };
        let mut before = Before::default();
        let mut reached = false;
        for what in &target.whats {
            reached |= self.unit(target, what, scanner, &mut reader, &mut before)?;
        }
        self.summary.repositories += u64::from(reached);
        Ok(())
    }

    /// Scans one unit; false if it cannot be listed.
    fn unit(
        &mut self,
        target: &Target,
        what: &What,
        scanner: &Scanner<'_>,
        reader: &mut Reader,
        before: &mut Before,
    ) -> Result<bool, Stop> {
        let Before { trees, blobs } = before;
        let listing = match target.repository.list_next(what, &self.options, trees) {
            Ok(listing) => listing,
            Err(error) => {
                self.unreachable(&target.repository.name, &error.to_string(), error.hint());
                return Ok(false);
            }
        };
        for problem in &listing.problems {
            self.problem(problem.clone());
        }
        let scope = Scope {
            paths: target.repository.scope.paths().to_vec(),
            globs: self.globs.clone(),
            incidents: self
                .info
                .catalog
                .incidents
                .iter()
                .map(|incident| incident.id.clone())
                .collect(),
            no_ignore: self.options.no_ignore,
        };
        let unit = &listing.unit;
        self.progress.unit(&unit.title());
        self.outputs.unit_begin(self.info, unit)?;
        let mut sink = UnitSink {
            outputs: &mut self.outputs,
            progress: &mut self.progress,
            tally: &mut self.tally,
            info: self.info,
            unit,
            owners: Owners::new(&target.repository),
            answers: self.answers.as_ref(),
            answered: self.answered,
            comments: Vec::new(),
            failed: None,
            fresh: 0,
            hits: self.hits,
        };
        let result = scanner.scan(&listing, reader, blobs, scope, &mut sink);
        for wrong in std::mem::take(&mut sink.owners.wrong) {
            say::warning(&wrong, "whom this line names owns nothing");
        }
        let summary = match (result, sink.failed) {
            (_, Some(error)) => return Err(error.into()),
            (Err(error), None) => return refuse(&format!("the scan stopped: {error}"), ""),
            (Ok(summary), None) => UnitSummary {
                comments: sink.comments,
                ..summary
            },
        };
        self.outputs.unit_end(self.info, unit, &summary)?;
        let total = &mut self.summary;
        total.units += 1;
        total.coverage.add(&summary.coverage);
        total.not_looked_at.add(&summary.not_looked_at);
        total.findings += summary.findings;
        total.reviews += summary.reviews;
        total.suppressed += summary.suppressed;
        total.blind_files += summary.blind_files;
        total.complete &= summary.complete;
        total.bytes += summary.bytes;
        Ok(true)
    }

    fn unreachable(&mut self, repository: &str, message: &str, hint: &str) {
        self.problem(Problem {
            kind: ProblemKind::Source,
            repository: Some(repository.to_owned()),
            message: message.to_owned(),
            hint: hint.to_owned(),
        });
    }

    fn problem(&mut self, problem: Problem) {
        say::problem(&problem);
        self.summary.problems.push(problem);
    }

    fn finish(mut self, plan: &Plan<'_>, begun: Instant) -> Result<(Exit, RunSummary), Stop> {
        let failures = self.rules.failures();
        failures.iter().for_each(say::diagnostic);
        let faulty = plan.faulty || !failures.is_empty();
        let unexplained = self.summary.problems.is_empty();
        let summary = &mut self.summary;
        if faulty {
            // What is wrong with it was said; the reports must tell that its bug was not looked for.
            summary.problems.push(Problem {
                kind: ProblemKind::Input,
                repository: None,
                message: "a pack or rule that was asked for did not run".to_owned(),
                hint: "correct it: `stampout test` says what is wrong".to_owned(),
            });
        }
        summary.complete &= summary.problems.is_empty();
        summary.incidents = self.tally.finish(self.info);
        summary.elapsed = begun.elapsed();
        let notices = self.outputs.end(self.info, summary)?;
        for notice in notices {
            let verb = if notice.withheld {
                "was not written"
            } else {
                "may be refused"
            };
            let message = format!(
                "{} for {} {verb}: {}",
                notice.format.word(),
                notice.destination,
                notice.reason
            );
            say::warning(&message, &notice.hint);
        }
        let exit = exit(&self.summary, plan.exit);
        if nothing(&self.summary) && unexplained {
            let hint = if self.globs.is_empty() {
                "name a repository, a folder or a file; --rev HEAD scans a commit without a checkout"
            } else {
                "no path matches --glob, which is relative to the root of each repository"
            };
            say::error("there is nothing to scan", hint);
        }
        Ok((exit, self.summary))
    }
}

/// Whether there was nothing to scan: no file at all, or none that the user did not exclude.
fn nothing(summary: &RunSummary) -> bool {
    summary.coverage.enumerated == summary.coverage.of(Outcome::Excluded)
}

/// The exit code of a scan.
fn exit(summary: &RunSummary, args: &ExitArgs) -> Exit {
    let wrong_input = summary
        .problems
        .iter()
        .any(|problem| problem.kind == ProblemKind::Input);
    if wrong_input || nothing(summary) {
        Exit::Usage
    } else if !summary.complete && !args.allow_incomplete {
        Exit::Incomplete
    } else if summary.findings + summary.reviews > 0 && !args.exit_zero {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
