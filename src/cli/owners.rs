//! Who owns the path of a finding: CODEOWNERS of the commit that was scanned, else the owner of the repository.
//!
//! The file is read at most once for a unit, and only if something was found in it.

use crate::inventory::{CODEOWNERS_PLACES, CodeOwners};
use crate::model::{Finding, RepoPath, Unit};
use crate::source::Repository;

/// The owners of a unit's paths.
pub(crate) struct Owners<'r> {
    repository: &'r Repository,
    rules: Option<CodeOwners>,
    read: bool,
    /// What is wrong with the file.
    pub(crate) wrong: Vec<String>,
}

impl<'r> Owners<'r> {
    /// Of a unit of this repository.
    pub(crate) fn new(repository: &'r Repository) -> Self {
        Self {
            repository,
            rules: None,
            read: false,
            wrong: Vec::new(),
        }
    }

    /// The findings with the owners of their paths; `None` if nothing is to be changed.
    pub(crate) fn owned(&mut self, unit: &Unit, findings: &[Finding]) -> Option<Vec<Finding>> {
        if findings.is_empty() {
            return None;
        }
        if !self.read {
            self.read = true;
            self.read(unit);
        }
        let rules = self.rules.as_ref()?;
        let owned = findings.iter().map(|finding| {
            let owners = rules.of(&finding.path.to_text()).join(" ");
            let mut finding = finding.clone();
            if !owners.is_empty() {
                finding.owner = Some(owners);
            }
            finding
        });
        Some(owned.collect())
    }

    fn read(&mut self, unit: &Unit) {
        let Some(commit) = &unit.commit else {
            return;
        };
        for place in CODEOWNERS_PLACES {
            let path = RepoPath::from(place);
            match self.repository.read_path_at(commit, &path) {
                Ok(None) => {}
                Ok(Some(blob)) => {
                    let rules = CodeOwners::parse(&String::from_utf8_lossy(&blob.bytes));
                    let title = unit.title();
                    let wrong = rules.wrong.iter();
                    let wrong = wrong.map(|(line, why)| format!("{title}: {place}:{line}: {why}"));
                    self.wrong.extend(wrong);
                    self.rules = Some(rules);
                    return;
                }
                Err(error) => {
                    self.wrong
                        .push(format!("{}: {place}: {error}", unit.title()));
                    return;
                }
            }
        }
    }
}
