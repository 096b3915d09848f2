//! Raw path bytes as relative URI references, and titles as file names.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// All but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A path relative to the root, as a URI reference: no `/` at the front, no empty, `.` or `..` segment that a reader
/// would resolve away.
pub(in crate::report) fn path(path: &[u8]) -> String {
    path.split(|byte| *byte == b'/')
        .filter(|segment| !segment.is_empty() && *segment != b".")
        .map(|segment| match segment {
            b".." => "%2E%2E".to_owned(),
            _ => percent_encode(segment, SEGMENT).to_string(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// A title as one part of a file name, the `@` before the revision kept.
pub(in crate::report) fn file_name(repository: &str, rest: &str) -> String {
    format!(
        "{}@{}",
        percent_encode(repository.as_bytes(), SEGMENT),
        percent_encode(rest.as_bytes(), SEGMENT)
    )
}

#[cfg(test)]
mod tests {
    use super::{file_name, path};

    #[test]
    fn every_byte_survives() {
        for (raw, uri) in [
            (&b"src/gateway.py"[..], "src/gateway.py"),
            (b"/a//./b", "a/b"),
            (b"../up", "%2E%2E/up"),
            (b"src dir/a#b?c%d.py", "src%20dir/a%23b%3Fc%25d.py"),
            ("é😀".as_bytes(), "%C3%A9%F0%9F%98%80"),
            (b"caf\xE9.py", "caf%E9.py"),
            (b"a:b/[c](1)", "a%3Ab/%5Bc%5D%281%29"),
            (b"back\\slash\n", "back%5Cslash%0A"),
        ] {
            assert_eq!(path(raw), uri);
        }
    }

    #[test]
    fn names_are_one_segment() {
        assert_eq!(
            file_name("acme/checkout", "release/1"),
            "acme%2Fcheckout@release%2F1"
        );
        assert_eq!(file_name("a@b", "worktree"), "a%40b@worktree");
    }
}
