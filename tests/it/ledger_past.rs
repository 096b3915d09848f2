//! Clocks that run backwards, and histories that are not what they were: a state that says what it rests on.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// Scans and records at a time; then tells `state basis reason` of the first finding.
fn told(sandbox: &Sandbox, time: &str) -> String {
    let all = ["scan", "--packs", "packs", "--record", "-q", "shop"];
    let run = sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", time)]);
    assert!(run.code < 2 && run.stderr.is_empty(), "{}", run.stderr);
    let run = sandbox.stampout(&["findings", "-f", "jsonl"]);
    let row: Value = run.json_lines().remove(0);
    let word = |key: &str| row[key].as_str().expect(key).to_owned();
    format!("{} {} {}", word("state"), word("basis"), word("reason"))
}

fn shop() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n"), ("b.py", "x = 1\n")]);
    sandbox
}

fn check(sandbox: &Sandbox) {
    let run = sandbox.stampout(&["ledger", "check"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

/// Where the history is known it goes before the clock.
#[test]
fn a_clock_that_runs_backwards_turns_nothing_round() {
    let sandbox = shop();
    assert_eq!(told(&sandbox, "1772500000"), "open time ");
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "mended");
    // A day earlier, says the clock.
    assert_eq!(told(&sandbox, "1772413600"), "fixed history ");
    sandbox.write("shop/a.py", "danger(1)\n");
    sandbox.commit("shop", "back");
    assert_eq!(told(&sandbox, "1772413000"), "regressed history ");
    // Before 1970, and far from now.
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "mended again");
    assert_eq!(told(&sandbox, "-86400"), "fixed history ");
    sandbox.commit("shop", "and on");
    assert_eq!(told(&sandbox, "4102444800"), "fixed history ");
    let run = sandbox.stampout(&["status"]);
    assert!(
        run.code == 0 && run.stdout.contains("1 fixed"),
        "{}",
        run.stdout
    );
    check(&sandbox);
}

/// A branch that was pushed by force: what it holds now is newer by time only, and so it is marked.
#[test]
fn a_rewritten_history_is_newer_by_time_only() {
    let sandbox = shop();
    assert_eq!(told(&sandbox, "1772500000"), "open time ");
    let old = sandbox.git("shop", &["rev-parse", "HEAD"]);
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.git(
        "shop",
        &["commit", "-q", "-a", "--amend", "-m", "rewritten"],
    );
    assert_eq!(told(&sandbox, "1772503600"), "fixed time ");
    // Back to what it was.
    sandbox.git("shop", &["reset", "-q", "--hard", &old]);
    assert_eq!(told(&sandbox, "1772507200"), "regressed time ");
    // The old commit is gone for good, and with it any word on who came before whom.
    sandbox.git("shop", &["checkout", "-q", "--orphan", "fresh"]);
    sandbox.write("shop/a.py", "safe(2)\n");
    sandbox.commit("shop", "another root");
    sandbox.git("shop", &["branch", "-q", "-M", "main"]);
    sandbox.git("shop", &["reflog", "expire", "--expire=now", "--all"]);
    sandbox.git("shop", &["gc", "-q", "--prune=now"]);
    assert_eq!(told(&sandbox, "1772510800"), "fixed time ");
    let run = sandbox.stampout(&["findings", "--history", "--clones", "shop"]);
    let said = format!(
        "commit {} is not in this clone: its history is cut, or was rewritten",
        &old[..12]
    );
    assert!(run.stdout.contains(&said), "{}", run.stdout);
    let run = sandbox.stampout(&["diff", &old, "main"]);
    assert!(
        run.code == 0 && run.stdout.contains("fixed"),
        "{}",
        run.stdout
    );
    check(&sandbox);
}

/// A line that goes back to an older commit without the finding proves nothing of the newer one that held it.
#[test]
fn a_line_that_went_back_is_unknown() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "safe(1)\n")]);
    let run = sandbox.stampout(&["scan", "--packs", "packs", "--record", "-q", "shop"]);
    assert_eq!(run.code, 0);
    sandbox.write("shop/a.py", "danger(1)\n");
    sandbox.commit("shop", "brought");
    assert_eq!(told(&sandbox, "1772500000"), "open time ");
    sandbox.git("shop", &["reset", "-q", "--hard", "HEAD^"]);
    let back = told(&sandbox, "1772503600");
    assert_eq!(
        back,
        "unknown time the line went back to an older commit that does not hold it"
    );
    check(&sandbox);
}

/// A revision that is there no more is said, what is known of it stays, and the others are scanned.
#[test]
fn a_vanished_revision_closes_nothing() {
    let sandbox = shop();
    sandbox.git("shop", &["branch", "release"]);
    let scan = || {
        sandbox.stampout(&[
            "scan", "--packs", "packs", "--record", "-q", "shop", "--rev", "main", "--rev",
            "release",
        ])
    };
    assert_eq!(scan().code, 1);
    sandbox.git("shop", &["branch", "-q", "-D", "release"]);
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "mended");
    let run = scan();
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("release"), "{}", run.stderr);
    let rows = sandbox.stampout(&["findings", "-f", "jsonl"]).json_lines();
    let states: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {}",
                row["revision"].as_str().expect("a line"),
                row["state"].as_str().expect("a state")
            )
        })
        .collect();
    assert_eq!(states, ["main fixed", "release open"]);
    check(&sandbox);
}

/// A report from the future would make all that is recorded until then look older: it is refused, and so is one whose time
/// cannot be read.
#[test]
fn reports_from_the_future_are_refused() {
    let sandbox = shop();
    let scan = ["scan", "--packs", "packs", "shop", "-q", "--exit-zero"];
    sandbox.stampout(&[&scan[..], &["-o", "r.json", "-o", "r.sarif"]].concat());
    let times = [
        (
            "2126-01-01T00:00:00Z",
            "begun 2126-01-01T00:00:00Z, which is to come",
        ),
        ("some day", "the scan began `some day`, which is no time"),
    ];
    for (report, key) in [("r.json", "started"), ("r.sarif", "startTimeUtc")] {
        let text = std::fs::read_to_string(sandbox.path(report)).expect("written");
        for (time, said) in times {
            let begin = text.find(&format!("\"{key}\":\"")).expect("it tells one") + key.len() + 4;
            let end = begin + text[begin..].find('"').expect("an end");
            let other = format!("{}{time}{}", &text[..begin], &text[end..]);
            sandbox.write("other.json", other);
            let run = sandbox.stampout(&["record", "other.json", report]);
            assert_eq!(run.code, 2, "{report} {time}: {}", run.stderr);
            assert!(run.stderr.contains(said), "{report} {time}: {}", run.stderr);
            // The others are recorded.
            assert!(run.stderr.contains("recorded 1 scan"), "{}", run.stderr);
        }
    }
}
