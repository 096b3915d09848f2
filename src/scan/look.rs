//! The first look at what an entry needs: read it, hash it, rule it out if no rule can match.

use std::cell::Cell;
use std::sync::Arc;

use super::candidates::Waiting;
use super::judged::Judged;
use super::kept;
use super::pipeline::Scanner;
use super::plan::{Hint, Load, Seen, languages_of};
use super::sight::{Sighted, check, sight};
use super::text::Text;
use super::verdict::Examined;
use crate::cache::{Kept, Known, Since};
use crate::language::{self, Language};
use crate::model::Outcome;
use crate::source::{self, Blob, Entry, FileReader, Glance, Listing, Loaded, Oid, State, Unhashed};

/// The first line of a file is in its first bytes.
const HEAD: usize = 1024;

thread_local! {
    /// What a thread read last, if it is needed no more: fresh memory for every file costs more than reading it.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A larger buffer is given back.
const MAX_BUFFER: usize = 16 << 20;

/// Leaves memory to the next file that this thread reads.
fn recycle(buffer: Vec<u8>) {
    if buffer.capacity() <= MAX_BUFFER {
        BUFFER.set(buffer);
    }
}

/// What is made of a load.
pub(super) enum Looked {
    /// All there is to say, and what of it is to be kept for later runs.
    Done(Judged, Option<Kept>),
    /// Some rule can match.
    Waiting(Box<Waiting>),
}

/// Bytes that were read, and what is known of their id.
struct Read {
    bytes: Vec<u8>,
    /// Of an object: hashed when it was read.
    oid: Option<Oid>,
    /// Whether a file on disk has the bytes of the blob that the index names, as git tells it.
    is_unchanged: bool,
}

impl Scanner<'_> {
    /// Looks at what a load needs, which gets the place `slot` among what is known.
    pub(super) fn look(
        &self,
        listing: &Listing,
        files: &FileReader,
        load: Load,
        slot: usize,
    ) -> Looked {
        let entry = &listing.entries[load.entry];
        let by_path = languages_of(&entry.path, self.rules).unwrap_or_default();
        let named = entry.named_oid();
        let seen = match load.seen {
            Some(seen) => seen,
            None if !load.whole => Seen::Glance(files.glance(entry)),
            None => match files.read_unhashed(entry, BUFFER.take()) {
                Ok(Unhashed {
                    bytes,
                    is_unchanged,
                }) => {
                    let read = Read {
                        bytes,
                        oid: None,
                        is_unchanged,
                    };
                    return self.look_at_bytes(entry, files, read, &load, slot);
                }
                Err(loaded) => Seen::Bytes(loaded),
            },
        };
        let judged = match seen {
            Seen::Bytes(Loaded::Bytes(Blob { oid, bytes })) => {
                let read = Read {
                    bytes,
                    oid: Some(oid),
                    is_unchanged: false,
                };
                let load = Load { seen: None, ..load };
                return self.look_at_bytes(entry, files, read, &load, slot);
            }
            Seen::Kept(known) => {
                let verdict = Arc::new(kept::assemble(&known.about, &known.said));
                match named {
                    Some(oid) => Judged::of(verdict, oid, by_path),
                    None => Judged::plain(Outcome::Unreadable, "", None, by_path),
                }
            }
            Seen::Glance(Glance::There) => {
                let outcome = if by_path.is_empty() {
                    Outcome::UnsupportedLanguage
                } else {
                    Outcome::RuledOut
                };
                Judged::plain(outcome, "", named, by_path)
            }
            Seen::Glance(Glance::LfsPointer) => {
                Judged::plain(Outcome::LfsPointer, "", named, by_path)
            }
            Seen::Glance(Glance::Failed(outcome, detail))
            | Seen::Bytes(Loaded::Failed(outcome, detail)) => {
                Judged::plain(outcome, detail, named, by_path)
            }
            Seen::Bytes(Loaded::Oversized { oid, size }) => {
                let detail = format!("{size} bytes, too large to be searched");
                Judged::plain(Outcome::TooLarge, detail, oid, by_path)
            }
        };
        Looked::Done(judged, None)
    }

    fn look_at_bytes(
        &self,
        entry: &Entry,
        files: &FileReader,
        read: Read,
        load: &Load,
        slot: usize,
    ) -> Looked {
        let Read {
            bytes,
            oid,
            is_unchanged,
        } = read;
        let is_file = matches!(entry.state, State::File { .. });
        let head = &bytes[..bytes.len().min(HEAD)];
        let mut languages = self.rules.languages_of(&entry.path, Some(head));
        if languages.iter().any(|one| one.is_text()) && Text::is_binary(&bytes) {
            // A file that is no text may be code, but no plain text.
            languages = language::detect(&entry.path, Some(head));
        }
        let asked: Vec<_> = languages
            .iter()
            .copied()
            .filter(|one| self.rules.reads(one))
            .collect();
        let sighted = if source::is_lfs_pointer(&bytes) {
            Err(Outcome::LfsPointer)
        } else if languages.is_empty() {
            Err(Outcome::UnsupportedLanguage)
        } else if asked.is_empty() {
            Err(Outcome::RuledOut)
        } else {
            Ok(sight(&bytes, &asked, &self.examiner()))
        };
        let hash = || oid.unwrap_or_else(|| files.hash(&bytes));
        let (oid, examined) = match sighted {
            Ok(Sighted::Candidate(candidate)) => {
                let (oid, known) = self
                    .known_as_named(entry, languages, &bytes)
                    .unwrap_or_else(|| {
                        let oid = hash();
                        (oid, self.known(oid, languages, load.hint.as_ref()))
                    });
                match candidate.recall(known, &self.limits) {
                    Sighted::Done(examined) => (oid, Ok(examined)),
                    Sighted::Candidate(candidate) => {
                        let bytes = if !is_file {
                            bytes
                        } else {
                            let own = bytes.as_slice().to_vec();
                            recycle(bytes);
                            own
                        };
                        return Looked::Waiting(Box::new(Waiting {
                            slot,
                            entry: load.entry,
                            spread: candidate.spread(&bytes, self.rules),
                            blob: Blob { oid, bytes },
                            languages,
                            candidate: *candidate,
                        }));
                    }
                }
            }
            // What nothing is said of needs no id of its own if git vouches for the index's.
            Ok(Sighted::Done(examined)) => (self.oid(entry, is_unchanged, hash), Ok(examined)),
            Err(outcome) => (self.oid(entry, is_unchanged, hash), Err(outcome)),
        };
        let (judged, kept) = match examined {
            // A file on disk is read in every run: that it is ruled out need not be remembered.
            Ok(examined) if is_file => (Judged::of(examined.verdict, oid, languages), None),
            Ok(examined) => self.judged(oid, languages, examined),
            Err(outcome) => (Judged::plain(outcome, "", Some(oid), languages), None),
        };
        let judged = judged.with_bytes(entry, oid, &bytes);
        recycle(bytes);
        Looked::Done(judged, kept)
    }

    /// The id of bytes that nothing is said of.
    fn oid(&self, entry: &Entry, is_unchanged: bool, hash: impl FnOnce() -> Oid) -> Oid {
        let named = entry.named_oid().filter(|_| is_unchanged && !self.every_id);
        named.unwrap_or_else(hash)
    }

    /// What a verdict says of a blob in its languages, and what of that is to be kept for later runs.
    pub(super) fn judged(
        &self,
        oid: Oid,
        languages: &'static [&'static Language],
        examined: Examined,
    ) -> (Judged, Option<Kept>) {
        let worth = self.keeper.as_ref().zip(examined.worth);
        let kept = worth.and_then(|(keeper, worth)| keeper.kept(self.rules, oid, languages, worth));
        (Judged::of(examined.verdict, oid, languages), kept)
    }

    /// What earlier runs know of the blob that the index names for a file, if these are its bytes.
    fn known_as_named(
        &self,
        entry: &Entry,
        languages: &[&'static Language],
        bytes: &[u8],
    ) -> Option<(Oid, Option<Known>)> {
        let State::File { index: Some(named) } = entry.state else {
            return None;
        };
        let known = self.known(named, languages, None)?;
        (known.about.check == Some(check(bytes))).then_some((named, Some(known)))
    }

    /// What earlier runs know of a blob that was read and hashed.
    fn known(
        &self,
        oid: Oid,
        languages: &[&'static Language],
        hint: Option<&Hint>,
    ) -> Option<Known> {
        let keeper = self.keeper.as_ref()?;
        match hint {
            // Where the name of a file gives its languages, its content does not change them.
            Some(hint) if hint.oid == oid => hint.known.clone(),
            _ => keeper
                .look_up(self.rules, &[(oid, languages)], Since::Ever)
                .pop()?,
        }
    }
}
