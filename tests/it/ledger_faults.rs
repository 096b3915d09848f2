//! Disks that give out while something is recorded: what was acknowledged stays, what was not is said.
//!
//! The fault is a limit on the size of files, which needs no rights: a write beyond it fails, or kills the writer.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use crate::ledger_kills::Press;

/// Records with files of at most so many bytes, in steps of 512. `trap` is what becomes of the signal.
fn record(press: &Press, limit: usize, trap: &str, file: &str) -> Output {
    let script = format!(
        "{trap}ulimit -f {}; exec \"$0\" record -q --ledger l.sqlite {file}",
        limit / 512
    );
    Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_stampout")])
        .current_dir(press.sandbox.path("."))
        .env("HOME", press.sandbox.path("."))
        .output()
        .expect("it starts")
}

/// Where the limit lies decides what fails: the first page, the log, its index, a checkpoint.
fn faults(limits: impl Iterator<Item = usize>, trap: &str) -> (usize, usize) {
    let press = Press::new();
    let (file, commit) = press.print(0, 1);
    assert!(press.record(&[file]).wait().expect("it ends").success());
    let mut acknowledged = BTreeSet::from([commit]);
    let (mut number, mut failed) = (1, 0);
    for limit in limits {
        number += 1;
        let (file, commit) = press.print(0, number);
        let output = record(&press, limit, trap, &file);
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => drop(acknowledged.insert(commit)),
            Some(2) => {
                failed += 1;
                assert!(
                    said.contains("the disk gave out under l.sqlite"),
                    "{limit}: {said}"
                );
                assert!(
                    said.contains("what was recorded before is whole"),
                    "{limit}: {said}"
                );
            }
            None => failed += 1,
            Some(code) => panic!("{limit}: it ended with {code}: {said}"),
        }
        assert!(
            acknowledged.is_subset(&press.commits(0)),
            "lost at {limit}: {said}"
        );
    }
    press.check();
    // Once there is room again, all goes on.
    let (file, commit) = press.print(0, number + 1);
    assert!(press.record(&[file]).wait().expect("it ends").success());
    assert!(press.commits(0).contains(&commit));
    (number - 1, failed)
}

const IGNORED: &str = "trap '' XFSZ; ";
const DEADLY: &str = "";

#[test]
fn writes_that_fail_lose_nothing() {
    let (_, failed) = faults((0..40).map(|step| step * 4 * 1024), IGNORED);
    assert!(failed > 3, "only {failed} failed");
}

#[test]
fn writers_that_die_of_it_lose_nothing() {
    let (_, failed) = faults((0..20).map(|step| step * 16 * 1024), DEADLY);
    assert!(failed > 2, "only {failed} failed");
}

#[test]
#[ignore = "takes minutes"]
#[expect(clippy::print_stderr, reason = "figures for who asks with --nocapture")]
fn a_campaign_of_faults() {
    for trap in [IGNORED, DEADLY] {
        let (all, failed) = faults((0..1_200).map(|step| step % 160 * 512), trap);
        eprintln!("{all} recordings, {failed} of them failed, none lost");
    }
}

/// A new ledger that finds no room is no ledger, and says so; nor is a folder or a device one.
#[test]
fn places_that_cannot_hold_a_ledger_are_said() {
    let press = Press::new();
    let (file, _) = press.print(0, 1);
    let output = record(&press, 0, IGNORED, &file);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the disk gave out"), "{said}");
    assert!(
        press
            .record(std::slice::from_ref(&file))
            .wait()
            .expect("it ends")
            .success()
    );
    assert_eq!(press.commits(0).len(), 1);
    for (place, expected) in [
        (".", "is not a ledger of stampout"),
        ("/dev/null", "is not a ledger of stampout"),
        ("/proc/nowhere/l.sqlite", "/proc/nowhere: "),
        ("r0-1.json/l.sqlite", "r0-1.json: "),
        ("r0-1.json", "is not a ledger of stampout"),
    ] {
        let run = press
            .sandbox
            .stampout(&["record", &file, "--ledger", place]);
        assert_eq!(run.code, 2, "{place}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{place}: {}", run.stderr);
    }
}
