//! The refs of a repository, and what their names mean.

use std::collections::BTreeMap;

use bstr::ByteSlice;
use globset::GlobMatcher;

use super::SourceError;
use super::git::Verb;
use super::oid::Oid;
use super::repository::Store;
use crate::model::RepoPath;

/// All refs, by full name.
pub(super) struct Refs {
    /// `None` for a ref whose content is no id.
    targets: BTreeMap<String, Option<Oid>>,
    /// `refs/remotes/origin/`, if there is a default remote.
    remote: Option<String>,
}

const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";

impl Refs {
    /// Reads all of them with one call, without looking at what they point to.
    pub(super) fn read(store: &Store) -> Result<Self, SourceError> {
        let output = store
            .git
            .output(Verb::ForEachRef, &["--format=%(objectname) %(refname)"])?;
        if output.code != Some(0) {
            return Err(output.error(Verb::ForEachRef));
        }
        let mut targets = BTreeMap::new();
        for line in output.stdout.lines() {
            let Some((oid, name)) = line.split_once_str(" ") else {
                continue;
            };
            targets.insert(RepoPath::new(name).to_text().into_owned(), Oid::parse(oid));
        }
        for line in output.stderr.lines() {
            if let Some((_, name)) = line.split_once("ignoring broken ref ") {
                targets.insert(name.trim().to_owned(), None);
            }
        }
        let remote = store
            .remote
            .name
            .as_ref()
            .map(|name| format!("refs/remotes/{name}/"));
        Ok(Self { targets, remote })
    }

    /// The full names that a name can mean: itself, a branch (or else one of the default remote), a tag.
    pub(super) fn lookup(&self, name: &str) -> Vec<String> {
        let there = |full: String| self.targets.contains_key(&full).then_some(full);
        let own = name
            .starts_with("refs/")
            .then(|| there(name.to_owned()))
            .flatten();
        let branch = there(format!("{BRANCHES}{name}"))
            .or_else(|| there(format!("{}{name}", self.remote.as_ref()?)));
        let tag = there(format!("{TAGS}{name}"));
        own.into_iter().chain(branch).chain(tag).collect()
    }

    /// What the ref points to; `None` if it is broken.
    pub(super) fn target(&self, full: &str) -> Option<Oid> {
        self.targets.get(full).copied().flatten()
    }

    /// The short name of a branch, a branch of the default remote or a tag.
    fn short<'a>(&self, full: &'a str) -> Option<&'a str> {
        let remote = || {
            let name = full.strip_prefix(self.remote.as_deref()?)?;
            // `origin/HEAD` is another name of a branch.
            (name != "HEAD").then_some(name)
        };
        full.strip_prefix(BRANCHES)
            .or_else(|| full.strip_prefix(TAGS))
            .or_else(remote)
    }

    /// What a ref is called in reports: its short name if that means nothing else, else its full name.
    pub(super) fn display_name(&self, full: &str) -> String {
        match self.short(full) {
            Some(short) if self.lookup(short) == [full] => short.to_owned(),
            _ => full.to_owned(),
        }
    }

    /// The refs whose short name matches, or whose full name does, if the pattern asks for full names. A branch of the
    /// default remote that is here as a local branch too does not count a second time.
    pub(super) fn matching(&self, pattern: &str, matcher: &GlobMatcher) -> Vec<String> {
        let full_names = pattern.starts_with("refs/");
        let matches = |full: &&String| {
            if full_names && matcher.is_match(full.as_str()) {
                return true;
            }
            let shadowed = |short: &str| {
                !full.starts_with(TAGS)
                    && !full.starts_with(BRANCHES)
                    && self.targets.contains_key(&format!("{BRANCHES}{short}"))
            };
            self.short(full)
                .is_some_and(|short| matcher.is_match(short) && !shadowed(short))
        };
        self.targets.keys().filter(matches).cloned().collect()
    }

    /// The short (or else full) name that looks most like this one.
    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        let plain: String = name
            .chars()
            .filter(|letter| !"*?[]{}".contains(*letter))
            .collect();
        let likeness = |full: &str| {
            let short =
                strsim::normalized_damerau_levenshtein(&plain, self.short(full).unwrap_or(full));
            short.max(strsim::normalized_damerau_levenshtein(&plain, full))
        };
        self.targets
            .keys()
            .map(|full| (likeness(full), full))
            .filter(|(likeness, _)| *likeness >= 0.4)
            .max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(left.1)))
            .map(|(_, full)| self.display_name(full))
    }

    /// Whether there is a ref of this full name, broken or not.
    pub(super) fn exists(&self, full: &str) -> bool {
        self.targets.contains_key(full)
    }

    /// Whether there are none at all.
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }
}
