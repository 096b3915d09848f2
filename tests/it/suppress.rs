//! Comments in code that answer for findings, as the users of a scan and of the ledger see them.

use serde_json::Value;

use crate::sandbox::{DANGER, Sandbox};

const COVERED: &str =
    "danger(1)  # stampout:ignore INC-1.danger until=2026-12-31 by=ana: only in the probe\n";

fn scan(sandbox: &Sandbox, more: &[&str]) -> (i32, Value) {
    let all = [&["scan", "--packs", "packs", "-f", "json"], more].concat();
    let run = sandbox.stampout(&all);
    (run.code, run.json())
}

/// `path:line by` of every finding, `-` where nobody answers.
fn told(report: &Value) -> Vec<String> {
    let units = report["units"].as_array().expect("units");
    let findings = units.iter().flat_map(|unit| {
        let findings = unit["findings"].as_array().expect("findings");
        findings.iter()
    });
    let tell = |one: &Value| {
        let by = one["suppression"]["by"].as_str().unwrap_or("-");
        format!(
            "{}:{} {by}",
            one["path"].as_str().expect("a path"),
            one["line"]
        )
    };
    findings.map(tell).collect()
}

/// `path:line problem` of every comment that does nothing.
fn idle(report: &Value) -> Vec<String> {
    let all = report["units"][0]["suppression_comments"].as_array();
    let tell = |one: &Value| {
        let word = |key: &str| one[key].as_str().expect(key).to_owned();
        format!(
            "{}:{} {}: {}",
            word("path"),
            one["line"],
            word("problem"),
            word("message")
        )
    };
    all.expect("a list").iter().map(tell).collect()
}

/// A pack with a second rule of the same incident.
fn packs(sandbox: &Sandbox) {
    sandbox.danger_pack();
    let second = "\n[[rule]]\nid = \"peril\"\nmessage = \"m\"\nhelp = \"h\"\nlanguages = [\"python\"]\nquery = \"peril.scm\"\n";
    sandbox.write("packs/danger/incident.toml", format!("{DANGER}{second}"));
    sandbox.write(
        "packs/danger/peril.scm",
        "((call function: (identifier) @_f) @bug (#any-of? @_f \"peril\" \"danger\"))\n",
    );
}

#[test]
fn a_comment_covers_its_rule_on_its_line_and_nothing_else() {
    let sandbox = Sandbox::new();
    packs(&sandbox);
    let text = "\
danger(1)  # stampout:ignore INC-1.danger by=ana: two rules find this, one is named
danger(2)  # stampout:ignore INC-1.danger, INC-1.peril by=bo: both
# stampout:ignore INC-1.danger by=cy: the reason is long
# and goes on
# stampout:ignore INC-1.peril by=di: stacked
danger(3)
danger(
    4
)  # stampout:ignore INC-1.danger,INC-1.peril by=ed: at its end
danger(5)
";
    sandbox.repository(
        "shop",
        &[
            ("a.py", text),
            (
                "b.c",
                "int f(void) { danger(1); /* stampout:ignore INC-1.danger by=fay: c */ }\n",
            ),
        ],
    );
    let (code, report) = scan(&sandbox, &["shop"]);
    let expected = [
        "a.py:1 ana",
        "a.py:1 -",
        "a.py:2 bo",
        "a.py:2 bo",
        "a.py:6 cy",
        "a.py:6 di",
        "a.py:7 ed",
        "a.py:7 ed",
        "a.py:10 -",
        "a.py:10 -",
        "b.c:1 fay",
    ];
    assert_eq!(told(&report), expected);
    assert_eq!(code, 1);
    assert_eq!(report["summary"]["counts"]["findings"], 3);
    assert_eq!(report["summary"]["counts"]["suppressed"], 8);
    assert_eq!(report["summary"]["incidents"]["INC-1"]["suppressed"], 8);
    assert!(idle(&report).is_empty(), "{:?}", idle(&report));
    // For an incident, all of them count.
    let (_, report) = scan(&sandbox, &["shop", "--no-suppressions"]);
    assert_eq!(report["summary"]["counts"]["findings"], 11);
    assert!(told(&report).iter().all(|one| one.ends_with('-')));
}

/// With every finding covered the scan is clean; each report says what it is for.
#[test]
fn what_is_suppressed_does_not_fail_and_stays_in_the_reports() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", COVERED)]);
    let names = [
        "sarif",
        "sarif-upload",
        "json",
        "jsonl",
        "github",
        "gitlab",
        "markdown",
    ];
    let outputs: Vec<String> = names
        .iter()
        .map(|name| format!("-o={name}=out.{name}"))
        .collect();
    let all = ["scan", "--packs", "packs", "shop", "--fail-on", "open"];
    let all = [
        &all[..],
        &outputs.iter().map(String::as_str).collect::<Vec<_>>(),
    ]
    .concat();
    let run = sandbox.stampout(&all);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("INC-1: 1 suppressed"), "{}", run.stdout);
    assert!(!run.stdout.contains("a.py"), "{}", run.stdout);
    assert!(run.stderr.contains("gate: 1 suppressed"), "{}", run.stderr);
    let read =
        |name: &str| std::fs::read_to_string(sandbox.path(&format!("out.{name}"))).expect(name);
    let sarif: Value = serde_json::from_str(&read("sarif")).expect("json");
    let result = &sarif["runs"][0]["results"][0];
    let said = &result["suppressions"][0];
    assert_eq!(said["kind"], "inSource");
    assert_eq!(said["status"], "accepted");
    assert_eq!(
        said["justification"],
        "only in the probe (ana, until 2026-12-31)"
    );
    assert_eq!(
        said["location"]["physicalLocation"]["region"]["startLine"],
        1
    );
    let upload: Value = serde_json::from_str(&read("sarif-upload")).expect("json");
    assert_eq!(upload["runs"][0]["results"], Value::Array(Vec::new()));
    let line: Value = serde_json::from_str(&read("jsonl")).expect("json");
    assert_eq!(line["suppression"]["until"], "2026-12-31");
    assert_eq!(read("github"), "");
    assert_eq!(read("gitlab"), "[\n]\n");
    assert!(read("markdown").contains("1 finding suppressed"));
    let run = sandbox.stampout(&["scan", "--packs", "packs", "shop", "-v"]);
    let expected = "a.py:1:1  INC-1.danger  suppressed by ana until 2026-12-31: only in the probe";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
}

/// The last day counts; the day after, kept verdicts or not, the finding is back.
#[test]
fn expiry_is_of_the_day_and_not_of_the_cache() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", COVERED)]);
    let scan = |time: &str| {
        let all = ["scan", "--packs", "packs", "shop", "--rev", "main"];
        sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", time)])
    };
    assert_eq!(scan("1772442840").code, 0);
    assert_eq!(
        scan("1798761599").code,
        0,
        "the last second of the last day"
    );
    let run = scan("1798761600");
    assert_eq!(run.code, 1);
    let said = "a.py:1  expired: INC-1.danger: 2026-12-31 was its last day (ana)";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert_eq!(scan("1772442840").code, 0, "and back");
}

/// Without reading a blob again, and in every way of scanning, the answer is the same.
#[test]
fn kept_verdicts_say_the_same() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let second = "\n[[rule]]\nid = \"other\"\nmessage = \"m\"\nhelp = \"h\"\nlanguages = [\"python\"]\nquery = \"zap.scm\"\n";
    sandbox.write("packs/danger/incident.toml", format!("{DANGER}{second}"));
    let query = "((call function: (identifier) @_f) @bug (#eq? @_f \"zap\"))\n";
    sandbox.write("packs/danger/zap.scm", query);
    let idle_text = "safe(1)  # stampout:ignore INC-1.danger by=ana: was fixed\n";
    let utf16: Vec<u8> = COVERED.encode_utf16().flat_map(u16::to_le_bytes).collect();
    sandbox.repository("shop", &[("a.py", COVERED), ("b.py", idle_text)]);
    sandbox.write("shop/c.py", [b"\xff\xfe".to_vec(), utf16].concat());
    // No rule can match here: it holds none of the texts.
    sandbox.write(
        "shop/d.py",
        "x = 1  # stampout:ignore INC-1.other by=ana: gone\n",
    );
    sandbox.commit("shop", "in another encoding");
    let ways: [&[&str]; 6] = [
        &["--rev", "main"],
        &["--rev", "main"],
        &["--rev", "main", "--no-cache"],
        &["--rev", "main", "--no-prefilter"],
        &[],
        &["-j", "1"],
    ];
    for way in ways {
        let (code, report) = scan(&sandbox, &[&["shop"], way].concat());
        assert_eq!(code, 0, "{way:?}");
        assert_eq!(told(&report), ["a.py:1 ana", "c.py:1 ana"], "{way:?}");
        assert_eq!(
            idle(&report),
            [
                "b.py:1 unused: INC-1.danger: it has no finding on line 1",
                "d.py:1 unused: INC-1.other: it has no finding on line 1"
            ],
            "{way:?}"
        );
    }
}

/// The notifications of a SARIF report on suppression comments; an upload has none.
fn notified(sandbox: &Sandbox, path: &str) -> Vec<String> {
    let told = |format: &str| -> Vec<String> {
        let run = sandbox.stampout(&["scan", "--packs", "packs", "-q", path, "-f", format]);
        let said = &run.json()["runs"][0]["invocations"][0]["toolConfigurationNotifications"];
        let text = |one: &Value| one["message"]["text"].as_str().expect("a text").to_owned();
        said.as_array().expect("a list").iter().map(text).collect()
    };
    assert_eq!(told("sarif-upload"), Vec::<String>::new());
    told("sarif")
}

/// What does not do what it was written for is told, and never does more.
#[test]
fn comments_that_do_nothing_are_told() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let cases = [
        (
            "danger(1)  # stampout:ignore",
            "malformed: a reason is missing: `RULE by=NAME: reason`",
        ),
        (
            "danger(1)  # stampout:ignore INC-1.danger by=ana",
            "malformed: a reason is missing: `RULE by=NAME: reason`",
        ),
        (
            "danger(1)  # stampout:ignore INC-1.danger: why",
            "malformed: nobody answers for it: `by=NAME` is missing",
        ),
        (
            "danger(1)  # stampout:ignore * by=ana: why",
            "malformed: `*` is not the full id of one rule",
        ),
        (
            "danger(1)  # stampout:ignore danger by=ana: why",
            "malformed: `danger` is not the full id of a rule, as INC-2041.http-call is",
        ),
        (
            "danger(1)  # stampout:ignore INC-1.dangr by=ana: why",
            "malformed: there is no rule `INC-1.dangr`: did you mean `INC-1.danger`?",
        ),
        (
            "danger(1)  # see stampout:ignore INC-1.danger by=ana: why",
            "malformed: it does not begin its comment, so it suppresses nothing",
        ),
        (
            "danger(1)\n# stampout:ignore INC-1.danger by=ana: too late",
            "unused: INC-1.danger: it has no finding on line 3",
        ),
        (
            "# stampout:ignore INC-1.danger by=ana: too early\n\ndanger(1)",
            "unused: INC-1.danger: it has no finding on line 2",
        ),
    ];
    for (text, expected) in cases {
        sandbox.write("one/a.py", format!("{text}\n"));
        let (code, report) = scan(&sandbox, &["one"]);
        assert_eq!(code, 1, "{text}");
        let idle = idle(&report);
        assert_eq!(idle.len(), 1, "{text}: {idle:?}");
        assert!(idle[0].ends_with(expected), "{text}: {idle:?}");
        let said = notified(&sandbox, "one");
        let (problem, why) = expected.split_once(": ").expect("a problem and why");
        assert_eq!(said.len(), 1, "{text}: {said:?}");
        let ending = format!("{problem} suppression comment: {why}.");
        assert!(said[0].ends_with(&ending), "{text}: {said:?}");
    }
    // Rules that nobody asked for, and words in passing, are not our business.
    for text in [
        "danger(1)  # stampout:ignore INC-9.other by=ana: why",
        "danger(1)  # about stampout:ignore",
    ] {
        sandbox.write("one/a.py", format!("{text}\n"));
        let (code, report) = scan(&sandbox, &["one"]);
        assert_eq!((code, idle(&report).len()), (1, 0), "{text}");
    }
}

/// A review stands for all that could not be read; a comment beside it answers for none of that.
#[test]
fn a_review_is_not_covered_and_what_was_not_judged_is_not_called_unused() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository(
        "shop",
        &[(
            "a.py",
            "def (:\n  danger(  # stampout:ignore INC-1.danger by=ana: why\n",
        )],
    );
    let (code, report) = scan(&sandbox, &["shop"]);
    assert_eq!(code, 1);
    assert_eq!(told(&report), ["a.py:2 -"]);
    assert!(idle(&report).is_empty());
}

/// The ledger's state follows from what was recorded and the day on which it is asked.
#[test]
fn the_ledger_keeps_who_why_and_until() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", COVERED)]);
    let record = |time: &str| {
        let all = ["scan", "--packs", "packs", "--record", "-q", "shop"];
        sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", time)])
    };
    let states = |time: &str| {
        let run =
            sandbox.stampout_with(&["findings", "-f", "jsonl"], &[("SOURCE_DATE_EPOCH", time)]);
        let row = run.json_lines().pop().expect("one");
        let status =
            sandbox.stampout_with(&["status", "-f", "json"], &[("SOURCE_DATE_EPOCH", time)]);
        let state = row["state"].as_str().expect("a word").to_owned();
        assert_eq!(status.json()["incidents"][0][state.as_str()], 1, "{state}");
        let word = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        (state.clone(), word("since"), word("reason"))
    };
    let told = |state: &str, since: &str, reason: &str| {
        (state.to_owned(), since.to_owned(), reason.to_owned())
    };
    assert_eq!(record("1772442840").code, 0);
    let answered = "in the code by ana: only in the probe";
    assert_eq!(
        states("1772442840"),
        told("suppressed", "2026-03-02T09:14:00Z", answered)
    );
    // Once the day has passed it is open again, without another scan.
    assert_eq!(
        states("1798761600"),
        told("open", "2026-03-02T09:14:00Z", "")
    );
    sandbox.write("shop/a.py", "danger(1)\n");
    sandbox.commit("shop", "nobody answers any more");
    assert_eq!(record("1772446440").code, 1);
    assert_eq!(states("1772446440").0, "open");
    sandbox.write("shop/a.py", COVERED);
    sandbox.commit("shop", "somebody does again");
    record("1772450040");
    assert_eq!(
        states("1772450040"),
        told("suppressed", "2026-03-02T11:14:00Z", answered)
    );
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "fixed");
    record("1772453640");
    assert_eq!(states("1772453640").0, "fixed");
    // Facts travel whole.
    let export = sandbox.stampout(&["ledger", "export"]);
    assert!(export.stdout.contains("only in the probe"));
    sandbox.write("facts.jsonl", &export.stdout);
    let run = sandbox.stampout(&[
        "ledger",
        "import",
        "facts.jsonl",
        "--ledger",
        "other.sqlite",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let again = sandbox.stampout(&["ledger", "export", "--ledger", "other.sqlite"]);
    assert_eq!(again.stdout, export.stdout);
    assert_eq!(sandbox.stampout(&["ledger", "check"]).code, 0);
}

/// Both formats bring the comment's word to a ledger elsewhere; what that ledger says itself is external in reports.
#[test]
fn reports_carry_both_kinds() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", COVERED), ("b.py", "danger(2)\n")]);
    let outputs = ["-o", "r.json", "-o", "r.sarif"];
    sandbox.stampout(&[&["scan", "--packs", "packs", "shop", "-q"], &outputs[..]].concat());
    for report in ["r.json", "r.sarif"] {
        let ledger = format!("{report}.sqlite");
        let run = sandbox.stampout(&["record", report, "--ledger", &ledger, "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let run = sandbox.stampout(&["findings", "-f", "jsonl", "--ledger", &ledger]);
        let rows = run.json_lines();
        assert_eq!(
            (&rows[0]["state"], &rows[1]["state"]),
            (&"suppressed".into(), &"open".into()),
            "{report}"
        );
    }
    let run = sandbox.stampout(&[
        "suppress",
        "--rule",
        "INC-1.danger",
        "--path",
        "b.py",
        "--by",
        "bo",
        "--reason",
        "known",
        "--ledger",
        "r.json.sqlite",
        "-q",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all = [
        "scan",
        "--packs",
        "packs",
        "shop",
        "-f",
        "sarif",
        "--ledger",
        "r.json.sqlite",
    ];
    let run = sandbox.stampout(&all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let results = &run.json()["runs"][0]["results"];
    let said = &results[1]["suppressions"][0];
    assert_eq!(
        (&said["kind"], &said["justification"]),
        (&"external".into(), &"known (bo)".into())
    );
    assert_eq!(results[0]["suppressions"][0]["kind"], "inSource");
    // Without the ledger it is nobody's word, and the list is there for all or none.
    let run = sandbox.stampout(&["scan", "--packs", "packs", "shop", "-f", "sarif"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.json()["runs"][0]["results"][1]["suppressions"],
        Value::Array(Vec::new())
    );
    // The ledger's word is not taken for the code's when the report is recorded.
    let run = sandbox.stampout(
        &[
            &all[..6],
            &["--ledger", "r.json.sqlite", "-q", "-o", "two.json"],
        ]
        .concat(),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    sandbox.stampout(&["record", "two.json", "--ledger", "two.sqlite", "-q"]);
    let rows = sandbox
        .stampout(&["findings", "-f", "jsonl", "--ledger", "two.sqlite"])
        .json_lines();
    assert_eq!(rows[1]["state"], "open");
}

/// A comment that is taken away is as new as what it covered.
#[test]
fn the_gate_passes_what_is_answered_for_and_stops_its_withdrawal() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", COVERED)]);
    sandbox.git("shop", &["switch", "-q", "-c", "topic"]);
    let gate = || {
        let all = [
            "scan",
            "--packs",
            "packs",
            "shop",
            "--fail-on",
            "new",
            "--base",
            "main",
            "-q",
        ];
        sandbox.stampout(&all).code
    };
    sandbox.write("shop/b.py", COVERED);
    sandbox.commit("shop", "one more, answered for");
    assert_eq!(gate(), 0);
    sandbox.write("shop/a.py", "danger(1)\n");
    sandbox.commit("shop", "withdrawn");
    assert_eq!(gate(), 1);
}
