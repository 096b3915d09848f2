//! A record as bytes: compact, and of no value once a bit of it has changed.
//!
//! Most rules have nothing to say about most blobs, so a group names a list of rules and then only those members that
//! their required text did not rule out; most of these take two bytes.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::key::{Key, ListName, NAME};
use super::known::{About, Said};
use crate::model::{ByteSpan, FileFacts, IgnoreComments, Instance, Outcome};

/// Raised when the bytes change their meaning; part of the folder's name.
pub(super) const FORMAT: u32 = 2;
/// Groups of a record; the oldest goes first.
const MAX_GROUPS: usize = 4;
const CHECKSUM: usize = 8;
const ENCODINGS: [&str; 7] = [
    "",
    "UTF-8",
    "UTF-16LE",
    "UTF-16BE",
    "UTF-32LE",
    "UTF-32BE",
    "ISO-8859-1",
];
const OUTCOMES: [Outcome; 3] = [Outcome::Scanned, Outcome::Binary, Outcome::Undecodable];

const HAS_INSTANCES: u8 = 1;
const HAS_BLIND: u8 = 2;
const BLIND_WITHOUT_TEXT: u8 = 4;

/// What a rule said, its instances still packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Packed {
    instances: Vec<u8>,
    blind: Vec<ByteSpan>,
    blind_without_text: bool,
}

impl Packed {
    /// `None` where it does not fit.
    pub(super) fn new(said: &Said) -> Option<Self> {
        Some(Self {
            instances: if said.instances.is_empty() {
                Vec::new()
            } else {
                serde_json::to_vec(&said.instances).ok()?
            },
            blind: said.blind.clone(),
            blind_without_text: said.blind_without_text,
        })
    }

    /// With the number that the rule has now.
    pub(super) fn unpack(&self, rule: usize) -> Option<Said> {
        let mut instances: Vec<Instance> = if self.instances.is_empty() {
            Vec::new()
        } else {
            serde_json::from_slice(&self.instances).ok()?
        };
        for instance in &mut instances {
            instance.rule = rule;
        }
        Some(Said {
            instances: instances.into_iter().map(Arc::new).collect(),
            blind: self.blind.clone(),
            blind_without_text: self.blind_without_text,
        })
    }
}

/// What the rules of one list said; those that are not named were ruled out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) list: ListName,
    /// Sorted by place in the list.
    pub(super) said: Vec<(usize, Packed)>,
}

/// All that is known of a blob in its context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) about: About,
    /// The latest first.
    pub(super) groups: Vec<Group>,
}

impl Record {
    /// Adds what an earlier record knows; `within` tells whether a list has no rule that another lacks.
    pub(super) fn add_older(&mut self, older: Self, within: impl Fn(&ListName, &ListName) -> bool) {
        for group in older.groups {
            let told = |known: &Group| within(&group.list, &known.list);
            if self.groups.len() < MAX_GROUPS && !self.groups.iter().any(told) {
                self.groups.push(group);
            }
        }
        if self.about.facts.sha256.is_none() {
            self.about = older.about;
        }
    }

    /// How many bytes it takes, about and rather too many.
    pub(super) fn size(&self) -> usize {
        let of_rule = |(_, said): &(usize, Packed)| 8 + said.instances.len() + 8 * said.blind.len();
        let of_group = |group: &Group| 24 + group.said.iter().map(of_rule).sum::<usize>();
        160 + self.groups.iter().map(of_group).sum::<usize>()
    }

    /// The bytes to be kept under a key; `None` for what they cannot say.
    pub(super) fn to_bytes(&self, key: &Key) -> Option<Vec<u8>> {
        let FileFacts {
            blob: _,
            sha256,
            length,
            encoding,
        } = &self.about.facts;
        let mut out = vec![FORMAT as u8];
        number(&mut out, *length);
        out.push(index_of(&ENCODINGS, encoding)?);
        match sha256 {
            None => out.push(0),
            Some(hex) => {
                out.push(1);
                out.extend_from_slice(&from_hex(hex)?);
            }
        }
        match &self.about.check {
            None => out.push(0),
            Some(check) => {
                out.push(1);
                out.extend_from_slice(check);
            }
        }
        out.push(index_of(&OUTCOMES, &self.about.outcome)?);
        bytes(&mut out, self.about.detail.as_bytes());
        if self.about.comments.is_empty() {
            number(&mut out, 0);
        } else {
            bytes(&mut out, &serde_json::to_vec(&self.about.comments).ok()?);
        }
        let mut blinds: Vec<&[ByteSpan]> = Vec::new();
        for (_, said) in self.groups.iter().flat_map(|group| &group.said) {
            if !said.blind.is_empty() && !blinds.contains(&said.blind.as_slice()) {
                blinds.push(&said.blind);
            }
        }
        number(&mut out, blinds.len() as u64);
        for spans in &blinds {
            number(&mut out, spans.len() as u64);
            for span in *spans {
                number(&mut out, span.start);
                number(&mut out, span.end.checked_sub(span.start)?);
            }
        }
        number(&mut out, self.groups.len() as u64);
        for group in &self.groups {
            out.extend_from_slice(&group.list);
            number(&mut out, group.said.len() as u64);
            let mut next = 0;
            for (place, said) in &group.said {
                number(&mut out, (*place as u64).checked_sub(next)?);
                next = *place as u64 + 1;
                let flag = |is: bool, flag: u8| if is { flag } else { 0 };
                out.push(
                    flag(!said.instances.is_empty(), HAS_INSTANCES)
                        | flag(!said.blind.is_empty(), HAS_BLIND)
                        | flag(said.blind_without_text, BLIND_WITHOUT_TEXT),
                );
                if !said.instances.is_empty() {
                    bytes(&mut out, &said.instances);
                }
                if !said.blind.is_empty() {
                    let index = blinds.iter().position(|known| *known == said.blind)?;
                    number(&mut out, index as u64);
                }
            }
        }
        let checksum = checksum(key, &out);
        out.extend_from_slice(&checksum);
        Some(out)
    }

    /// Reads what was kept under a key; `None` for anything that is not exactly that.
    pub(super) fn from_bytes(key: &Key, all: &[u8]) -> Option<Self> {
        let (body, sum) = all.split_last_chunk::<CHECKSUM>()?;
        if *sum != checksum(key, body) {
            return None;
        }
        let mut rest = Rest(body);
        if u32::from(rest.byte()?) != FORMAT {
            return None;
        }
        let length = rest.number()?;
        let encoding = ENCODINGS.get(usize::from(rest.byte()?))?;
        let sha256 = match rest.byte()? {
            0 => None,
            _ => Some(to_hex(rest.take(32)?)),
        };
        let check = match rest.byte()? {
            0 => None,
            _ => Some(rest.take(32)?.try_into().ok()?),
        };
        let outcome = *OUTCOMES.get(usize::from(rest.byte()?))?;
        let detail = String::from_utf8(rest.bytes()?.to_vec()).ok()?;
        let comments = match rest.bytes()? {
            [] => IgnoreComments::default(),
            text => serde_json::from_slice(text).ok()?,
        };
        let mut blinds = Vec::new();
        for _ in 0..rest.number()? {
            let mut spans = Vec::new();
            for _ in 0..rest.number()? {
                let start = rest.number()?;
                let end = start.checked_add(rest.number()?)?;
                spans.push(ByteSpan { start, end });
            }
            blinds.push(spans);
        }
        let mut groups = Vec::new();
        for _ in 0..rest.number()? {
            groups.push(rest.group(&blinds)?);
        }
        rest.0.is_empty().then_some(Self {
            about: About {
                facts: FileFacts {
                    blob: None,
                    sha256,
                    length,
                    encoding,
                },
                check,
                outcome,
                detail,
                comments,
            },
            groups,
        })
    }
}

fn index_of<T: PartialEq>(all: &[T], one: &T) -> Option<u8> {
    u8::try_from(all.iter().position(|known| known == one)?).ok()
}

fn checksum(key: &Key, body: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = Sha256::new();
    hasher.update(key.0);
    hasher.update(body);
    let digest: [u8; 32] = hasher.finalize().into();
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&digest[..CHECKSUM]);
    sum
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Seven bits a byte, the lowest first.
fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// What of a record was not read yet.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<&'b [u8]> {
        let count = self.number()?;
        self.take(usize::try_from(count).ok()?)
    }

    fn group(&mut self, blinds: &[Vec<ByteSpan>]) -> Option<Group> {
        let mut list = [0; NAME];
        list.copy_from_slice(self.take(NAME)?);
        let mut said = Vec::new();
        let mut next = 0_usize;
        for _ in 0..self.number()? {
            let place = next.checked_add(usize::try_from(self.number()?).ok()?)?;
            next = place.checked_add(1)?;
            let flags = self.byte()?;
            let instances = if flags & HAS_INSTANCES == 0 {
                Vec::new()
            } else {
                self.bytes()?.to_vec()
            };
            let blind = if flags & HAS_BLIND == 0 {
                Vec::new()
            } else {
                blinds.get(usize::try_from(self.number()?).ok()?)?.clone()
            };
            let one = Packed {
                instances,
                blind,
                blind_without_text: flags & BLIND_WITHOUT_TEXT != 0,
            };
            said.push((place, one));
        }
        Some(Group { list, said })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Group, Packed, Record};
    use crate::cache::{About, Context, Key, Said};
    use crate::model::{
        ByteSpan, Capture, FileFacts, Frame, IgnoreComment, Instance, Kind, MatchKey, Outcome, Span,
    };

    fn said() -> Said {
        let span = Span {
            bytes: ByteSpan { start: 3, end: 900 },
            line: 1,
            column: 4,
            end_line: 7,
            end_column: 1,
        };
        let instance = Instance {
            rule: 7,
            kind: Kind::Review,
            language: "c".into(),
            span,
            snippet: "é\u{1f600}\0\"…".into(),
            frame: Frame {
                first_line: 1,
                lines: vec![String::new(), "x\ty".into()],
            },
            captures: vec![Capture {
                name: "a".into(),
                span,
                text: "t".into(),
            }],
            enclosing: vec!["main".into()],
            key: MatchKey::new("A.b", Kind::Fail, b"t", &[], 1),
            line_hash: "ab:1".into(),
            reason: "in a part that did not parse".into(),
        };
        Said {
            instances: vec![Arc::new(instance)],
            blind: vec![
                ByteSpan { start: 5, end: 5 },
                ByteSpan {
                    start: 300,
                    end: 70_000,
                },
            ],
            blind_without_text: true,
        }
    }

    fn record() -> Record {
        let packed = Packed::new(&said()).expect("it fits");
        let blind_only = Packed {
            instances: Vec::new(),
            ..packed.clone()
        };
        Record {
            about: About {
                facts: FileFacts {
                    blob: None,
                    sha256: Some("0f".repeat(32)),
                    length: 1 << 40,
                    encoding: "UTF-16LE",
                },
                check: Some([7; 32]),
                outcome: Outcome::Scanned,
                detail: "é".into(),
                comments: [IgnoreComment {
                    line: 3,
                    covers: 4,
                    trailing: false,
                    begins: true,
                    text: "A.b by=é: \"why\"".into(),
                }]
                .into(),
            },
            groups: vec![
                Group {
                    list: [1; 16],
                    said: vec![(0, Packed::default()), (130, packed), (70_000, blind_only)],
                },
                Group {
                    list: [2; 16],
                    said: Vec::new(),
                },
            ],
        }
    }

    fn key(id: &[u8]) -> Key {
        Key::new(&Context::new(["engine"]), id)
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let record = record();
        let bytes = record.to_bytes(&key(b"a")).expect("it fits");
        assert_eq!(Record::from_bytes(&key(b"a"), &bytes), Some(record.clone()));
        assert_eq!(
            Record::from_bytes(&key(b"b"), &bytes),
            None,
            "of another blob"
        );
        let back = record.groups[0].said[1].1.unpack(9).expect("whole");
        assert_eq!(back.instances[0].rule, 9);
        let mut expected = said();
        Arc::make_mut(&mut expected.instances[0]).rule = 9;
        assert_eq!(back, expected);
    }

    #[test]
    fn every_changed_bit_and_every_lost_byte_is_noticed() {
        let bytes = record().to_bytes(&key(b"a")).expect("it fits");
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                assert_eq!(Record::from_bytes(&key(b"a"), &changed), None);
            }
            assert_eq!(Record::from_bytes(&key(b"a"), &bytes[..at]), None);
        }
    }

    #[test]
    fn what_the_latest_knows_too_is_dropped() {
        let mut latest = record();
        latest.groups.truncate(1);
        let mut older = record();
        older.groups[0].list = [3; 16];
        latest.add_older(older, |inner, _| *inner == [2; 16]);
        let lists: Vec<u8> = latest.groups.iter().map(|group| group.list[0]).collect();
        assert_eq!(lists, [1, 3]);
    }
}
