//! `stampout fleet`.

use std::path::Path;

use super::args::{FleetArgs, Global};
use super::{Exit, out, say};
use crate::source;

/// Writes a fleet file from the repositories that lie in folders.
pub(crate) fn run(args: &FleetArgs, global: &Global) -> Exit {
    let base = args
        .output
        .as_deref()
        .and_then(Path::parent)
        .filter(|path| !path.as_os_str().is_empty());
    let (text, problems) = source::write_fleet(&args.dirs, base.unwrap_or(Path::new(".")));
    problems.iter().for_each(say::problem);
    let count = text.matches("[[repository]]").count();
    if count == 0 {
        say::error(
            "there is no repository in these folders",
            "name folders that hold clones or mirrors",
        );
        return Exit::Usage;
    }
    let exit = if problems.is_empty() {
        Exit::Clean
    } else {
        Exit::Incomplete
    };
    let Some(path) = &args.output else {
        return out::print(&text, exit);
    };
    if let Err(error) = out::save(path, text.as_bytes()) {
        say::error(&format!("cannot write {}: {error}", path.display()), "");
        return Exit::Usage;
    }
    if !global.quiet {
        say::note(&format!("{count} repositories in {}", path.display()));
    }
    exit
}
