//! Every oddity of a work tree at once: each must be an entry.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use super::support::{Scratch, entry, git, list_work_tree, read, summary, try_git};
use crate::model::{Outcome, RepoPath};
use crate::source::{Globs, ListOptions, Repository, State, What, is_lfs_pointer};

fn mkfifo(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a fifo");
}

const LFS: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
const NAMES: [&[u8]; 4] = [
    b"new\nline.py",
    b"esc\x1b[2J.py",
    "bidi\u{202e}yp.exe".as_bytes(),
    b"caf\xE9.py",
];

fn odd() -> Scratch {
    let repo = Scratch::new();
    let inner = Scratch::new();
    inner.write("x.py", "x").commit("x");
    repo.write("plain.py", "p")
        .write("gone.py", "g")
        .write("changed.py", "before")
        .write("pipe.py", "was a file");
    repo.write("dir/tracked.py", "t")
        .write("sparse/out.py", "o")
        .write("big.bin", LFS)
        .write("was/file", "w");
    repo.write("link.txt", "real text")
        .write("now_folder.py", "n");
    repo.write(".gitignore", "*.log\n/build/\n");
    for name in NAMES {
        repo.write(name, "odd");
    }
    symlink("/etc/passwd", repo.path("link")).expect("a link");
    repo.git(&[
        "submodule",
        "add",
        "-q",
        inner.root().to_str().expect("text"),
        "sub",
    ]);
    repo.commit("all");
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.write("fight.py", "theirs").commit("theirs");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("fight.py", "ours").commit("ours");
    let merge = try_git(repo.root(), &["merge", "-q", "other"]);
    assert!(
        String::from_utf8_lossy(&merge.stdout).contains("CONFLICT"),
        "{merge:?}"
    );

    repo.git(&["update-index", "--skip-worktree", "sparse/out.py"]);
    fs::remove_dir_all(repo.path("sparse")).expect("removable");
    fs::remove_file(repo.path("gone.py")).expect("removable");
    repo.write("changed.py", "after");
    fs::remove_file(repo.path("pipe.py")).expect("removable");
    mkfifo(&repo.path("pipe.py"));
    fs::rename(repo.path("dir"), repo.path("elsewhere")).expect("movable");
    symlink("elsewhere", repo.path("dir")).expect("a link");
    fs::remove_file(repo.path("now_folder.py")).expect("removable");
    repo.write("now_folder.py/inside.py", "i");
    repo.write("intended.py", "i");
    repo.git(&["add", "-N", "intended.py"]);

    repo.write("untracked.py", "u")
        .write("noise.log", "n")
        .write("build/a/b.py", "b")
        .write("mixed/c.log", "c");
    repo.write("mixed/d.py", "d").write("logs/e.log", "e");
    symlink("nowhere", repo.path("mixed/dangling")).expect("a link");
    symlink("plain.py", repo.path("link.log")).expect("a link");
    mkfifo(&repo.path("mixed/pipe"));
    mkfifo(&repo.path("build/pipe"));
    drop(UnixListener::bind(repo.path("socket")).expect("a socket"));
    fs::create_dir(repo.path("nested")).expect("a folder");
    git(&repo.path("nested"), &["init", "-q"]);
    repo.write("nested/hidden.py", "h");
    repo
}

#[test]
fn every_oddity_is_an_entry() {
    let repo = odd();
    let repository = repo.open();
    let listing = list_work_tree(&repository);
    let expected = [
        ".gitignore: file",
        ".gitmodules: file",
        "bidi\u{202e}yp.exe: file",
        "big.bin: file",
        "build: ignored",
        "caf\\xE9.py: file",
        "changed.py: file",
        "dir: symlink",
        "dir/tracked.py: deleted",
        "elsewhere/tracked.py: new file",
        "esc\u{1b}[2J.py: file",
        "fight.py: new file",
        "gone.py: deleted",
        "intended.py: file",
        "link: symlink",
        "link.log: symlink",
        "link.txt: file",
        "logs/e.log: ignored",
        "mixed/c.log: ignored",
        "mixed/d.py: new file",
        "mixed/dangling: symlink",
        "mixed/pipe: special-file",
        "nested: nested-repository",
        "new\nline.py: file",
        "noise.log: ignored",
        "now_folder.py: deleted",
        "now_folder.py/inside.py: new file",
        "pipe.py: special-file",
        "plain.py: file",
        "socket: special-file",
        "sparse/out.py: not-checked-out",
        "sub: submodule",
        "untracked.py: new file",
        "was/file: file",
    ];
    assert_eq!(summary(&listing), expected);
    assert_eq!(listing.problems, []);
    assert!(listing.changes.index && listing.changes.untracked && listing.changes.deleted);
    assert_eq!(listing.unit.reference.as_deref(), Some("refs/heads/main"));
    assert_eq!(listing.unit.commit_time, Some(1_700_000_000));

    assert_eq!(
        read(&repository, &listing, "changed.py").as_deref(),
        Ok("after")
    );
    assert_eq!(
        read(&repository, &listing, "dir/tracked.py"),
        Err(Outcome::Deleted)
    );
    assert!(
        read(&repository, &listing, "fight.py")
            .expect("text")
            .contains("<<<<<<<")
    );
    assert!(is_lfs_pointer(
        read(&repository, &listing, "big.bin")
            .expect("text")
            .as_bytes()
    ));
    for name in NAMES {
        assert!(matches!(
            entry(&listing, name).state,
            State::File { index: Some(_) }
        ));
    }
}

#[test]
fn no_ignore_opens_what_is_ignored_and_nothing_else() {
    let repo = odd();
    let options = ListOptions {
        no_ignore: true,
        globs: None,
    };
    let listing = repo
        .open()
        .list(&What::WorkTree, &options)
        .expect("a listing");
    let lines = summary(&listing);
    for line in [
        "build/a/b.py: new file",
        "build/pipe: special-file",
        "noise.log: new file",
        "nested: nested-repository",
    ] {
        assert!(
            lines.iter().any(|known| known == line),
            "{line} is not in {lines:#?}"
        );
    }
    assert!(
        !lines.iter().any(|line| line.ends_with(": ignored")),
        "{lines:#?}"
    );
}

#[test]
fn globs_leave_the_rest_excluded() {
    let repo = odd();
    let globs = Some(Globs::new(&["*.py".to_owned(), "!mixed".to_owned()]).expect("globs"));
    let listing = repo
        .open()
        .list(
            &What::WorkTree,
            &ListOptions {
                no_ignore: false,
                globs,
            },
        )
        .expect("a listing");
    let of = |path: &str| match &entry(&listing, path).state {
        State::Settled(outcome, _) => Some(*outcome),
        _ => None,
    };
    assert_eq!(
        listing.entries.len(),
        list_work_tree(&repo.open()).entries.len()
    );
    for (path, outcome) in [
        ("plain.py", None),
        ("big.bin", Some(Outcome::Excluded)),
        ("mixed/d.py", Some(Outcome::Excluded)),
        ("build", Some(Outcome::Excluded)),
        ("link", Some(Outcome::Symlink)),
        ("sparse/out.py", Some(Outcome::NotCheckedOut)),
    ] {
        assert_eq!(of(path), outcome, "{path}");
    }
    assert!(entry(&listing, "big.bin").claimed.is_some());
}

#[test]
fn a_sparse_index_is_unfolded() {
    let repo = Scratch::new();
    repo.write("in/a.py", "a")
        .write("out/deep/b.py", "b")
        .write("top.py", "t")
        .commit("all");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    assert!(
        repo.git(&["ls-files", "--sparse"]).contains("out/\n"),
        "the index is not sparse"
    );
    let listing = list_work_tree(&repo.open());
    assert_eq!(
        summary(&listing),
        [
            "in/a.py: file",
            "out/deep/b.py: not-checked-out",
            "top.py: file"
        ]
    );
    assert!(!listing.changes.any());
}

#[test]
fn a_clean_tree_is_clean_and_a_change_of_the_index_is_seen() {
    let repo = Scratch::new();
    symlink("a.py", repo.path("link")).expect("a link");
    repo.write("a.py", "a").write("dir/b.py", "b").commit("all");
    assert!(!list_work_tree(&repo.open()).changes.any());
    repo.write("a.py", "changed");
    assert!(
        !list_work_tree(&repo.open()).changes.any(),
        "only reading tells"
    );
    repo.git(&["add", "a.py"]);
    assert!(list_work_tree(&repo.open()).changes.index);
}

#[test]
fn a_link_shown_as_text_is_a_link_and_a_file_in_its_place_is_not() {
    let repo = Scratch::new();
    symlink("a.py", repo.path("link")).expect("a link");
    repo.write("a.py", "a").commit("all");
    fs::remove_file(repo.path("link")).expect("removable");
    repo.write("link", "a.py");
    assert_eq!(
        summary(&list_work_tree(&repo.open())),
        ["a.py: file", "link: symlink"]
    );
    repo.write("link", "os.system(x)");
    assert_eq!(
        summary(&list_work_tree(&repo.open())),
        ["a.py: file", "link: file"]
    );
}

#[test]
fn a_blocking_ignore_file_does_not_block() {
    let repo = Scratch::new();
    repo.write("a.py", "a")
        .write("dir/b.log", "b")
        .write(".gitignore", "*.log")
        .commit("all");
    mkfifo(&repo.path("dir/.gitignore"));
    let listing = list_work_tree(&repo.open());
    assert_eq!(
        entry(&listing, "dir/.gitignore").state,
        State::Settled(Outcome::SpecialFile, String::new())
    );
    assert!(matches!(
        entry(&listing, "dir/b.log").state,
        State::File { .. }
    ));
    assert_eq!(listing.problems.len(), 1);
}

#[test]
fn a_clone_that_was_never_checked_out_is_not_empty() {
    let repo = Scratch::new();
    repo.write("a.py", "a").write("dir/b.py", "b");
    symlink("a.py", repo.path("link")).expect("a link");
    repo.commit("all");
    let clone = Scratch::new();
    let from = repo.root().to_str().expect("text");
    git(clone.root(), &["clone", "-q", "--no-checkout", from, "c"]);
    let clone = Repository::open_work_tree(&clone.path("c")).expect("a clone");
    let listing = list_work_tree(&clone);
    assert_eq!(
        summary(&listing),
        [
            "a.py: not-checked-out",
            "dir/b.py: not-checked-out",
            "link: symlink"
        ]
    );
    fs::write(clone.root().join("a.py"), "a").expect("writable");
    assert_eq!(summary(&list_work_tree(&clone))[0], "a.py: file");
}

#[test]
fn before_the_first_commit_there_are_files_and_no_commit() {
    let repo = Scratch::new();
    repo.write("a.py", "a");
    let repository = repo.open();
    assert_eq!(repository.head().expect("readable"), None);
    let listing = list_work_tree(&repository);
    assert_eq!(
        (summary(&listing), listing.unit.commit),
        (vec!["a.py: new file".to_owned()], None)
    );
    repo.write(".git/HEAD", "nonsense\n");
    assert!(
        Repository::open_work_tree(repo.root())
            .and_then(|repository| repository.head())
            .is_err()
    );
}

#[test]
fn folders_without_permission_are_told() {
    if rustix::process::geteuid().is_root() {
        return; // Nothing is unreadable for root.
    }
    use std::os::unix::fs::PermissionsExt;
    let repo = Scratch::new();
    repo.write("shut/tracked.py", "t")
        .write("a.py", "a")
        .commit("all");
    repo.write("locked/b.py", "b");
    let lock = |mode| {
        for name in ["shut", "locked"] {
            fs::set_permissions(repo.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
        }
    };
    lock(0);
    let listing = list_work_tree(&repo.open());
    lock(0o755);
    assert_eq!(
        summary(&listing),
        [
            "a.py: file",
            "locked: unreadable",
            "shut/tracked.py: unreadable"
        ]
    );
    assert_eq!(listing.problems.len(), 2);
    assert_eq!(entry(&listing, "locked").path, RepoPath::from("locked"));
}
