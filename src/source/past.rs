//! Plain questions to the history: which commits changed a path, what stood there, what else a commit changed, which tag
//! was the first to carry it.
//!
//! Invariants: only plumbing is asked, which neither signs, pages nor runs a program that a repository names; where a
//! shallow clone cuts the history, that is told.

use std::io::{Read as _, Write as _};

use super::cat_file::{CatFile, Fetched};
use super::git::{Git, Verb};
use super::oid::ObjectKind;
use super::tags::Tags;
use super::{HARD_LIMIT, Oid, Repository, SourceError};

/// A commit, as far as it is told of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitAbout {
    /// Its full id in hex.
    pub id: String,
    /// Those of its parents.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// Where to.
    pub email: String,
    /// When it was written, RFC 3339.
    pub authored: String,
    /// When it came to stand here, RFC 3339.
    pub committed: String,
    /// The first line of its message.
    pub subject: String,
    /// Whether it has parents that a shallow clone leaves out.
    pub cut: bool,
}

/// A path that a commit took away or brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// `A` or `D`.
    pub status: u8,
    /// Where.
    pub path: String,
    /// The blob that it brought or took away.
    pub blob: Oid,
}

/// The history of a repository, ready to be asked.
pub struct Past {
    git: Git,
    objects: CatFile,
    shallow: bool,
    /// Read when it is asked for.
    tags: Option<Tags>,
}

/// What `rev-list` tells of a commit.
const FORMAT: &str = "--format=%H%x00%P%x00%an%x00%ae%x00%aI%x00%cI%x00%s";

impl Repository {
    /// Its history.
    ///
    /// Errors if it is not under git.
    pub fn past(&self) -> Result<Past, SourceError> {
        let store = self.store()?;
        Ok(Past {
            git: store.git.clone(),
            objects: self.objects()?,
            shallow: store.shallow,
            tags: None,
        })
    }
}

impl Past {
    /// Whether the clone is shallow.
    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// The commits that explain what stands at a path in `from` (all ids full, in hex), the newest first; of them only those
    /// that are not in the history of `without`.
    ///
    /// Errors if git cannot be asked, or has no such commit.
    pub fn of_path(
        &mut self,
        path: &str,
        from: &str,
        without: Option<&str>,
    ) -> Result<Vec<CommitAbout>, SourceError> {
        let mut args = vec![
            "--topo-order".to_owned(),
            FORMAT.to_owned(),
            from.to_owned(),
        ];
        args.extend(without.map(|commit| format!("^{commit}")));
        args.extend(["--".to_owned(), path.to_owned()]);
        let output = self.git.run(Verb::RevList, &args)?;
        let output = String::from_utf8_lossy(&output);
        let mut all: Vec<CommitAbout> = output.lines().filter_map(about).collect();
        for commit in all.iter_mut().filter(|one| one.parents.is_empty()) {
            commit.cut = self.shallow && self.has_parents(&commit.id)?;
        }
        Ok(all)
    }

    /// Whether a commit has parents, whatever a shallow clone shows of them.
    fn has_parents(&mut self, commit: &str) -> Result<bool, SourceError> {
        let Some(oid) = Oid::parse(commit.as_bytes()) else {
            return Ok(false);
        };
        Ok(match self.objects.read_one(oid, HARD_LIMIT)? {
            Fetched::Object { bytes, .. } => memchr::memmem::find(&bytes, b"\nparent ").is_some(),
            _ => false,
        })
    }

    /// What stands at paths of commits; `None` where no file does.
    ///
    /// Errors if git cannot be asked.
    pub fn blobs(&self, places: &[(&str, &str)]) -> Result<Vec<Option<Oid>>, SourceError> {
        let mut questions = String::new();
        for (commit, path) in places {
            // Git is asked by the line.
            let path = if path.contains('\n') { "" } else { path };
            questions.push_str(&format!("{commit}:{path}\n"));
        }
        let output = self.feed(Verb::CatFile, &["--batch-check"], questions)?;
        let output = String::from_utf8_lossy(&output);
        let answer = |line: &str| {
            let (id, rest) = line.split_once(' ')?;
            let is_blob = rest.starts_with("blob ");
            Oid::parse(id.as_bytes()).filter(|_| is_blob)
        };
        let mut all: Vec<Option<Oid>> = output.lines().map(answer).collect();
        all.resize(places.len(), None);
        Ok(all)
    }

    /// The bytes of a blob, hashed; `None` if they are not to be had.
    ///
    /// Errors if git cannot be asked.
    pub fn bytes(&mut self, blob: Oid) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(match self.objects.read_one(blob, HARD_LIMIT)? {
            Fetched::Object {
                kind: ObjectKind::Blob,
                bytes,
            } => Some(bytes),
            _ => None,
        })
    }

    /// The files that a commit brought or took away, beside a parent.
    ///
    /// Errors if git cannot be asked.
    pub fn changed(&self, parent: &str, commit: &str) -> Result<Vec<Changed>, SourceError> {
        let args = [
            "-r",
            "-z",
            "--raw",
            "--no-renames",
            "--no-abbrev",
            "--diff-filter=AD",
            parent,
            commit,
        ];
        let output = self.git.run(Verb::DiffTree, &args)?;
        let mut fields = output.split(|byte| *byte == 0);
        let mut all = Vec::new();
        // `:MODE MODE OLD NEW STATUS`, then the path.
        while let (Some(about), Some(path)) = (fields.next(), fields.next()) {
            let about = String::from_utf8_lossy(about);
            let words: Vec<&str> = about.split(' ').collect();
            let [_, _, old, new, status] = words.as_slice() else {
                continue;
            };
            let (status, id) = match *status {
                "A" => (b'A', new),
                _ => (b'D', old),
            };
            if let (Some(blob), Ok(path)) = (Oid::parse(id.as_bytes()), std::str::from_utf8(path)) {
                all.push(Changed {
                    status,
                    path: path.to_owned(),
                    blob,
                });
            }
        }
        Ok(all)
    }

    /// The oldest tag with a commit in its history and without another; with its day, RFC 3339.
    ///
    /// Errors if git cannot be asked.
    pub fn first_tag(
        &mut self,
        with: &str,
        without: Option<&str>,
    ) -> Result<Option<(String, String)>, SourceError> {
        let tags = match &mut self.tags {
            Some(tags) => tags,
            none => none.insert(Tags::read(&self.git)?),
        };
        Ok(tags.first(with, without))
    }

    /// Runs git with something on its standard input.
    fn feed(&self, verb: Verb, args: &[&str], input: String) -> Result<Vec<u8>, SourceError> {
        let (mut child, _stderr) = self.git.spawn(verb, args)?;
        let stdin = child.stdin.take();
        let mut output = Vec::new();
        let read = std::thread::scope(|scope| {
            // If git is gone, the reading side notices.
            scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(input.as_bytes())));
            let pipe = child.stdout.take();
            pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut output))
        });
        let ended = child.wait();
        read.and(ended).map_err(|cause| SourceError::Answer {
            verb: verb.word(),
            message: cause.to_string(),
        })?;
        Ok(output)
    }
}

fn about(line: &str) -> Option<CommitAbout> {
    let mut fields = line.split('\0');
    let id = fields.next().filter(|id| !id.starts_with("commit "))?;
    let parents = fields.next()?;
    let mut next = || fields.next().map(str::to_owned);
    Some(CommitAbout {
        id: id.to_owned(),
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        author: next()?,
        email: next()?,
        authored: next()?,
        committed: next()?,
        subject: next()?,
        cut: false,
    })
}
