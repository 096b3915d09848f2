//! The first findings of a run, kept for those who want to do something with them.

use std::cell::RefCell;
use std::sync::Arc;

use crate::model::{Finding, Instance, Kind, RepoPath, Unit};

/// A finding and where it was.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) unit: Unit,
    pub(crate) path: RepoPath,
    pub(crate) instance: Arc<Instance>,
}

/// Keeps the first findings, up to a number.
pub(crate) struct Hits {
    wanted: usize,
    kept: RefCell<Vec<Hit>>,
}

impl Hits {
    /// Keeps so many.
    pub(crate) fn new(wanted: usize) -> Self {
        Self {
            wanted,
            kept: RefCell::default(),
        }
    }

    /// Keeps what there is room for; reviews are no hits.
    pub(crate) fn offer(&self, unit: &Unit, findings: &[Finding]) {
        let mut kept = self.kept.borrow_mut();
        for finding in findings
            .iter()
            .filter(|finding| finding.instance.kind == Kind::Fail)
        {
            if kept.len() == self.wanted {
                return;
            }
            kept.push(Hit {
                unit: unit.clone(),
                path: finding.path.clone(),
                instance: Arc::clone(&finding.instance),
            });
        }
    }

    /// What was kept, in the order of the report.
    pub(crate) fn into_vec(self) -> Vec<Hit> {
        self.kept.into_inner()
    }
}
