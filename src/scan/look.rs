//! The first look at what an entry needs: read it, hash it, rule it out if no rule can match.

use std::cell::Cell;
use std::sync::Arc;

use super::candidates::Waiting;
use super::judged::Judged;
use super::kept;
use super::pipeline::Scanner;
use super::plan::{Hint, Load, Seen, languages_of};
use super::verdict::{Examined, Sighted, sight};
use crate::cache::{Kept, Known, Since};
use crate::language::{self, Language};
use crate::model::Outcome;
use crate::source::{self, Blob, Entry, FileReader, Glance, Listing, Loaded, Oid, State};

/// The first line of a file is in its first bytes.
const HEAD: usize = 1024;

thread_local! {
    /// What a thread read last, if it is needed no more: fresh memory for every file costs more than reading it.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A larger buffer is given back.
const MAX_BUFFER: usize = 32 << 20;

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
        let seen = load.seen.unwrap_or_else(|| {
            if load.whole {
                Seen::Bytes(files.read_into(entry, BUFFER.take()))
            } else {
                Seen::Glance(files.glance(entry))
            }
        });
        let by_path = languages_of(&entry.path).unwrap_or_default();
        let named = entry.named_oid();
        let judged = match seen {
            Seen::Bytes(Loaded::Bytes(blob)) => {
                return self.look_at_bytes(entry, load.entry, blob, load.hint, slot);
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
        index: usize,
        mut blob: Blob,
        hint: Option<Hint>,
        slot: usize,
    ) -> Looked {
        let head = &blob.bytes[..blob.bytes.len().min(HEAD)];
        let languages = language::detect(&entry.path, Some(head));
        let read: Vec<_> = languages
            .iter()
            .copied()
            .filter(|one| self.rules.reads(one))
            .collect();
        let (judged, to_keep) = if source::is_lfs_pointer(&blob.bytes) {
            (
                Judged::plain(Outcome::LfsPointer, "", Some(blob.oid), languages),
                None,
            )
        } else if languages.is_empty() {
            let outcome = Outcome::UnsupportedLanguage;
            (Judged::plain(outcome, "", Some(blob.oid), languages), None)
        } else if read.is_empty() {
            (
                Judged::plain(Outcome::RuledOut, "", Some(blob.oid), languages),
                None,
            )
        } else {
            let known = self.known(blob.oid, languages, hint);
            match sight(&blob.bytes, &read, known, &self.examiner()) {
                Sighted::Done(examined) => self.judged(blob.oid, languages, examined),
                Sighted::Candidate(candidate) => {
                    if matches!(entry.state, State::File { .. }) {
                        let bytes = blob.bytes.as_slice().to_vec();
                        recycle(std::mem::replace(&mut blob.bytes, bytes));
                    }
                    return Looked::Waiting(Box::new(Waiting {
                        slot,
                        entry: index,
                        blob,
                        languages,
                        candidate,
                    }));
                }
            }
        };
        let judged = judged.from_bytes(entry, &blob);
        recycle(blob.bytes);
        Looked::Done(judged, to_keep)
    }

    /// What a verdict says of a blob in its languages, and what of that is to be kept for later runs.
    pub(super) fn judged(
        &self,
        oid: Oid,
        languages: &[&'static Language],
        examined: Examined,
    ) -> (Judged, Option<Kept>) {
        let worth = self.keeper.as_ref().zip(examined.worth);
        let kept = worth.and_then(|(keeper, worth)| keeper.kept(self.rules, oid, languages, worth));
        (Judged::of(examined.verdict, oid, languages), kept)
    }

    /// What earlier runs know of a blob that was read and hashed.
    fn known(
        &self,
        oid: Oid,
        languages: &[&'static Language],
        hint: Option<Hint>,
    ) -> Option<Known> {
        let keeper = self.keeper.as_ref()?;
        match hint {
            // Where the name of a file gives its languages, its content does not change them.
            Some(hint) if hint.oid == oid => hint.known,
            _ => keeper
                .look_up(self.rules, &[(oid, languages)], Since::Ever)
                .pop()?,
        }
    }
}
