//! Real histories, made with real git.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Comments, Historian, Seen, Story};
use crate::source::{Repository, discover};

struct Clone {
    root: tempfile::TempDir,
    day: std::cell::Cell<u32>,
}

impl Clone {
    fn new() -> Self {
        let clone = Self {
            root: tempfile::tempdir().expect("a folder"),
            day: std::cell::Cell::new(0),
        };
        clone.git(&["init", "-q", "-b", "main"]);
        clone
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let day = self.day.get() + 1;
        self.day.set(day);
        let time = format!("@{} +0000", 1_772_442_840 + u64::from(day) * 3600);
        let output = Command::new("git")
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "protocol.file.allow=always",
            ])
            .args(arguments)
            .current_dir(self.root.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", format!("Author {day}"))
            .env("GIT_AUTHOR_EMAIL", "a@example.invalid")
            .env("GIT_AUTHOR_DATE", &time)
            .env("GIT_COMMITTER_NAME", "C")
            .env("GIT_COMMITTER_EMAIL", "c@example.invalid")
            .env("GIT_COMMITTER_DATE", &time)
            .output()
            .expect("git runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Commits these files, `None` for those that go; returns the commit.
    fn commit(&self, message: &str, files: &[(&str, Option<&str>)]) -> String {
        for (name, text) in files {
            let path = self.path(name);
            match text {
                Some(text) => {
                    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                    std::fs::write(path, text).expect("written");
                }
                None => std::fs::remove_file(path).expect("removed"),
            }
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn historian(&self) -> Historian {
        historian(self.root.path())
    }
}

fn historian(root: &Path) -> Historian {
    let found = discover(&[root.to_owned()]);
    let repository: Repository = found.repositories.into_iter().next().expect("it is there");
    Historian::new(repository).expect("it can be asked")
}

const CALL: &str = "danger(1)";

/// The story of the n-th `danger(1)` of a file's text.
fn story(
    historian: &mut Historian,
    (path, commit, text): (&str, &str, &str),
    number: usize,
    closed_at: Option<&str>,
) -> Story {
    let (start, _) = text.match_indices(CALL).nth(number).expect("it is there");
    let seen = Seen {
        path,
        commit,
        start: start as u64,
        end: (start + CALL.len()) as u64,
        closed_at,
        comments: Comments {
            line: &["#"],
            block: None,
        },
    };
    historian.story(seen).expect("git answers")
}

/// `introduced in PATH, fixed in PATH, first tag`, by subject.
fn told(story: &Story) -> String {
    let step = |step: &Option<super::Step>| {
        step.as_ref().map_or("-".to_owned(), |one| {
            format!("{} in {}", one.subject, one.path)
        })
    };
    let tag = story
        .first_tag
        .as_ref()
        .map_or("-", |tag| tag.name.as_str());
    format!("{}; {}; {tag}", step(&story.introduced), step(&story.fixed))
}

#[test]
fn who_brought_it_and_who_took_it_away() {
    let clone = Clone::new();
    clone.commit("empty", &[("a.py", Some("x = 1\n"))]);
    clone.git(&["tag", "v0"]);
    let brought = clone.commit("brought", &[("a.py", Some("x = 1\ndanger(1)\n"))]);
    clone.git(&["tag", "v1"]);
    // Neither new lines above, nor white space, nor what stands beside it on its line is a new one.
    clone.commit("above", &[("a.py", Some("import y\nx = 1\ndanger(1)\n"))]);
    let text = "import y\nx = 1\nif y:\n    danger(1)  # why\n";
    let seen = clone.commit("indented", &[("a.py", Some(text))]);
    clone.git(&["tag", "v2"]);
    clone.commit("else", &[("b.py", Some("z = 1\n"))]);
    let fixed = clone.commit(
        "mended",
        &[("a.py", Some("import y\nx = 1\nif y:\n    safe(1)\n"))],
    );
    clone.git(&["tag", "v3"]);
    let later = clone.commit("later", &[("a.py", Some("x = 1\n"))]);
    let mut historian = clone.historian();
    let story = story(&mut historian, ("a.py", &seen, text), 0, Some(&later));
    assert_eq!(told(&story), "brought in a.py; mended in a.py; v1");
    let introduced = story.introduced.expect("told");
    assert_eq!(introduced.commit, brought);
    assert_eq!(introduced.author, "Author 7");
    assert_eq!(introduced.authored, "2026-03-02T16:14:00Z");
    assert_eq!(story.fixed.expect("told").commit, fixed);
    assert!(!story.shallow && story.notes.is_empty());
}

#[test]
fn moved_files_are_followed_both_ways_and_copies_are_not() {
    let clone = Clone::new();
    let text = "def f():\n    danger(1)\n";
    clone.commit("brought", &[("a.py", Some(text))]);
    clone.commit("copied", &[("copy.py", Some(text))]);
    // Moved and rewritten beyond what git takes for a rename.
    let other = format!("{}\ndef f():\n  danger(1)\n", "y = 2\n".repeat(50));
    let seen = clone.commit("moved", &[("a.py", None), ("lib/b.py", Some(&other))]);
    clone.commit("moved on", &[("lib/b.py", None), ("c.py", Some(&other))]);
    let end = clone.commit("mended", &[("c.py", Some("y = 2\n"))]);
    let mut historian = clone.historian();
    let moved = story(&mut historian, ("lib/b.py", &seen, &other), 0, Some(&end));
    assert_eq!(told(&moved), "brought in a.py; mended in c.py; -");
    let copy = story(&mut historian, ("copy.py", &seen, text), 0, None);
    assert_eq!(told(&copy), "copied in copy.py; -; -");
    // Taken away with its file.
    let clone = Clone::new();
    let seen = clone.commit("brought", &[("a.py", Some(text))]);
    let end = clone.commit("deleted", &[("a.py", None), ("b.py", Some("safe(1)\n"))]);
    let gone = story(&mut clone.historian(), ("a.py", &seen, text), 0, Some(&end));
    assert_eq!(told(&gone), "brought in a.py; deleted in a.py; -");
}

/// Of several equal ones each has its own story; what came back has that of its return.
#[test]
fn equal_ones_and_those_that_came_back() {
    let clone = Clone::new();
    clone.commit("first", &[("a.py", Some("danger(1)\n"))]);
    let two = "danger(1)\ndanger(1)\n";
    let seen = clone.commit("second", &[("a.py", Some(two))]);
    let one = clone.commit("one less", &[("a.py", Some("danger(1)\n"))]);
    clone.commit("none", &[("a.py", Some("safe(1)\n"))]);
    let back = clone.commit("back", &[("a.py", Some("safe(1)\ndanger(1)\n"))]);
    let mut historian = clone.historian();
    let tell = |historian: &mut Historian, number, closed| {
        told(&story(historian, ("a.py", &seen, two), number, closed))
    };
    assert_eq!(tell(&mut historian, 0, None), "first in a.py; -; -");
    assert_eq!(
        tell(&mut historian, 1, Some(one.as_str())),
        "second in a.py; one less in a.py; -"
    );
    let again = story(
        &mut historian,
        ("a.py", &back, "safe(1)\ndanger(1)\n"),
        0,
        None,
    );
    assert_eq!(told(&again), "back in a.py; -; -");
}

/// An equal one that comes in above, or is taken out above, changes nothing for those below; what was commented out was not
/// there.
#[test]
fn equal_ones_above_and_commented_out() {
    let function =
        |name: &str| format!("def {name}(x):\n    y = x.{name}\n    danger(1)\n    return y\n\n");
    let clone = Clone::new();
    let (old, between, upper) = (function("old"), function("between"), function("upper"));
    clone.commit("old", &[("a.py", Some(&old))]);
    let two = format!("{upper}{old}");
    clone.commit("upper", &[("a.py", Some(&two))]);
    let three = format!("{upper}{between}{old}");
    let seen = clone.commit("between", &[("a.py", Some(&three))]);
    let off = three.replacen("    danger(1)", "    # danger(1)", 1);
    let disabled = clone.commit("disabled", &[("a.py", Some(&off))]);
    let back = clone.commit("back", &[("a.py", Some(&three))]);
    let two = format!("{between}{old}");
    clone.commit("less", &[("a.py", Some(&two))]);
    let end = clone.commit("none", &[("a.py", Some("x\n"))]);
    let mut historian = clone.historian();
    let mut tell = |at: &str, number, closed: Option<&str>| {
        told(&story(&mut historian, ("a.py", at, &three), number, closed))
    };
    assert_eq!(
        tell(&seen, 0, Some(&disabled)),
        "upper in a.py; disabled in a.py; -"
    );
    assert_eq!(tell(&seen, 1, None), "between in a.py; -; -");
    assert_eq!(tell(&seen, 2, None), "old in a.py; -; -");
    assert_eq!(tell(&back, 0, Some(&end)), "back in a.py; less in a.py; -");
    assert_eq!(
        tell(&back, 1, Some(&end)),
        "between in a.py; none in a.py; -"
    );
    assert_eq!(tell(&back, 2, Some(&end)), "old in a.py; none in a.py; -");
}

/// On a branch, and merged: the commit that did it is told, not the merge.
#[test]
fn merges_are_seen_through() {
    let clone = Clone::new();
    clone.commit("root", &[("a.py", Some("x = 1\n"))]);
    clone.git(&["switch", "-q", "-c", "topic"]);
    clone.commit("brought", &[("a.py", Some("x = 1\ndanger(1)\n"))]);
    clone.git(&["switch", "-q", "main"]);
    clone.commit("beside", &[("b.py", Some("y\n"))]);
    clone.git(&["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    clone.git(&["tag", "-a", "v1", "-m", "v1"]);
    let seen = clone.git(&["rev-parse", "HEAD"]);
    clone.git(&["switch", "-q", "-c", "fix"]);
    clone.commit("mended", &[("a.py", Some("x = 1\n"))]);
    clone.git(&["switch", "-q", "main"]);
    clone.commit("beside again", &[("b.py", Some("z\n"))]);
    clone.git(&["merge", "-q", "--no-ff", "-m", "merge of the fix", "fix"]);
    let end = clone.git(&["rev-parse", "HEAD"]);
    let text = "x = 1\ndanger(1)\n";
    let mut historian = clone.historian();
    let all = story(&mut historian, ("a.py", &seen, text), 0, Some(&end));
    assert_eq!(told(&all), "brought in a.py; mended in a.py; v1");
}

/// What git cannot tell is said and not made up.
#[test]
fn what_cannot_be_told_is_said() {
    let clone = Clone::new();
    clone.commit("brought", &[("a.py", Some("danger(1)\n"))]);
    let text = "danger(1)\nx = 1\n";
    let seen = clone.commit("more", &[("a.py", Some(text))]);
    let around = clone.commit(
        "around",
        &[("a.py", Some("with safety:\n  danger(1)\nx = 1\n"))],
    );
    let mut historian = clone.historian();
    let still = story(&mut historian, ("a.py", &seen, text), 0, Some(&around));
    assert_eq!(told(&still), "brought in a.py; -; -");
    assert!(
        still.notes[0].contains("was not taken away"),
        "{:?}",
        still.notes
    );
    let lost = "0123456789abcdef0123456789abcdef01234567";
    let vanished = story(&mut historian, ("a.py", lost, text), 0, None);
    assert!(
        vanished.notes[0].contains("is not in this clone"),
        "{:?}",
        vanished.notes
    );
    let rewritten = story(&mut historian, ("a.py", &seen, text), 0, Some(lost));
    assert_eq!(told(&rewritten), "brought in a.py; -; -");
    assert!(
        rewritten.notes[0].contains("was rewritten"),
        "{:?}",
        rewritten.notes
    );
    let elsewhere = story(&mut historian, ("b.py", &seen, text), 0, None);
    assert!(
        elsewhere.notes[0].contains("not committed"),
        "{:?}",
        elsewhere.notes
    );
    // Cut one commit before the end.
    let shallow = clone.path("shallow");
    let from = format!("file://{}", clone.root.path().display());
    let to = shallow.display().to_string();
    clone.git(&["clone", "-q", "--depth", "1", &from, &to]);
    let text = "with safety:\n  danger(1)\nx = 1\n";
    let cut = story(
        &mut self::historian(&shallow),
        ("a.py", &around, text),
        0,
        None,
    );
    assert!(cut.shallow);
    assert_eq!(told(&cut), "around in a.py; -; -");
    assert!(
        cut.notes[0].contains("this commit or an earlier one"),
        "{:?}",
        cut.notes
    );
    // The root of a whole history is no cut.
    let root = Clone::new();
    let first = root.commit("root", &[("a.py", Some("danger(1)\n"))]);
    let whole = story(
        &mut root.historian(),
        ("a.py", &first, "danger(1)\n"),
        0,
        None,
    );
    assert!(whole.notes.is_empty() && !whole.shallow);
}
