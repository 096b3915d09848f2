//! Links: to where a repository can be viewed, to a commit of it, and to lines of a file.
//!
//! Invariant: only `http` and `https` become links; whatever else a report brings is shown as text.

use super::super::escape;

/// An attribute's value for an address that may be followed.
pub(super) fn href(url: &str) -> Option<String> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let followed = lower.starts_with("https://") || lower.starts_with("http://");
    let plain = |c: char| c.is_ascii_graphic() || (c.is_alphanumeric() && !c.is_ascii());
    (followed && url.chars().all(plain)).then(|| escape::html(url))
}

/// How the services that show code name a file at a commit.
enum Style {
    GitHub,
    GitLab,
    Bitbucket,
    Gitea,
    Azure,
}

fn style(url: &str) -> Style {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    let host = host.to_ascii_lowercase();
    let is = |word: &str| host.contains(word);
    if is("gitlab") {
        Style::GitLab
    } else if is("bitbucket") {
        Style::Bitbucket
    } else if is("gitea") || is("forgejo") || is("codeberg") {
        Style::Gitea
    } else if is("dev.azure.com") || is("visualstudio.com") {
        Style::Azure
    } else {
        // GitLab, Gitea and Sourcegraph lead on from there.
        Style::GitHub
    }
}

/// To a file at a commit, and to lines of it.
pub(super) fn lines(url: &str, commit: &str, path: &str, first: u32, last: u32) -> Option<String> {
    let base = href(url.trim_end_matches('/'))?;
    let hex = commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !hex {
        return None;
    }
    let path = escape::uri_path(path.as_bytes());
    let range = |from: &str, to: &str| match last > first {
        true => format!("#{from}{first}{to}{last}"),
        false => format!("#{from}{first}"),
    };
    Some(match style(url) {
        Style::GitHub => format!("{base}/blob/{commit}/{path}{}", range("L", "-L")),
        Style::GitLab => format!("{base}/-/blob/{commit}/{path}{}", range("L", "-")),
        Style::Gitea => format!("{base}/src/commit/{commit}/{path}{}", range("L", "-L")),
        Style::Bitbucket => format!("{base}/src/{commit}/{path}{}", range("lines-", ":")),
        Style::Azure => {
            format!(
                "{base}?path=/{path}&amp;version=GC{commit}&amp;line={first}&amp;lineEnd={last}&amp;lineStartColumn=1&amp;lineEndColumn=1"
            )
        }
    })
}

/// To a commit.
pub(super) fn commit(url: &str, commit: &str) -> Option<String> {
    let base = href(url.trim_end_matches('/'))?;
    Some(match style(url) {
        Style::GitLab => format!("{base}/-/commit/{commit}"),
        Style::Bitbucket => format!("{base}/commits/{commit}"),
        _ => format!("{base}/commit/{commit}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{href, lines};

    #[test]
    fn only_what_the_web_serves_is_followed() {
        assert_eq!(
            href("https://h/a?b=1&c=\"").as_deref(),
            Some("https://h/a?b=1&amp;c=&quot;")
        );
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "//host/a",
            "https://h/ a",
            "https://h/\u{202e}a",
            "https://h/\na",
            "",
        ] {
            assert_eq!(href(url), None, "{url}");
        }
    }

    #[test]
    fn each_service_has_its_way_of_naming_lines() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (url, link) in [
            (
                "https://github.com/a/b",
                "https://github.com/a/b/blob/C/s%20c/a.py#L4-L6",
            ),
            (
                "https://git.example/a/b/",
                "https://git.example/a/b/blob/C/s%20c/a.py#L4-L6",
            ),
            (
                "https://gitlab.com/a/b",
                "https://gitlab.com/a/b/-/blob/C/s%20c/a.py#L4-6",
            ),
            (
                "https://codeberg.org/a/b",
                "https://codeberg.org/a/b/src/commit/C/s%20c/a.py#L4-L6",
            ),
            (
                "https://bitbucket.org/a/b",
                "https://bitbucket.org/a/b/src/C/s%20c/a.py#lines-4:6",
            ),
        ] {
            let made = lines(url, commit, "s c/a.py", 4, 6).map(|made| made.replace(commit, "C"));
            assert_eq!(made.as_deref(), Some(link));
        }
        assert_eq!(lines("git@host:a/b", commit, "a", 1, 1), None);
        assert_eq!(lines("https://h/a", "main\"", "a", 1, 1), None);
        let one = lines("https://h/a", commit, "a", 1, 1).expect("a link");
        assert!(one.ends_with("#L1"), "{one}");
    }
}
