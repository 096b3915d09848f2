//! The part of a repository that was asked for.

use crate::model::RepoPath;

/// Files and folders of a repository; none means all of it. Sorted, and none lies below another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathScope(Vec<RepoPath>);

impl PathScope {
    /// All of the repository.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only these files and folders; an empty path is the root, and so all of it.
    pub fn of(mut paths: Vec<RepoPath>) -> Self {
        paths.sort();
        let mut kept: Vec<RepoPath> = Vec::new();
        for path in paths {
            if path.as_bytes().is_empty() {
                return Self::all();
            }
            if !kept
                .iter()
                .any(|above| is_or_below(path.as_bytes(), above.as_bytes()))
            {
                kept.push(path);
            }
        }
        Self(kept)
    }

    /// The files and folders; empty means all.
    pub fn paths(&self) -> &[RepoPath] {
        &self.0
    }

    /// Whether it is the whole repository.
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a path belongs to it.
    pub fn contains(&self, path: &[u8]) -> bool {
        self.is_all()
            || self
                .0
                .iter()
                .any(|above| is_or_below(path, above.as_bytes()))
    }

    /// Whether a folder belongs to it or lies on the way to something that does.
    pub(super) fn may_hold(&self, folder: &[u8]) -> bool {
        self.contains(folder)
            || self
                .0
                .iter()
                .any(|below| is_or_below(below.as_bytes(), folder))
    }
}

/// Whether `path` is `above` or lies below it.
pub(super) fn is_or_below(path: &[u8], above: &[u8]) -> bool {
    match path.strip_prefix(above) {
        Some(rest) => rest.is_empty() || rest[0] == b'/' || above.is_empty(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::PathScope;
    use crate::model::RepoPath;

    #[test]
    fn folders_end_at_the_slash() {
        let scope = PathScope::of(vec!["src/a".into(), "src".into(), "lib/x.py".into()]);
        assert_eq!(
            scope.paths(),
            [RepoPath::from("lib/x.py"), RepoPath::from("src")]
        );
        assert!(scope.contains(b"src/b/c.py") && scope.contains(b"lib/x.py"));
        assert!(
            !scope.contains(b"srcs/a.py")
                && !scope.contains(b"lib/x.pyc")
                && !scope.contains(b"lib")
        );
        assert!(scope.may_hold(b"lib") && !scope.may_hold(b"li"));
        assert!(PathScope::of(vec!["src".into(), "".into()]).contains(b"anything"));
    }
}
