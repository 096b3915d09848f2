//! A work tree that holds every odd thing at once: each has its outcome, the sum is right, and nothing hides a finding.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;

use crate::sandbox::{Sandbox, json_lines};

fn outcomes(records: &[Value]) -> BTreeMap<String, String> {
    let text = |record: &Value, key: &str| record[key].as_str().expect(key).to_owned();
    let all: BTreeMap<_, _> = records
        .iter()
        .map(|record| (text(record, "path"), text(record, "outcome")))
        .collect();
    assert_eq!(all.len(), records.len(), "a path has one outcome");
    all
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

fn make(sandbox: &Sandbox) {
    let danger = "danger(1)\n";
    sandbox.repository("lib", &[("l.py", danger)]);
    sandbox.repository(
        "tree",
        &[
            ("plain.py", danger),
            ("gone.py", danger),
            ("sparse/s.py", danger),
        ],
    );
    sandbox.git("tree", &["submodule", "--quiet", "add", "../lib", "sub"]);
    sandbox.write("tree/utf16.py", utf16("x = 'é'\ndanger(1)\n"));
    sandbox.write("tree/latin1.py", b"x = '\xE9'\ndanger(1)\n");
    sandbox.write("tree/bom.py", "\u{feff}danger(1)\n");
    sandbox.write("tree/half.py", b"\xFF\xFEd\0a");
    sandbox.write(
        "tree/odd.py",
        [utf16("x = 1\ndanger(1)\n"), vec![b'x']].concat(),
    );
    sandbox.write("tree/nul.py", b"danger(1)\n\0");
    sandbox.write("tree/film.ts", b"\0\0\0\x01film");
    sandbox.write("tree/broken.py", "def (:\n  danger(\n");
    sandbox.write(
        "tree/header.h",
        "#define X\nstatic int f(void) { return danger(1); }\n",
    );
    sandbox.write("tree/large.py", format!("danger(1)\n{}", "#".repeat(2_000)));
    sandbox.write(
        "tree/lfs.py",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
    );
    sandbox.write(
        "tree/model.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
    );
    sandbox.write("tree/tool", "#!/usr/bin/env python3\ndanger(1)\n");
    sandbox.write("tree/notes", "danger(1)\n");
    sandbox.write("tree/picture.png", b"\x89PNG\0danger(1)");
    sandbox.write("tree/clean.py", "safe(1)\n");
    sandbox.write("tree/.gitignore", "build/\n*.log.py\n");
    sandbox.write("tree/new\nline\u{1b}[31m.py", danger);
    sandbox.write("tree/bidi\u{202e}yp.py", danger);
    let invalid = sandbox
        .path("tree")
        .join(std::ffi::OsStr::from_bytes(b"caf\xE9.py"));
    fs::write(invalid, danger).expect("written");
    symlink("/etc/passwd", sandbox.path("tree/link.py")).expect("linked");
    symlink("..", sandbox.path("tree/loop")).expect("linked");
    sandbox.commit("tree", "odd things");
    sandbox.git("tree", &["config", "core.sparseCheckout", "true"]);
    sandbox.git("tree", &["update-index", "--skip-worktree", "sparse/s.py"]);
    fs::remove_dir_all(sandbox.path("tree/sparse")).expect("removed");
    fs::remove_file(sandbox.path("tree/gone.py")).expect("removed");
    sandbox.write("tree/build/out.py", danger);
    sandbox.write("tree/a.log.py", danger);
    sandbox.write("tree/untracked.py", danger);
    sandbox.repository("tree/nested", &[("n.py", danger)]);
    let fifo = std::process::Command::new("mkfifo")
        .arg(sandbox.path("tree/pipe.py"))
        .status()
        .expect("mkfifo runs");
    assert!(fifo.success());
}

#[test]
fn every_odd_thing_of_a_work_tree_is_accounted_for() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    make(&sandbox);
    let arguments = [
        "scan",
        "--packs",
        "packs",
        "tree",
        "-f",
        "json",
        "-o",
        "coverage=c.jsonl",
        "--max-file-size",
        "1kB",
    ];
    let run = sandbox.stampout(&arguments);
    assert_eq!(run.code, 3, "{}", run.stderr);

    let records = json_lines(&sandbox.path("c.jsonl"));
    let found = outcomes(&records);
    let expected: BTreeMap<String, String> = [
        (".gitignore", "unsupported-language"),
        (".gitmodules", "unsupported-language"),
        ("a.log.py", "ignored"),
        ("bidi\u{202e}yp.py", "scanned"),
        ("bom.py", "scanned"),
        ("broken.py", "scanned-with-errors"),
        ("build", "ignored"),
        ("caf\\xE9.py", "scanned"),
        ("clean.py", "ruled-out"),
        ("film.ts", "ruled-out"),
        ("gone.py", "deleted"),
        ("half.py", "undecodable"),
        ("header.h", "scanned"),
        ("large.py", "too-large"),
        ("latin1.py", "scanned"),
        ("lfs.py", "lfs-pointer"),
        ("link.py", "symlink"),
        ("model.bin", "lfs-pointer"),
        ("loop", "symlink"),
        ("nested", "nested-repository"),
        ("new\nline\u{1b}[31m.py", "scanned"),
        ("notes", "unsupported-language"),
        ("nul.py", "binary"),
        ("odd.py", "undecodable"),
        ("picture.png", "unsupported-language"),
        ("pipe.py", "special-file"),
        ("plain.py", "scanned"),
        ("sparse/s.py", "not-checked-out"),
        ("sub", "submodule"),
        ("tool", "scanned"),
        ("untracked.py", "scanned"),
        ("utf16.py", "scanned"),
    ]
    .into_iter()
    .map(|(path, outcome)| (path.to_owned(), outcome.to_owned()))
    .collect();
    assert_eq!(found, expected);

    let report = run.json();
    let unit = &report["units"][0];
    let sum: u64 = unit["coverage"]["outcomes"]
        .as_object()
        .expect("outcomes")
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(unit["coverage"]["enumerated"].as_u64(), Some(sum));
    assert_eq!(sum, records.len() as u64);
    let places: Vec<(String, String, u64)> = unit["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().expect(key).to_owned();
            (
                text("path"),
                text("kind"),
                one["line"].as_u64().expect("a line"),
            )
        })
        .collect();
    let fail = |path: &str, line| (path.to_owned(), "fail".to_owned(), line);
    let review = |path: &str, line| (path.to_owned(), "review".to_owned(), line);
    let mut expected = vec![
        fail("bidi\u{202e}yp.py", 1),
        fail("bom.py", 1),
        review("broken.py", 2),
        fail("caf\\xE9.py", 1),
        fail("header.h", 2),
        review("large.py", 1),
        fail("latin1.py", 2),
        fail("new\nline\u{1b}[31m.py", 1),
        review("nul.py", 1),
        review("odd.py", 2),
        fail("plain.py", 1),
        fail("tool", 2),
        fail("untracked.py", 1),
        fail("utf16.py", 2),
    ];
    expected.sort();
    let mut sorted = places.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    let evidence = &unit["evidence"]["unjudged"];
    let unjudged: Vec<&str> = evidence
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["path"].as_str().expect("a path"))
        .collect();
    for path in [
        "broken.py",
        "build",
        "half.py",
        "large.py",
        "lfs.py",
        "nul.py",
        "sparse/s.py",
        "sub",
        "nested",
    ] {
        assert!(unjudged.contains(&path), "{path}: {unjudged:?}");
    }
    assert!(!unjudged.contains(&"plain.py") && !unjudged.contains(&"clean.py"));
}

/// Names and code from outside reach the terminal escaped.
#[test]
fn text_for_people_holds_no_control_characters() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository(
        "tree",
        &[("a\u{1b}[2J\u{202e}.py", "danger('\u{1b}[2J\u{202e}')\n")],
    );
    let run = sandbox.stampout(&["scan", "--packs", "packs", "tree", "-v"]);
    assert_eq!(run.code, 1);
    for text in [&run.stdout, &run.stderr] {
        assert!(
            !text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'),
            "{text:?}"
        );
    }
}

/// The same bytes with one job and with several, from a work tree and from a bare clone of it.
#[test]
fn jobs_and_sources_make_no_difference() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    make(&sandbox);
    let scan = |jobs: &str| {
        sandbox
            .stampout(&[
                "scan",
                "--packs",
                "packs",
                "tree",
                "-f",
                "sarif",
                "-j",
                jobs,
                "--max-file-size",
                "1kB",
            ])
            .stdout
    };
    let one = scan("1");
    assert_eq!(one, scan("4"));
    assert!(one.contains("plain.py"));

    sandbox.git(".", &["clone", "-q", "--bare", "tree", "bare.git"]);
    let findings = |target: &str| -> Vec<(Value, Value, Value)> {
        let run = sandbox.stampout(&[
            "scan",
            "--packs",
            "packs",
            target,
            "-f",
            "jsonl",
            "-g",
            "!untracked.py",
        ]);
        let skipped = ["sparse/s.py", "gone.py"].map(Value::from);
        let all = run
            .json_lines()
            .into_iter()
            .filter(|one| !skipped.contains(&one["path"]));
        all.map(|one| {
            (
                one["path"].clone(),
                one["byte_start"].clone(),
                one["rule"].clone(),
            )
        })
        .collect()
    };
    let bare = findings("bare.git");
    assert!(bare.len() > 10);
    assert_eq!(findings("tree"), bare);
}

/// One repository of a fleet lies about its objects: its entry is accounted as corrupt, the others keep their findings.
#[test]
fn a_repository_that_lies_about_its_objects_speaks_for_nobody_else() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    for name in ["a-liar", "honest"] {
        sandbox.repository(name, &[("a.py", "danger(1)\n"), ("b.py", "safe(1)\n")]);
    }
    let object = |oid: &str| {
        sandbox
            .path("a-liar")
            .join(".git/objects")
            .join(&oid[..2])
            .join(&oid[2..])
    };
    let bug = sandbox.git("a-liar", &["rev-parse", "HEAD:a.py"]);
    let fine = sandbox.git("a-liar", &["rev-parse", "HEAD:b.py"]);
    replace(&object(&fine), &object(&bug));
    let fleet = "[[repository]]\nname = 'a-liar'\npath = 'a-liar'\nrevisions = ['main']\n\
                 [[repository]]\nname = 'honest'\npath = 'honest'\nrevisions = ['main']\n";
    sandbox.write("fleet.toml", fleet);
    let run = sandbox.stampout(&[
        "scan",
        "--packs",
        "packs",
        "--fleet",
        "fleet.toml",
        "-f",
        "jsonl",
        "-o",
        "coverage=c.jsonl",
    ]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let findings = run.json_lines();
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (&findings[0]["repository"], &findings[0]["path"]),
        (&"honest".into(), &"a.py".into())
    );
    let records = json_lines(&sandbox.path("c.jsonl"));
    let lie = records
        .iter()
        .find(|one| one["repository"] == "a-liar" && one["path"] == "a.py")
        .expect("accounted");
    assert_eq!(lie["outcome"], "corrupt-object");
    assert_eq!(records.len(), 4);
}

/// A partial clone lacks blobs: none is fetched, each is said, whatever its language.
#[test]
fn missing_objects_are_said_and_never_fetched() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository(
        "full",
        &[
            ("a.py", "danger(1)\n"),
            ("picture.png", "\u{1}PNG"),
            ("go.mod.txt", "x\n"),
        ],
    );
    sandbox.git("full", &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path("full").display());
    sandbox.git(
        ".",
        &[
            "clone",
            "-q",
            "--bare",
            "--filter=blob:none",
            &url,
            "part.git",
        ],
    );
    let run = sandbox.stampout(&["scan", "--packs", "packs", "part.git", "-f", "coverage"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    for record in run.json_lines() {
        assert_eq!(record["outcome"], "missing-object", "{record}");
    }
    assert_eq!(run.json_lines().len(), 3);
}

fn replace(from: &Path, to: &Path) {
    fs::remove_file(to).expect("removed");
    fs::copy(from, to).expect("copied");
}

/// Reports that are being written into the scanned folder are not part of it.
#[test]
fn reports_in_the_making_are_not_scanned() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("tree", &[("a.py", "danger(1)\n")]);
    let arguments = [
        "scan",
        "--packs",
        "packs",
        "tree",
        "-o",
        "tree/x.sarif",
        "-o",
        "coverage=tree/c.jsonl",
    ];
    let run = sandbox.stampout(&[arguments.as_slice(), &["-f", "json"]].concat());
    assert_eq!(json_lines(&sandbox.path("tree/c.jsonl")).len(), 1);
    assert_eq!(
        run.json()["units"][0]["evidence"]["dirty"],
        Value::Bool(false)
    );
}
