//! Revisions: what they are, and HEAD.

use std::collections::BTreeMap;

use super::cat_file::{CatFile, Fetched};
use super::git::Verb;
use super::object::{self, Commit};
use super::oid::{ObjectKind, Oid};
use super::refs::Refs;
use super::{Blob, Repository, SourceError, gitdir, tree};
use crate::model::{Outcome, RepoPath, UnitKind};

/// Commits and tags are small; a larger one is neither.
const COMMIT_LIMIT: u64 = 64 << 20;
/// A tag may point at a tag, but not for ever.
const TAGS_IN_A_ROW: usize = 32;

/// A commit and the name that led to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// The short name of the ref if that means one thing, else its full name; without a ref, the full id.
    pub name: String,
    /// The full name of the ref.
    pub reference: Option<String>,
    /// The commit's id in hex; its bytes were hashed.
    pub commit: String,
    /// The committer's time, seconds since 1970.
    pub commit_time: i64,
    /// The id of the commit's tree in hex.
    pub tree: String,
}

impl Revision {
    pub(super) fn tree_id(&self) -> Result<Oid, SourceError> {
        Oid::parse(self.tree.as_bytes()).ok_or_else(|| SourceError::Object {
            object: format!("tree {}", self.tree),
            outcome: Outcome::MissingObject,
            detail: "not an object id".to_owned(),
        })
    }
}

/// The commit that an id leads to, or why it leads to none.
pub(super) type Peeled = Result<(Oid, Commit), SourceError>;

/// Reads these commits, looking through annotated tags, each once.
///
/// Errors only if git does not start; what is wrong with a single id stands with it.
pub(super) fn commits(
    objects: &mut CatFile,
    ids: impl IntoIterator<Item = Oid>,
) -> Result<BTreeMap<Oid, Peeled>, SourceError> {
    let mut found = BTreeMap::new();
    let mut pending: Vec<(Oid, Oid)> = ids.into_iter().map(|oid| (oid, oid)).collect();
    pending.sort_unstable();
    pending.dedup();
    for _ in 0..TAGS_IN_A_ROW {
        let wanted: Vec<Oid> = pending.iter().map(|(_, oid)| *oid).collect();
        let answers = objects.read(&wanted, COMMIT_LIMIT)?;
        let mut tags = Vec::new();
        for ((asked, oid), answer) in std::mem::take(&mut pending).into_iter().zip(answers) {
            let fail = |outcome, detail: String| {
                let object = if asked == oid {
                    format!("commit {oid}")
                } else {
                    format!("commit {oid} of tag {asked}")
                };
                Err(SourceError::Object {
                    object,
                    outcome,
                    detail,
                })
            };
            let malformed = |kind: ObjectKind| format!("a {} that is malformed", kind.word());
            let result = match answer {
                Fetched::Object {
                    kind: ObjectKind::Commit,
                    bytes,
                } => match Commit::parse(&bytes) {
                    Some(commit) => Ok((oid, commit)),
                    None => fail(Outcome::CorruptObject, malformed(ObjectKind::Commit)),
                },
                Fetched::Object {
                    kind: ObjectKind::Tag,
                    bytes,
                } => match object::tag_target(&bytes) {
                    Some(target) => {
                        tags.push((asked, target));
                        continue;
                    }
                    None => fail(Outcome::CorruptObject, malformed(ObjectKind::Tag)),
                },
                Fetched::Object {
                    kind: kind @ (ObjectKind::Blob | ObjectKind::Tree),
                    ..
                } => Err(SourceError::NotACommit {
                    kind: kind.word(),
                    oid: oid.to_string(),
                }),
                Fetched::Oversized { kind, .. } => fail(
                    Outcome::CorruptObject,
                    format!("it is a {}, not a commit", kind.word()),
                ),
                Fetched::Failed(outcome, detail) => fail(outcome, detail),
            };
            found.insert(asked, result);
        }
        pending = tags;
        if pending.is_empty() {
            return Ok(found);
        }
    }
    for (asked, _) in pending {
        let detail = "tags that point at tags without end".to_owned();
        let error = SourceError::Object {
            object: format!("tag {asked}"),
            outcome: Outcome::CorruptObject,
            detail,
        };
        found.insert(asked, Err(error));
    }
    Ok(found)
}

impl Repository {
    /// The commit that HEAD leads to; `None` if there are no commits yet.
    ///
    /// Errors if HEAD is broken or the commit cannot be read.
    pub fn head(&self) -> Result<Option<Revision>, SourceError> {
        let store = self.store()?;
        let output = store
            .git
            .output(Verb::RevParse, &["--quiet", "--verify", "HEAD"])?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let Some(oid) = Oid::parse(text.as_bytes()).filter(|_| output.code == Some(0)) else {
            return self.unborn(&output.stderr);
        };
        let symbolic = store
            .git
            .output(Verb::RevParse, &["--symbolic-full-name", "HEAD"])?;
        let reference = RepoPath::new(symbolic.stdout.trim_ascii())
            .to_text()
            .into_owned();
        let reference = Some(reference).filter(|name| name.starts_with("refs/"));
        let (commit, parsed) = read_commit(&mut self.objects()?, oid)?;
        let name = match &reference {
            Some(full) => Refs::read(store)?.display_name(full),
            None => commit.to_string(),
        };
        Ok(Some(Revision {
            name,
            reference,
            commit: commit.to_string(),
            commit_time: parsed.time,
            tree: parsed.tree.to_string(),
        }))
    }

    /// HEAD did not resolve: fine if it names a branch that does not exist yet.
    fn unborn(&self, stderr: &str) -> Result<Option<Revision>, SourceError> {
        let store = self.store()?;
        let head = gitdir::small_file(&store.git.git_dir().join("HEAD")).unwrap_or_default();
        let branch = head
            .strip_prefix(b"ref:")
            .map(|name| RepoPath::new(name.trim_ascii()).to_text().into_owned());
        let broken = match &branch {
            Some(branch) => Refs::read(store)?.exists(branch),
            None => true,
        };
        if !broken {
            return Ok(None);
        }
        let message = match branch {
            Some(branch) => format!("{branch} holds no object id"),
            None => "it holds neither an object id nor the name of a ref".to_owned(),
        };
        let said = super::git::last_lines(stderr);
        Err(SourceError::BrokenHead {
            message: if said.is_empty() {
                message
            } else {
                format!("{message} ({said})")
            },
        })
    }

    /// Whether the repository has this commit (full id in hex), hashed.
    ///
    /// Errors if git cannot be asked. A commit that is there and damaged is an error too.
    pub fn has_commit(&self, commit: &str) -> Result<bool, SourceError> {
        let Some(oid) = Oid::parse(commit.as_bytes()) else {
            return Ok(false);
        };
        match read_commit(&mut self.objects()?, oid) {
            Ok(_) => Ok(true),
            Err(SourceError::Object {
                outcome: Outcome::MissingObject,
                ..
            }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The revision of a commit given by its full id in hex, without a ref.
    ///
    /// Errors if it is not there or cannot be read.
    pub fn commit(&self, commit: &str) -> Result<Revision, SourceError> {
        self.commit_in(&mut self.objects()?, commit)
    }

    fn commit_in(&self, objects: &mut CatFile, commit: &str) -> Result<Revision, SourceError> {
        let oid = Oid::parse(commit.as_bytes()).ok_or_else(|| SourceError::Object {
            object: format!("commit {commit}"),
            outcome: Outcome::MissingObject,
            detail: "not a full object id".to_owned(),
        })?;
        let (commit, parsed) = read_commit(objects, oid)?;
        Ok(Revision {
            name: commit.to_string(),
            reference: None,
            commit: commit.to_string(),
            commit_time: parsed.time,
            tree: parsed.tree.to_string(),
        })
    }

    /// The bytes of a file in a commit (full id in hex); `None` if the commit has no file there.
    ///
    /// Errors if the commit, a tree on the way or the file cannot be read.
    pub fn read_path_at(&self, commit: &str, path: &RepoPath) -> Result<Option<Blob>, SourceError> {
        let mut objects = self.objects()?;
        let revision = self.commit_in(&mut objects, commit)?;
        let found = tree::find(
            &mut objects,
            self.format(),
            revision.tree_id()?,
            path.as_bytes(),
        )?;
        let Some((object::Mode::Blob, oid)) = found else {
            return Ok(None);
        };
        let fail = |outcome, detail| SourceError::Object {
            object: format!("blob {oid}"),
            outcome,
            detail,
        };
        match objects.read_one(oid, super::HARD_LIMIT)? {
            Fetched::Object {
                kind: ObjectKind::Blob,
                bytes,
            } => Ok(Some(Blob { oid, bytes })),
            Fetched::Oversized {
                kind: ObjectKind::Blob,
                size,
            } => Err(fail(
                Outcome::TooLarge,
                format!("{size} bytes are too many"),
            )),
            Fetched::Object { kind, .. } | Fetched::Oversized { kind, .. } => Err(fail(
                Outcome::CorruptObject,
                format!("it is a {}", kind.word()),
            )),
            Fetched::Failed(outcome, detail) => Err(fail(outcome, detail)),
        }
    }

    /// The unit of one of its revisions.
    pub(super) fn revision_unit(&self, kind: UnitKind, revision: &Revision) -> crate::model::Unit {
        let mut unit = self.unit(kind);
        unit.revision = (kind == UnitKind::Revision).then(|| revision.name.clone());
        unit.reference = revision.reference.clone();
        unit.commit = Some(revision.commit.clone());
        unit.commit_time = Some(revision.commit_time);
        unit.tree = Some(revision.tree.clone());
        unit
    }
}

fn read_commit(objects: &mut CatFile, oid: Oid) -> Result<(Oid, Commit), SourceError> {
    let mut found = commits(objects, [oid])?;
    found.remove(&oid).unwrap_or_else(|| {
        let detail = String::new();
        Err(SourceError::Object {
            object: format!("commit {oid}"),
            outcome: Outcome::MissingObject,
            detail,
        })
    })
}
