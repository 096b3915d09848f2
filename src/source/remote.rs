//! The URL of a repository's default remote: where its name and its public address come from.
//!
//! Invariant: what leaves here never holds credentials.

use std::path::Path;

use bstr::ByteSlice;

use super::SourceError;
use super::git::{Git, Verb};

/// The default remote of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Remote {
    /// Its name, `origin` as a rule; none where there is no remote, or several and none is `origin`.
    pub(super) name: Option<String>,
    /// Its address, if that is on a network.
    pub(super) address: Option<Address>,
}

/// A network address, cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `https://host/acme/checkout`, without credentials, query and `.git`.
    pub(super) url: String,
    /// `acme/checkout`.
    pub(super) path: String,
}

/// Reads the repository's own configuration file, without following its includes.
pub(super) fn read(git: &Git, common_dir: &Path) -> Result<Remote, SourceError> {
    let config = common_dir.join("config");
    if !config.is_file() {
        return Ok(Remote::default());
    }
    let args = [
        "--file".as_ref(),
        config.as_os_str(),
        "--no-includes".as_ref(),
        "-z".as_ref(),
    ];
    let ask = ["--get-regexp".as_ref(), r"^remote\..*\.url$".as_ref()];
    let output = git.output(Verb::Config, &[args.as_slice(), ask.as_slice()].concat())?;
    match output.code {
        Some(0) => Ok(choose(&output.stdout)),
        // Exit code 1: no such key.
        Some(1) => Ok(Remote::default()),
        _ => Err(output.error(Verb::Config)),
    }
}

/// Picks `origin`, else the only one.
fn choose(listing: &[u8]) -> Remote {
    let mut remotes: Vec<(&str, &str)> = Vec::new();
    for record in listing.split(|byte| *byte == 0) {
        let Some((key, url)) = record.split_once_str("\n") else {
            continue;
        };
        let name = key
            .strip_prefix(b"remote.")
            .and_then(|key| key.strip_suffix(b".url"));
        let (Some(Ok(name)), Ok(url)) = (name.map(ByteSlice::to_str), url.to_str()) else {
            continue;
        };
        // Of several URLs of one remote git fetches from the first.
        if !remotes.iter().any(|(seen, _)| *seen == name) {
            remotes.push((name, url));
        }
    }
    let chosen = remotes
        .iter()
        .find(|(name, _)| *name == "origin")
        .or(match remotes.as_slice() {
            [only] => Some(only),
            _ => None,
        });
    chosen.map_or_else(Remote::default, |(name, url)| Remote {
        name: Some((*name).to_owned()),
        address: clean(url),
    })
}

/// Cleans a remote's URL: credentials, query and `.git` go, `git@host:a/b` and `ssh://` become `https://`. `None` for
/// local paths, `file://` and remote helpers.
pub(super) fn clean(url: &str) -> Option<Address> {
    if url.chars().any(char::is_control) {
        return None;
    }
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest.to_owned()),
        None => ("ssh".to_owned(), scp_like(url)?),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_once('/')?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (scheme, host) = match scheme.as_str() {
        "https" | "http" | "git" => (scheme.as_str(), host),
        "ssh" | "git+ssh" | "ssh+git" => ("https", without_port(host)),
        _ => return None,
    };
    let path = path.trim_matches('/');
    let path = path
        .strip_suffix(".git")
        .unwrap_or(path)
        .trim_end_matches('/');
    if host.is_empty() || path.is_empty() {
        return None;
    }
    Some(Address {
        url: format!("{scheme}://{host}/{path}"),
        path: path.to_owned(),
    })
}

/// `user@host:path` as `user@host/path`; `None` for local paths and `helper::address`.
fn scp_like(url: &str) -> Option<String> {
    let (host, path) = match url.split_once("]:") {
        Some((host, path)) => (format!("{host}]"), path),
        None => url
            .split_once(':')
            .map(|(host, path)| (host.to_owned(), path))?,
    };
    let local = host.contains('/') || host.is_empty() || path.starts_with(':');
    (!local).then(|| format!("{host}/{}", path.trim_start_matches('/')))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::{choose, clean};

    #[test]
    fn addresses_are_cleaned() {
        let same = [
            (
                "https://git.example/acme/checkout.git",
                "https://git.example/acme/checkout",
            ),
            (
                "https://bob:s3cret@git.example/acme/checkout",
                "https://git.example/acme/checkout",
            ),
            (
                "https://tok@en@git.example:8443/acme/checkout/",
                "https://git.example:8443/acme/checkout",
            ),
            (
                "https://git.example/acme/checkout.git?private_token=x#y",
                "https://git.example/acme/checkout",
            ),
            (
                "git@git.example:acme/checkout.git",
                "https://git.example/acme/checkout",
            ),
            (
                "git.example:/acme/checkout",
                "https://git.example/acme/checkout",
            ),
            (
                "ssh://git@git.example:2222/acme/checkout.git",
                "https://git.example/acme/checkout",
            ),
            (
                "git://git.example/acme/checkout",
                "git://git.example/acme/checkout",
            ),
            ("git@[::1]:acme/checkout", "https://[::1]/acme/checkout"),
        ];
        for (url, cleaned) in same {
            let address = clean(url).expect(url);
            assert_eq!(address.url, cleaned, "{url}");
            assert_eq!(address.path, "acme/checkout", "{url}");
        }
        let none = [
            "/srv/git/a.git",
            "../a",
            "file:///srv/a",
            "ext::sh -c 'x' %S /y",
            "https://h/\u{1b}[2J",
            "a/b:c",
        ];
        for url in none {
            assert_eq!(clean(url), None, "{url}");
        }
    }

    #[test]
    fn origin_goes_first_and_two_strangers_tell_nothing() {
        let both = b"remote.up.url\nhttps://h/up/x\0remote.origin.url\nhttps://h/o/x\0";
        assert_eq!(choose(both).name.as_deref(), Some("origin"));
        let only = b"remote.up.url\nhttps://h/up/x\0remote.up.url\nhttps://h/second/x\0";
        assert_eq!(choose(only).address.expect("an address").path, "up/x");
        let strangers = b"remote.a.url\nhttps://h/a/x\0remote.b.url\nhttps://h/b/x\0";
        assert_eq!(choose(strangers).name, None);
    }
}
