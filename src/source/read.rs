//! Reading the bytes of entries.
//!
//! Invariants: every entry asked for gets exactly one answer, in order; an id that is handed out was computed from the
//! bytes that come with it; no read can block on a FIFO, follow a link or grow without bound.

use std::io::Read;
use std::sync::Arc;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::beneath::{Beneath, Opened};
use super::cat_file::{CatFile, Fetched};
use super::oid::{ObjectFormat, ObjectKind, Oid};
use super::repository::Place;
use super::stat::Stat;
use super::{Entry, Glance, ObjectStream, Repository, SourceError, State, glance};
use crate::model::Outcome;

/// Blobs larger than this are never held in memory: 512 MiB.
pub const HARD_LIMIT: u64 = 512 << 20;

/// For so many objects no other git is started.
pub(super) const FEW: usize = 32;

/// Large files come in droves, and memory that grows with each of them costs more than reading them: a file of more bytes
/// than this gets room for [`ROOM`] at once, of which it touches only its share.
const LARGE: u64 = 256 << 10;
const ROOM: u64 = 16 << 20;

/// Bytes and the id that they hash to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Computed from the bytes.
    pub oid: Oid,
    /// All of them.
    pub bytes: Vec<u8>,
}

/// What reading an entry gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The bytes.
    Bytes(Blob),
    /// More bytes than the limit allows.
    Oversized {
        /// Verified, if the bytes came past.
        oid: Option<Oid>,
        /// How many bytes.
        size: u64,
    },
    /// No bytes: the outcome, and a word more where there is one to say.
    Failed(Outcome, String),
}

/// Reads the entries of one repository.
pub struct Reader {
    objects: Option<CatFile>,
    files: FileReader,
    limit: u64,
}

impl Reader {
    /// Prepares to read entries that a listing of this repository gave; nothing over `hard_limit` bytes is kept.
    ///
    /// Errors if the work tree or folder cannot be opened.
    pub fn new(repository: &Repository, hard_limit: u64) -> Result<Self, SourceError> {
        let objects = if repository.place() == Place::Folder {
            None
        } else {
            Some(repository.objects()?)
        };
        let root = repository.root();
        let beneath = if repository.place() == Place::Bare {
            None
        } else {
            let open = Beneath::new(root);
            Some(open.map_err(|cause| SourceError::Io {
                path: root.to_owned(),
                cause: cause.into(),
            })?)
        };
        let files = FileReader {
            root: beneath.map(Arc::new),
            format: repository.format(),
            limit: hard_limit,
        };
        Ok(Self {
            objects,
            files,
            limit: hard_limit,
        })
    }

    /// The part that reads files on disk: it can be shared and used from many threads.
    pub fn files(&self) -> &FileReader {
        &self.files
    }

    /// Reads these entries; the answers come in the same order. Objects go through one git process, so a larger batch
    /// is a faster one; all of a batch is in memory at once.
    pub fn read(&mut self, wanted: &[&Entry]) -> Vec<Loaded> {
        let ids: Vec<Oid> = wanted
            .iter()
            .filter_map(|entry| {
                if let State::Object(oid) = entry.state {
                    Some(oid)
                } else {
                    None
                }
            })
            .collect();
        let mut fetched = self.fetch(&ids).into_iter();
        let answer = |entry: &&Entry| match entry.state {
            State::Object(oid) => match fetched.next() {
                Some(answer) => loaded(oid, answer),
                None => Loaded::Failed(Outcome::Unreadable, "git gave no answer".to_owned()),
            },
            _ => self.files.read(entry),
        };
        wanted.iter().map(answer).collect()
    }

    /// Begins to read these objects ahead, in this order; nothing if they are so few that [`Self::read`] does as well,
    /// whose git runs already.
    pub fn stream(&self, wanted: Vec<Oid>) -> Option<ObjectStream> {
        let objects = self.objects.as_ref()?;
        if wanted.len() <= FEW {
            return None;
        }
        let git = objects.git().clone();
        Some(ObjectStream::new(
            git,
            self.files.format,
            wanted,
            self.limit,
        ))
    }

    /// Glances at these entries; the answers come in the same order.
    pub fn glance(&mut self, wanted: &[&Entry]) -> Vec<Glance> {
        let oid = |entry: &&Entry| {
            if let State::Object(oid) = entry.state {
                Some(oid)
            } else {
                None
            }
        };
        let ids: Vec<Oid> = wanted.iter().filter_map(oid).collect();
        let glances = match &mut self.objects {
            Some(objects) if !ids.is_empty() => {
                let git = objects.git().clone();
                glance::objects(&git, objects, &ids)
            }
            _ => Ok(Vec::new()),
        };
        let failed = |error: SourceError| {
            ids.iter()
                .map(|_| Glance::Failed(Outcome::Unreadable, error.to_string()))
                .collect()
        };
        let mut glances = glances.unwrap_or_else(failed).into_iter();
        let answer = |entry: &&Entry| match oid(entry) {
            Some(_) => glances
                .next()
                .unwrap_or(Glance::Failed(Outcome::Unreadable, String::new())),
            None => self.files.glance(entry),
        };
        wanted.iter().map(answer).collect()
    }

    /// Which of these objects are in the store; without reading them, so that a damaged one counts as well.
    pub fn present(&mut self, wanted: &[Oid]) -> Vec<bool> {
        let present = match &self.objects {
            Some(objects) if !wanted.is_empty() => glance::present(objects.git(), wanted).ok(),
            _ => None,
        };
        present.unwrap_or_else(|| wanted.iter().map(|_| false).collect())
    }

    fn fetch(&mut self, ids: &[Oid]) -> Vec<Fetched> {
        if ids.is_empty() {
            return Vec::new();
        }
        let result = match &mut self.objects {
            Some(objects) => objects
                .read(ids, self.limit)
                .map_err(|error| error.to_string()),
            None => Err("a folder has no objects".to_owned()),
        };
        result.unwrap_or_else(|error| {
            ids.iter()
                .map(|_| Fetched::Failed(Outcome::Unreadable, error.clone()))
                .collect()
        })
    }
}

pub(super) fn loaded(oid: Oid, answer: Fetched) -> Loaded {
    match answer {
        Fetched::Object {
            kind: ObjectKind::Blob,
            bytes,
        } => Loaded::Bytes(Blob { oid, bytes }),
        Fetched::Oversized {
            kind: ObjectKind::Blob,
            size,
        } => Loaded::Oversized {
            oid: Some(oid),
            size,
        },
        Fetched::Object { kind, .. } | Fetched::Oversized { kind, .. } => Loaded::Failed(
            Outcome::CorruptObject,
            format!("a {} where a blob should be", kind.word()),
        ),
        Fetched::Failed(outcome, detail) => Loaded::Failed(outcome, detail),
    }
}

/// The bytes of a file on disk.
pub struct Unhashed {
    /// All of them.
    pub bytes: Vec<u8>,
    /// Whether git's index vouches that they are those of the blob that it names, as far as it can without reading them.
    pub is_unchanged: bool,
}

/// Reads files on disk, from as many threads as there are.
#[derive(Clone, Debug)]
pub struct FileReader {
    root: Option<Arc<Beneath>>,
    format: ObjectFormat,
    limit: u64,
}

impl FileReader {
    /// Reads one entry. Settled entries answer with their outcome, objects need [`Reader::read`].
    pub fn read(&self, entry: &Entry) -> Loaded {
        match self.read_unhashed(entry, Vec::new()) {
            Ok(Unhashed { bytes, .. }) => Loaded::Bytes(Blob {
                oid: self.hash(&bytes),
                bytes,
            }),
            Err(loaded) => loaded,
        }
    }

    /// Reads one entry without hashing it, into memory that was used before; what it holds is forgotten.
    ///
    /// Errors with what [`Self::read`] answers where there are no bytes.
    pub fn read_unhashed(&self, entry: &Entry, buffer: Vec<u8>) -> Result<Unhashed, Loaded> {
        match &entry.state {
            State::Settled(outcome, detail) => Err(Loaded::Failed(*outcome, detail.clone())),
            State::Object(oid) => Err(Loaded::Failed(
                Outcome::Unreadable,
                format!("{oid} is not a file on disk"),
            )),
            State::File { .. } => {
                let (bytes, stat) = self.read_file(entry.path.as_bytes(), buffer)?;
                let is_unchanged = entry.stat == Some(stat);
                Ok(Unhashed {
                    bytes,
                    is_unchanged,
                })
            }
        }
    }

    /// Reads a file by its path; `None` where there is none that can be read.
    pub fn read_path(&self, path: &crate::model::RepoPath) -> Option<Vec<u8>> {
        let read = self.read_file(path.as_bytes(), Vec::new());
        read.ok().map(|(bytes, _)| bytes)
    }

    /// The id of a blob with these bytes.
    pub fn hash(&self, bytes: &[u8]) -> Oid {
        Oid::of_blob(self.format, bytes)
    }

    /// Glances at one entry. Settled entries answer with their outcome, objects need [`Reader::glance`].
    pub fn glance(&self, entry: &Entry) -> Glance {
        match &entry.state {
            State::Settled(outcome, detail) => Glance::Failed(*outcome, detail.clone()),
            State::Object(oid) => {
                Glance::Failed(Outcome::Unreadable, format!("{oid} is not a file on disk"))
            }
            State::File { .. } => self.glance_file(entry.path.as_bytes()),
        }
    }

    pub(super) fn open(&self, path: &[u8]) -> Result<Opened, Errno> {
        self.root
            .as_ref()
            .map_or(Err(Errno::NOENT), |root| root.read(path))
    }

    pub(super) fn read_file(
        &self,
        path: &[u8],
        mut bytes: Vec<u8>,
    ) -> Result<(Vec<u8>, Stat), Loaded> {
        let unreadable = |detail: String| Err(Loaded::Failed(Outcome::Unreadable, detail));
        let Some(root) = &self.root else {
            return unreadable("a bare repository has no files".to_owned());
        };
        let (mut file, stat) = match root.read(path) {
            Ok(Opened::File(file, stat)) => (file, stat),
            Ok(Opened::Other(FileType::Directory)) => {
                return unreadable("became a folder".to_owned());
            }
            Ok(Opened::Other(_)) => {
                return Err(Loaded::Failed(Outcome::SpecialFile, String::new()));
            }
            Err(Errno::LOOP) => return unreadable("became a symbolic link".to_owned()),
            Err(errno) => return unreadable(std::io::Error::from(errno).to_string()),
        };
        let size = u64::try_from(stat.st_size).unwrap_or(0);
        if size > self.limit {
            return Err(Loaded::Oversized { oid: None, size });
        }
        bytes.clear();
        let room = if size > LARGE { size.max(ROOM) } else { size };
        bytes.reserve(usize::try_from(room).unwrap_or(0).saturating_add(1));
        match file
            .by_ref()
            .take(self.limit.saturating_add(1))
            .read_to_end(&mut bytes)
        {
            Ok(_) if bytes.len() as u64 > self.limit => Err(Loaded::Oversized {
                oid: None,
                size: bytes.len() as u64,
            }),
            Ok(_) => Ok((bytes, Stat::of(&stat))),
            Err(cause) => unreadable(cause.to_string()),
        }
    }
}
