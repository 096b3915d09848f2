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
        "--no-cache",
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

/// A small generator of our own, so that a failure comes back with its number.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }
}

/// Pieces that parsers nest, pair and back off from.
const PIECES: [&str; 36] = [
    "(", "[", "{", "<", "(*", "/*", "\"", "'", "`", "- ", "? ", ": ", "a=>", "a<", "a.", "a+",
    "x=a<", "%w(", "%q<", "${", "\"${", "#{", "<<A\n", "<div>", "if ", "fn ", "((", "[[", "{{",
    "=", ",", "\\", "@", "!", "&", "\n\t",
];

/// A hostile file: the sample mutated, or a piece repeated, or both; it holds the planted text.
fn hostile(sample: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = format!("planted\n{sample}").into_bytes();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes.truncate(at.max(20)),
            1 => drop(bytes.drain(at..(at + 1 + random.below(60)).min(bytes.len()))),
            2 => bytes[at] = [0x00, 0xFF, b'"', b'(', b'\n', b'}'][random.below(6)],
            _ => {
                let piece = PIECES[random.below(PIECES.len())].repeat(1 << random.below(13));
                bytes.splice(at..at, piece.into_bytes());
            }
        }
    }
    bytes
}

/// Twenty thousand generated and mutated files over all languages, with true findings planted beside them: no finding is
/// lost and every file is accounted for. Prints what became of them.
///
/// `cargo test --release --test it -- --ignored --nocapture campaign`; `STAMPOUT_CAMPAIGN` sets the number of files.
#[test]
#[ignore = "takes some minutes"]
#[expect(clippy::print_stdout, reason = "the counts are what it is run for")]
fn a_campaign_of_hostile_files() {
    let count: usize = std::env::var("STAMPOUT_CAMPAIGN")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000);
    let sandbox = Sandbox::new();
    let languages: Vec<_> = stampout::language::all()
        .iter()
        .filter(|language| !language.comment_kinds.is_empty())
        .collect();
    let names: Vec<String> = languages
        .iter()
        .map(|language| format!("{:?}", language.name))
        .collect();
    let queries: Vec<String> = languages
        .iter()
        .map(|language| format!("{} = \"{}.scm\"", language.name, language.name))
        .collect();
    let manifest = PACK
        .replace(
            r#"["ruby", "yaml", "python"]"#,
            &format!("[{}]", names.join(", ")),
        )
        .replace(
            r#"ruby = "r.scm", yaml = "y.scm", python = "p.scm""#,
            &queries.join(", "),
        );
    sandbox.write("packs/incident.toml", manifest);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut planted = 0;
    for language in &languages {
        let kinds: String = language
            .comment_kinds
            .iter()
            .map(|kind| format!("({kind}) "))
            .collect();
        let query = format!("([{kinds}] @bug (#match? @bug \"planted\"))\n");
        sandbox.write(&format!("packs/{}.scm", language.name), query);
        let extension = language.extensions.first().copied().unwrap_or_default();
        let marks = stampout::language::support(language).case_marks;
        let comment = marks.comment("planted").expect("the language has comments");
        for index in 0..count / languages.len() {
            let folder = format!("tree/{}/{}", language.name, index / 100);
            sandbox.write(
                &format!("{folder}/h{index}.{extension}"),
                hostile(language.sample, &mut random),
            );
            if index % 50 == 0 {
                sandbox.write(
                    &format!("{folder}/planted{index}.{extension}"),
                    format!("{}\n{comment}\n", language.sample),
                );
                planted += 1;
            }
        }
    }
    let begun = std::time::Instant::now();
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
    let run = sandbox.stampout(&[arguments.as_slice(), &["--timeout-per-file", "1s"]].concat());
    let elapsed = begun.elapsed();
    assert!([1, 3].contains(&run.code), "{}: {}", run.code, run.stderr);
    let found = run
        .json_lines()
        .iter()
        .filter(|one| {
            one["kind"] == "fail"
                && one["path"]
                    .as_str()
                    .is_some_and(|path| path.contains("planted"))
        })
        .count();
    let mut outcomes: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for record in crate::sandbox::json_lines(&sandbox.path("c.jsonl")) {
        *outcomes
            .entry(record["outcome"].as_str().expect("an outcome").to_owned())
            .or_default() += 1;
    }
    println!("{outcomes:?}; {found} of {planted} planted findings; {elapsed:?}");
    let sum: u64 = outcomes.values().sum();
    assert_eq!(
        sum,
        (count / languages.len() * languages.len() + planted) as u64
    );
    assert_eq!(found, planted, "{found} of {planted} planted findings");
}
