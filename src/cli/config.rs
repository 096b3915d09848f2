//! The user's configuration file and environment: defaults for options, never read from a scanned repository.
//!
//! `$XDG_CONFIG_HOME/stampout/config.toml` (or `~/.config/…`) may set `packs`, `fleet` and `ledger`; `STAMPOUT_PACKS`,
//! `STAMPOUT_FLEET` and `STAMPOUT_LEDGER` go before it, options before both.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::say;
use crate::model::Diagnostic;
use crate::strict::{Errors, Table};

/// Defaults of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// Folders with packs.
    pub(crate) packs: Vec<PathBuf>,
    /// The fleet file.
    pub(crate) fleet: Option<PathBuf>,
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
        Some(config)
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
        table.text("ledger", &mut errors);
        table.finish(&mut errors);
        if errors.is_empty() {
            Ok(Self { packs, fleet })
        } else {
            Err(errors.into_vec())
        }
    }
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn path() -> Option<PathBuf> {
    let base = variable("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let base = base.or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")))?;
    Some(base.join("stampout").join("config.toml"))
}
