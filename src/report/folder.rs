//! One SARIF file per unit, `REPO@REVISION.sarif`, each whole or not at all.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::request::{Destination, OutputError, failed};
use super::sarif::{Profile, Sarif};
use super::sink::Sink;
use super::{Report, escape};
use crate::model::{RunInfo, Unit, UnitKind, UnitSummary};

/// The folder; it holds at most one open file.
pub(super) struct SarifFolder {
    path: PathBuf,
    names: HashSet<String>,
    current: Option<(PathBuf, Sarif, Sink)>,
}

impl SarifFolder {
    /// Makes the folder, if it is not there.
    pub(super) fn open(path: &Path) -> Result<Self, OutputError> {
        std::fs::create_dir_all(path).map_err(failed(&Destination::File(path.to_owned())))?;
        Ok(Self {
            path: path.to_owned(),
            names: HashSet::new(),
            current: None,
        })
    }

    /// Opens the unit's file.
    pub(super) fn unit_begin(&mut self, run: &RunInfo, unit: &Unit) -> Result<(), OutputError> {
        let name = file_name(unit);
        let path = self.path.join(&name);
        if !self.names.insert(name) {
            return Err(OutputError::SameName(path));
        }
        let sink = Sink::file(&path).map_err(failed(&Destination::File(path.clone())))?;
        self.current = Some((path, Sarif::new(Profile::Full), sink));
        self.write(|report, out| {
            report.begin(out, run)?;
            report.unit_begin(out, run, unit)
        })
    }

    /// Writes to the file of the unit at hand.
    pub(super) fn write(
        &mut self,
        call: impl FnOnce(&mut Sarif, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        match &mut self.current {
            Some((path, report, sink)) => call(report, sink).map_err(|source| {
                let destination = Destination::File(path.clone());
                OutputError::Write {
                    destination,
                    source,
                }
            }),
            None => Ok(()),
        }
    }

    /// Ends the unit's file: it appears.
    pub(super) fn unit_end(
        &mut self,
        run: &RunInfo,
        unit: &Unit,
        summary: &UnitSummary,
    ) -> Result<(), OutputError> {
        self.write(|report, out| {
            report.unit_end(out, run, unit, summary)?;
            Sarif::close(out)
        })?;
        match self.current.take() {
            Some((path, _, sink)) => sink.finish().map_err(failed(&Destination::File(path))),
            None => Ok(()),
        }
    }
}

/// `REPO@REVISION.sarif`, percent-encoded. A name too long for a file system is cut and told apart by a digest.
fn file_name(unit: &Unit) -> String {
    const LONGEST: usize = 200;
    let rest = match (unit.kind, &unit.revision) {
        (UnitKind::Folder, _) => "folder",
        (UnitKind::Revision, Some(revision)) => revision,
        (UnitKind::Revision, None) => unit.commit.as_deref().unwrap_or("revision"),
        (UnitKind::WorkTree, _) => "worktree",
    };
    let mut name = escape::file_name(&unit.repository, rest);
    if name.len() > LONGEST {
        let digest = super::sarif::short_digest(&name);
        name.truncate(LONGEST);
        name = format!("{name}~{digest}");
    }
    format!("{name}.sarif")
}

#[cfg(test)]
mod tests {
    use super::super::sample::sample;
    use super::file_name;
    use crate::model::UnitKind;

    #[test]
    fn names_tell_units_apart_and_fit() {
        let mut unit = sample().units.remove(0).unit;
        assert_eq!(file_name(&unit), "acme%2Fcheckout@release%2F1.2.sarif");
        unit.revision = Some("\u{e9}".repeat(100));
        let long = file_name(&unit);
        unit.revision = Some("\u{e9}".repeat(101));
        assert_ne!(file_name(&unit), long);
        assert!(long.len() < 255);
        unit.kind = UnitKind::WorkTree;
        assert_eq!(file_name(&unit), "acme%2Fcheckout@worktree.sarif");
        unit.kind = UnitKind::Folder;
        assert_eq!(file_name(&unit), "acme%2Fcheckout@folder.sarif");
        unit.repository = "..".to_owned();
        assert_eq!(file_name(&unit), "..@folder.sarif");
    }
}
