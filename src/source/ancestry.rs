//! Which of some commits are ancestors of which, from one walk over the history.

use std::collections::HashMap;

use super::git::Verb;
use super::{Oid, Repository, SourceError};

/// Commits that are looked at; what lies deeper is not known.
const DEPTH: &str = "--max-count=300000";

impl Repository {
    /// All pairs of an ancestor and its descendant among these commits (full ids in hex; at most 64 count). Commits that
    /// are not there, or lie behind the end of a shallow history, are in no pair.
    ///
    /// Errors if git cannot be asked.
    pub fn ancestry(&self, commits: &[String]) -> Result<Vec<(String, String)>, SourceError> {
        let wanted: Vec<&String> = commits
            .iter()
            .filter(|commit| Oid::parse(commit.as_bytes()).is_some())
            .take(64)
            .collect();
        if wanted.len() < 2 {
            return Ok(Vec::new());
        }
        let mut args = vec!["--topo-order", "--parents", "--ignore-missing", DEPTH];
        args.extend(wanted.iter().map(|commit| commit.as_str()));
        let output = self.store()?.git.run(Verb::RevList, &args)?;
        let output = String::from_utf8_lossy(&output);
        // For each commit: which of the wanted descend from it. Children come before their parents.
        let mut below: HashMap<&str, u64> = HashMap::new();
        let place: HashMap<&str, usize> = wanted
            .iter()
            .enumerate()
            .map(|(index, commit)| (commit.as_str(), index))
            .collect();
        let mut pairs = Vec::new();
        for line in output.lines() {
            let mut words = line.split_ascii_whitespace();
            let Some(commit) = words.next() else { continue };
            let mut descendants = below.remove(commit).unwrap_or_default();
            if let Some(index) = place.get(commit) {
                for (other, name) in wanted.iter().enumerate() {
                    if descendants & (1 << other) != 0 {
                        pairs.push((commit.to_owned(), (*name).clone()));
                    }
                }
                descendants |= 1 << index;
            }
            for parent in words {
                *below.entry(parent).or_default() |= descendants;
            }
        }
        Ok(pairs)
    }

    /// The commit where the histories of two commits (full ids in hex) parted; none if they have nothing in common, as
    /// far as a shallow history shows.
    ///
    /// Errors if git cannot be asked.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, SourceError> {
        if [one, other]
            .iter()
            .any(|id| Oid::parse(id.as_bytes()).is_none())
        {
            return Ok(None);
        }
        let output = self.store()?.git.output(Verb::MergeBase, &[one, other])?;
        let text = String::from_utf8_lossy(&output.stdout);
        let first = text.lines().next().map(str::to_owned);
        Ok(first.filter(|_| output.code == Some(0)))
    }
}
