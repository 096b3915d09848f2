//! Answers that must not mislead: names that the ledger does not know, sides of a comparison that did not look.

use crate::sandbox::{Run, Sandbox};

/// Two repositories with an instance each, scanned on `main`; the first on a release too.
fn fleet() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    for name in ["shop", "tool"] {
        sandbox.repository(name, &[("a.py", "danger(1)\n")]);
    }
    sandbox.git("shop", &["branch", "release"]);
    sandbox
}

fn scan(sandbox: &Sandbox, more: &[&str]) -> Run {
    let scan = ["scan", "--packs", "packs", "-q", "--exit-zero"];
    let run = sandbox.stampout(&[&scan[..], more].concat());
    assert_eq!(run.code, 0, "{more:?}: {}", run.stderr);
    run
}

/// A name written wrongly must not look like "no finding".
#[test]
fn what_the_ledger_does_not_know_is_said() {
    let sandbox = fleet();
    scan(&sandbox, &["shop", "--record"]);
    let unknown: &[(&[&str], i32, &str)] = &[
        (&["--incident", "INC-2"], 2, "no incident `INC-2`"),
        (&["--incident", "INC-2"], 2, "did you mean `INC-1`?"),
        (&["--repository", "shpo"], 2, "did you mean `shop`?"),
        (&["--rev", "mian"], 2, "did you mean `main`?"),
        (
            &["--rule", "INC-1.dagner"],
            0,
            "did you mean `INC-1.danger`?",
        ),
        (&["--owner", "nobody"], 0, "no finding of owner `nobody`"),
        (&["--environment", "prod"], 0, "no environment `prod`"),
    ];
    for (arguments, code, said) in unknown {
        let run = sandbox.stampout(&[&["findings"], *arguments].concat());
        assert_eq!(run.code, *code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    // Known, and without a finding.
    sandbox.repository("clean", &[("a.py", "safe(1)\n")]);
    scan(&sandbox, &["clean", "--record"]);
    let run = sandbox.stampout(&["findings", "--repository", "clean"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, "no finding\n");
}

/// A finding on two lines is one finding.
#[test]
fn findings_are_counted_once() {
    let sandbox = fleet();
    scan(
        &sandbox,
        &["shop", "--rev", "main", "--rev", "release", "--record"],
    );
    let run = sandbox.stampout(&["findings"]);
    assert!(
        run.stdout.ends_with("\n1 finding on 2 lines: 2 open\n"),
        "{}",
        run.stdout
    );
}

/// What only one side looked at is neither new nor unchanged.
#[test]
fn a_side_that_did_not_look_tells_nothing() {
    let sandbox = fleet();
    scan(&sandbox, &["shop", "-o", "one.json"]);
    scan(&sandbox, &["shop", "tool", "-o", "both.json"]);
    scan(
        &sandbox,
        &[
            "shop",
            "--rev",
            "main",
            "--rev",
            "release",
            "-o",
            "lines.json",
        ],
    );
    let told = |before: &str, after: &str| {
        let run = sandbox.stampout(&["diff", before, after]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let later = told("one.json", "both.json");
    assert!(later.contains("unknown  tool a.py:1"), "{later}");
    assert!(
        later.contains("(the earlier side did not look there)"),
        "{later}"
    );
    assert!(later.ends_with("1 unchanged, 1 unknown\n"), "{later}");
    let earlier = told("both.json", "one.json");
    assert!(
        earlier.contains("(the later side did not look there)"),
        "{earlier}"
    );
    assert!(earlier.ends_with("1 unchanged, 1 unknown\n"), "{earlier}");
    // Of several lines each is compared with itself; the gate takes what any of them shows as known.
    let lines = told("lines.json", "one.json");
    assert!(lines.ends_with("1 unchanged, 1 unknown\n"), "{lines}");
    sandbox.git("shop", &["switch", "-q", "-c", "topic"]);
    let gate = ["shop", "--fail-on", "new", "--baseline", "lines.json"];
    let run = sandbox.stampout(&[&["scan", "--packs", "packs", "-q"], &gate[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = sandbox.stampout(&["diff", "main", "main"]);
    assert_eq!(
        run.stderr.matches("there is no ledger").count(),
        1,
        "{}",
        run.stderr
    );
}

/// As much of a fingerprint as tells it from others is enough.
#[test]
fn a_suppression_takes_the_beginning_of_a_fingerprint() {
    let sandbox = fleet();
    scan(&sandbox, &["shop", "tool", "--record"]);
    let listed = sandbox
        .stampout(&["findings", "-v", "--repository", "shop"])
        .stdout;
    let name =
        sandbox.stampout(&["findings", "-f", "jsonl"]).json_lines()[0]["fingerprint"].clone();
    let name = name.as_str().expect("a fingerprint");
    assert!(listed.contains(&name[..12]), "{listed}");
    let suppress = |name: &str| {
        let run = ["suppress", name, "--by", "ana", "--reason", "x"];
        sandbox.stampout(&run)
    };
    for short in [&name[..6], "0000000000"] {
        let run = suppress(short);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(
            run.stderr.contains("nothing that the ledger knows"),
            "{}",
            run.stderr
        );
    }
    let run = suppress(&name[..7]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("holds for 1 finding of the ledger"),
        "{}",
        run.stderr
    );
    let states = sandbox.stampout(&["findings", "--state", "suppressed", "-f", "jsonl"]);
    assert_eq!(states.json_lines()[0]["fingerprint"], name);
}

/// What another tool calls by its URL is the repository that our own scans call by its path.
#[test]
fn a_report_without_evidence_is_on_the_same_repository() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n")]);
    let url = "git@git.example:acme/shop.git";
    sandbox.git("shop", &["remote", "add", "origin", url]);
    let scan = ["scan", "--packs", "packs", "-q", "shop"];
    let reports = ["--record", "-o", "sarif-upload=upload.sarif"];
    sandbox.stampout(&[&scan[..], &reports].concat());
    let run = sandbox.stampout(&["record", "upload.sarif"]);
    assert!(run.stderr.contains("carries no evidence"), "{}", run.stderr);
    let status = sandbox.stampout(&["status", "-f", "json"]).json();
    let incident = &status["incidents"][0];
    assert_eq!(
        (&incident["found"], &incident["coverage"]["repositories"]),
        (&1.into(), &1.into())
    );
    let gate = ["--fail-on", "new", "--baseline", "upload.sarif"];
    assert_eq!(sandbox.stampout(&[&scan[..], &gate].concat()).code, 0);
    sandbox.write(
        "none.json",
        "{\"tool\": {}, \"version\": 1, \"run\": {}, \"units\": []}",
    );
    let run = sandbox.stampout(&["record", "none.json"]);
    assert!(
        run.stderr.contains("none.json: it tells of no scan"),
        "{}",
        run.stderr
    );
}

/// Findings of an incident that no pack ever told of are counted as any other.
#[test]
fn findings_of_other_tools_are_counted() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "other.sarif",
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "other"}},
            "invocations": [{"startTimeUtc": "2026-03-02T09:14:00Z"}],
            "versionControlProvenance": [{"repositoryUri": "https://git.example/acme/shop", "branch": "main"}],
            "results": [{"ruleId": "odd.rule", "message": {"text": "odd"},
                "partialFingerprints": {"primaryLocationLineHash": "a:1"},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"},
                    "region": {"startLine": 1}}}]}]}]}"#,
    );
    assert_eq!(sandbox.stampout(&["record", "other.sarif"]).code, 0);
    let status = sandbox.stampout(&["status"]).stdout;
    assert!(status.starts_with("odd\n  1 found: 1 open\n"), "{status}");
    assert!(
        status.contains("coverage: 0 of 1 repositories scanned"),
        "{status}"
    );
    let status = sandbox.stampout(&["status", "odd", "-f", "json"]).json();
    assert_eq!(status["incidents"][0]["open"], 1);
}

/// Files keep their rights and links, and what is no file is written to and neither read nor replaced.
#[test]
fn files_are_replaced_and_devices_are_not() {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
    let sandbox = fleet();
    scan(&sandbox, &["shop", "--record"]);
    // By a link, lest a fault replaces the device itself.
    symlink("/dev/full", sandbox.path("full")).expect("a link");
    let commands: [&[&str]; 3] = [
        &["postmortem", "INC-1", "-o"],
        &["report", "-o"],
        &["ledger", "export", "-o"],
    ];
    for command in commands {
        let run = |to: &str| sandbox.stampout(&[command, &[to]].concat());
        let file = sandbox.write("old", "");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o664)).expect("they can be set");
        let link = sandbox.path("link");
        symlink(&file, &link).expect("a link");
        assert_eq!(run("link").code, 0, "{command:?}");
        assert!(
            fs::symlink_metadata(&link).expect("there").is_symlink(),
            "{command:?}"
        );
        let about = fs::metadata(&file).expect("there");
        assert_eq!(about.permissions().mode() & 0o777, 0o664, "{command:?}");
        assert!(about.len() > 0, "{command:?}");
        fs::remove_file(&link).expect("it can be");
        let run = run("full");
        assert_eq!(run.code, 2, "{command:?}");
        assert!(
            run.stderr.contains("full cannot be written"),
            "{}",
            run.stderr
        );
        let about = fs::metadata(sandbox.path("full")).expect("there");
        assert!(about.file_type().is_char_device(), "{command:?}");
    }
}
