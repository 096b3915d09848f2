//! `stampout cache`: what is kept of earlier scans.

use indicatif::{HumanBytes, HumanCount};

use super::args::{CacheArgs, Global};
use super::config::Config;
use super::{Exit, out, say};
use crate::cache;
use crate::report::visible;

/// Shows the cache, or empties it.
pub(crate) fn run(args: &CacheArgs, global: &Global) -> Exit {
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let Some(place) = config.cache() else {
        say::error(
            "there is no folder for a cache",
            "set STAMPOUT_CACHE, or HOME",
        );
        return Exit::Usage;
    };
    if args.clear
        && let Err(error) = cache::clear(&place.folder)
    {
        let shown = place.folder.display();
        say::error(&format!("{shown} cannot be emptied: {error}"), "");
        return Exit::Usage;
    }
    let status = cache::status(&place.folder);
    let blobs = match status.blobs {
        Ok(blobs) => HumanCount(blobs).to_string(),
        Err(why) => format!("cannot be told: {why}"),
    };
    let rows = [
        ("where", status.folder.display().to_string()),
        ("verdicts", blobs),
        (
            "size",
            format!(
                "{} of at most {}",
                HumanBytes(status.bytes),
                HumanBytes(place.limit)
            ),
        ),
    ]
    .map(|(name, value)| vec![name.to_owned(), visible(&value).into_owned()]);
    out::print(&out::columns(&rows), Exit::Clean)
}
