//! `stampout completions`.

use clap::CommandFactory as _;

use super::Exit;
use super::args::{Cli, CompletionsArgs};

/// Prints the completions for a shell.
pub(crate) fn run(args: &CompletionsArgs) -> Exit {
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "stampout",
        &mut std::io::stdout(),
    );
    Exit::Clean
}
