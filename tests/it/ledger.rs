//! The ledger as its users see it: scans are recorded, and answers follow from the evidence.

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

const HOUR: u64 = 1_772_442_840;

/// Scans with the pack and records, `hours` after the first.
fn record(sandbox: &Sandbox, hours: u64, more: &[&str]) -> Run {
    let all = [&["scan", "--packs", "packs", "--record", "-q"], more].concat();
    let time = (HOUR + hours * 3600).to_string();
    sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", &time)])
}

/// `path state` of every finding of the ledger.
fn states(sandbox: &Sandbox) -> Vec<String> {
    let run = sandbox.stampout(&["findings", "-f", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let findings = run.json()["findings"].as_array().expect("a list").clone();
    let told = |one: &Value| {
        let word = |key: &str| one[key].as_str().expect(key).to_owned();
        format!("{}@{} {}", word("path"), word("revision"), word("state"))
    };
    findings.iter().map(told).collect()
}

#[test]
fn a_finding_is_open_fixed_back_and_gone() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n"), ("b.py", "safe(1)\n")]);
    let run = record(&sandbox, 0, &["shop"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(states(&sandbox), ["a.py@main open"]);
    // The fix is not committed: what no commit holds closes nothing.
    sandbox.write("shop/a.py", "safe(1)\n");
    assert_eq!(record(&sandbox, 1, &["shop"]).code, 0);
    assert_eq!(states(&sandbox), ["a.py@main open"]);
    sandbox.commit("shop", "fix");
    assert_eq!(record(&sandbox, 2, &["shop"]).code, 0);
    assert_eq!(states(&sandbox), ["a.py@main fixed"]);
    let run = sandbox.stampout(&["findings", "-f", "jsonl", "--state", "fixed"]);
    let fixed = &run.json_lines()[0];
    assert_eq!(fixed["basis"], "history");
    assert_eq!(fixed["since"], "2026-03-02T11:14:00Z");
    assert_eq!(
        fixed["commit"],
        sandbox.git("shop", &["rev-parse", "HEAD"]).as_str()
    );
    sandbox.write("shop/a.py", "x = 1\ndanger(1)\n");
    sandbox.commit("shop", "back");
    record(&sandbox, 3, &["shop"]);
    assert_eq!(states(&sandbox), ["a.py@main regressed"]);
    sandbox.git("shop", &["rm", "-q", "a.py"]);
    sandbox.commit("shop", "gone");
    record(&sandbox, 4, &["shop"]);
    assert_eq!(states(&sandbox), ["a.py@main gone"]);
    let status = sandbox.stampout(&["status", "INC-1", "-f", "json"]).json();
    let incident = &status["incidents"][0];
    assert_eq!(
        (&incident["found"], &incident["gone"]),
        (&1.into(), &1.into())
    );
    assert_eq!(incident["coverage"]["complete"], 1);
}

/// Whatever does not look at the place closes nothing.
#[test]
fn what_was_not_judged_is_unknown() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let files = [("a.py", "danger(1)\n"), ("sub/b.py", "danger(2)\n")];
    sandbox.repository("shop", &files);
    record(&sandbox, 0, &["shop"]);
    // Each is a fix, and each scan looks beside it.
    let cases: &[(&str, &str, &[&str])] = &[
        ("outside of the paths", "safe(1)\n", &["shop/sub"]),
        (
            "outside of the globs",
            "safe(1)\n",
            &["shop", "-g", "sub/**"],
        ),
        (
            "too large",
            "safe(1)  # danger\n",
            &["shop", "--max-file-size", "10"],
        ),
        ("did not parse", "def (:\n  danger(\n", &["shop"]),
        ("binary", "safe(1)\n# danger\n\0\0\0\n", &["shop"]),
    ];
    for (hour, (what, text, arguments)) in cases.iter().enumerate() {
        sandbox.write("shop/a.py", text);
        sandbox.commit("shop", what);
        record(&sandbox, 1 + hour as u64, arguments);
        let states = states(&sandbox);
        assert_eq!(states[0], "a.py@main unknown", "{what}: {states:?}");
    }
    // Neither does coverage take a part for the whole.
    record(&sandbox, 8, &["shop", "-g", "sub/**"]);
    let status = sandbox.stampout(&["status", "-f", "json"]).json();
    let coverage = &status["incidents"][0]["coverage"];
    assert_eq!(
        (&coverage["scanned"], &coverage["complete"]),
        (&1.into(), &0.into())
    );
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "judged at last");
    record(&sandbox, 9, &["shop"]);
    assert_eq!(states(&sandbox), ["a.py@main fixed", "sub/b.py@main open"]);
}

/// A rename keeps the identity; a copy is new.
#[test]
fn moves_are_followed_and_copies_are_not() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let text = "def f():\n    danger(1)\n";
    sandbox.repository("shop", &[("a.py", text)]);
    record(&sandbox, 0, &["shop"]);
    sandbox.git("shop", &["mv", "a.py", "b.py"]);
    sandbox.write(
        "shop/b.py",
        "import os\n\nif os:\n    def f():\n        danger(1)\n",
    );
    sandbox.commit("shop", "moved, shifted and indented");
    record(&sandbox, 1, &["shop"]);
    assert_eq!(states(&sandbox), ["b.py@main open"]);
    sandbox.write("shop/c.py", text);
    sandbox.commit("shop", "copied");
    record(&sandbox, 2, &["shop"]);
    assert_eq!(states(&sandbox), ["b.py@main open", "c.py@main open"]);
    sandbox.write("shop/b.py", "import os\n");
    sandbox.commit("shop", "fixed where it went");
    record(&sandbox, 3, &["shop"]);
    assert_eq!(states(&sandbox), ["b.py@main fixed", "c.py@main open"]);
}

/// Reports of CI jobs, in both formats, in any order, and again.
#[test]
fn reports_are_recorded_in_any_order_and_again() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n"), ("b.py", "danger(2)\n")]);
    for (hour, text) in ["danger(1)\n", "safe(1)\n", "danger(1)\n"]
        .iter()
        .enumerate()
    {
        sandbox.write("shop/a.py", text);
        sandbox.commit("shop", "next");
        let time = (HOUR + hour as u64 * 3600).to_string();
        let json = format!("json={hour}.json");
        let sarif = format!("sarif={hour}.sarif");
        let all = [
            "scan", "--packs", "packs", "-q", "shop", "-o", &json, "-o", &sarif,
        ];
        sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", &time)]);
    }
    let ledgers: Vec<String> = [
        &["0.json", "1.json", "2.json"][..],
        &["2.json", "0.json", "1.json", "0.json", "2.json"],
        &["1.json", "2.json", "0.json"],
    ]
    .iter()
    .enumerate()
    .map(|(index, reports)| {
        let ledger = format!("ledger{index}.sqlite");
        for report in *reports {
            let run = sandbox.stampout(&["record", "--ledger", &ledger, report]);
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
        let run = sandbox.stampout(&["ledger", "check", "--ledger", &ledger]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let answers = sandbox.stampout(&["findings", "--ledger", &ledger, "-f", "json"]);
        let facts = sandbox.stampout(&["ledger", "export", "--ledger", &ledger]);
        assert_eq!(facts.code, 0, "{}", facts.stderr);
        format!("{}\n{}", answers.stdout, facts.stdout)
    })
    .collect();
    assert!(ledgers[0].contains("\"regressed\""), "{}", ledgers[0]);
    assert_eq!(ledgers[0], ledgers[1]);
    assert_eq!(ledgers[0], ledgers[2]);
    // An export fills a new ledger, and a backup is one.
    sandbox.write(
        "facts.jsonl",
        &sandbox
            .stampout(&["ledger", "export", "--ledger", "ledger0.sqlite"])
            .stdout,
    );
    let run = sandbox.stampout(&[
        "ledger",
        "import",
        "--ledger",
        "other.sqlite",
        "facts.jsonl",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = sandbox.stampout(&[
        "ledger",
        "backup",
        "--ledger",
        "other.sqlite",
        "copy.sqlite",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let copy = sandbox.stampout(&["findings", "--ledger", "copy.sqlite", "-f", "json"]);
    assert!(ledgers[0].starts_with(&copy.stdout), "{}", copy.stdout);
    // SARIF tells the same.
    for report in ["2.sarif", "0.sarif", "1.sarif"] {
        let run = sandbox.stampout(&["record", "--ledger", "sarif.sqlite", report]);
        assert_eq!(
            (run.code, run.stderr.contains("warning")),
            (0, false),
            "{}",
            run.stderr
        );
    }
    let sarif = sandbox.stampout(&["findings", "--ledger", "sarif.sqlite", "-f", "jsonl"]);
    let json = sandbox.stampout(&["findings", "--ledger", "copy.sqlite", "-f", "jsonl"]);
    let told = |run: &Run| -> Vec<Value> {
        let lines = run.json_lines().into_iter();
        lines
            .map(|one| {
                Value::from(vec![
                    one["fingerprint"].clone(),
                    one["state"].clone(),
                    one["since"].clone(),
                ])
            })
            .collect()
    };
    assert_eq!(told(&sarif), told(&json));
}

#[test]
fn what_is_no_ledger_or_report_is_said() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n")]);
    sandbox.write(
        "text.sqlite",
        "this is no database, though it is long enough to be looked at\n".repeat(40),
    );
    sandbox.write("cut.json", "{\"version\": 1, \"units\": [");
    sandbox.write("foreign.json", "{\"a\": 1}");
    sandbox.write(
        "facts.jsonl",
        "{\"fact\":\"ledger\",\"version\":1}\n{\"fact\":\"nonsense\"}\n",
    );
    sandbox.write("later.jsonl", "{\"fact\":\"ledger\",\"version\":2}\n");
    let cases: &[(&[&str], i32, &str)] = &[
        (
            &["status", "--ledger", "none.sqlite"],
            2,
            "there is no ledger at",
        ),
        (
            &["findings", "--ledger", "text.sqlite"],
            2,
            "is not a ledger of stampout",
        ),
        (
            &[
                "scan",
                "--packs",
                "packs",
                "shop",
                "--record",
                "--ledger",
                "text.sqlite",
            ],
            2,
            "is not a ledger",
        ),
        (
            &["record", "--ledger", "l.sqlite", "cut.json"],
            2,
            "not whole JSON",
        ),
        (
            &["record", "--ledger", "l.sqlite", "foreign.json"],
            2,
            "neither a json report",
        ),
        (
            &["record", "--ledger", "l.sqlite", "nosuch.json"],
            2,
            "cannot be read",
        ),
        (
            &["ledger", "import", "--ledger", "l.sqlite", "facts.jsonl"],
            2,
            "line 2: unknown variant",
        ),
        (
            &["ledger", "import", "--ledger", "l.sqlite", "later.jsonl"],
            2,
            "use the newer stampout",
        ),
        (
            &["status", "--ledger", "l.sqlite", "INC-7"],
            2,
            "does not know INC-7",
        ),
        (
            &["findings", "--ledger", "l.sqlite", "--state", "opne"],
            2,
            "did you mean `open`?",
        ),
        (
            &["ledger", "backup", "--ledger", "l.sqlite", "cut.json"],
            2,
            "is there already",
        ),
    ];
    for (arguments, code, said) in cases {
        let run = sandbox.stampout(arguments);
        assert_eq!(run.code, *code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(
        std::fs::read(sandbox.path("text.sqlite"))
            .expect("there")
            .len(),
        62 * 40
    );
}

/// A pull request fails for what it brings, not for what was there.
#[test]
fn the_gate_fails_only_what_is_new() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n"), ("b.py", "safe(1)\n")]);
    record(&sandbox, 0, &["shop"]);
    let base = ["scan", "--packs", "packs", "-q", "shop"];
    sandbox.stampout(&[&base[..], &["-o", "json=before.json"]].concat());
    sandbox.git("shop", &["checkout", "-q", "-b", "change"]);
    sandbox.git("shop", &["mv", "a.py", "moved.py"]);
    sandbox.write("shop/b.py", "safe(2)\n");
    sandbox.commit("shop", "harmless");
    let gates: &[&[&str]] = &[
        &["--fail-on", "new"],
        &["--fail-on", "new", "--baseline", "before.json"],
        &["--fail-on", "new", "--base", "main"],
        &["--fail-on", "regressed"],
        &["--fail-on", "never"],
    ];
    let codes = |sandbox: &Sandbox| -> Vec<i32> {
        let code = |gate: &&[&str]| {
            let run = sandbox.stampout(&[&base[..], gate].concat());
            assert!(run.stderr.is_empty(), "{gate:?}: {}", run.stderr);
            run.code
        };
        gates.iter().map(code).collect()
    };
    assert_eq!(codes(&sandbox), [0, 0, 0, 0, 0]);
    sandbox.write("shop/b.py", "danger(2)\n");
    sandbox.commit("shop", "harmful");
    assert_eq!(codes(&sandbox), [1, 1, 1, 0, 0]);
    // What the base got in the meantime is not the change's.
    sandbox.git("shop", &["checkout", "-q", "main"]);
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "fixed on main");
    record(&sandbox, 1, &["shop"]);
    sandbox.git("shop", &["checkout", "-q", "change"]);
    sandbox.write("shop/b.py", "safe(2)\n");
    sandbox.commit("shop", "harmless again");
    let run = sandbox.stampout(&[&base[..], &["--fail-on", "new", "--base", "main"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    // It comes back.
    sandbox.git("shop", &["checkout", "-q", "main"]);
    sandbox.write("shop/a.py", "danger(1)\n");
    sandbox.commit("shop", "back");
    assert_eq!(codes(&sandbox)[3], 1);
    // An incomplete scan stays one, and what cannot be compared is said.
    sandbox.write("shop/b.py", "danger(1)\n\0\0\n");
    sandbox.commit("shop", "binary");
    let cases: &[(&[&str], i32, &str)] = &[
        (&["--fail-on", "never"], 3, ""),
        (&["--fail-on", "new", "--base", "nosuch"], 2, "nosuch"),
        (
            &["--fail-on", "new", "--baseline", "nosuch.json"],
            2,
            "cannot be read",
        ),
        (
            &["--fail-on", "new", "--ledger", "nosuch.sqlite"],
            2,
            "there is no ledger",
        ),
        (
            &["--fail-on", "regressed", "--base", "main"],
            2,
            "only the ledger knows",
        ),
    ];
    for (arguments, code, said) in cases {
        let run = sandbox.stampout(&[&base[..], arguments].concat());
        assert_eq!(run.code, *code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn reports_and_revisions_are_compared() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let files = [
        ("a.py", "danger(1)\n"),
        ("b.py", "danger(2)\n"),
        ("c.py", "danger(3)\n"),
    ];
    sandbox.repository("shop", &files);
    record(&sandbox, 0, &["shop", "-o", "json=old.json"]);
    let old = sandbox.git("shop", &["rev-parse", "HEAD"]);
    sandbox.git("shop", &["rm", "-q", "a.py"]);
    sandbox.write("shop/b.py", "safe(2)\n");
    sandbox.write("shop/d.py", "danger(4)\n");
    sandbox.commit("shop", "next");
    record(&sandbox, 1, &["shop", "-o", "sarif=new.sarif"]);
    for sides in [
        ["old.json", "new.sarif"],
        [&old, "main"],
        ["old.json", "main"],
    ] {
        let run = sandbox.stampout(&["diff", sides[0], sides[1], "-f", "json"]);
        assert_eq!(run.code, 0, "{sides:?}: {}", run.stderr);
        let changes = run.json()["changes"].as_array().expect("a list").clone();
        let told: Vec<String> = changes
            .iter()
            .map(|one| {
                format!(
                    "{} {}",
                    one["path"].as_str().expect("a path"),
                    one["change"].as_str().expect("a word")
                )
            })
            .collect();
        assert_eq!(
            told,
            ["a.py gone", "b.py fixed", "c.py unchanged", "d.py new"],
            "{sides:?}"
        );
    }
    let run = sandbox.stampout(&["diff", "nosuch", "main"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("neither a report nor a revision"),
        "{}",
        run.stderr
    );
}

/// Somebody answers for a finding, until a day; nothing disappears.
#[test]
fn suppressions_need_a_name_and_a_reason_and_end() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository(
        "shop",
        &[("a.py", "danger(1)\n"), ("sub/b.py", "danger(2)\n")],
    );
    record(&sandbox, 0, &["shop"]);
    let one = sandbox.stampout(&["findings", "-f", "jsonl"]).json_lines()[0]["fingerprint"].clone();
    let one = one.as_str().expect("a fingerprint");
    let refused: &[(&[&str], &str)] = &[
        (&[one, "--reason", "x"], "somebody who answers"),
        (&[one, "--by", "ana"], "needs a reason"),
        (
            &["--by", "ana", "--reason", "x"],
            "names a finding or a rule",
        ),
        (
            &["--path", "sub", "--by", "ana", "--reason", "x"],
            "names a finding or a rule",
        ),
        (
            &[one, "--by", "ana", "--reason", "x", "--until", "2026-13-01"],
            "is no day",
        ),
        (
            &[one, "--by", "ana", "--reason", "x", "--until", "2026-01-01"],
            "has passed",
        ),
        (
            &["--rule", "INC-1.dagner", "--by", "ana", "--reason", "x"],
            "nothing that the ledger knows",
        ),
        (
            &["--revoke", "S-0", "--by", "ana"],
            "there is no suppression",
        ),
    ];
    for (arguments, said) in refused {
        let run = sandbox.stampout(&[&["suppress"], *arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(states(&sandbox), ["a.py@main open", "sub/b.py@main open"]);
    let gate = |sandbox: &Sandbox| {
        sandbox
            .stampout(&[
                "scan",
                "--packs",
                "packs",
                "-q",
                "shop",
                "--fail-on",
                "open",
            ])
            .code
    };
    let run = sandbox.stampout(&[
        "suppress",
        one,
        "--by",
        "ana",
        "--reason",
        "it has its own deadline",
        "--until",
        "2026-03-02",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        states(&sandbox),
        ["a.py@main suppressed", "sub/b.py@main open"]
    );
    assert_eq!(gate(&sandbox), 1);
    let run = sandbox.stampout(&[
        "suppress",
        "--rule",
        "INC-1.danger",
        "--path",
        "sub",
        "--by",
        "ben",
        "--reason",
        "tests",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        states(&sandbox),
        ["a.py@main suppressed", "sub/b.py@main suppressed"]
    );
    assert_eq!(gate(&sandbox), 0);
    let status = sandbox.stampout(&["status", "-f", "json"]).json();
    assert_eq!(status["incidents"][0]["suppressed"], 2);
    // A move of the file takes the suppression along.
    sandbox.git("shop", &["mv", "a.py", "c.py"]);
    sandbox.commit("shop", "moved");
    record(&sandbox, 0, &["shop"]);
    assert_eq!(
        states(&sandbox),
        ["c.py@main suppressed", "sub/b.py@main suppressed"]
    );
    assert_eq!(gate(&sandbox), 0);
    // The day after, the first holds no more; the second is taken back.
    let later = [("SOURCE_DATE_EPOCH", "1772529240")];
    let list = sandbox
        .stampout_with(&["suppress", "--list", "-f", "json"], &later)
        .json();
    let all = list["suppressions"].as_array().expect("a list");
    let with = |state: &str| -> Vec<&str> {
        let found = all.iter().filter(|one| one["state"] == state);
        found
            .map(|one| one["by"].as_str().expect("a name"))
            .collect()
    };
    assert_eq!((with("expired"), with("holds")), (vec!["ana"], vec!["ben"]));
    let second = all.iter().find(|one| one["state"] == "holds");
    let second = second.expect("it holds")["id"].as_str().expect("a name");
    let run = sandbox.stampout(&["suppress", "--revoke", second, "--by", "ana"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = sandbox.stampout_with(&["findings", "--state", "open", "-f", "jsonl"], &later);
    assert_eq!(run.json_lines().len(), 2);
}

/// A damaged ledger is told so by every command that meets the damage, and left as it is.
#[test]
fn a_damaged_ledger_is_said_and_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let calls: String = (0..60)
        .map(|number| format!("danger({number})\n"))
        .collect();
    sandbox.repository("shop", &[("a.py", &calls)]);
    record(&sandbox, 0, &["shop", "--ledger", "l.sqlite"]);
    let run = sandbox.stampout(&["ledger", "backup", "--ledger", "l.sqlite", "whole.sqlite"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let whole = std::fs::read(sandbox.path("whole.sqlite")).expect("there");
    let cut = &whole[..whole.len() / 2];
    let mut holed = whole.clone();
    for page in 1..whole.len() / 4096 {
        holed[page * 4096..page * 4096 + 64].fill(0xA5);
    }
    for (name, bytes) in [("cut.sqlite", cut), ("holed.sqlite", &holed)] {
        sandbox.write(name, bytes);
        for command in [
            &["findings"][..],
            &["status"],
            &["ledger", "export"],
            &["scan", "--packs", "packs", "-q", "--record", "shop"],
        ] {
            let run = sandbox.stampout(&[command, &["--ledger", name]].concat());
            assert_eq!(run.code, 2, "{name} {command:?}: {}", run.stdout);
            assert!(
                run.stderr.contains("is damaged"),
                "{name} {command:?}: {}",
                run.stderr
            );
        }
        let run = sandbox.stampout(&["ledger", "check", "--ledger", name]);
        assert_ne!(run.code, 0, "{name}: {}", run.stdout);
        let after = std::fs::read(sandbox.path(name)).expect("there");
        assert_eq!(after.len(), bytes.len(), "{name}");
    }
}
