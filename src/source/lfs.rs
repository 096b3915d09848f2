//! Git LFS pointers: small texts that stand in place of the content.

/// Pointers are at most this long.
pub(super) const LIMIT: usize = 1024;

/// Whether these bytes are a Git LFS pointer: the content is elsewhere, and these bytes say nothing about it.
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < LIMIT && bytes.starts_with(b"version https://git-lfs.github.com/spec/v1")
}

#[cfg(test)]
mod tests {
    use super::is_lfs_pointer;

    #[test]
    fn a_pointer_is_told_from_a_text_about_pointers() {
        assert!(is_lfs_pointer(
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
        ));
        assert!(!is_lfs_pointer(
            b"# version https://git-lfs.github.com/spec/v1\n"
        ));
        let mut long = b"version https://git-lfs.github.com/spec/v1\n".to_vec();
        long.resize(1024, b'x');
        assert!(!is_lfs_pointer(&long));
    }
}
