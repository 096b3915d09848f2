//! Ids that are digests of what they name.
//!
//! Invariant: only version 5 UUIDs, which the schema allows and which need neither clock nor chance.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The namespace of all our ids: version 5 of the tool's name among DNS names.
fn namespace() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, super::super::TOOL_NAME.as_bytes())
}

/// The id of a thing of a kind.
pub(super) fn guid(kind: &str, name: &str) -> String {
    Uuid::new_v5(&namespace(), format!("{kind}\0{name}").as_bytes()).to_string()
}

/// Eight hexadecimal digits that tell names apart.
pub(in crate::report) fn short_digest(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{guid, short_digest};

    #[test]
    fn ids_are_stable_and_of_version_5() {
        assert_eq!(guid("rule", "A.b"), guid("rule", "A.b"));
        assert_ne!(guid("rule", "A.b"), guid("incident", "A.b"));
        assert_eq!(guid("rule", "A.b").as_bytes()[14], b'5');
        assert_eq!(short_digest("acme/checkout@main").len(), 8);
    }
}
