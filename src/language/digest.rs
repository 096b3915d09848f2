//! A digest of each grammar: two builds that judge a file by different grammars can be told apart.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use sha2::{Digest, Sha256};

use super::{Language, all};

static DIGESTS: LazyLock<BTreeMap<&'static str, OnceLock<String>>> = LazyLock::new(|| {
    all()
        .iter()
        .map(|language| (language.name, OnceLock::new()))
        .collect()
});

/// The digest of a language of this build, computed once; `none` of plain text, which has no grammar.
pub(super) fn of(language: &Language) -> &'static str {
    DIGESTS.get(language.name).map_or("none", |digest| {
        digest.get_or_init(|| compute(&language.grammar()))
    })
}

/// Each part is closed by a newline or a fixed width, so that no two grammars share a text.
fn compute(grammar: &tree_sitter::Language) -> String {
    let mut hash = Sha256::new();
    hash.update(format!(
        "abi {}\nstates {}\n",
        grammar.abi_version(),
        grammar.parse_state_count()
    ));
    if let Some(version) = grammar.metadata() {
        hash.update(format!(
            "version {}.{}.{}\n",
            version.major_version, version.minor_version, version.patch_version
        ));
    }
    for id in 0..grammar.node_kind_count() as u16 {
        let flags = [
            if grammar.node_kind_is_named(id) {
                'n'
            } else {
                '-'
            },
            if grammar.node_kind_is_visible(id) {
                'v'
            } else {
                '-'
            },
            if grammar.node_kind_is_supertype(id) {
                's'
            } else {
                '-'
            },
        ];
        let name = grammar.node_kind_for_id(id).unwrap_or_default();
        hash.update(format!("kind {} {name:?}\n", String::from_iter(flags)));
    }
    // Field ids begin at 1.
    for id in 1..=grammar.field_count() as u16 {
        hash.update(format!(
            "field {:?}\n",
            grammar.field_name_for_id(id).unwrap_or_default()
        ));
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
