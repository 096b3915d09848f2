//! `stampout demo`: the whole job on a small fleet that is made for it.
//!
//! Invariants: every command that it shows is parsed and run as if typed; it ends with 0 only if all went as told;
//! nothing outside its folder is written, and a folder that holds something is left alone.

mod after;
mod files;
mod fleet;
mod pack;
mod teller;
mod told;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use clap::Parser as _;

use self::teller::{Teller, shown};
use self::told::Reports;
use super::args::{Cli, Command, DemoArgs, Global};
use super::{Exit, findings, out, postmortem, report, say, scan, status, test};
use crate::report::visible;

/// Tells the story.
pub(crate) fn run(args: &DemoArgs, global: &Global) -> Exit {
    let dir = match place(args.dir.as_deref()) {
        Ok(dir) => dir,
        Err((message, hint)) => {
            say::error(&message, hint);
            return Exit::Usage;
        }
    };
    let heads = match fleet::make(&dir) {
        Ok(heads) => heads,
        Err(error) => {
            let hint = match &error {
                fleet::Error::Source(error) => error.hint(),
                fleet::Error::Io(_) => "",
            };
            say::error(&format!("the demo's fleet cannot be made: {error}"), hint);
            return Exit::Usage;
        }
    };
    // The commands then are short, and the same wherever the folder is.
    if let Err(error) = env::set_current_dir(&dir) {
        say::error(&format!("cannot enter {}: {error}", dir.display()), "");
        return Exit::Usage;
    }
    let mut story = Story {
        teller: Teller::new(global.quiet),
        global,
        differences: Vec::new(),
    };
    story.tell(&dir, &heads);
    story.end()
}

/// The folder of the demo: new, or there and empty. Errors are a message and a hint.
fn place(dir: Option<&Path>) -> Result<PathBuf, (String, &'static str)> {
    let Some(dir) = dir else {
        let made = tempfile::Builder::new().prefix("stampout-demo-").tempdir();
        let kept = made.and_then(|folder| fs::canonicalize(folder.keep()));
        return kept.map_err(|error| {
            (
                format!("no temporary folder can be made: {error}"),
                "name a folder: stampout demo DIR",
            )
        });
    };
    let shown = dir.display();
    let ready = match fs::read_dir(dir).map(|mut entries| entries.next()) {
        Ok(Some(_)) => {
            let hint = "name a folder that is new or empty";
            return Err((format!("{shown} is not empty"), hint));
        }
        Ok(None) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(dir),
        Err(error) => Err(error),
    };
    ready
        .and_then(|()| fs::canonicalize(dir))
        .map_err(|error| (format!("cannot use {shown}: {error}"), ""))
}

const FINDINGS: &str = "reports/findings.jsonl";
const COVERAGE: &str = "reports/coverage.jsonl";
const MARKDOWN: &str = "reports/summary.md";
const TEXT: &str = "reports/report.txt";
const SARIF: &str = "reports/sarif";

struct Story<'a> {
    teller: Teller,
    global: &'a Global,
    /// What was not as told.
    differences: Vec<String>,
}

impl Story<'_> {
    fn tell(&mut self, dir: &Path, heads: &fleet::Heads) {
        self.incident();
        self.fleet();
        self.one_place();
        self.everywhere();
        self.until_it_is_gone(dir, heads);
        self.reports(dir);
    }

    fn incident(&mut self) {
        self.teller.part("1  The incident and its pack");
        self.teller.lines(
            "On 2 March 2026 acme's checkout workers hung, one by one, on an HTTP call without a timeout.\n\
             The team fixed the line that hurt, and wrote down how to recognise the bug: a pack.",
        );
        self.teller.lines(&format!("  {}", pack::FOLDER));
        if !self.global.quiet {
            self.command(&["test", "packs", "--fleet", fleet::FILE], Exit::Clean);
            self.teller.lines(
                "Its rule finds what its cases mark, the bug in the commit where it bit, and nothing after the fix.",
            );
        }
    }

    fn fleet(&mut self) {
        self.teller.part("2  The fleet");
        self.teller.lines(&format!(
            "Five repositories were just made with git; {} names them, their branches and owners.",
            fleet::FILE
        ));
        let rows: Vec<Vec<String>> = fleet::ABOUT
            .iter()
            .map(|[name, owner, about]| vec![format!("  {name}"), (*owner).into(), (*about).into()])
            .collect();
        self.teller.lines(&out::columns(&rows));
    }

    fn one_place(&mut self) {
        self.teller.part("3  One branch");
        self.teller.lines(
            "The fix went to main. What runs today was built from release/1.4, read here without a checkout:",
        );
        let words = [
            "scan",
            "--fleet",
            fleet::FILE,
            "--packs",
            "packs",
            "--owner",
            "team-payments",
            "--rev",
            "release/1.4",
        ];
        self.command(&words, Exit::Findings);
    }

    fn everywhere(&mut self) {
        self.teller.part("4  Everywhere");
        self.teller.lines(
            "Every repository, branch, copy and language at once: `!` is an instance, `?` a place that did not parse.",
        );
        let outputs = [FINDINGS, MARKDOWN, TEXT].map(str::to_owned);
        let coverage = format!("coverage={COVERAGE}");
        let mut words = vec![
            "scan",
            "--fleet",
            fleet::FILE,
            "--packs",
            "packs",
            "--quiet",
        ];
        words.extend(["--sarif-dir", SARIF]);
        for output in outputs.iter().chain([&coverage]) {
            words.extend(["-o", output]);
        }
        self.command(&words, Exit::Incomplete);
        let reports = match Reports::read(Path::new(FINDINGS), Path::new(COVERAGE)) {
            Ok(reports) => reports,
            Err(error) => {
                self.differences
                    .push(format!("the reports cannot be read back: {error}"));
                return;
            }
        };
        self.differences.extend(reports.differences());
        let rows: Vec<Vec<String>> = reports
            .findings
            .iter()
            .map(|found| {
                let [unit, place] = found.cells();
                let sign = if found.is_review() { "?" } else { "!" };
                vec![format!("{sign} {unit}"), place, found.note().to_owned()]
            })
            .collect();
        self.teller.lines(&out::columns(&rows));
        self.summary();
        self.teller.lines(&format!(
            "\nEvery file is accounted for:\n  {}\n\
             One is a pointer: its content is in Git LFS, not here. The scan claims nothing about it, calls\n\
             itself incomplete and ends with exit code 3.",
            reports.sum()
        ));
    }

    /// The end of the report for people, as the scan would have printed it.
    fn summary(&mut self) {
        match fs::read_to_string(TEXT) {
            Ok(text) => {
                let summary = text.rsplit_once("\n\n").map_or("", |(_, summary)| summary);
                self.teller.styled(&format!("\n{summary}"));
            }
            Err(error) => self.differences.push(format!("{TEXT}: {error}")),
        }
    }

    fn reports(&mut self, dir: &Path) {
        self.teller.part("Reports");
        let about = [
            (SARIF, "SARIF, a file for each repository and revision"),
            (MARKDOWN, "Markdown, for a job summary"),
            (TEXT, "all findings with their code"),
            (FINDINGS, "one finding a line"),
            (COVERAGE, "one file a line, with what became of it"),
            ("reports/INC-2041.md", "the post-mortem"),
            ("reports/INC-2041.html", "the page for a browser"),
            ("reports/ledger.sqlite", "the ledger"),
        ];
        let rows: Vec<Vec<String>> = about
            .iter()
            .map(|(path, about)| {
                let path = dir.join(path).display().to_string();
                vec![format!("  {}", visible(&path)), (*about).to_owned()]
            })
            .collect();
        self.teller.lines(&out::columns(&rows));
        self.teller.part("Try next");
        let mut next = vec![vec![format!("  cd {}", shown(dir.as_os_str()))]];
        if let Some(program) = program() {
            next.push(vec![format!("  alias stampout={program}")]);
        }
        let commands = [
            (
                "stampout scan --fleet fleet.toml --packs packs",
                "all of it, with code",
            ),
            (
                "stampout scan --packs packs repositories/web",
                "one repository, as it lies there",
            ),
            (
                "stampout findings --ledger reports/ledger.sqlite",
                "what became of each",
            ),
            (
                "stampout postmortem INC-2041 -o reports/INC-2041.md --check",
                "what its actions lack",
            ),
            (
                "stampout new INC-2042",
                "a pack for an incident of your own",
            ),
        ];
        next.extend(
            commands.map(|(command, about)| vec![format!("  {command}"), about.to_owned()]),
        );
        // The way there is long and has no explanation to line up with.
        let (way, commands) = next.split_at(next.len() - commands.len());
        let way: String = way.iter().map(|row| format!("{}\n", row[0])).collect();
        self.teller
            .lines(&format!("{way}{}", out::columns(commands)));
    }

    /// Shows a command and runs it as if it had been typed.
    fn command(&mut self, words: &[&str], told: Exit) {
        let words: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        self.teller.command(&words);
        if self.teller.is_alone() {
            return;
        }
        let typed = std::iter::once(OsStr::new("stampout")).chain(words.iter().copied());
        let exit = match Cli::try_parse_from(typed) {
            Ok(cli) => {
                let mut global = self.global.clone();
                global.quiet |= cli.global.quiet;
                match cli.command {
                    Command::Scan(mut args) => {
                        // The user's cache is not the demo's to write to.
                        args.limits.no_cache = true;
                        scan::run(&args, &global)
                    }
                    Command::Test(args) => test::run(&args, &global),
                    Command::Status(args) => status::run(&args, &global),
                    Command::Findings(args) => findings::run(&args, &global),
                    Command::Postmortem(args) => postmortem::run(&args, &global),
                    Command::Report(args) => report::run(&args, &global),
                    _ => Exit::Usage,
                }
            }
            Err(error) => {
                self.differences.push(error.to_string());
                return;
            }
        };
        if exit != told {
            let (exit, told) = (exit.code(), told.code());
            let name = words[0].to_string_lossy();
            self.differences
                .push(format!("`{name}` ended with {exit}, expected {told}"));
        }
    }

    fn end(self) -> Exit {
        if self.teller.is_alone() {
            return Exit::Incomplete;
        }
        if self.differences.is_empty() {
            return Exit::Clean;
        }
        for difference in &self.differences {
            say::error(&format!("not as told: {difference}"), "");
        }
        Exit::Findings
    }
}

/// How to call this program from another folder, if not by its name.
fn program() -> Option<String> {
    let called = env::args_os().next().map(PathBuf::from)?;
    if called.components().count() < 2 {
        return None;
    }
    env::current_exe().ok().map(|path| shown(path.as_os_str()))
}
