//! Repositories that want to run something, lead somewhere or keep us waiting.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::support::{
    Scratch, git, list_revision, list_work_tree, read, read_all, summary, try_git,
};
use crate::model::Outcome;
use crate::source::{Loaded, Repository, discover};

/// A script that leaves a mark when it runs.
fn trap(repo: &Scratch) -> (String, std::path::PathBuf) {
    let (script, canary) = (repo.outside().join("trap"), repo.outside().join("canary"));
    fs::write(
        &script,
        format!("#!/bin/sh\necho ran >> {}\nexit 1\n", canary.display()),
    )
    .expect("writable");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a mode");
    (script.to_str().expect("text").to_owned(), canary)
}

/// Everything this room does with a repository.
fn use_everything(root: &Path) {
    let found = discover(&[root.to_owned()]);
    assert_eq!(found.problems, []);
    let repository = &found.repositories[0];
    repository.head().expect("a head");
    let listing = list_work_tree(repository);
    read_all(repository, &listing);
    let listing = list_revision(repository, "main");
    read_all(repository, &listing);
    repository.resolve(&["*".to_owned(), "abcd".to_owned(), "1234567".to_owned()]);
}

#[test]
fn no_setting_runs_anything() {
    let repo = Scratch::new();
    repo.write("a.txt", "a")
        .write("dir/b.txt", "b")
        .write(".gitattributes", "*.txt filter=trap diff=trap\n");
    repo.commit("all");
    let (script, canary) = trap(&repo);
    let hooks = repo.outside().join("hooks");
    fs::create_dir(&hooks).expect("a folder");
    for hook in [
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
        "post-checkout",
    ] {
        for place in [hooks.join(hook), repo.path(".git/hooks").join(hook)] {
            fs::create_dir_all(place.parent().expect("a parent")).expect("folders");
            fs::copy(&script, place).expect("a hook");
        }
    }
    // The trap springs when git is used without care, else this test shows nothing.
    repo.git(&["config", "core.fsmonitor", &script]);
    let careless = try_git(repo.root(), &["status"]);
    assert!(
        careless.status.success() && fs::remove_file(&canary).is_ok(),
        "the trap does not work"
    );

    let settings = [
        ("core.hooksPath", hooks.to_str().expect("text")),
        ("core.sshCommand", &script),
        ("core.gitProxy", &script),
        ("core.pager", &script),
        ("pager.ls-files", &script),
        ("core.editor", &script),
        ("core.askPass", &script),
        ("core.alternateRefsCommand", &script),
        ("credential.helper", &script),
        ("gpg.program", &script),
        ("filter.trap.clean", &script),
        ("filter.trap.smudge", &script),
        ("filter.trap.process", &script),
        ("filter.trap.required", "true"),
        ("diff.external", &script),
        ("diff.trap.textconv", &script),
        ("alias.ls-files", &format!("!{script}")),
        ("alias.cat-file", &format!("!{script}")),
        ("core.untrackedCache", "true"),
        ("uploadpack.packObjectsHook", &script),
        ("remote.origin.url", &format!("ext::{script}")),
        ("remote.origin.uploadpack", &script),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("core.repositoryFormatVersion", "1"),
        ("safe.bareRepository", "explicit"),
        ("core.worktree", "/"),
    ];
    for (key, value) in settings {
        repo.git(&["config", "--file", ".git/config", key, value]);
    }
    use_everything(repo.root());
    assert!(!canary.exists(), "something ran");
    let listing = list_work_tree(&repo.open());
    assert_eq!(
        summary(&listing),
        [".gitattributes: file", "a.txt: file", "dir/b.txt: file"]
    );
}

#[test]
fn a_missing_object_of_a_partial_clone_is_not_fetched() {
    let repo = Scratch::new();
    repo.write("a.py", "a").write("b.py", "b").commit("all");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repo.root().display());
    git(
        &repo.outside(),
        &[
            "clone",
            "-q",
            "--bare",
            "--filter=blob:none",
            &url,
            "partial.git",
        ],
    );
    let root = repo.outside().join("partial.git");
    let partial = Repository::open_bare(&root).expect("a repository");
    let listing = list_revision(&partial, "main");
    let missing = |loaded: &Loaded| matches!(loaded, Loaded::Failed(Outcome::MissingObject, _));
    assert!(read_all(&partial, &listing).iter().all(missing));
    assert_eq!(
        git(&root, &["rev-list", "--objects", "--missing=print", "HEAD"])
            .matches('?')
            .count(),
        2
    );

    let (script, canary) = trap(&repo);
    git(
        &root,
        &["config", "remote.origin.url", &format!("ext::{script}")],
    );
    git(&root, &["config", "protocol.ext.allow", "always"]);
    assert!(read_all(&partial, &listing).iter().all(missing));
    assert!(!canary.exists(), "something ran");
}

#[test]
fn repositories_of_other_users_are_read() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can give files away.
    }
    let repo = Scratch::new();
    repo.write("a.py", "a").commit("all");
    let mut folders = vec![repo.root().to_owned()];
    while let Some(path) = folders.pop() {
        std::os::unix::fs::chown(&path, Some(12345), Some(12345)).expect("given away");
        if path.is_dir() {
            folders.extend(
                fs::read_dir(&path)
                    .expect("children")
                    .flatten()
                    .map(|child| child.path()),
            );
        }
    }
    let careless = try_git(repo.root(), &["rev-parse", "HEAD"]);
    assert!(
        !careless.status.success(),
        "git does not mind whose repository it is"
    );
    use_everything(repo.root());
}

#[test]
fn configuration_hides_no_file() {
    let repo = Scratch::new();
    repo.write("foo.py", "f").commit("all");
    fs::write(repo.outside().join("excludes"), "*\n").expect("writable");
    repo.git(&["config", "core.ignoreCase", "true"]);
    repo.git(&[
        "config",
        "core.excludesFile",
        repo.outside().join("excludes").to_str().expect("text"),
    ]);
    repo.write("FOO.py", "hidden");
    assert_eq!(
        summary(&list_work_tree(&repo.open())),
        ["FOO.py: new file", "foo.py: file"]
    );
}

#[test]
fn a_git_file_leads_to_linked_work_trees_and_submodules() {
    let repo = Scratch::new();
    let inner = Scratch::new();
    inner.write("x.py", "x").commit("x");
    repo.write("a.py", "a").commit("all");
    repo.git(&[
        "submodule",
        "add",
        "-q",
        inner.root().to_str().expect("text"),
        "sub",
    ]);
    repo.git(&["worktree", "add", "-q", "-b", "side", "../side"]);
    fs::write(repo.outside().join("side/new.py"), "n").expect("writable");
    let side = Repository::open_work_tree(&repo.outside().join("side")).expect("a work tree");
    assert_eq!(
        summary(&list_work_tree(&side)),
        ["a.py: file", "new.py: new file"]
    );
    assert_eq!(side.head().expect("a head").expect("a commit").name, "side");
    let sub = Repository::open_work_tree(&repo.path("sub")).expect("a work tree");
    assert_eq!(summary(&list_work_tree(&sub)), ["x.py: file"]);
    // Moved, the submodule's `core.worktree` points to nothing.
    fs::rename(repo.root(), repo.outside().join("moved")).expect("movable");
    let sub = Repository::open_work_tree(&repo.outside().join("moved/sub")).expect("a work tree");
    let listing = list_work_tree(&sub);
    assert_eq!(read(&sub, &listing, "x.py").as_deref(), Ok("x"));
}

#[test]
fn a_fifo_among_gits_files_is_refused_and_not_waited_on() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    for place in ["refs/heads/other", "info/exclude", "config.worktree"] {
        let repo = Scratch::new();
        repo.write("a.py", "a").commit("all");
        let path = repo.path(".git").join(place);
        let _ = fs::remove_file(&path);
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR, 0).expect("a fifo");
        let found = discover(&[repo.root().to_owned()]);
        assert_eq!(
            (found.repositories.len(), found.problems.len()),
            (0, 1),
            "{place}"
        );
        assert!(
            found.problems[0].message.contains(place),
            "{:?}",
            found.problems
        );
    }
}
