//! One question each.

use super::super::transfer::exported;
use super::super::{Entry, Ledger, LedgerError, State};
use super::{Text, Whole, entries, recorded, report, reports, state_of, step};
use crate::model::{ByteSpan, ScanFact, UnjudgedFact};

/// A line that goes back to the commit that holds the bug holds it again.
#[test]
fn a_rollback_brings_it_back() {
    let bug = report(1, &step(Text::Bug, Whole::Fine), 0);
    let fixed = report(2, &step(Text::Clean, Whole::Fine), 0);
    let back = ScanFact {
        observed: 5000,
        ..bug.clone()
    };
    assert_eq!(state_of(&[bug.clone(), fixed.clone()])[0].0, State::Fixed);
    assert_eq!(state_of(&[back, fixed, bug])[0].0, State::Regressed);
}

/// An older rule that finds nothing proves nothing, and one commit is never newer than itself.
#[test]
fn rules_that_changed_are_told() {
    let seen = report(2, &step(Text::Bug, Whole::Fine), 1);
    let first = ScanFact {
        observed: 10,
        ..report(1, &step(Text::Clean, Whole::Fine), 0)
    };
    let old_rule = report(3, &step(Text::Clean, Whole::Fine), 0);
    let told = state_of(&[first, seen.clone(), old_rule]);
    assert_eq!(
        told,
        [(State::Unknown, "judged by an older rule only".to_owned())]
    );
    let new_rule = report(3, &step(Text::Clean, Whole::Fine), 2);
    let told = state_of(&[seen.clone(), new_rule]);
    assert_eq!(
        told,
        [(
            State::Fixed,
            "the rule has changed since it was seen".to_owned()
        )]
    );
    let mut same = report(2, &step(Text::Clean, Whole::Fine), 2);
    same.observed = 4000;
    let told = state_of(&[seen, same]);
    assert_eq!(
        told,
        [(
            State::Unknown,
            "the rule changed and does not find it any more".to_owned()
        )]
    );
}

/// What did not parse beside the finding does not matter; what did not parse where it was does.
#[test]
fn blind_spans_matter_where_the_finding_was() {
    let blind = |mut report: ScanFact, spans: &[(u64, u64)]| {
        let evidence = report.evidence.as_mut().expect("it has one");
        evidence.unjudged.push(UnjudgedFact {
            path: "a.py".to_owned(),
            outcome: "scanned-with-errors".to_owned(),
            spans: spans
                .iter()
                .map(|(start, end)| ByteSpan {
                    start: *start,
                    end: *end,
                })
                .collect(),
            ..UnjudgedFact::default()
        });
        report
    };
    let seen = blind(report(1, &step(Text::Bug, Whole::Fine), 0), &[(100, 120)]);
    let clean = report(2, &step(Text::Clean, Whole::Fine), 0);
    let elsewhere = blind(clean.clone(), &[(140, 160)]);
    let there = blind(clean, &[(0, 7), (140, 160)]);
    assert_eq!(state_of(&[seen.clone(), elsewhere])[0].0, State::Fixed);
    assert_eq!(state_of(&[seen, there])[0].0, State::Unknown);
}

/// A newer ledger answers and is left alone.
#[test]
fn a_newer_ledger_is_read_and_never_written() {
    let all = [report(1, &step(Text::Bug, Whole::Fine), 0)];
    let (folder, ledger) = recorded(&all);
    ledger
        .connection
        .execute_batch("PRAGMA user_version=99; ALTER TABLE state ADD COLUMN more TEXT;")
        .expect("aged");
    drop(ledger);
    let path = folder.path().join("l.sqlite");
    let mut ledger = Ledger::open(&path).expect("it opens");
    assert_eq!(entries(&ledger).len(), 1);
    let error = ledger.record(&all).expect_err("refused");
    assert!(error.to_string().contains("newer stampout"), "{error}");
    drop(ledger);
    assert_eq!(entries(&Ledger::look_at(&path).expect("it opens")).len(), 1);
}

/// A fact that is no JSON any more is damage, whoever meets it.
#[test]
fn a_fact_that_cannot_be_read_is_damage() {
    let (_folder, ledger) = recorded(&[report(1, &step(Text::Bug, Whole::Fine), 0)]);
    ledger
        .connection
        .execute_batch("UPDATE scan SET unit = '{'")
        .expect("it can be spoilt");
    let errors = [
        ledger.repositories().map(|_| ()),
        ledger.scans_of("1234567").map(|_| ()),
        ledger.check().map(|_| ()),
    ];
    for error in errors.map(|answer| answer.expect_err("it cannot be read")) {
        assert!(matches!(error, LedgerError::Damaged { .. }), "{error:?}");
    }
}

/// A backup is whole or not there, whatever it is called.
#[test]
fn a_backup_may_have_any_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let (folder, ledger) = recorded(&[report(1, &step(Text::Bug, Whole::Fine), 0)]);
    let to = folder.path().join("copies");
    std::fs::create_dir(&to).expect("a folder");
    let odd = to.join(std::ffi::OsStr::from_bytes(b"odd\xFF.sqlite"));
    ledger.backup(&odd).expect("it is written");
    assert!(matches!(ledger.backup(&odd), Err(LedgerError::Exists(_))));
    assert_eq!(std::fs::read_dir(&to).expect("there").count(), 1);
    let copy = Ledger::look_at(&odd).expect("it opens");
    assert_eq!(exported(&copy), exported(&ledger));
}

/// Whoever holds the ledger for too long is told of, and nothing is lost by it.
#[test]
fn a_ledger_that_others_hold_is_said_to_be_locked() {
    let all = [report(1, &step(Text::Bug, Whole::Fine), 0)];
    let (_folder, mut ledger) = recorded(&[]);
    let other = rusqlite::Connection::open(ledger.path()).expect("it opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    let error = ledger.record(&all).expect_err("it is held");
    assert!(
        error.to_string().ends_with("is locked by another process"),
        "{error}"
    );
    // Who only asks need not wait.
    let asked = Ledger::look_at(ledger.path()).expect("it opens");
    assert!(entries(&asked).is_empty());
    other.execute_batch("ROLLBACK").expect("let go");
    assert_eq!(ledger.record(&all).expect("recorded").new_units, 1);
}

/// A finding that is told at two lines of development is two entries.
/// A ledger from before comments in code counted: read where it cannot be written, brought up to date where it can.
#[test]
fn an_older_ledger_is_read_and_brought_up_to_date() {
    let reports = reports(&[step(Text::Bug, Whole::Fine)]);
    let (_folder, ledger) = recorded(&reports);
    let mut facts = Vec::new();
    ledger.export(&mut facts).expect("it can be written");
    let newest = entries(&ledger);
    let tracks = ledger.tracks(None).expect("told");
    assert!(!tracks.is_empty());
    let path = ledger.path().to_owned();
    ledger
        .connection
        .execute_batch(
            "ALTER TABLE state DROP COLUMN answer; ALTER TABLE state DROP COLUMN answered_since;
             ALTER TABLE state DROP COLUMN seen_at; ALTER TABLE state DROP COLUMN steps;
             PRAGMA user_version=1;",
        )
        .expect("it is older now");
    drop(ledger);
    let old = Ledger::look_at(&path).expect("it can be read");
    let without = |entry: &Entry| Entry {
        seen_at: None,
        ..entry.clone()
    };
    assert_eq!(
        entries(&old),
        newest.iter().map(without).collect::<Vec<_>>()
    );
    assert_eq!(old.briefs(None).expect("read").len(), newest.len());
    assert_eq!(old.tracks(None).expect("told"), tracks);
    assert!(old.check().expect("it can be checked").is_empty());
    drop(old);
    let mut new = Ledger::open(&path).expect("it can be written");
    assert_eq!(new.record(&reports).expect("recorded").new_units, 0);
    assert_eq!(entries(&new), newest);
    assert_eq!(new.tracks(None).expect("told"), tracks);
    assert!(new.check().expect("it can be checked").is_empty());
    assert_eq!(
        exported(&new),
        serde_json::json!(String::from_utf8_lossy(&facts))
    );
}

#[test]
fn lines_are_told_apart() {
    let bug = report(1, &step(Text::Bug, Whole::Fine), 0);
    let mut release = bug.clone();
    release.unit.reference = Some("refs/remotes/origin/release/1".to_owned());
    let fixed = report(2, &step(Text::Clean, Whole::Fine), 0);
    let (_folder, ledger) = recorded(&[bug, release, fixed]);
    let told: Vec<_> = entries(&ledger)
        .into_iter()
        .map(|entry| (entry.line, entry.state))
        .collect();
    assert_eq!(
        told,
        [
            ("main".to_owned(), State::Fixed),
            ("release/1".to_owned(), State::Open)
        ]
    );
}
