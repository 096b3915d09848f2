//! `stampout man`.

use std::io::Write as _;

use clap::CommandFactory as _;

use super::args::Cli;
use super::{Exit, say};

/// Prints the manual page in roff, every command after the other.
pub(crate) fn run() -> Exit {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    let mut written = clap_mangen::Man::new(command.clone()).render(&mut page);
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        written = written.and_then(|()| clap_mangen::Man::new(sub.clone()).render(&mut page));
    }
    match written.and_then(|()| std::io::stdout().write_all(&page)) {
        Ok(()) => Exit::Clean,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(error) => {
            say::error(&error.to_string(), "");
            Exit::Usage
        }
    }
}
