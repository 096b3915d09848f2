//! `requires = ">=0.1"`: the oldest stampout that understands a pack.

/// A version as three numbers; missing ones are 0.
type Version = [u64; 3];

/// What a requirement says of this binary.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Requirement {
    /// The pack is understood.
    Met,
    /// The pack needs a newer stampout.
    Newer,
    /// Not of the form `>=N[.N[.N]]`.
    Malformed,
}

/// Compares a requirement with a version.
pub(crate) fn check(requirement: &str, version: &str) -> Requirement {
    let Some(wanted) = requirement
        .trim()
        .strip_prefix(">=")
        .and_then(|text| parse(text.trim()))
    else {
        return Requirement::Malformed;
    };
    match parse(version) {
        Some(have) if have >= wanted => Requirement::Met,
        _ => Requirement::Newer,
    }
}

fn parse(text: &str) -> Option<Version> {
    let mut version = [0; 3];
    let core = text.split(['-', '+']).next()?;
    let mut parts = core.split('.');
    for slot in &mut version {
        match parts.next() {
            Some(part) => *slot = part.parse().ok()?,
            None => break,
        }
    }
    if core.is_empty() || parts.next().is_some() {
        None
    } else {
        Some(version)
    }
}

#[cfg(test)]
mod tests {
    use super::{Requirement, check};

    #[test]
    fn requirements() {
        for (requirement, version, expected) in [
            (">=0.1", "0.1.0", Requirement::Met),
            (">= 0.1.0", "0.1.0", Requirement::Met),
            (">=0.2", "0.1.9", Requirement::Newer),
            (">=0.10", "0.9.0", Requirement::Newer),
            (">=1", "1.0.0-rc.1", Requirement::Met),
            ("0.1", "0.1.0", Requirement::Malformed),
            (">=a", "0.1.0", Requirement::Malformed),
            (">=", "0.1.0", Requirement::Malformed),
            (">=1.2.3.4", "0.1.0", Requirement::Malformed),
        ] {
            assert_eq!(
                check(requirement, version),
                expected,
                "{requirement} against {version}"
            );
        }
    }
}
