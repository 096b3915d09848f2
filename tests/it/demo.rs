//! `stampout demo`, run as a user would run it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn demo(args: &[&str], dir: &Path) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampout"));
    // Neither the user's configuration nor that of git may matter.
    command
        .env("HOME", home.path())
        .env_remove("XDG_CONFIG_HOME");
    command
        .env("STAMPOUT_PACKS", "/nowhere")
        .env("STAMPOUT_FLEET", "/nowhere");
    command
        .env("GIT_DIR", "/nowhere")
        .env("GIT_AUTHOR_DATE", "now");
    command.arg("demo").args(args).arg(dir);
    command.output().expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn json_lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("a report");
    let parse = |line| serde_json::from_str(line).expect("JSON");
    text.lines().map(parse).collect()
}

#[test]
fn the_story_goes_as_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("a b");
    let output = demo(&[], &dir);
    let (said, complaints) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said}\n{complaints}");
    assert_eq!(complaints, "");
    let summary = "INC-2041: 7 instances in 4 of 5 repositories \
                   (team-billing 2, team-partners 2, team-payments 2, team-web 1), 1 place to review\n\
                   Not looked at: 1 of 26 files";
    assert!(said.contains(summary), "{said}");
    let frames = said.matches("^^^").count();
    assert!(frames > 0 && said.lines().count() < 260, "{said}");

    // The rest of the story, in its order.
    let mut rest = said.as_str();
    for told in [
        "1 fixed on main, still live",
        "6 fixed on main, still live",
        "7 nowhere any more",
        "regressed",
        "::error ",
        "Eradicated: no instance is left",
        "gone from every deployment",
        "-o reports/INC-2041.html",
    ] {
        rest = rest
            .split_once(told)
            .unwrap_or_else(|| panic!("{told}: {said}"))
            .1;
    }
    let document = fs::read_to_string(dir.join("reports/INC-2041.md")).expect("a post-mortem");
    assert!(document.contains("src/suggest.py"), "{document}");
    let page = fs::read_to_string(dir.join("reports/INC-2041.html")).expect("a page");
    assert!(page.contains("Checkout workers hung on HTTP calls without a timeout"));
    assert!(page.contains("src/gateway.py"), "{}", page.len());

    let coverage = json_lines(&dir.join("reports/coverage.jsonl"));
    let findings = json_lines(&dir.join("reports/findings.jsonl"));
    assert_eq!((coverage.len(), findings.len()), (26, 8));
    let results = [
        ("acme%2Fbilling@main", 2),
        ("acme%2Fcheckout@main", 1),
        ("acme%2Fcheckout@release%2F1.4", 1),
        ("acme%2Fsearch@main", 0),
        ("acme%2Fweb@worktree", 2),
        ("partner%2Fcheckout@main", 2),
    ];
    let mut enumerated = 0;
    for (name, count) in results {
        let file = dir.join("reports/sarif").join(format!("{name}.sarif"));
        let sarif: Value =
            serde_json::from_str(&fs::read_to_string(&file).expect(name)).expect(name);
        let run = &sarif["runs"][0];
        assert_eq!(
            run["results"].as_array().map(Vec::len),
            Some(count),
            "{name}"
        );
        let sum = &run["properties"]["stampout/coverage"];
        let outcomes: BTreeMap<String, u64> =
            serde_json::from_value(sum["outcomes"].clone()).expect("outcomes");
        assert_eq!(
            sum["enumerated"].as_u64(),
            Some(outcomes.values().sum()),
            "{name}"
        );
        enumerated += outcomes.values().sum::<u64>();
    }
    assert_eq!(enumerated, coverage.len() as u64);
    let files = fs::read_dir(dir.join("reports/sarif")).expect("a folder");
    assert_eq!(files.count(), results.len());
    for report in ["summary.md", "report.txt"] {
        let report = fs::read_to_string(dir.join("reports").join(report)).expect(report);
        assert!(report.contains("INC-2041"));
    }
}

#[test]
fn it_is_the_same_everywhere_and_quiet_where_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = |name: &str| {
        let output = demo(&["--quiet"], &folder.path().join(name));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(
            (text(&output.stdout), text(&output.stderr)),
            (String::new(), String::new())
        );
        fs::read(folder.path().join(name).join("reports/findings.jsonl")).expect("a report")
    };
    assert_eq!(text(&report("one")), text(&report("two")));
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("mine"), "").expect("writable");
    let output = demo(&[], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is not empty"));
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1);
}

#[test]
fn without_git_it_says_so_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampout"));
    command
        .env("PATH", "/nowhere")
        .arg("demo")
        .arg(folder.path());
    let output = command.output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("install git"));
    assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 0);
}
