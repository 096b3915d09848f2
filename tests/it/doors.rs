//! Who may call whom: the doors between the rooms, read off the `use crate::` lines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may use; `model` is open to all. The plan stands in `src/lib.rs`.
const DOORS: [(&str, &[&str]); 19] = [
    ("cache", &["disk"]),
    (
        "cli",
        &[
            "cache",
            "disk",
            "history",
            "import",
            "inventory",
            "language",
            "ledger",
            "pack",
            "postmortem",
            "recall",
            "report",
            "rule",
            "scan",
            "source",
            "strict",
            "suppress",
            "worker",
        ],
    ),
    ("disk", &[]),
    ("history", &["source"]),
    ("import", &["language", "pack", "rule"]),
    ("inventory", &[]),
    ("language", &[]),
    ("ledger", &["disk"]),
    ("model", &[]),
    ("pack", &["language", "strict"]),
    ("postmortem", &[]),
    ("recall", &["language"]),
    ("report", &[]),
    ("rule", &["language", "pack"]),
    (
        "scan",
        &["cache", "language", "rule", "source", "suppress", "worker"],
    ),
    ("source", &["strict"]),
    ("strict", &[]),
    ("suppress", &[]),
    ("worker", &[]),
];

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).expect("the folder is there") {
        let path = item.expect("it can be listed").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rooms that a text names behind `crate::`, but for its tests.
fn rooms(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line_start = code[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if code[line_start..at].trim_start().starts_with("//") {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        rooms.push(
            rest.chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect(),
        );
    }
    rooms
}

fn all() -> Vec<(PathBuf, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).expect("below src").to_path_buf();
            let room = inside
                .components()
                .next()
                .expect("a name")
                .as_os_str()
                .to_string_lossy()
                .replace(".rs", "");
            let text = fs::read_to_string(&path).expect("it can be read");
            (inside, room, text)
        })
        .collect()
}

#[test]
fn every_room_keeps_to_its_doors() {
    let doors: BTreeMap<&str, &[&str]> = DOORS.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, room, text) in all() {
        if matches!(room.as_str(), "main" | "lib" | "build") || path.ends_with("tests.rs") {
            continue;
        }
        let open = doors
            .get(room.as_str())
            .unwrap_or_else(|| panic!("{room} is not in the table of doors"));
        for used in rooms(&text) {
            if used != room && used != "model" && !open.contains(&used.as_str()) {
                wrong.push(format!("{} uses crate::{used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_some_rooms_know_git_clap_sarif_and_sqlite() {
    let mut wrong = Vec::new();
    for (path, room, text) in all() {
        for (word, rooms) in [
            ("Command::new", ["source", "worker"].as_slice()),
            ("clap", &["cli"]),
            ("rusqlite", &["cache", "ledger"]),
            ("serde_sarif", &["report"]),
            (
                "tree_sitter::",
                &["cli", "language", "recall", "rule", "scan"],
            ),
        ] {
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let named = code
                .lines()
                .any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
            let test = path
                .components()
                .any(|part| part.as_os_str().to_string_lossy().contains("test"));
            if named && !test && !rooms.contains(&room.as_str()) {
                wrong.push(format!("{} names {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<PathBuf> = all()
        .into_iter()
        .filter(|(_, _, text)| !text.starts_with("//!"))
        .map(|(path, ..)| path)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// A file of tests that nobody lists would never run.
#[test]
fn every_file_of_tests_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).expect("it is there");
    for item in fs::read_dir(&folder).expect("it can be listed") {
        let name = item
            .expect("listed")
            .file_name()
            .to_string_lossy()
            .replace(".rs", "");
        assert!(
            name == "main" || main.contains(&format!("mod {name};")),
            "{name} is not listed"
        );
    }
}
