//! Claims that the ledger must not make: gone, fixed everywhere or eradicated, where something was not looked at.

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// A fleet of one repository, `shop`, whose `a.py` holds the bug.
fn fleet() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n")]);
    sandbox.write(
        "fleet.toml",
        "[[repository]]\nname = \"shop\"\npath = \"shop\"\nrevisions = [\"main\"]\n",
    );
    sandbox
}

/// Commits a text as `a.py`; returns the commit.
fn commit(sandbox: &Sandbox, text: &str) -> String {
    sandbox.write("shop/a.py", text);
    sandbox.commit("shop", text);
    head(sandbox)
}

fn head(sandbox: &Sandbox) -> String {
    sandbox.git("shop", &["rev-parse", "HEAD"])
}

/// Scans `main` and what runs, `hours` after the first commit.
fn scan(sandbox: &Sandbox, hours: u64, runs: &[&str], more: &[&str]) -> Run {
    let line = |commit: &&str| {
        format!(
            "{{\"service\":\"web\",\"repo\":\"shop\",\"env\":\"prod\",\"revision\":\"{commit}\"}}\n"
        )
    };
    let inventory: String = runs.iter().map(line).collect();
    sandbox.scan_deployed(hours, &inventory, more)
}

/// `path@revision state` of every finding.
fn states(sandbox: &Sandbox) -> Vec<String> {
    let all = sandbox.stampout(&["findings", "-f", "json"]).json();
    let told = |one: &Value| {
        let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        format!("{}@{} {}", word("path"), word("revision"), word("state"))
    };
    let all = all["findings"].as_array().expect("a list");
    all.iter().map(told).collect()
}

/// Likewise, in deployments alone.
fn live(sandbox: &Sandbox) -> Vec<String> {
    let mut states = states(sandbox);
    states.retain(|one| one.contains("@deployment:"));
    states
}

fn incident(sandbox: &Sandbox) -> Value {
    let status = sandbox.stampout(&["status", "INC-1", "-f", "json"]).json();
    status["incidents"][0].clone()
}

fn claim(sandbox: &Sandbox) -> String {
    let told = incident(sandbox)["eradication"].clone();
    told.as_str().expect("a sentence").to_owned()
}

const ERADICATED: &str = "eradicated: no instance is left on any line or in any deployment";

/// An inventory that says the same again is as true as the first time: what was missing is missing still.
#[test]
fn a_revision_that_stays_missing_is_never_taken_for_scanned() {
    let sandbox = fleet();
    let old = head(&sandbox);
    scan(&sandbox, 0, &[&old], &[]);
    let new = commit(&sandbox, "safe(1)\n");
    let lost = "0123456789012345678901234567890123456789";
    for hour in 1..4 {
        assert_eq!(scan(&sandbox, hour, &[&new, lost], &[]).code, 3);
        assert_eq!(live(&sandbox), ["a.py@deployment:prod/web unknown"]);
        assert_eq!(incident(&sandbox)["coverage"]["deployments_scanned"], 0);
    }
    scan(&sandbox, 5, &[&new], &[]);
    assert_eq!(live(&sandbox), ["a.py@deployment:prod/web fixed"]);
    assert_eq!(claim(&sandbox), ERADICATED);
}

/// While two versions run, each must have been looked at whole.
#[test]
fn of_two_versions_each_counts() {
    let sandbox = fleet();
    let old = head(&sandbox);
    scan(&sandbox, 0, &[&old], &[]);
    sandbox.write("shop/b.py", "x = 1\n\0\0danger(1)\n");
    let dark = commit(&sandbox, "safe(1)\n");
    sandbox.write("shop/b.py", "x = 1\n");
    let clear = commit(&sandbox, "safe(2)\n");
    for runs in [[&*dark, &clear], [&clear, &dark]] {
        scan(&sandbox, 1, &runs, &[]);
        let coverage = incident(&sandbox)["coverage"].clone();
        assert_eq!(coverage["deployments_scanned"], 0, "{coverage}");
        assert_eq!(coverage["complete"], 0, "{coverage}");
        assert!(claim(&sandbox).starts_with("unknown: "));
        let page = sandbox.stampout(&["report"]).stdout;
        assert!(page.contains("1 of 1 deployment was not scanned where it stands"));
    }
    scan(&sandbox, 2, &[&clear], &[]);
    assert_eq!(claim(&sandbox), ERADICATED);
}

/// A part that could not be read and could hold an instance is no part without one; a person may answer for it.
#[test]
fn what_could_not_be_read_is_not_eradicated() {
    let sandbox = fleet();
    scan(&sandbox, 0, &[&head(&sandbox)], &[]);
    sandbox.write("shop/b.py", "x = 1\ndef f(:\n  danger(((\n");
    let new = commit(&sandbox, "safe(1)\n");
    scan(&sandbox, 1, &[&new], &[]);
    assert_eq!(
        claim(&sandbox),
        "unknown: 2 files could hold an instance in a part that could not be read: shop@deployment:prod/web b.py, \
         shop@main b.py"
    );
    let text = sandbox.stampout(&["status", "INC-1"]).stdout;
    assert!(text.contains("; 2 files not read in full\n"), "{text}");
    let rule = ["suppress", "--rule", "INC-1.danger", "--path", "b.py"];
    let by = ["--by", "ana", "--reason", "I read it: a draft"];
    let run = sandbox.stampout(&[&rule[..], &by].concat());
    assert!(
        run.stderr.contains(" holds for 1 review of the ledger"),
        "{}",
        run.stderr
    );
    assert_eq!(claim(&sandbox), ERADICATED);
}

/// What went on to where nobody asked was not looked at there, however whole the last look was.
#[test]
fn a_line_that_went_on_is_behind() {
    let sandbox = fleet();
    scan(&sandbox, 0, &[&head(&sandbox)], &[]);
    let clean = commit(&sandbox, "safe(1)\n");
    scan(&sandbox, 1, &[&clean], &[]);
    assert_eq!(claim(&sandbox), ERADICATED);
    let manifest = crate::sandbox::DANGER.replace("INC-1", "INC-2");
    sandbox.write("packs/other/incident.toml", manifest);
    for file in ["danger.scm", "c.scm"] {
        let text = std::fs::read(sandbox.path(&format!("packs/danger/{file}"))).expect("there");
        sandbox.write(&format!("packs/other/{file}"), text);
    }
    let next = commit(&sandbox, "danger(2)\n");
    scan(&sandbox, 2, &[&next], &["--incident", "INC-2"]);
    assert_eq!(
        claim(&sandbox),
        "unknown: 1 went on since they were looked at: shop; 1 of 1 deployments were not scanned where they stand: prod/web"
    );
    assert_eq!(incident(&sandbox)["coverage"]["behind"][0], "shop");
    let page = sandbox.stampout(&["report", "INC-1"]).stdout;
    assert!(page.contains("lines went on since they were looked at"));
    scan(&sandbox, 3, &[&next], &[]);
    assert_eq!(
        claim(&sandbox),
        "not eradicated: 1 instance is there, or may be"
    );
}

/// A file that is there no more may have moved to what a scan of a part did not look at.
#[test]
fn a_part_does_not_know_what_left_it() {
    let moved = |more: &[&str]| {
        let sandbox = Sandbox::new();
        sandbox.danger_pack();
        let files = [
            ("src/a.py", "danger(1)\n"),
            ("lib/z.py", "safe(1)\n"),
            ("src/z.py", "safe(1)\n"),
        ];
        sandbox.repository("shop", &files);
        let record = |hours: u64, more: &[&str]| {
            let all = [&["scan", "--packs", "packs", "--record", "-q"], more].concat();
            let time = (1_772_442_840 + hours * 3600).to_string();
            sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", &time)])
        };
        record(0, &["shop"]);
        sandbox.git("shop", &["mv", "src/a.py", "lib/a.py"]);
        sandbox.commit("shop", "moved");
        record(1, more);
        assert_eq!(states(&sandbox), ["src/a.py@main unknown"], "{more:?}");
        // Found where it went, it is the same.
        record(2, &["shop"]);
        assert_eq!(states(&sandbox), ["lib/a.py@main open"], "{more:?}");
        // What was excluded before too is no place to move to.
        sandbox.git("shop", &["rm", "-q", "lib/a.py"]);
        sandbox.commit("shop", "deleted");
        record(3, &["shop", "-g", "lib/**"]);
        assert_eq!(states(&sandbox), ["lib/a.py@main gone"], "{more:?}");
    };
    moved(&["shop/src"]);
    moved(&["shop", "-g", "src/**"]);
    moved(&["shop", "-g", "!lib/**"]);
}

/// A copy in the part that a scan looked at is no move of what stands outside of it.
#[test]
fn a_part_takes_no_copy_for_a_move() {
    let copied = |part: &[&str]| {
        let sandbox = Sandbox::new();
        sandbox.danger_pack();
        sandbox.repository(
            "shop",
            &[("src/a.py", "danger(1)\n"), ("lib/z.py", "safe(1)\n")],
        );
        let record = |hours: u64, more: &[&str]| {
            let all = [&["scan", "--packs", "packs", "--record", "-q"], more].concat();
            let time = (1_772_442_840 + hours * 3600).to_string();
            sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", &time)])
        };
        record(0, &["shop"]);
        sandbox.write("shop/lib/copy.py", "danger(1)\n");
        sandbox.commit("shop", "copied");
        record(1, part);
        assert_eq!(
            states(&sandbox),
            ["lib/copy.py@main open", "src/a.py@main unknown"]
        );
        sandbox.write("shop/lib/copy.py", "safe(1)\n");
        sandbox.commit("shop", "the copy is fixed");
        record(2, part);
        assert_eq!(
            states(&sandbox),
            ["lib/copy.py@main fixed", "src/a.py@main unknown"]
        );
        record(3, &["shop"]);
        assert_eq!(
            states(&sandbox),
            ["lib/copy.py@main fixed", "src/a.py@main open"]
        );
    };
    copied(&["shop/lib"]);
    copied(&["shop", "-g", "lib/**"]);
}

/// A repository of the fleet that was never scanned keeps the first full scan waiting.
#[test]
fn the_first_full_scan_waits_for_the_whole_fleet() {
    let sandbox = fleet();
    let toml = std::fs::read_to_string(sandbox.path("fleet.toml")).expect("there");
    let more = "\n[[repository]]\nname = \"late\"\npath = \"late\"\nrevisions = [\"main\"]\n";
    sandbox.write("fleet.toml", toml + more);
    let scan = |hours| scan(&sandbox, hours, &[&head(&sandbox)], &[]);
    let full = || {
        let run = sandbox.stampout(&["postmortem", "INC-1", "--packs", "packs"]);
        let row = run
            .stdout
            .lines()
            .find(|line| line.starts_with("| first full scan |"));
        row.unwrap_or_default().to_owned()
    };
    scan(0);
    assert_eq!(full(), "| first full scan | not yet | – |");
    // Nor is all gone from main, as long as nobody looked there.
    commit(&sandbox, "safe(1)\n");
    scan(1);
    let told = |head: &str| {
        let run = sandbox.stampout(&["postmortem", "INC-1", "--packs", "packs"]);
        let lines = run.stdout.lines().filter(|line| line.contains(head));
        lines.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        told("all gone from main"),
        "| all gone from main | unknown: see above | – |"
    );
    assert_eq!(told("| all instances were gone"), "");
    assert!(
        told("| (nobody known) |").ends_with(" unknown: see above |"),
        "{}",
        told("nobody")
    );
    assert!(
        told("| prod |").ends_with(" unknown: see above |"),
        "{}",
        told("| prod |")
    );
    assert_eq!(
        told("| gone from every"),
        "| gone from every deployment | unknown: see above | – |"
    );
    let page = sandbox.stampout(&["report"]).stdout;
    assert!(page.contains(">all that were found closed on main lines<"));
    assert!(page.contains(">gone from every deployment that was scanned<"));
    sandbox.repository("late", &[("t.py", "safe(1)\n")]);
    scan(2);
    assert!(
        told("| all gone from main |").contains("2026-03-02T10:14:00Z"),
        "{}",
        told("all gone")
    );
    assert!(
        full().starts_with("| first full scan | 2026-03-02T11:14:00Z |"),
        "{}",
        full()
    );
}

/// The gate of a line asks what was there on that line, and tells two findings of one row apart.
#[test]
fn the_gate_lets_nothing_in_for_what_is_elsewhere() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n")]);
    let base = ["scan", "--packs", "packs", "-q", "shop"];
    let run = |more: &[&str]| sandbox.stampout(&[&base[..], more].concat());
    let gate = |against: &[&str]| run(&[&["--fail-on", "new"], against].concat()).code;
    run(&["--record", "-o", "json=before.json"]);
    sandbox.git("shop", &["checkout", "-q", "-b", "change"]);
    commit(&sandbox, "danger(1); danger(2)\n");
    for against in [&[][..], &["--base", "main"], &["--baseline", "before.json"]] {
        assert_eq!(gate(against), 1, "{against:?}");
    }
    // Main is fixed, an older release is not.
    sandbox.git("shop", &["checkout", "-q", "main"]);
    sandbox.git("shop", &["branch", "release/1"]);
    commit(&sandbox, "safe(1)\n");
    let both = ["--rev", "main", "--rev", "release/1"];
    let record = [&base[..], &both, &["--record", "-o", "json=both.json"]].concat();
    sandbox.stampout_with(&record, &[("SOURCE_DATE_EPOCH", "1772450000")]);
    commit(&sandbox, "danger(1)\n");
    let against_both = ["--baseline", "both.json"];
    assert_eq!((gate(&[]), gate(&against_both)), (1, 1));
    assert_eq!(run(&["--fail-on", "regressed"]).code, 1);
    // What the release always had is not new there, nor back.
    sandbox.git("shop", &["checkout", "-q", "release/1"]);
    assert_eq!((gate(&[]), gate(&against_both)), (0, 0));
    assert_eq!(run(&["--fail-on", "regressed"]).code, 0);
}

/// What the gate cannot be held against is said before the scan, which writes no report then.
#[test]
fn a_baseline_that_cannot_be_read_is_noticed_before_the_scan() {
    let sandbox = fleet();
    sandbox.write("cut.json", "{\"units\": [");
    for against in [
        &["--baseline", "nosuch.json"][..],
        &["--baseline", "cut.json"],
        &["--ledger", "nosuch.sqlite"],
        &["--base", "nosuch"],
    ] {
        let scan = ["scan", "--packs", "packs", "shop", "-o", "json=report.json"];
        let run = sandbox.stampout(&[&scan[..], &["--fail-on", "new"], against].concat());
        assert_eq!(run.code, 2, "{against:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{against:?}");
        assert!(!sandbox.path("report.json").exists(), "{against:?}");
    }
}
