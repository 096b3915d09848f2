//! Parts of repositories, and folders that are none.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::support::{Scratch, list_revision, list_work_tree, read, summary};
use crate::source::{ListOptions, Place, What, discover};

#[test]
fn only_what_is_in_the_scope_is_listed() {
    let repo = Scratch::new();
    repo.write("src/a.py", "a")
        .write("src/deep/b.py", "b")
        .write("srcs/c.py", "c")
        .write("[x]/d.py", "d");
    repo.write(".gitignore", "/build/\n*.log\n").commit("all");
    repo.write("src/new.py", "n")
        .write("other.py", "o")
        .write("build/gen/e.py", "e")
        .write("build/f.py", "f");
    repo.write("src/g.log", "g");
    let list = |paths: &[&str]| {
        let paths: Vec<PathBuf> = paths.iter().map(|path| repo.path(path)).collect();
        let found = discover(&paths);
        assert_eq!((found.repositories.len(), found.problems.len()), (1, 0));
        found.repositories.into_iter().next().expect("a repository")
    };
    let work_tree = |paths: &[&str]| summary(&list_work_tree(&list(paths)));
    assert_eq!(
        work_tree(&["src"]),
        [
            "src/a.py: file",
            "src/deep/b.py: file",
            "src/g.log: ignored",
            "src/new.py: new file"
        ]
    );
    assert_eq!(
        work_tree(&["src/a.py", "src/deep", "[x]"]),
        ["[x]/d.py: file", "src/a.py: file", "src/deep/b.py: file"]
    );
    // Who names an ignored path wants it scanned.
    assert_eq!(work_tree(&["build/gen"]), ["build/gen/e.py: new file"]);
    assert_eq!(
        work_tree(&["build"]),
        ["build/f.py: new file", "build/gen/e.py: new file"]
    );
    assert_eq!(work_tree(&["src/g.log"]), ["src/g.log: new file"]);
    assert_eq!(work_tree(&["src", "."]), work_tree(&["."]));
    assert!(!list_work_tree(&list(&["src/deep"])).changes.any());
    assert_eq!(
        summary(&list_revision(&list(&["src"]), "main")),
        ["src/a.py: object", "src/deep/b.py: object"]
    );
}

#[test]
fn a_folder_lists_everything_and_honours_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = fs::canonicalize(folder.path()).expect("a path");
    fs::create_dir_all(root.join("a/.hidden")).expect("folders");
    for (name, text) in [
        (".gitignore", "*\n"),
        (".ignore", "*\n"),
        ("a/b.py", "b"),
        ("a/.hidden/c.py", "c"),
    ] {
        fs::write(root.join(name), text).expect("writable");
    }
    symlink("/", root.join("a/everything")).expect("a link");
    let found = discover(std::slice::from_ref(&root));
    let repository = &found.repositories[0];
    assert_eq!(
        (found.repositories.len(), repository.place()),
        (1, Place::Folder)
    );
    let listing = repository
        .list(&What::Folder, &ListOptions::default())
        .expect("a listing");
    let expected = [
        ".gitignore: new file",
        ".ignore: new file",
        "a/.hidden/c.py: new file",
        "a/b.py: new file",
        "a/everything: symlink",
    ];
    assert_eq!(summary(&listing), expected);
    assert_eq!(read(repository, &listing, "a/b.py").as_deref(), Ok("b"));
    assert!(
        repository
            .list(&What::WorkTree, &ListOptions::default())
            .is_err()
    );

    let one = discover(&[root.join("a/b.py")]);
    let listing = one.repositories[0]
        .list(&What::Folder, &ListOptions::default())
        .expect("a listing");
    assert_eq!(
        (summary(&listing), one.repositories[0].name.as_str()),
        (vec!["b.py: new file".to_owned()], "a")
    );
}
