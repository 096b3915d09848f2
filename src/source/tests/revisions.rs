//! What the names of revisions mean.

use super::support::{Scratch, git};
use crate::model::ProblemKind;
use crate::source::{Repository, Resolved};

fn resolve(repository: &Repository, names: &[&str]) -> Resolved {
    repository.resolve(
        &names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>(),
    )
}

/// The names of what was found; nothing may be wrong.
fn names(repository: &Repository, asked: &[&str]) -> Vec<String> {
    let resolved = resolve(repository, asked);
    assert_eq!(resolved.problems, [], "{asked:?}");
    resolved
        .revisions
        .into_iter()
        .map(|revision| revision.name)
        .collect()
}

fn clone() -> Scratch {
    let repo = Scratch::new();
    repo.write("a.py", "a").commit("first");
    repo.git(&["tag", "v1.0"]);
    repo.git(&["tag", "-a", "-m", "two", "v2.0"]);
    repo.git(&["tag", "-a", "-m", "a tag of a tag", "v2.0-signed", "v2.0"]);
    repo.git(&["tag", "blob", &repo.git(&["rev-parse", "HEAD:a.py"])]);
    for branch in ["release/1", "release/2/hot", "gone"] {
        repo.git(&["branch", branch]);
    }
    git(
        &repo.outside(),
        &["clone", "-q", repo.root().to_str().expect("text"), "clone"],
    );
    let root = repo.outside().join("clone");
    git(&root, &["branch", "release/1", "origin/release/1"]);
    git(&root, &["branch", "local"]);
    git(&root, &["remote", "add", "other", "../repo"]);
    git(&root, &["fetch", "-q", "other"]);
    repo
}

fn open(repo: &Scratch) -> Repository {
    Repository::open_work_tree(&repo.outside().join("clone")).expect("a work tree")
}

#[test]
fn names_are_looked_up_in_order() {
    let repo = clone();
    let repository = open(&repo);
    let head = repo.git(&["rev-parse", "HEAD"]);
    for (name, reference) in [
        ("main", Some("refs/heads/main")),
        ("local", Some("refs/heads/local")),
        ("release/1", Some("refs/heads/release/1")),
        ("gone", Some("refs/remotes/origin/gone")),
        ("v1.0", Some("refs/tags/v1.0")),
        ("v2.0", Some("refs/tags/v2.0")),
        ("v2.0-signed", Some("refs/tags/v2.0-signed")),
        ("refs/remotes/other/gone", Some("refs/remotes/other/gone")),
        ("HEAD", Some("refs/heads/main")),
        (&head, None),
        (&head[..9], None),
    ] {
        let resolved = resolve(&repository, &[name]);
        assert_eq!(resolved.problems, [], "{name}");
        assert_eq!(resolved.revisions.len(), 1, "{name}");
        let revision = &resolved.revisions[0];
        assert_eq!(
            (revision.reference.as_deref(), &revision.commit),
            (reference, &head),
            "{name}"
        );
        assert_eq!(
            (revision.commit_time, revision.tree.len()),
            (1_700_000_000, 40),
            "{name}"
        );
    }
    assert_eq!(
        names(&repository, &["refs/heads/main", "main", "HEAD", "v1.0"]),
        ["main", "v1.0"]
    );
    let both = names(&repository, &[&head[..9], &head]);
    assert_eq!(both, [head.as_str()]);
    assert_eq!(
        names(&repository, &["refs/remotes/origin/release/1"]),
        ["refs/remotes/origin/release/1"]
    );
}

#[test]
fn patterns_stop_at_the_slash() {
    let repo = clone();
    let repository = open(&repo);
    assert_eq!(names(&repository, &["release/*"]), ["release/1"]);
    assert_eq!(
        names(&repository, &["release/**"]),
        ["release/1", "release/2/hot"]
    );
    assert_eq!(
        names(&repository, &["v?.0", "v2*"]),
        ["v1.0", "v2.0", "v2.0-signed"]
    );
    assert_eq!(names(&repository, &["refs/heads/*"]), ["local", "main"]);
    assert_eq!(
        names(&repository, &["{gone,local}", "l[o]cal"]),
        ["gone", "local"]
    );
    let all = resolve(&repository, &["**"]);
    let found: Vec<&str> = all
        .revisions
        .iter()
        .map(|revision| revision.name.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "gone",
            "local",
            "main",
            "release/1",
            "release/2/hot",
            "v1.0",
            "v2.0",
            "v2.0-signed"
        ]
    );
    assert_eq!(all.problems.len(), 1, "the tag of a blob");
    assert!(
        all.problems[0].message.contains("`blob`")
            && all.problems[0].message.contains("it leads to blob")
    );
}

#[test]
fn what_means_two_things_means_none() {
    let repo = Scratch::new();
    repo.write("a.py", "a").commit("first");
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["branch", "twice"]);
    repo.git(&["tag", "twice"]);
    repo.git(&["branch", &head[..8]]);
    let repository = repo.open();
    let resolved = resolve(&repository, &["twice", &head[..8], "main"]);
    assert_eq!(resolved.revisions.len(), 1, "main is not to blame");
    let hints: Vec<&str> = resolved
        .problems
        .iter()
        .map(|problem| problem.hint.as_str())
        .collect();
    let short = format!("write one of refs/heads/{}, {head}", &head[..8]);
    assert_eq!(
        hints,
        ["write one of refs/heads/twice, refs/tags/twice", &short]
    );
    assert!(
        resolved
            .problems
            .iter()
            .all(|problem| problem.kind == ProblemKind::Input)
    );
    // A pattern means all it matches, and each keeps a name of its own.
    assert_eq!(
        names(&repository, &["tw*"]),
        ["refs/heads/twice", "refs/tags/twice"]
    );
}

#[test]
fn a_tag_without_a_commit_is_no_damage() {
    let repo = clone();
    git(
        &repo.outside().join("clone"),
        &["tag", "just-a-tree", "HEAD^{tree}"],
    );
    let resolved = resolve(&open(&repo), &["just-*"]);
    let problem = &resolved.problems[0];
    let said = "revision `just-a-tree`: it leads to tree ";
    assert!(problem.message.starts_with(said), "{problem:?}");
    assert!(problem.hint.starts_with("only commits"), "{problem:?}");
}

#[test]
fn what_means_nothing_names_what_is_near() {
    let repo = clone();
    let repository = open(&repo);
    let none = "0123456789012345678901234567890123456789";
    let resolved = resolve(
        &repository,
        &["mian", "relaese/*", none, "a[b", "-x", "", "other/gone"],
    );
    assert_eq!(resolved.revisions, []);
    let kinds: Vec<ProblemKind> = resolved
        .problems
        .iter()
        .map(|problem| problem.kind)
        .collect();
    let (source, input) = (ProblemKind::Source, ProblemKind::Input);
    assert_eq!(
        kinds,
        [source, source, source, input, source, source, source]
    );
    assert_eq!(resolved.problems[0].hint, "the nearest name is `main`");
    assert!(
        resolved.problems[1].hint.contains("release/"),
        "{:?}",
        resolved.problems[1]
    );
    assert!(
        resolved
            .problems
            .iter()
            .all(|problem| problem.repository.as_deref() == Some(&repository.name))
    );
}

#[test]
fn broken_refs_are_problems_only_for_those_who_ask() {
    let repo = Scratch::new();
    repo.write("a.py", "a").commit("first");
    repo.write(".git/refs/heads/broken", "garbage\n");
    repo.write(
        ".git/refs/heads/dangling",
        "0123456789012345678901234567890123456789\n",
    );
    let repository = repo.open();
    assert_eq!(names(&repository, &["main"]), ["main"]);
    let resolved = resolve(&repository, &["*"]);
    assert_eq!(resolved.revisions.len(), 1);
    assert_eq!(resolved.problems.len(), 2, "{:?}", resolved.problems);
    repo.write(".git/HEAD", "ref: refs/heads/broken\n");
    assert!(repo.open().head().is_err(), "not the same as no commit yet");
}
