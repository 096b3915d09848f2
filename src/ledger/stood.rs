//! Where lines stand: the last moment at which each was looked at, and what it stood at then.

use std::collections::{BTreeMap, BTreeSet};

use super::Ledger;

/// Where a line was looked at last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stood {
    /// When, seconds since 1970.
    pub(super) last: i64,
    /// At which commits: several, while one version replaces another; `None` where no commit holds what was seen.
    pub(super) commits: BTreeSet<Option<String>>,
}

impl Stood {
    /// Whether the line went on since a look at these commits.
    pub(super) fn is_beyond<'c>(
        &self,
        at: i64,
        commits: impl IntoIterator<Item = &'c Option<String>>,
    ) -> bool {
        let seen: BTreeSet<_> = commits.into_iter().collect();
        let is_seen = |commit: &Option<String>| commit.is_some() && seen.contains(commit);
        at < self.last && !self.commits.iter().all(is_seen)
    }
}

impl Ledger {
    /// By repository and line.
    pub(super) fn stood(&self) -> rusqlite::Result<BTreeMap<(String, String), Stood>> {
        let mut find = self.connection.prepare_cached(
            "SELECT repository.name, pointer.line, latest.last, json_extract(scan.unit, '$.commit')
             FROM (SELECT repository, line, MAX(observed) AS last FROM pointer GROUP BY repository, line) AS latest
             JOIN pointer ON pointer.repository = latest.repository AND pointer.line = latest.line
                  AND pointer.observed = latest.last
             JOIN repository ON repository.id = pointer.repository JOIN scan ON scan.id = pointer.scan",
        )?;
        let mut all: BTreeMap<(String, String), Stood> = BTreeMap::new();
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let stood = all.entry((row.get(0)?, row.get(1)?)).or_default();
            stood.last = row.get(2)?;
            stood.commits.insert(row.get(3)?);
        }
        Ok(all)
    }
}
