//! What was acknowledged is never lost: recording processes are killed at random moments, and many write at once.
//!
//! The campaigns: `cargo test --test it -- --ignored ledger_kills`.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use stampout::ledger::Ledger;

use crate::sandbox::Sandbox;

/// A report on some commit of some repository, made from a real one.
pub(crate) struct Press {
    pub(crate) sandbox: Sandbox,
    report: String,
    commit: String,
}

impl Press {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.danger_pack();
        let calls: String = (0..40)
            .map(|number| format!("danger({number})\n"))
            .collect();
        sandbox.repository("shop", &[("a.py", &calls)]);
        let run = sandbox.stampout(&["scan", "--packs", "packs", "shop", "-f", "json"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let commit = sandbox.git("shop", &["rev-parse", "HEAD"]);
        Self {
            sandbox,
            report: run.stdout,
            commit,
        }
    }

    /// Prints one; returns its file and its commit.
    pub(crate) fn print(&self, repository: usize, number: usize) -> (String, String) {
        let commit = format!("{number:040x}");
        let name = format!("\"repository\":\"r{repository}\"");
        let text = self
            .report
            .replace(&self.commit, &commit)
            .replace("\"repository\":\"shop\"", &name);
        assert_ne!(text, self.report);
        let file = format!("r{repository}-{number}.json");
        self.sandbox.write(&file, text);
        (file, commit)
    }

    pub(crate) fn record(&self, files: &[String]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stampout"));
        command
            .args(["record", "-q", "--ledger", "l.sqlite"])
            .args(files);
        command
            .current_dir(self.sandbox.path("."))
            .env("HOME", self.sandbox.path("."));
        command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts")
    }

    pub(crate) fn commits(&self, repository: usize) -> BTreeSet<String> {
        let ledger = Ledger::look_at(&self.sandbox.path("l.sqlite")).expect("it opens");
        let commits = ledger.commits(&format!("r{repository}"), usize::MAX >> 1);
        commits.expect("it answers").into_iter().collect()
    }

    pub(crate) fn check(&self) {
        let run = self
            .sandbox
            .stampout(&["ledger", "check", "--ledger", "l.sqlite"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
}

/// Kills so many recordings, each at another moment of its life.
fn kill(times: usize) {
    let press = Press::new();
    // How long one lives when it is let be.
    let (file, first) = press.print(0, 1);
    let begun = Instant::now();
    assert!(press.record(&[file]).wait().expect("it ends").success());
    let life = begun.elapsed();
    let mut acknowledged = vec![BTreeSet::new(); 40];
    acknowledged[0].insert(first);
    let (mut killed, mut number) = (0, 1);
    let mut chance = 0x9E37_79B9_7F4A_7C15_u64;
    while killed < times {
        number += 1;
        let repository = number % 40;
        let (file, commit) = press.print(repository, number);
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let part = (chance >> 40) as f64 / f64::from(1 << 24);
        let moment = Duration::from_secs_f64(life.as_secs_f64() * 1.2 * part);
        let begun = Instant::now();
        let mut child = press.record(&[file]);
        while begun.elapsed() < moment {
            std::thread::yield_now();
        }
        let _ = child.kill();
        let status = child.wait().expect("it ends");
        match status.code() {
            Some(0) => drop(acknowledged[repository].insert(commit)),
            Some(code) => panic!("it ended with {code}"),
            None => killed += 1,
        }
        let there = press.commits(repository);
        assert!(
            acknowledged[repository].is_subset(&there),
            "lost after {killed} kills"
        );
    }
    press.check();
}

#[test]
fn killed_recordings_lose_nothing() {
    kill(15);
}

#[test]
#[ignore = "takes some minutes"]
fn a_campaign_of_kills() {
    kill(2_000);
}

/// So many processes record so many reports each, all at once.
fn crowd(writers: usize, reports: usize) {
    let press = Press::new();
    let mut expected = vec![BTreeSet::new(); 100];
    let mut children = Vec::new();
    for writer in 0..writers {
        let files = (0..reports).map(|report| {
            let number = writer * reports + report + 1;
            let (file, commit) = press.print(number % 100, number);
            expected[number % 100].insert(commit);
            file
        });
        children.push(files.collect::<Vec<_>>());
    }
    let children: Vec<Child> = children.iter().map(|files| press.record(files)).collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    for (repository, expected) in expected.iter().enumerate() {
        assert_eq!(press.commits(repository), *expected);
    }
    press.check();
}

#[test]
fn many_writers_lose_nothing() {
    crowd(4, 10);
}

#[test]
#[ignore = "takes some minutes"]
fn a_campaign_of_writers() {
    crowd(8, 200);
}
