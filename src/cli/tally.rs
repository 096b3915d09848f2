//! How many instances each incident has over a run, each counted once wherever it was seen.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::{Finding, Fingerprint, IncidentTally, Kind, RunInfo, Unit};

/// Counts instances over the run, each once.
pub(super) struct Tally {
    incidents: BTreeMap<String, IncidentTally>,
    seen: HashSet<Fingerprint>,
    /// What somebody answers for, somewhere, with the incident's index: it may count elsewhere.
    suppressed: BTreeMap<Fingerprint, usize>,
    repositories: BTreeSet<(usize, String)>,
}

impl Tally {
    pub(super) fn new(info: &RunInfo) -> Self {
        let ids = info
            .catalog
            .incidents
            .iter()
            .map(|incident| (incident.id.clone(), IncidentTally::default()));
        Self {
            incidents: ids.collect(),
            seen: HashSet::new(),
            suppressed: BTreeMap::new(),
            repositories: BTreeSet::new(),
        }
    }

    pub(super) fn count(&mut self, info: &RunInfo, unit: &Unit, finding: &Finding) {
        let index = info.catalog.rules[finding.instance.rule].incident;
        if finding.suppression.is_some() {
            self.suppressed.insert(finding.fingerprint, index);
            return;
        }
        if !self.seen.insert(finding.fingerprint) {
            return;
        }
        let tally = self
            .incidents
            .entry(info.catalog.incidents[index].id.clone())
            .or_default();
        match finding.instance.kind {
            Kind::Review => tally.reviews += 1,
            Kind::Fail => {
                tally.instances += 1;
                *tally.owners.entry(finding.owner.clone()).or_default() += 1;
                if self.repositories.insert((index, unit.repository.clone())) {
                    tally.repositories += 1;
                }
            }
        }
    }

    /// The sums: what is suppressed wherever it was seen counts as that.
    pub(super) fn finish(mut self, info: &RunInfo) -> BTreeMap<String, IncidentTally> {
        for (fingerprint, index) in &self.suppressed {
            if !self.seen.contains(fingerprint) {
                let id = info.catalog.incidents[*index].id.clone();
                self.incidents.entry(id).or_default().suppressed += 1;
            }
        }
        self.incidents
    }
}
