//! What a record is found by, and what names the rules that it speaks of.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// All that decides how a blob is judged, beside its bytes and the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context([u8; 32]);

impl Context {
    /// Digests the parts: engine, languages and their grammars.
    pub fn new<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"stampout verdicts\0");
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Self(hasher.finalize().into())
    }
}

/// A blob in a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub(super) [u8; 32]);

impl Key {
    /// The blob with this id: 20 bytes of SHA-1 and 32 of SHA-256 are never the same blob.
    pub fn new(context: &Context, id: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(context.0);
        hasher.update((id.len() as u64).to_be_bytes());
        hasher.update(id);
        Self(hasher.finalize().into())
    }
}

/// Bytes of a name of a rule or a list.
pub(super) const NAME: usize = 16;

/// What a rule is: its id and its digest.
pub(super) type RuleName = [u8; NAME];
/// The digest of a list.
pub(super) type ListName = [u8; NAME];

/// The rules that were asked about blobs of some languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleList {
    pub(super) name: ListName,
    pub(super) members: Arc<[RuleName]>,
    /// For each member, by which number its owner knows it.
    pub(super) numbers: Vec<usize>,
    /// For each of these numbers, the place of the member.
    pub(super) places: HashMap<usize, usize>,
}

impl RuleList {
    /// Takes each rule's number, id and digest.
    pub fn new<'r>(rules: impl IntoIterator<Item = (usize, &'r str, &'r str)>) -> Self {
        let (numbers, members): (Vec<usize>, Vec<RuleName>) = rules
            .into_iter()
            .map(|(number, id, digest)| {
                let text = format!("{} {id} {digest}", id.len());
                (number, cut(&Sha256::digest(text.as_bytes()).into()))
            })
            .unzip();
        let members: Arc<[RuleName]> = members.into();
        let places = numbers.iter().enumerate();
        let places = places.map(|(place, number)| (*number, place)).collect();
        Self {
            name: name_of(&members),
            members,
            numbers,
            places,
        }
    }
}

/// The name of a list of these.
pub(super) fn name_of(members: &[RuleName]) -> ListName {
    let mut hasher = Sha256::new();
    for member in members {
        hasher.update(member);
    }
    cut(&hasher.finalize().into())
}

fn cut(digest: &[u8; 32]) -> [u8; NAME] {
    let mut name = [0; NAME];
    name.copy_from_slice(&digest[..NAME]);
    name
}
