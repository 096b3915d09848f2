//! The tags of a repository and the history behind them: for one commit, asking git itself is dear, for hundreds too dear.

use std::collections::HashMap;

use super::git::{Git, Verb};
use super::{Oid, SourceError};

/// All tags that lead to commits, with all commits behind them.
pub(super) struct Tags {
    /// Name, day and commit; the oldest first.
    tags: Vec<(String, String, usize)>,
    places: HashMap<Oid, usize>,
    /// The parents of each commit; a parent stands before its children.
    parents: Vec<Vec<usize>>,
}

impl Tags {
    pub(super) fn read(git: &Git) -> Result<Self, SourceError> {
        let args = [
            "--sort=creatordate",
            "--format=%(objectname) %(*objectname)%00%(refname:strip=2)%00%(creatordate:iso-strict)",
            "refs/tags",
        ];
        let named = git.run(Verb::ForEachRef, &args)?;
        let named = String::from_utf8_lossy(&named).into_owned();
        let mut all = Self {
            tags: Vec::new(),
            places: HashMap::new(),
            parents: Vec::new(),
        };
        if named.is_empty() {
            return Ok(all);
        }
        let log = git.run(Verb::RevList, &["--topo-order", "--parents", "--tags"])?;
        let log = String::from_utf8_lossy(&log);
        // Children come before their parents there.
        for line in log.lines().rev() {
            let mut ids = line.split(' ').filter_map(|id| Oid::parse(id.as_bytes()));
            let Some(own) = ids.next() else { continue };
            let parents = ids.filter_map(|id| all.places.get(&id).copied()).collect();
            all.places.insert(own, all.parents.len());
            all.parents.push(parents);
        }
        for line in named.lines() {
            let mut fields = line.split('\0');
            let (Some(ids), Some(name), Some(day)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            // An annotated tag is an object of its own, which leads to the commit.
            let commit = ids
                .split(' ')
                .filter_map(|id| all.places.get(&Oid::parse(id.as_bytes())?))
                .next_back();
            if let Some(commit) = commit {
                all.tags.push((name.to_owned(), day.to_owned(), *commit));
            }
        }
        Ok(all)
    }

    /// Name and day of the oldest that has a commit in its history and has not another.
    pub(super) fn first(&self, with: &str, without: Option<&str>) -> Option<(String, String)> {
        let with = self.above(with)?;
        let without = without.and_then(|commit| self.above(commit));
        let carries = |at: usize| with[at] && !without.as_ref().is_some_and(|all| all[at]);
        let first = self.tags.iter().find(|(_, _, at)| carries(*at));
        first.map(|(name, day, _)| (name.clone(), day.clone()))
    }

    /// For each commit: whether it is this one or descends from it.
    fn above(&self, commit: &str) -> Option<Vec<bool>> {
        let own = *self.places.get(&Oid::parse(commit.as_bytes())?)?;
        let mut above = vec![false; self.parents.len()];
        above[own] = true;
        for at in own + 1..above.len() {
            above[at] = self.parents[at].iter().any(|parent| above[*parent]);
        }
        Some(above)
    }
}
