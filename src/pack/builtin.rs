//! The packs under `queries/`, built into the binary.

use std::collections::BTreeMap;

use super::{PackFiles, PackSource};

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// The files of every built-in pack, sorted by folder name.
pub fn builtin() -> Vec<PackFiles> {
    let mut packs: BTreeMap<&str, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for (path, bytes) in BUILTIN {
        if let Some((pack, name)) = path.split_once('/') {
            packs
                .entry(pack)
                .or_default()
                .insert(name.to_owned(), bytes.to_vec());
        }
    }
    packs
        .into_iter()
        .filter(|(_, files)| files.contains_key(super::files::MANIFEST))
        .map(|(pack, files)| PackFiles {
            source: PackSource::Builtin(pack.to_owned()),
            files,
        })
        .collect()
}
