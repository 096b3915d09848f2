//! `-g`: which paths are wanted, with the meaning that ripgrep gives to it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use ignore::overrides::{Override, OverrideBuilder};
use thiserror::Error;

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{pattern}` is not a glob: {message}")]
pub struct GlobError {
    /// As given.
    pub pattern: String,
    /// What is wrong with it.
    pub message: String,
}

impl GlobError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "`*` stands for anything within a name, `**` for any folders, `[ab]` and `{a,b}` for choices; \
         escape a literal `[` or `{` with a backslash"
    }
}

/// Patterns that take paths in, or leave them out where they begin with `!`; the last that matches decides. Patterns
/// without a slash match at any depth, others from the root of the repository. If one takes in, only what is taken in
/// is wanted.
#[derive(Clone, Debug)]
pub struct Globs {
    patterns: Vec<String>,
    matcher: Override,
}

impl Globs {
    /// Compiles the patterns.
    ///
    /// Errors name the first that is wrong.
    pub fn new(patterns: &[String]) -> Result<Self, GlobError> {
        let error = |pattern: &str, cause: &ignore::Error| GlobError {
            pattern: pattern.to_owned(),
            message: cause_of(cause),
        };
        let mut builder = OverrideBuilder::new("");
        for pattern in patterns {
            if pattern.trim_start_matches('!').is_empty() {
                return Err(GlobError {
                    pattern: pattern.clone(),
                    message: "it is empty".to_owned(),
                });
            }
            builder
                .add(pattern)
                .map_err(|cause| error(pattern, &cause))?;
        }
        let matcher = builder
            .build()
            .map_err(|cause| error(&patterns.join(" "), &cause))?;
        Ok(Self {
            patterns: patterns.to_vec(),
            matcher,
        })
    }

    /// As given.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether this path is wanted: a folder above it that is left out takes all below it along.
    pub fn wants(&self, path: &[u8]) -> bool {
        let folders = path
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'/')
            .map(|(slash, _)| &path[..slash]);
        let matched = |path: &[u8], folder| {
            self.matcher
                .matched(Path::new(OsStr::from_bytes(path)), folder)
        };
        folders
            .into_iter()
            .all(|folder| !matched(folder, true).is_ignore())
            && !matched(path, false).is_ignore()
    }
}

fn cause_of(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Globs;

    fn wants(patterns: &[&str], path: &str) -> bool {
        let patterns: Vec<String> = patterns
            .iter()
            .map(|pattern| (*pattern).to_owned())
            .collect();
        Globs::new(&patterns).expect("globs").wants(path.as_bytes())
    }

    #[test]
    fn they_mean_what_ripgreps_mean() {
        assert!(wants(&[], "a/b.py"));
        assert!(wants(&["*.py"], "a/b.py") && !wants(&["*.py"], "a/b.js"));
        assert!(wants(&["/a/*.py"], "a/b.py") && !wants(&["/b.py"], "a/b.py"));
        assert!(!wants(&["!vendor"], "x/vendor/deep/b.py") && wants(&["!vendor"], "x/b.py"));
        assert!(!wants(&["*.py", "!b.py"], "a/b.py") && wants(&["!*.py", "b.py"], "a/b.py"));
        assert!(wants(&["a/**"], "a/b/c.py") && !wants(&["a/**"], "b/a/c.py"));
    }

    #[test]
    fn a_wrong_pattern_is_named() {
        let error = Globs::new(&["*.py".to_owned(), "a[b".to_owned()]).expect_err("an open class");
        assert_eq!(error.pattern, "a[b");
        assert!(
            error.to_string().starts_with("`a[b` is not a glob: "),
            "{error}"
        );
        assert!(Globs::new(&["!".to_owned()]).is_err());
    }
}
