//! Names: of repositories, which every tool writes in its own way, and of images.

/// A repository's address without what differs from tool to tool: scheme, credentials, port, `.git`, case of the host.
/// `git@host:acme/checkout.git`, `ssh://git@host:22/acme/checkout` and `https://host/acme/checkout/` are one.
pub fn address(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("git+").unwrap_or(text);
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (rest, has_host) = match text.split_once("://") {
        Some((_, rest)) => (rest.to_owned(), true),
        None => match text.split_once(':') {
            // scp's way; a path on Windows or a second colon is none.
            Some((host, path)) if !host.contains('/') && host.len() > 1 => {
                (format!("{host}/{}", path.trim_start_matches('/')), true)
            }
            _ => (text.to_owned(), false),
        },
    };
    let rest = rest.trim_matches('/');
    let rest = rest.strip_suffix(".git").unwrap_or(rest);
    let rest = rest.trim_end_matches('/');
    if !has_host {
        return rest.to_owned();
    }
    let Some((host, path)) = rest.split_once('/') else {
        return rest.to_owned();
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    format!("{}/{path}", host.to_ascii_lowercase())
}

/// The name that a repository at a URL has where nothing gives it another: its path on the host.
pub fn repository_name(url: &str) -> String {
    let address = address(url);
    let path = address.split_once('/').map(|(_, path)| path.to_owned());
    path.filter(|path| !path.is_empty()).unwrap_or(address)
}

/// Whether what an inventory calls a repository is one of the fleet, known by its name and perhaps its URL.
pub fn same_repository(called: &str, name: &str, url: Option<&str>) -> bool {
    let called = address(called);
    if called.is_empty() {
        return false;
    }
    let known = url.map(address);
    called == name
        || known.as_deref().is_some_and(|known| {
            let path = known.split_once('/').map(|(_, path)| path);
            // A name alone (`acme/checkout`) is the path on whatever host.
            known == called || path == Some(called.as_str())
        })
}

/// The digest in a reference, if it holds one: `sha256:…`.
pub(super) fn digest(reference: &str) -> Option<&str> {
    let digest = reference.rsplit_once('@').map(|(_, digest)| digest)?;
    digest.contains(':').then_some(digest)
}

/// A reference as it is compared: without what runtimes put in front.
pub(super) fn reference(text: &str) -> &str {
    let text = text.trim();
    [
        "docker-pullable://",
        "docker://",
        "containerd://",
        "oci://",
        "oci:",
    ]
    .iter()
    .find_map(|prefix| text.strip_prefix(prefix))
    .unwrap_or(text)
}

/// A part of a line's name: a slash and what would not be seen are written as `%2F`.
pub(super) fn part(text: &str) -> String {
    let mut part = String::new();
    for c in text.chars() {
        if c == '/' || c == '%' || c.is_control() || c.is_whitespace() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                part.push_str(&format!("%{byte:02X}"));
            }
        } else {
            part.push(c);
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::{address, digest, part, reference, same_repository};

    #[test]
    fn one_repository_has_many_spellings() {
        let spellings = [
            "https://Git.example/acme/checkout",
            "https://git.example/acme/checkout.git",
            "https://user:secret@git.example/acme/checkout/",
            "git@git.example:acme/checkout.git",
            "ssh://git@git.example:2222/acme/checkout",
            "git+https://git.example/acme/checkout?x=1#readme",
            "git.example:acme/checkout",
        ];
        for spelling in spellings {
            assert_eq!(address(spelling), "git.example/acme/checkout", "{spelling}");
            let url = Some("https://git.example/acme/checkout");
            assert!(same_repository(spelling, "shop", url), "{spelling}");
        }
        let same =
            |called| same_repository(called, "shop", Some("https://git.example/acme/checkout"));
        assert!(same("acme/checkout") && same("shop"));
        assert!(!same("checkout") && !same("") && !same("https://git.example/other/checkout"));
        assert!(!same("https://other.example/acme/checkout"));
    }

    #[test]
    fn images_and_parts() {
        assert_eq!(digest("ghcr.io/a/b:1@sha256:00"), Some("sha256:00"));
        assert_eq!(digest("ghcr.io:5000/a/b:1"), None);
        assert_eq!(
            reference("docker-pullable://a/b@sha256:00"),
            "a/b@sha256:00"
        );
        assert_eq!(part("a/b c%"), "a%2Fb%20c%25");
    }
}
