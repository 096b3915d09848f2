//! The ledger as a whole, over random histories: nothing is closed without evidence, and neither order nor repetition
//! matters.

use std::collections::BTreeSet;

use proptest::prelude::*;

mod cases;
mod scale;

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
        // It may have moved out of a part.
        let listed = !matches!(step.whole, Whole::Unlisted | Whole::Part);
        let absent = step.texts[file] == Text::Absent && inside && listed;
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
