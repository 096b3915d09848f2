//! Which repositories paths lead to, and what they are called.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::support::{git, summary};
use crate::model::ProblemKind;
use crate::source::{Discovery, ListOptions, Place, What, discover};

fn make(root: &Path, init: &[&str], url: &str) {
    fs::create_dir_all(root).expect("folders");
    git(root, init);
    if !url.is_empty() {
        git(root, &["config", "remote.origin.url", url]);
    }
}

fn names(found: &Discovery) -> Vec<(&str, Place)> {
    found
        .repositories
        .iter()
        .map(|repository| (repository.name.as_str(), repository.place()))
        .collect()
}

fn world() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = fs::canonicalize(folder.path())
        .expect("a path")
        .join("world");
    make(
        &root.join("clones/checkout"),
        &["init", "-q"],
        "git@git.example:acme/checkout.git",
    );
    make(
        &root.join("clones/fork"),
        &["init", "-q"],
        "https://me:secret@git.example/me/checkout",
    );
    make(
        &root.join("mirrors/deep/x.git"),
        &["init", "-q", "--bare"],
        "",
    );
    make(
        &root.join("mirrors/local"),
        &["init", "-q"],
        "/srv/git/local.git",
    );
    (folder, root)
}

#[test]
fn a_folder_of_repositories_is_each_of_them() {
    let (_folder, root) = world();
    make(&root.join("clones/checkout/inner"), &["init", "-q"], "");
    symlink(root.join("clones"), root.join("again")).expect("a link");
    let found = discover(std::slice::from_ref(&root));
    let expected = [
        ("acme/checkout", Place::WorkTree),
        ("me/checkout", Place::WorkTree),
        ("mirrors/deep/x", Place::Bare),
        ("mirrors/local", Place::WorkTree),
        ("world", Place::Folder),
    ];
    assert_eq!(
        (names(&found), &found.problems),
        (expected.to_vec(), &vec![])
    );
    let urls: Vec<Option<&str>> = found
        .repositories
        .iter()
        .map(|repository| repository.url.as_deref())
        .collect();
    let checkout = Some("https://git.example/acme/checkout");
    assert_eq!(
        urls,
        [
            checkout,
            Some("https://git.example/me/checkout"),
            None,
            None,
            None
        ]
    );
    // The folder is there because of the link alone.
    let listing = found.repositories[4]
        .list(&What::Folder, &ListOptions::default())
        .expect("a listing");
    assert_eq!(summary(&listing), ["again: symlink"]);
    fs::remove_file(root.join("again")).expect("removable");
    assert_eq!(discover(std::slice::from_ref(&root)).repositories.len(), 4);
}

#[test]
fn a_repository_is_found_once_by_whatever_path() {
    let (_folder, root) = world();
    let checkout = root.join("clones/checkout");
    fs::create_dir(checkout.join("src")).expect("a folder");
    fs::write(checkout.join("src/a.py"), "a").expect("writable");
    symlink(&checkout, root.join("shortcut")).expect("a link");
    let found = discover(&[
        checkout.join("src"),
        root.join("shortcut/src/a.py"),
        root.join("mirrors/local"),
    ]);
    assert_eq!(
        names(&found),
        [
            ("acme/checkout", Place::WorkTree),
            ("local", Place::WorkTree)
        ]
    );
    let scope: Vec<String> = found.repositories[0]
        .scope
        .paths()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(scope, ["src"]);
    let found = discover(&[root.join("clones"), checkout.join("src")]);
    assert!(
        found
            .repositories
            .iter()
            .all(|repository| repository.scope.is_all()),
        "the whole was asked for too"
    );
    let inside = discover(&[root.join("mirrors/deep/x.git/hooks")]);
    assert_eq!(names(&inside), [("hooks", Place::Folder)]);
    let git_dir = discover(&[checkout.join(".git")]);
    assert_eq!(names(&git_dir), [("acme/checkout", Place::Bare)]);
}

#[test]
fn two_of_one_name_go_by_their_paths() {
    let (_folder, root) = world();
    make(
        &root.join("clones/second"),
        &["init", "-q"],
        "https://git.example/acme/checkout.git",
    );
    let found = discover(&[root.join("clones")]);
    let expected = ["checkout", "me/checkout", "second"];
    assert_eq!(
        found
            .repositories
            .iter()
            .map(|repository| repository.name.as_str())
            .collect::<Vec<_>>(),
        expected
    );
    make(&root.join("a/x"), &["init", "-q"], "");
    make(&root.join("b/x"), &["init", "-q"], "");
    let found = discover(&[root.join("b/x"), root.join("a/x")]);
    let called = |found: &Discovery| -> Vec<String> {
        found
            .repositories
            .iter()
            .map(|it| it.name.clone())
            .collect()
    };
    assert_eq!(called(&found), ["a/x", "b/x"]);
    make(&root.join("c/y"), &["init", "-q"], "");
    make(&root.join("c/y.git"), &["init", "-q", "--bare"], "");
    assert_eq!(called(&discover(&[root.join("c")])), ["y", "y.git"]);
    make(&root.join("d/a/x"), &["init", "-q"], "");
    let full = |name: &str| root.join(name).to_str().expect("text").to_owned();
    let found = discover(&[root.join("a/x"), root.join("d/a/x")]);
    assert_eq!(called(&found), [full("a/x"), full("d/a/x")]);
}

#[test]
fn what_is_not_there_or_broken_is_said_and_the_rest_goes_on() {
    let (_folder, root) = world();
    let missing = discover(&[root.join("none"), root.join("clones/fork")]);
    assert_eq!(
        (missing.repositories.len(), missing.problems[0].kind),
        (1, ProblemKind::Input)
    );

    fs::create_dir_all(root.join("broken/.git")).expect("folders");
    fs::write(root.join("broken/a.py"), "a").expect("writable");
    make(&root.join("future"), &["init", "-q"], "");
    git(
        &root.join("future"),
        &["config", "core.repositoryFormatVersion", "99"],
    );
    fs::create_dir(root.join("pruned")).expect("a folder");
    fs::write(root.join("pruned/.git"), "gitdir: /none\n").expect("writable");
    let found = discover(std::slice::from_ref(&root));
    assert_eq!(found.problems.len(), 3, "{:#?}", found.problems);
    assert!(
        found
            .problems
            .iter()
            .all(|problem| problem.kind == ProblemKind::Source)
    );
    let loose = found
        .repositories
        .iter()
        .find(|repository| repository.place() == Place::Folder)
        .expect("a folder");
    let listing = loose
        .list(&What::Folder, &ListOptions::default())
        .expect("a listing");
    let expected = [
        "broken/.git: nested-repository",
        "broken/a.py: new file",
        "pruned/.git: new file",
    ];
    assert_eq!(summary(&listing), expected);
}
