//! What the required text of rules lets through on a tree: files and bytes, without parsing anything.

use std::collections::BTreeMap;

use super::text::Text;
use crate::rule::RuleSet;
use crate::source::{Entry, Listing, Loaded, Reader, State};

/// Entries read at once.
const BATCH: usize = 64;

/// Files and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// How many files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, bytes: usize) {
        self.files += 1;
        self.bytes += bytes as u64;
    }
}

/// What there is in a rule's languages, and what of it must be parsed for the rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sifted {
    /// All files of its languages.
    pub all: Amount,
    /// Those that hold the text it requires.
    pub through: Amount,
}

/// Sifts the files of a listing; adds to the sums by rule index. Returns how many files could not be read.
pub fn sift(
    listing: &Listing,
    reader: &mut Reader,
    rules: &RuleSet,
    sums: &mut BTreeMap<usize, Sifted>,
) -> u64 {
    let mut unread = 0;
    let wanted: Vec<&Entry> = listing
        .entries
        .iter()
        .filter(|entry| !matches!(entry.state, State::Settled(..)))
        .collect();
    for batch in wanted.chunks(BATCH) {
        for (entry, loaded) in batch.iter().zip(reader.read(batch)) {
            let Loaded::Bytes(blob) = loaded else {
                unread += 1;
                continue;
            };
            let head = &blob.bytes[..blob.bytes.len().min(1024)];
            let languages = rules.languages_of(&entry.path, Some(head));
            let decoded = Text::decode(&blob.bytes);
            let text = decoded.as_ref().map_or(blob.bytes.as_slice(), Text::bytes);
            let mut seen: BTreeMap<usize, bool> = BTreeMap::new();
            for language in languages.iter().copied() {
                let candidates = rules.candidates(language, text);
                for one in rules.of(language) {
                    *seen.entry(one.rule).or_default() |= candidates.contains(&one);
                }
            }
            for (rule, through) in seen {
                let sum = sums.entry(rule).or_default();
                sum.all.add(blob.bytes.len());
                if through {
                    sum.through.add(blob.bytes.len());
                }
            }
        }
    }
    unread
}
