//! Lines of development and deployments: what a line's name says about it.
//!
//! Invariant: no branch and no tag can look like a deployment, for git refuses a colon in the name of a ref.

/// What begins the name of a deployment's line: `deployment:prod/eu-1/checkout`.
pub const DEPLOYMENT: &str = "deployment:";

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// Where the next version comes from.
    Main,
    /// Another branch or a tag.
    Release,
    /// What runs somewhere.
    Deployment,
}

impl LineKind {
    /// The word that answers use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Release => "release",
            Self::Deployment => "deployment",
        }
    }

    /// What a line is in a repository whose main line is known, or not.
    pub fn of(line: &str, main: Option<&str>) -> Self {
        if line.starts_with(DEPLOYMENT) {
            Self::Deployment
        } else if main == Some(line) {
            Self::Main
        } else {
            Self::Release
        }
    }
}

/// The environment of a deployment's line.
pub fn environment(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(DEPLOYMENT)?;
    rest.split('/').next()
}

/// Names of main lines, the surest first.
const MAIN: [&str; 7] = [
    "main", "master", "trunk", "develop", "default", "HEAD", "folder",
];

/// Which of a repository's lines is its main line: by its name, or because there is no other.
pub fn main_line<'l>(lines: impl IntoIterator<Item = &'l str>) -> Option<&'l str> {
    let lines: Vec<&str> = lines
        .into_iter()
        .filter(|line| !line.starts_with(DEPLOYMENT))
        .collect();
    let named = MAIN
        .iter()
        .find_map(|name| lines.iter().find(|line| *line == name));
    named
        .or_else(|| lines.first().filter(|_| lines.len() == 1))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::{LineKind, environment, main_line};

    #[test]
    fn main_lines_and_deployments_are_told_apart() {
        let cases: [(&[&str], Option<&str>); 6] = [
            (&["release/1", "main", "master"], Some("main")),
            (&["deployment:prod/a", "HEAD"], Some("HEAD")),
            (&["deployment:prod/main", "next"], Some("next")),
            (&["one", "other"], None),
            (&["deployment:prod/a"], None),
            (&[], None),
        ];
        for (lines, main) in cases {
            assert_eq!(main_line(lines.iter().copied()), main, "{lines:?}");
        }
        let kind = |line| LineKind::of(line, Some("main"));
        assert_eq!(kind("main"), LineKind::Main);
        assert_eq!(kind("v1.2"), LineKind::Release);
        assert_eq!(kind("deployment:prod/a"), LineKind::Deployment);
        assert_eq!(environment("deployment:prod/eu-1/a"), Some("prod"));
        assert_eq!(environment("main"), None);
    }
}
