//! The ledger as a whole, over random histories: nothing is closed without evidence, and neither order nor repetition
//! matters.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::transfer::exported;
use super::{Entry, Ledger, State};
use crate::model::{
    ByteSpan, EvidenceFact, FindingFact, PathSet, RepoPath, RuleFact, ScanFact, ScopeFact,
    UnitFact, UnjudgedFact,
};

const FILES: [&str; 4] = ["a.py", "b.py", "sub/c.py", "sub/d.py"];
const RULE: &str = "INC-1.danger";

/// What stands in a file at a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Absent,
    Clean,
    Bug,
}

/// How a scan looks at a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Judged,
    Failed,
    Blind,
}

/// What may be wrong with a whole scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    Fine,
    /// Only `sub`.
    Part,
    /// Another incident's rules.
    Other,
    NoEvidence,
    Dirty,
    /// A folder could not be listed.
    Unlisted,
    NotRecorded,
}

#[derive(Clone, Debug)]
struct Step {
    texts: [Text; 4],
    looks: [Look; 4],
    whole: Whole,
    /// Whether the rule is a newer one from here on.
    newer_rule: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let text = prop_oneof![1 => Just(Text::Absent), 1 => Just(Text::Clean), 2 => Just(Text::Bug)];
    let look =
        prop_oneof![4 => Just(Look::Judged), 1 => Just(Look::Failed), 1 => Just(Look::Blind)];
    let whole = prop_oneof![
        6 => Just(Whole::Fine), 1 => Just(Whole::Part), 1 => Just(Whole::Other),
        1 => Just(Whole::NoEvidence), 1 => Just(Whole::Dirty), 1 => Just(Whole::Unlisted),
        1 => Just(Whole::NotRecorded),
    ];
    let step = (
        prop::array::uniform4(text),
        prop::array::uniform4(look),
        whole,
        prop::bool::weighted(0.1),
    );
    let step = step.prop_map(|(texts, looks, whole, newer_rule)| Step {
        texts,
        looks,
        whole,
        newer_rule,
    });
    prop::collection::vec(step, 1..9)
}

fn finding(path: &str) -> FindingFact {
    FindingFact {
        fingerprint: format!("fingerprint of {path}"),
        match_key: Some(format!("key of {path}")),
        rule: RULE.to_owned(),
        incident: "INC-1".to_owned(),
        kind: "fail".to_owned(),
        path: path.to_owned(),
        line: 1,
        byte_end: 9,
        ..FindingFact::default()
    }
}

/// The report on a commit; `number` tells commits apart.
fn report(number: usize, step: &Step, rule: usize) -> ScanFact {
    let mut judged = PathSet::default();
    let mut unjudged = Vec::new();
    let mut findings = Vec::new();
    for (index, path) in FILES.iter().enumerate() {
        let outside = step.whole == Whole::Part && !path.starts_with("sub/");
        let unlisted = step.whole == Whole::Unlisted && path.starts_with("sub/");
        if step.texts[index] == Text::Absent || outside || unlisted {
            continue;
        }
        let look = step.looks[index];
        if look == Look::Judged && step.texts[index] == Text::Bug && step.whole != Whole::Other {
            findings.push(finding(path));
        }
        if look != Look::Failed {
            judged.insert(&RepoPath::from(*path));
        }
        if look != Look::Judged {
            let spans = if look == Look::Blind {
                vec![ByteSpan {
                    start: 0,
                    end: 20 + number as u64,
                }]
            } else {
                Vec::new()
            };
            unjudged.push(UnjudgedFact {
                path: (*path).to_owned(),
                outcome: "whatever".to_owned(),
                spans,
                ..UnjudgedFact::default()
            });
        }
    }
    judged.sort();
    let id = if step.whole == Whole::Other {
        "INC-2.other"
    } else {
        RULE
    };
    let evidence = EvidenceFact {
        scope: ScopeFact {
            paths: if step.whole == Whole::Part {
                vec!["sub".to_owned()]
            } else {
                Vec::new()
            },
            ..ScopeFact::default()
        },
        rules: vec![RuleFact {
            rule: id.to_owned(),
            digest: format!("digest {rule}"),
            required_text: false,
        }],
        unjudged,
        judged: Some(judged.to_hex()),
        ..EvidenceFact::default()
    };
    ScanFact {
        observed: 1000 + number as i64,
        complete: step.whole != Whole::Unlisted,
        unit: UnitFact {
            repository: "shop".to_owned(),
            kind: "work-tree".to_owned(),
            reference: Some("refs/heads/main".to_owned()),
            commit: Some(format!("{number:040}")),
            dirty: Some(step.whole == Whole::Dirty),
            ..UnitFact::default()
        },
        evidence: (step.whole != Whole::NoEvidence).then_some(evidence),
        findings,
        incidents: vec![serde_json::json!({"id": "INC-1"})],
    }
}

fn reports(steps: &[Step]) -> Vec<ScanFact> {
    let mut rule = 0;
    let mut reports = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        rule += usize::from(step.newer_rule);
        if step.whole != Whole::NotRecorded {
            reports.push(report(number, step, rule));
        }
    }
    reports
}

fn recorded(reports: &[ScanFact]) -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(&folder.path().join("l.sqlite")).expect("it opens");
    for report in reports {
        ledger
            .record(std::slice::from_ref(report))
            .expect("recorded");
    }
    (folder, ledger)
}

fn entries(ledger: &Ledger) -> Vec<Entry> {
    ledger.entries(None).expect("it answers")
}

/// What may be said of a file, told without the ledger's own words.
fn may_be(steps: &[Step], file: usize) -> Option<BTreeSet<State>> {
    let mut may: Option<BTreeSet<State>> = None;
    let mut closed_once = false;
    for step in steps {
        let inside = match step.whole {
            Whole::NotRecorded => continue,
            Whole::Part => FILES[file].starts_with("sub/"),
            Whole::Unlisted => !FILES[file].starts_with("sub/"),
            _ => true,
        };
        let judged = step.looks[file] == Look::Judged && inside;
        let there = step.texts[file] == Text::Bug && judged && step.whole != Whole::Other;
        let absent = step.texts[file] == Text::Absent && inside && step.whole != Whole::Unlisted;
        if there {
            let state = if closed_once {
                State::Regressed
            } else {
                State::Open
            };
            may = Some([state].into());
            continue;
        }
        let Some(states) = &mut may else { continue };
        if states.iter().any(|state| state.is_closed())
            || matches!(step.whole, Whole::Other | Whole::Dirty)
        {
            continue;
        }
        let proves = step.whole != Whole::NoEvidence
            && (absent || (judged && step.texts[file] == Text::Clean));
        if proves {
            closed_once = true;
            *states = [if absent { State::Gone } else { State::Fixed }].into();
        } else {
            *states = [State::Unknown].into();
        }
    }
    may
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 48 } else { 2_000 }))]

    #[test]
    fn nothing_is_closed_without_evidence_and_order_does_not_matter(
        steps in steps(),
        order in any::<prop::sample::Index>(),
        again in any::<prop::sample::Index>(),
    ) {
        let all = reports(&steps);
        let (_folder, ledger) = recorded(&all);
        let told = entries(&ledger);
        for (file, path) in FILES.iter().enumerate() {
            let state = told.iter().find(|entry| entry.path == *path).map(|entry| entry.state);
            match may_be(&steps, file) {
                None => prop_assert_eq!(state, None, "{}", path),
                Some(may) => prop_assert!(state.is_some_and(|state| may.contains(&state)), "{path}: {state:?}, may be {may:?}"),
            }
        }
        prop_assert_eq!(ledger.check().expect("it can be checked"), Vec::<String>::new());
        if !all.is_empty() {
            let mut other = all.clone();
            other.rotate_left(order.index(all.len()));
            other.swap(0, again.index(all.len()));
            other.push(all[again.index(all.len())].clone());
            let (_folder, shuffled) = recorded(&other);
            prop_assert_eq!(entries(&shuffled), told);
            prop_assert_eq!(exported(&shuffled), exported(&ledger));
        }
    }
}

/// A clean report of a commit in the middle of nothing.
fn step(text: Text, whole: Whole) -> Step {
    Step {
        texts: [text, Text::Clean, Text::Clean, Text::Clean],
        looks: [Look::Judged; 4],
        whole,
        newer_rule: false,
    }
}

fn state_of(reports: &[ScanFact]) -> Vec<(State, String)> {
    let (_folder, ledger) = recorded(reports);
    entries(&ledger)
        .into_iter()
        .map(|entry| (entry.state, entry.reason))
        .collect()
}

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

/// A finding that is told at two lines of development is two entries.
/// A ledger from before comments in code counted: read where it cannot be written, brought up to date where it can.
#[test]
fn an_older_ledger_is_read_and_brought_up_to_date() {
    let reports = reports(&[step(Text::Bug, Whole::Fine)]);
    let (_folder, ledger) = recorded(&reports);
    let mut facts = Vec::new();
    ledger.export(&mut facts).expect("it can be written");
    let newest = entries(&ledger);
    let path = ledger.path().to_owned();
    ledger
        .connection
        .execute_batch(
            "ALTER TABLE state DROP COLUMN answer; ALTER TABLE state DROP COLUMN answered_since;
             ALTER TABLE state DROP COLUMN seen_at;
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
    assert!(old.check().expect("it can be checked").is_empty());
    drop(old);
    let mut new = Ledger::open(&path).expect("it can be written");
    assert_eq!(new.record(&reports).expect("recorded").new_units, 0);
    assert_eq!(entries(&new), newest);
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

/// The figures: `cargo test --lib -- --ignored --nocapture scale`; `STAMPOUT_SCALE` sets the repositories. Each has 100
/// findings, seen in 20 scans.
#[test]
#[ignore = "takes some minutes"]
#[expect(clippy::print_stderr, reason = "figures for who asks with --nocapture")]
fn scale() {
    let most: usize = std::env::var("STAMPOUT_SCALE")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("l.sqlite");
    let scan = |repository: usize, number: usize| {
        let mut fact = report(number, &step(Text::Clean, Whole::Fine), 0);
        fact.unit.repository = format!("repository {repository}");
        let findings = (0..100).map(|index| FindingFact {
            fingerprint: format!("{repository}/{index}"),
            line: index * 3 + number as u32 % 4,
            snippet: Some("requests.get(url, headers=headers)".to_owned()),
            owner: Some(format!("team {}", index % 7)),
            ..finding(&format!("src/file{index}.py"))
        });
        fact.findings = findings.collect();
        fact
    };
    let mut ledger = Ledger::open(&path).expect("it opens");
    let mut done = 0;
    for many in [most / 10, most / 2, most] {
        for repository in done..many {
            let scans: Vec<_> = (1..=20).map(|number| scan(repository, number)).collect();
            ledger.record(&scans).expect("recorded");
        }
        done = many;
        let begun = std::time::Instant::now();
        ledger.record(&[scan(0, 100 + many)]).expect("recorded");
        let record = begun.elapsed();
        let begun = std::time::Instant::now();
        let counted = Ledger::look_at(&path)
            .expect("it opens")
            .briefs(None)
            .expect("it answers")
            .len();
        let tallies = begun.elapsed();
        let begun = std::time::Instant::now();
        let listed = ledger.entries(None).expect("it answers").len();
        let entries = begun.elapsed();
        let size = std::fs::metadata(&path).expect("there").len() >> 20;
        assert_eq!((listed, counted), (many * 100, many * 100));
        eprintln!(
            "{many} repositories, {listed} findings, 20 scans each: {size} MiB; record {record:?}, status {tallies:?}, findings {entries:?}"
        );
    }
}
