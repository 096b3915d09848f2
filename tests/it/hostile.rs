//! Files that kill the parser, and workers that are killed: no neighbour loses a finding, and everything is accounted.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

const PACK: &str = r#"schema = 1
[incident]
id = "INC-3"
title = "t"
summary = "s"
severity = "low"
class = "data"
url = "https://example.invalid/3"
[[rule]]
id = "r"
message = "m"
help = "h"
languages = ["ruby", "yaml", "python"]
query = { ruby = "r.scm", yaml = "y.scm", python = "p.scm" }
"#;

fn pack(sandbox: &Sandbox) {
    sandbox.write("packs/incident.toml", PACK);
    sandbox.write(
        "packs/r.scm",
        "((call method: (identifier) @_m) @bug (#eq? @_m \"danger\"))\n",
    );
    sandbox.write(
        "packs/p.scm",
        "((call function: (identifier) @_m) @bug (#eq? @_m \"danger\"))\n",
    );
    sandbox.write(
        "packs/y.scm",
        "((plain_scalar) @bug (#eq? @bug \"danger\"))\n",
    );
}

/// 801 bytes of YAML and 411 of Ruby abort any program that parses them with the published grammars.
#[test]
fn a_file_that_kills_the_parser_costs_one_file() {
    let sandbox = Sandbox::new();
    pack(&sandbox);
    let tag = "A".repeat(400);
    sandbox.write("tree/a.yaml", format!("{}danger\n", "- ".repeat(400)));
    sandbox.write("tree/b.yaml", "x: danger\n");
    sandbox.write("tree/c.rb", format!("x = <<{tag}\ndanger(1)\n{tag}\n"));
    sandbox.write("tree/d.rb", "danger(1)\n");
    let run = sandbox.stampout(&[
        "scan",
        "--packs",
        "packs",
        "tree",
        "-f",
        "jsonl",
        "-o",
        "coverage=c.jsonl",
    ]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let found: Vec<String> = run
        .json_lines()
        .iter()
        .map(|one| format!("{} {}", one["path"], one["kind"]))
        .collect();
    assert_eq!(
        found,
        [
            r#""a.yaml" "review""#,
            r#""b.yaml" "fail""#,
            r#""c.rb" "review""#,
            r#""d.rb" "fail""#
        ]
    );
    let coverage = fs::read_to_string(sandbox.path("c.jsonl")).expect("the report is there");
    let crashed = coverage
        .lines()
        .filter(|line| line.contains(r#""outcome":"crashed""#))
        .count();
    assert_eq!(crashed, 2, "{coverage}");
}

/// A file that takes too long is ended, said and searched as text.
#[test]
fn a_file_that_takes_too_long_is_said() {
    let sandbox = Sandbox::new();
    pack(&sandbox);
    sandbox.write(
        "tree/slow.py",
        format!("danger(1)\nx = {}1\n", "a+".repeat(200_000)),
    );
    sandbox.write("tree/fine.py", "danger(1)\n");
    let arguments = [
        "scan",
        "--packs",
        "packs",
        "tree",
        "-f",
        "jsonl",
        "-o",
        "coverage=c.jsonl",
    ];
    let run = sandbox.stampout(&[arguments.as_slice(), &["--timeout-per-file", "500ms"]].concat());
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(run.json_lines().len(), 2);
    let coverage = fs::read_to_string(sandbox.path("c.jsonl")).expect("the report is there");
    assert!(
        coverage.contains(r#""outcome":"timed-out""#)
            || coverage.contains(r#""outcome":"too-deep""#),
        "{coverage}"
    );
}

/// The children of a process, by the kernel's own list.
fn children(pid: u32) -> Vec<String> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let of_task =
        |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    tasks
        .flatten()
        .flat_map(|task| {
            of_task(task)
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// A request outlives three kills of its worker, so three can never lose one.
const KILLS: usize = 3;

/// Kills the workers of a scan, each once.
fn kill_workers(pid: u32, killed: &mut BTreeSet<String>) {
    for child in children(pid) {
        let command = fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap_or_default();
        if command.contains("worker") && killed.len() < KILLS && !killed.contains(&child) {
            let ended = Command::new("kill").args(["-9", &child]).status();
            killed.extend(ended.is_ok_and(|status| status.success()).then_some(child));
        }
    }
}

/// Workers are killed from outside while a scan runs: the report stays the same.
#[test]
fn killed_workers_change_nothing() {
    let sandbox = Sandbox::new();
    pack(&sandbox);
    for index in 0..300 {
        let body = format!("def f{index}(x):\n    return danger(x)\n").repeat(30);
        sandbox.write(&format!("tree/m{index}.py"), body);
    }
    let arguments = [
        "scan",
        "--packs",
        "packs",
        "tree",
        "-f",
        "jsonl",
        "-j",
        "2",
        "--no-progress",
    ];
    let calm = sandbox.stampout(&arguments);
    assert_eq!(
        (calm.code, calm.json_lines().len()),
        (1, 9_000),
        "{}",
        calm.stderr
    );
    let scan = Command::new(env!("CARGO_BIN_EXE_stampout"))
        .args(arguments)
        .current_dir(sandbox.path(""))
        .env("SOURCE_DATE_EPOCH", "1772442840")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let pid = scan.id();
    // The report is larger than a pipe: nobody reads it yet, so the scan cannot end before a worker was killed.
    let mut killed = BTreeSet::new();
    while killed.is_empty() {
        kill_workers(pid, &mut killed);
    }
    let killer = std::thread::spawn(move || {
        while Path::new(&format!("/proc/{pid}/task")).exists() && killed.len() < KILLS {
            kill_workers(pid, &mut killed);
        }
    });
    let output = scan.wait_with_output().expect("the scan ends");
    killer.join().expect("the killer ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), calm.stdout);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
