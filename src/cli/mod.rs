//! Arguments, commands, progress, error wording, exit codes: the only room that speaks.
//!
//! Invariants: reports go to standard output, all else to standard error; only `exit` knows exit codes; nothing from
//! outside reaches the terminal unescaped; nothing is ever configured by a scanned repository.

mod args;
mod cache;
mod claim;
mod clones;
mod color;
mod completions;
mod config;
mod demo;
mod deployed;
mod diff;
mod exit;
mod explain;
mod findings;
mod findings_history;
mod findings_values;
mod fleet;
mod frames;
mod gaps;
mod gate;
mod hits;
mod import;
mod keep;
mod languages;
mod ledger;
mod man;
mod new;
mod origins;
mod out;
mod owners;
mod packs;
mod postmortem;
mod progress;
mod recall;
mod record;
mod report;
mod run;
mod save;
mod say;
mod scan;
mod selection;
mod shrink;
mod standing;
mod status;
mod suppress;
mod tally;
mod targets;
mod test;
mod tree;
mod try_query;
mod unit_sink;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
pub use exit::Exit;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are not errors; clap prints each where it belongs.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    color::set(cli.global.color);
    let global = &cli.global;
    let exit = match cli.command {
        Command::Scan(args) => scan::run(&args, global),
        Command::Try(args) => try_query::run(&args, global),
        Command::Test(args) => test::run(&args, global),
        Command::New(args) => new::run(&args, global),
        Command::Fleet(args) => fleet::run(&args, global),
        Command::Tree(args) => tree::run(&args, global),
        Command::Explain(args) => explain::run(&args, global),
        Command::Packs(args) => packs::run(&args, global),
        Command::Import(args) => import::run(&args, global),
        Command::Languages => languages::run(global),
        Command::Demo(args) => demo::run(&args, global),
        Command::Record(args) => record::run(&args, global),
        Command::Ledger(args) => ledger::run(&args, global),
        Command::Status(args) => status::run(&args, global),
        Command::Findings(args) => findings::run(&args, global),
        Command::Postmortem(args) => postmortem::run(&args, global),
        Command::Diff(args) => diff::run(&args, global),
        Command::Report(args) => report::run(&args, global),
        Command::Suppress(args) => suppress::run(&args, global),
        Command::Cache(args) => cache::run(&args, global),
        Command::Completions(args) => completions::run(&args),
        Command::Man => man::run(),
        Command::Worker => match crate::scan::serve() {
            Ok(()) => Exit::Clean,
            Err(_) => Exit::Incomplete,
        },
    };
    exit.into()
}
