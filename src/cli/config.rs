//! The user's configuration file and environment: defaults for options, never read from a scanned repository.
//!
//! `$XDG_CONFIG_HOME/stampout/config.toml` (or `~/.config/…`) may set `packs`, `fleet`, `ledger`, `cache` and
//! `cache-size`; `STAMPOUT_PACKS`, `STAMPOUT_FLEET`, `STAMPOUT_LEDGER` and `STAMPOUT_CACHE` go before it, options before
//! both.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{args, say};
use crate::model::Diagnostic;
use crate::strict::{Errors, Table};

/// Defaults of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// Folders with packs.
    pub(crate) packs: Vec<PathBuf>,
    /// The fleet file.
    pub(crate) fleet: Option<PathBuf>,
    /// The ledger.
    ledger: Option<PathBuf>,
    /// The folder for verdicts that are kept.
    cache: Option<PathBuf>,
    /// How many bytes it may take.
    cache_size: Option<u64>,
}

/// What verdicts may take by default: 1 GiB.
const CACHE_SIZE: u64 = 1 << 30;

/// Where verdicts are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CachePlace {
    pub(crate) folder: PathBuf,
    /// In bytes.
    pub(crate) limit: u64,
}

impl Config {
    /// Reads file and environment; `None` if the file is wrong, which has been said.
    pub(crate) fn load(verbose: bool) -> Option<Self> {
        let mut config = Self::default();
        if let Some(path) = path().filter(|path| path.exists()) {
            match Self::read(&path) {
                Ok(read) => config = read,
                Err(errors) => {
                    errors.iter().for_each(say::diagnostic);
                    return None;
                }
            }
            if verbose {
                say::note(&format!("configuration from {}", path.display()));
            }
        }
        if let Some(packs) = variable("STAMPOUT_PACKS") {
            config.packs = env::split_paths(&packs).collect();
        }
        if let Some(fleet) = variable("STAMPOUT_FLEET") {
            config.fleet = Some(fleet.into());
        }
        if let Some(ledger) = variable("STAMPOUT_LEDGER") {
            config.ledger = Some(ledger.into());
        }
        if let Some(cache) = variable("STAMPOUT_CACHE") {
            config.cache = Some(cache.into());
        }
        Some(config)
    }

    /// Where verdicts are kept; `None` where there is no place for them.
    pub(crate) fn cache(&self) -> Option<CachePlace> {
        let folder = self.cache.clone();
        let folder = folder.or_else(|| Some(home("XDG_CACHE_HOME", ".cache")?.join("stampout")))?;
        Some(CachePlace {
            folder,
            limit: self.cache_size.unwrap_or(CACHE_SIZE),
        })
    }

    /// Where the ledger is, unless an argument names it; `None` where there is no place for it.
    pub(crate) fn ledger(&self, named: Option<&Path>) -> Option<PathBuf> {
        let set = named.map(Path::to_owned).or_else(|| self.ledger.clone());
        set.or_else(|| Some(home("XDG_DATA_HOME", ".local/share")?.join("stampout/ledger.sqlite")))
    }

    fn read(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let title = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![Diagnostic::whole(
                title.clone(),
                format!("cannot be read: {error}"),
                "",
            )]
        })?;
        let mut errors = Errors::new(&title, text.as_str().into());
        let Some(document) = errors.document(&text) else {
            return Err(errors.into_vec());
        };
        let mut table = Table::new("the configuration", 0..0, document.get_ref());
        // Paths are relative to the file that names them.
        let base = path.parent().unwrap_or(Path::new(""));
        let packs = table
            .texts("packs", &mut errors)
            .into_iter()
            .map(|text| base.join(text.value))
            .collect();
        let fleet = table
            .text("fleet", &mut errors)
            .map(|text| base.join(text.value));
        let ledger = table
            .text("ledger", &mut errors)
            .map(|text| base.join(text.value));
        let cache = table
            .text("cache", &mut errors)
            .map(|text| base.join(text.value));
        let written = table.text("cache-size", &mut errors);
        let cache_size = written.and_then(|text| match args::size(&text.value) {
            Ok(size) => Some(size),
            Err(why) => {
                errors.at(
                    text.span,
                    format!("`cache-size` is no size: {why}"),
                    "write `1GiB`",
                );
                None
            }
        });
        table.finish(&mut errors);
        if errors.is_empty() {
            Ok(Self {
                packs,
                fleet,
                ledger,
                cache,
                cache_size,
            })
        } else {
            Err(errors.into_vec())
        }
    }
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn path() -> Option<PathBuf> {
    Some(home("XDG_CONFIG_HOME", ".config")?.join("stampout/config.toml"))
}

/// One of the user's folders, by its variable (which must be absolute) or else below the home.
fn home(name: &str, below: &str) -> Option<PathBuf> {
    let base = variable(name)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    base.or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(below)))
}
