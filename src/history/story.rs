//! One finding's way through the history.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde::Serialize;

use super::text::{Comments, Needle, Sites};
use crate::source::{Changed, CommitAbout, Oid, Past, Repository, SourceError};

/// A file does not move more often than this.
const MOVES: usize = 64;
/// A commit that brings or takes more files than this is not searched for where one went.
const FILES: usize = 2_000;

/// A finding, as it was seen last.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Where.
    pub path: &'a str,
    /// At which commit.
    pub commit: &'a str,
    /// Its bytes in the file.
    pub start: u64,
    /// One past the last.
    pub end: u64,
    /// The commit that showed it closed, if one did.
    pub closed_at: Option<&'a str>,
    /// How comments look in its language.
    pub comments: Comments<'a>,
}

/// A commit that brought a finding or took it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its full id.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
    /// Where to.
    pub email: String,
    /// When it was written.
    pub authored: String,
    /// When it came to stand in this history.
    pub committed: String,
    /// The first line of its message.
    pub subject: String,
    /// Where the finding stood then.
    pub path: String,
}

/// The first tag that carried a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub date: String,
}

/// What git tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Story {
    /// The commit that brought it.
    pub introduced: Option<Step>,
    /// The first tag that carried it.
    pub first_tag: Option<Tag>,
    /// The commit that took it away.
    pub fixed: Option<Step>,
    /// Whether the clone is shallow, so that there may be more to tell.
    pub shallow: bool,
    /// Whether it may have been introduced before the commit that is named, which is where the clone begins.
    #[serde(skip)]
    pub is_cut: bool,
    /// What could not be told, and why.
    pub notes: Vec<String>,
}

/// Asks one repository, and remembers its answers.
pub struct Historian {
    repository: Repository,
    past: Past,
    logs: HashMap<(String, String, Option<String>), Vec<CommitAbout>>,
    blobs: HashMap<(String, String), Option<Oid>>,
}

impl Historian {
    /// Of a repository.
    ///
    /// # Errors
    /// Where it is not under git.
    pub fn new(repository: Repository) -> Result<Self, SourceError> {
        Ok(Self {
            past: repository.past()?,
            repository,
            logs: HashMap::new(),
            blobs: HashMap::new(),
        })
    }

    /// Tells of a finding.
    ///
    /// # Errors
    /// Where git cannot be asked.
    pub fn story(&mut self, seen: Seen<'_>) -> Result<Story, SourceError> {
        let mut story = Story {
            shallow: self.past.is_shallow(),
            ..Story::default()
        };
        for commit in std::iter::once(seen.commit).chain(seen.closed_at) {
            if !self.repository.has_commit(commit)? {
                let short = short(commit);
                story.notes.push(format!(
                    "commit {short} is not in this clone: its history is cut, or was rewritten"
                ));
                if commit == seen.commit {
                    return Ok(story);
                }
            }
        }
        let Some((needle, place)) = self.needle(seen)? else {
            let short = short(seen.commit);
            story.notes.push(format!(
                "commit {short} does not hold it: it was seen in changes that were not committed"
            ));
            return Ok(story);
        };
        let mut search = Search {
            historian: self,
            needle,
            known: HashMap::new(),
        };
        let introduced = search.introduced(seen, place)?;
        let fixed = match seen.closed_at {
            Some(closed_at) if story.notes.is_empty() => search.fixed(seen, place, closed_at)?,
            _ => None,
        };
        if seen.closed_at.is_some() && story.notes.is_empty() && fixed.is_none() {
            let note = "its text was not taken away: what is around it changed, or the rule did";
            story.notes.push(note.to_owned());
        }
        if let Some((commit, path)) = introduced {
            if commit.cut {
                story.is_cut = true;
                story.notes.push(
                    "the clone is shallow: it was introduced by this commit or an earlier one"
                        .to_owned(),
                );
            }
            let without = fixed.as_ref().map(|(commit, _)| commit.id.as_str());
            let tag = self.past.first_tag(&commit.id, without)?;
            story.first_tag = tag.map(|(name, date)| Tag { name, date });
            story.introduced = Some(step(commit, path));
        }
        story.fixed = fixed.map(|(commit, path)| step(commit, path));
        Ok(story)
    }

    /// Its text, and where it stands.
    fn needle<'s>(&mut self, seen: Seen<'s>) -> Result<Option<(Needle<'s>, Place)>, SourceError> {
        let Some(blob) = self.blob(seen.commit, seen.path)? else {
            return Ok(None);
        };
        let Some(bytes) = self.past.bytes(blob)? else {
            return Ok(None);
        };
        let offset = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let (start, end) = (offset(seen.start), offset(seen.end));
        let found = Needle::in_file(&bytes, start, end, seen.comments);
        Ok(found.map(|(needle, index)| (needle, Place { blob, index })))
    }

    fn blob(&mut self, commit: &str, path: &str) -> Result<Option<Oid>, SourceError> {
        let key = (commit.to_owned(), path.to_owned());
        if let Some(known) = self.blobs.get(&key) {
            return Ok(*known);
        }
        let found = self.past.blobs(&[(commit, path)])?.pop().flatten();
        self.blobs.insert(key, found);
        Ok(found)
    }

    /// The commits that changed a path, with what stood there before and after already known.
    fn log(
        &mut self,
        path: &str,
        from: &str,
        without: Option<&str>,
    ) -> Result<Vec<CommitAbout>, SourceError> {
        let key = (path.to_owned(), from.to_owned(), without.map(str::to_owned));
        if let Some(known) = self.logs.get(&key) {
            return Ok(known.clone());
        }
        let log = self.past.of_path(path, from, without)?;
        let ids = log
            .iter()
            .flat_map(|one| std::iter::once(&one.id).chain(&one.parents));
        let places: Vec<(&str, &str)> = ids.map(|id| (id.as_str(), path)).collect();
        let blobs = self.past.blobs(&places)?;
        for ((commit, path), blob) in places.into_iter().zip(blobs) {
            self.blobs
                .insert((commit.to_owned(), path.to_owned()), blob);
        }
        self.logs.insert(key, log.clone());
        Ok(log)
    }
}

/// Where the text stands: which of the places of a version of the file.
#[derive(Clone, Copy, Debug)]
struct Place {
    blob: Oid,
    index: usize,
}

/// The search for one text.
struct Search<'h, 's> {
    historian: &'h mut Historian,
    needle: Needle<'s>,
    known: HashMap<Oid, Rc<Sites>>,
}

impl Search<'_, '_> {
    fn sites(&mut self, blob: Oid) -> Result<Rc<Sites>, SourceError> {
        if let Some(known) = self.known.get(&blob) {
            return Ok(Rc::clone(known));
        }
        let bytes = self.historian.past.bytes(blob)?.unwrap_or_default();
        let sites = Rc::new(self.needle.sites(&bytes));
        self.known.insert(blob, Rc::clone(&sites));
        Ok(sites)
    }

    /// The same place in another version, or another file.
    fn same_in(&mut self, place: Place, blob: Oid) -> Result<Option<Place>, SourceError> {
        if blob == place.blob {
            return Ok(Some(place));
        }
        let (own, other) = (self.sites(place.blob)?, self.sites(blob)?);
        let index = own.same_in(place.index, &other);
        Ok(index.map(|index| Place { blob, index }))
    }

    /// The youngest commit without it in any parent, and where it stood.
    fn introduced(
        &mut self,
        seen: Seen<'_>,
        place: Place,
    ) -> Result<Option<(CommitAbout, String)>, SourceError> {
        let (mut from, mut path, mut place) = (seen.commit.to_owned(), seen.path.to_owned(), place);
        for _ in 0..MOVES {
            let mut found = None;
            // Versions that have it, from the child to its parents.
            let mut tracked = HashMap::from([(place.blob, place)]);
            for commit in self.historian.log(&path, &from, None)? {
                let blob = self.historian.blob(&commit.id, &path)?;
                let Some(here) = blob.and_then(|blob| tracked.get(&blob).copied()) else {
                    continue;
                };
                let mut came = false;
                for parent in &commit.parents {
                    let before = match self.historian.blob(parent, &path)? {
                        Some(blob) => self.same_in(here, blob)?,
                        None => None,
                    };
                    came |= before.is_some();
                    if let Some(before) = before {
                        tracked.entry(before.blob).or_insert(before);
                    }
                }
                if !came {
                    found = Some((commit, here));
                    break;
                }
            }
            let Some((commit, here)) = found else {
                return Ok(None);
            };
            let mut moved = None;
            for parent in &commit.parents {
                if self.historian.blob(parent, &path)?.is_none()
                    && let Some(source) = self.other(parent, &commit.id, &path, b'D', here)?
                {
                    moved = Some((parent.clone(), source));
                    break;
                }
            }
            match moved {
                Some((parent, source)) => (from, (path, place)) = (parent, source),
                None => return Ok(Some((commit, path))),
            }
        }
        Ok(None)
    }

    /// The youngest commit after which it is not there any more, and where it stood before.
    fn fixed(
        &mut self,
        seen: Seen<'_>,
        place: Place,
        closed_at: &str,
    ) -> Result<Option<(CommitAbout, String)>, SourceError> {
        let (mut since, mut path, mut place) =
            (seen.commit.to_owned(), seen.path.to_owned(), place);
        for _ in 0..MOVES {
            let mut found = None;
            // Versions that have it, from the parent to its children, and those that lost it.
            let mut tracked = HashMap::from([(place.blob, place)]);
            let mut lost = HashSet::new();
            let log = self.historian.log(&path, closed_at, Some(&since))?;
            for commit in log.into_iter().rev() {
                let blob = self.historian.blob(&commit.id, &path)?;
                let (mut had, mut has, mut was_lost) = (None, None, false);
                for parent in &commit.parents {
                    let before = self.historian.blob(parent, &path)?;
                    was_lost |= lost.contains(&before);
                    let Some(before) = before.and_then(|blob| tracked.get(&blob).copied()) else {
                        continue;
                    };
                    had = Some(before);
                    if let Some(blob) = blob {
                        has = self.same_in(before, blob)?.or(has);
                    }
                }
                match (had, has) {
                    (_, Some(here)) => drop(tracked.insert(here.blob, here)),
                    (Some(before), None) => {
                        lost.insert(blob);
                        // A merge that takes over what a branch did, did it not.
                        if !was_lost {
                            found = Some((commit, before));
                        }
                    }
                    (None, None) => {}
                }
            }
            let end = self.historian.blob(closed_at, &path)?;
            let is_there = end.is_some_and(|blob| tracked.contains_key(&blob));
            let Some((commit, before)) = found.filter(|_| !is_there) else {
                return Ok(None);
            };
            let mut moved = None;
            if self.historian.blob(&commit.id, &path)?.is_none() {
                for parent in &commit.parents {
                    moved = self.other(parent, &commit.id, &path, b'A', before)?;
                    if moved.is_some() {
                        break;
                    }
                }
            }
            match moved {
                Some(target) => (since, (path, place)) = (commit.id, target),
                None => return Ok(Some((commit, path))),
            }
        }
        Ok(None)
    }

    /// Where a file came from or went in a commit: another that goes or comes in it and holds the text. Of several, one
    /// with the same name, else the first.
    fn other(
        &mut self,
        parent: &str,
        commit: &str,
        path: &str,
        status: u8,
        place: Place,
    ) -> Result<Option<(String, Place)>, SourceError> {
        let mut all: Vec<Changed> = self.historian.past.changed(parent, commit)?;
        all.retain(|one| one.status == status && one.path != path);
        if all.len() > FILES {
            return Ok(None);
        }
        let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let own = name(path);
        all.sort_by_key(|one| (name(&one.path) != own, one.path.clone()));
        for one in all {
            if let Some(there) = self.same_in(place, one.blob)? {
                return Ok(Some((one.path, there)));
            }
        }
        Ok(None)
    }
}

fn step(commit: CommitAbout, path: String) -> Step {
    Step {
        commit: commit.id,
        author: commit.author,
        email: commit.email,
        authored: commit.authored,
        committed: commit.committed,
        subject: commit.subject,
        path,
    }
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
