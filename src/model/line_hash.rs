//! GitHub's `primaryLocationLineHash`, as its upload action computes it.
//!
//! The action reads the file as UTF-8 with replacement characters and keeps a byte order mark, drops spaces and tabs,
//! turns CR and CRLF into LF, and hashes, for each line, the 100 UTF-16 units from the line's first kept unit on
//! (`h * 37 + unit`, wrapping at 64 bits; the text ends with 0xFFFF and is padded with zeros). Equal hashes in one file
//! are told apart by a running number.
//!
//! Invariant: lines end where the action ends them (LF, CR or CRLF), which is not where [`super::Span`] ends them; so
//! places are given as raw bytes here, never as line numbers.

use std::collections::HashMap;

/// How many UTF-16 units a hash covers.
const WINDOW: usize = 100;
/// The base of the polynomial.
const BASE: u64 = 37;
/// Ends the text.
const END: u16 = 0xFFFF;
const LF: u16 = 0x0A;
const CR: u16 = 0x0D;

/// The line hashes of one file.
#[derive(Clone, Debug)]
pub struct LineHashes {
    /// Where each line starts in the raw file.
    starts: Vec<u64>,
    /// For each line, its hash and its number among equal hashes.
    hashes: Vec<(u64, u32)>,
}

impl LineHashes {
    /// Hashes all lines of a file, in one pass.
    pub fn new(raw: &[u8]) -> Self {
        let mut hasher = Roller::default();
        let mut starts = vec![0];
        let mut fresh = true;
        let mut after_cr = false;
        for (offset, unit) in units(raw).chain([(raw.len() as u64, END)]) {
            let skipped_lf = after_cr && unit == LF;
            if skipped_lf {
                // The line that CR began starts behind the LF that belongs to it.
                if let Some(start) = starts.last_mut() {
                    *start = offset + 1;
                }
            }
            if unit == 0x20 || unit == 0x09 || skipped_lf {
                after_cr = false;
                continue;
            }
            after_cr = unit == CR;
            let kept = if after_cr { LF } else { unit };
            if fresh {
                hasher.mark();
            }
            hasher.push(kept);
            fresh = kept == LF;
            if fresh {
                starts.push(offset + 1);
            }
        }
        Self {
            starts,
            hashes: hasher.finish(),
        }
    }

    /// The hash of the line that holds a raw byte, as `<hex>:<n>`.
    pub fn at(&self, byte_offset: u64) -> String {
        let line = self
            .starts
            .partition_point(|start| *start <= byte_offset)
            .saturating_sub(1);
        let (hash, nth) = self
            .hashes
            .get(line)
            .or(self.hashes.last())
            .copied()
            .unwrap_or_default();
        format!("{hash:x}:{nth}")
    }
}

/// The file's UTF-16 units, each with the raw offset of the character it belongs to.
fn units(raw: &[u8]) -> impl Iterator<Item = (u64, u16)> + '_ {
    let mut base = 0_u64;
    raw.utf8_chunks().flat_map(move |chunk| {
        let begin = base;
        let invalid_at = begin + chunk.valid().len() as u64;
        base = invalid_at + chunk.invalid().len() as u64;
        let replacement = (!chunk.invalid().is_empty()).then_some((invalid_at, 0xFFFD));
        chunk
            .valid()
            .char_indices()
            .flat_map(move |(index, character)| {
                let mut buffer = [0; 2];
                let count = character.encode_utf16(&mut buffer).len();
                buffer
                    .into_iter()
                    .take(count)
                    .map(move |unit| (begin + index as u64, unit))
            })
            .chain(replacement)
    })
}

/// A rolling polynomial hash that reports its value `WINDOW` units after each mark.
struct Roller {
    ring: [u16; WINDOW],
    pushed: usize,
    hash: u64,
    /// BASE to the power of WINDOW: the weight with which the oldest unit leaves.
    leaving: u64,
    /// Positions that were marked, as yet without a hash from `hashes.len()` on.
    marks: Vec<usize>,
    hashes: Vec<(u64, u32)>,
    seen: HashMap<u64, u32>,
}

impl Default for Roller {
    fn default() -> Self {
        Self {
            ring: [0; WINDOW],
            pushed: 0,
            hash: 0,
            leaving: BASE.wrapping_pow(WINDOW as u32),
            marks: Vec::new(),
            hashes: Vec::new(),
            seen: HashMap::new(),
        }
    }
}

impl Roller {
    /// The next unit is the first of a line.
    fn mark(&mut self) {
        self.marks.push(self.pushed);
    }

    fn push(&mut self, unit: u16) {
        let slot = self.pushed % WINDOW;
        let oldest = u64::from(std::mem::replace(&mut self.ring[slot], unit));
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(oldest.wrapping_mul(self.leaving));
        self.pushed += 1;
        if self
            .marks
            .get(self.hashes.len())
            .is_some_and(|mark| mark + WINDOW == self.pushed)
        {
            let nth = self.seen.entry(self.hash).or_default();
            *nth += 1;
            self.hashes.push((self.hash, *nth));
        }
    }

    fn finish(mut self) -> Vec<(u64, u32)> {
        for _ in 0..WINDOW {
            self.push(0);
        }
        self.hashes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::LineHashes;

    /// Every line's hash in order.
    fn all(raw: &[u8]) -> Vec<String> {
        let hashes = LineHashes::new(raw);
        assert_eq!(hashes.starts.len(), hashes.hashes.len());
        hashes
            .starts
            .iter()
            .map(|start| hashes.at(*start))
            .collect()
    }

    /// The definition, written the slow way.
    fn reference(raw: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(raw)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let mut kept: Vec<u64> = text
            .encode_utf16()
            .filter(|unit| *unit != 0x20 && *unit != 0x09)
            .map(u64::from)
            .collect();
        kept.push(0xFFFF);
        let ends: Vec<usize> = kept
            .iter()
            .enumerate()
            .filter(|(_, unit)| **unit == 10)
            .map(|(at, _)| at + 1)
            .collect();
        kept.resize(kept.len() + 100, 0);
        let mut seen = Vec::new();
        for start in std::iter::once(0).chain(ends) {
            let hash = kept[start..start + 100].iter().fold(0_u64, |hash, unit| {
                hash.wrapping_mul(37).wrapping_add(*unit)
            });
            seen.push(hash);
        }
        seen.iter()
            .enumerate()
            .map(|(at, hash)| {
                format!(
                    "{hash:x}:{}",
                    seen[..=at].iter().filter(|other| *other == hash).count()
                )
            })
            .collect()
    }

    #[test]
    fn known_hashes() {
        assert_eq!(all(b""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            all(b" a\nb\n  \t\tc\n d"),
            [
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1"
            ]
        );
        let ends = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        assert_eq!(
            all(b" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n"),
            ends
        );
        assert_eq!(
            all(b" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r"),
            ends
        );
        assert_eq!(
            all(b" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n"),
            ends
        );
        assert_eq!(
            all(b" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n"),
            ends
        );
    }

    #[test]
    fn equal_lines_are_numbered() {
        let hashes = all("Lorem ipsum dolor sit amet.\n".repeat(10).as_bytes());
        assert_eq!(hashes[5], "a7f2ff13bc495cf2:6");
        assert_eq!(hashes[6], "a7f2ff1481e87703:1");
        assert_eq!(hashes[9], "cc97dc7b1d7d8f7b:1");
    }

    #[test]
    fn a_byte_belongs_to_the_line_it_stands_in() {
        let hashes = LineHashes::new(b"ab\r\ncd\rx");
        let lines: Vec<String> = (0..9).map(|offset| hashes.at(offset)).collect();
        assert_eq!(lines[0], lines[3]);
        assert_ne!(lines[3], lines[4]);
        assert_eq!(lines[4], lines[6]);
        assert_ne!(lines[6], lines[7]);
        assert_eq!(hashes.at(u64::MAX), lines[7]);
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pieces in prop::collection::vec(
            prop::sample::select(vec![&b"a"[..], b" ", b"\t", b"\n", b"\r", b"\r\n", b"\xEF\xBB\xBF", "é😀".as_bytes(),
                b"\xFF", b"\xE2\x82", b"requests.post(url)", b"x = 1;"]), 0..400)) {
            let raw: Vec<u8> = pieces.concat();
            prop_assert_eq!(all(&raw), reference(&raw));
        }
    }
}
