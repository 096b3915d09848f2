//! Instances that one team mends in one repository for one incident: what a ticket will be about.

use sha2::{Digest, Sha256};

/// The stable name of a group; it depends on nothing but what the group is.
pub fn group_id(incident: &str, repository: &str, owner: Option<&str>) -> String {
    let mut hasher = Sha256::new();
    for part in [
        Some("stampout group v1"),
        Some(incident),
        Some(repository),
        owner,
    ] {
        // An owner who is not known is not an owner without a name.
        match part {
            Some(part) => {
                hasher.update((part.len() as u64 + 1).to_be_bytes());
                hasher.update(part.as_bytes());
            }
            None => hasher.update(0u64.to_be_bytes()),
        }
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut name = "G-".to_owned();
    for byte in &digest[..8] {
        name.push_str(&format!("{byte:02x}"));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::group_id;

    #[test]
    fn every_part_counts_and_the_name_stays() {
        let names = [
            group_id("A", "b", Some("c")),
            group_id("A", "b", Some("")),
            group_id("A", "b", None),
            group_id("Ab", "", Some("c")),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(!names[index + 1..].contains(name));
        }
        // Tickets carry it: it must never change.
        assert_eq!(names[0], "G-e2d668b9e26f2403");
    }
}
