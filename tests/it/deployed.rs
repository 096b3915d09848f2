//! What runs where, as its users see it: the deployed revisions are scanned, and every answer tells main from live.

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// A fleet of one repository whose `main` is fixed and whose deployment is not, and one that nothing deploys.
fn fleet() -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n"), ("b.py", "danger(2)\n")]);
    let old = sandbox.git("shop", &["rev-parse", "HEAD"]);
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.write("shop/c.py", "danger(3)\n");
    sandbox.commit("shop", "fix one, bring another");
    sandbox.repository(
        "tool",
        &[
            ("t.py", "danger(4)\n"),
            ("CODEOWNERS", "*.py @acme/tools\n"),
        ],
    );
    sandbox.write(
        "fleet.toml",
        "[[repository]]\nname = \"acme/shop\"\npath = \"shop\"\nurl = \"https://git.example/acme/shop\"\n\
         revisions = [\"main\"]\nowner = \"team-shop\"\n\n\
         [[repository]]\nname = \"acme/tool\"\npath = \"tool\"\nrevisions = [\"main\"]\n",
    );
    (sandbox, old)
}

fn line(service: &str, revision: &str, more: &str) -> String {
    format!(
        "{{\"service\":\"{service}\",\"repo\":\"git@git.example:acme/shop.git\",\"env\":\"prod\",\"revision\":\"{revision}\"{more}}}\n"
    )
}

fn scan(sandbox: &Sandbox, hours: u64, inventory: &str, more: &[&str]) -> Run {
    sandbox.scan_deployed(hours, inventory, more)
}

/// `path revision state where` of every finding.
fn told(sandbox: &Sandbox, more: &[&str]) -> Vec<String> {
    let run = sandbox.stampout(&[&["findings", "-f", "json"], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = |one: &Value| {
        let word = |key: &str| one[key].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {} {}",
            word("path"),
            word("revision"),
            word("state"),
            word("where")
        )
    };
    run.json()["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(told)
        .collect()
}

fn status(sandbox: &Sandbox) -> Value {
    sandbox.stampout(&["status", "INC-1", "-f", "json"]).json()
}

fn gaps(sandbox: &Sandbox) -> Vec<String> {
    let all = status(sandbox)["gaps"].clone();
    let told = |gap: &Value| {
        format!(
            "{} {}",
            gap["kind"].as_str().unwrap_or_default(),
            gap["subject"].as_str().unwrap_or_default()
        )
    };
    all.as_array().expect("a list").iter().map(told).collect()
}

#[test]
fn answers_tell_main_from_live() {
    let (sandbox, old) = fleet();
    let run = scan(&sandbox, 0, &line("web", &old, ""), &[]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(
        told(&sandbox, &[]),
        [
            // Never seen on main, and known not to be there.
            "a.py deployment:prod/web open live-only",
            "b.py deployment:prod/web open main-and-live",
            "b.py main open main-and-live",
            "c.py main open main-only",
            "t.py main open main-no-deployment",
        ]
    );
    assert_eq!(told(&sandbox, &["--where", "live-only,main-only"]).len(), 2);
    assert_eq!(told(&sandbox, &["--environment", "prod"]).len(), 3);
    assert_eq!(told(&sandbox, &["--owner", "@acme/tools"]).len(), 1);
    let told_status = status(&sandbox);
    let incident = &told_status["incidents"][0];
    let counts = [
        "main-and-live",
        "live-only",
        "main-only",
        "main-no-deployment",
        "nowhere",
    ];
    let counts = counts.map(|word| incident["where"][word].as_u64().expect(word));
    assert_eq!(counts, [1, 1, 1, 1, 0]);
    assert_eq!(incident["environments"][0]["live"], 2);
    assert_eq!(incident["environments"][0]["clean"], 1);
    assert_eq!(incident["coverage"]["deployments_scanned"], 1);
    assert_eq!(gaps(&sandbox), ["not-deployed acme/tool"]);
    let text = sandbox.stampout(&["status"]).stdout;
    assert!(text.contains("1 fixed on main, still live"), "{text}");
    // Shipped: the deployment stands at main now.
    sandbox.write("shop/b.py", "safe(2)\n");
    sandbox.commit("shop", "fix the other");
    let new = sandbox.git("shop", &["rev-parse", "HEAD"]);
    scan(&sandbox, 1, &line("web", &new, ""), &[]);
    assert_eq!(
        told(&sandbox, &["--repository", "acme/shop"]),
        [
            "a.py deployment:prod/web fixed nowhere",
            "b.py deployment:prod/web fixed nowhere",
            "c.py deployment:prod/web open main-and-live",
            "b.py main fixed nowhere",
            "c.py main open main-and-live",
        ]
    );
    // Rolled back, to a commit that this line stood at before: it is live again.
    scan(&sandbox, 2, &line("web", &old, ""), &[]);
    let back = told(&sandbox, &["--where", "live-only"]);
    assert_eq!(
        back,
        [
            "a.py deployment:prod/web regressed live-only",
            "b.py deployment:prod/web regressed live-only",
            "b.py main fixed live-only"
        ]
    );
    let run = sandbox.stampout(&["ledger", "check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

/// A deployment goes back to a commit that was never scanned there: time decides, not history.
#[test]
fn a_deployment_is_where_it_was_seen_last() {
    let (sandbox, old) = fleet();
    let new = sandbox.git("shop", &["rev-parse", "HEAD"]);
    scan(&sandbox, 0, &line("web", &new, ""), &[]);
    scan(&sandbox, 1, &line("web", &old, ""), &[]);
    let live = told(&sandbox, &["--rev", "deployment:prod/web"]);
    assert_eq!(
        live,
        [
            "a.py deployment:prod/web open live-only",
            "b.py deployment:prod/web open main-and-live",
            "c.py deployment:prod/web gone main-only",
        ]
    );
}

/// While two versions run, what either has is live, and nothing is closed.
#[test]
fn a_rollout_stands_at_both_versions() {
    let (sandbox, old) = fleet();
    let new = sandbox.git("shop", &["rev-parse", "HEAD"]);
    let run = scan(
        &sandbox,
        0,
        &(line("web", &old, "") + &line("web", &new, "")),
        &[],
    );
    assert_eq!(run.code, 1, "{}", run.stderr);
    for hour in 1..3 {
        let live = told(
            &sandbox,
            &["--rev", "deployment:prod/web", "--state", "open"],
        );
        assert_eq!(live.len(), 3, "{live:?}");
        scan(
            &sandbox,
            hour,
            &(line("web", &new, "") + &line("web", &old, "")),
            &[],
        );
    }
    assert!(gaps(&sandbox).contains(&"contradiction prod/web".to_owned()));
    scan(&sandbox, 9, &line("web", &new, ""), &[]);
    let live = told(
        &sandbox,
        &["--rev", "deployment:prod/web", "--state", "open"],
    );
    assert_eq!(live.len(), 2, "{live:?}");
}

/// An inventory that says what the last one said is no new fact; one that goes back to what another said is.
#[test]
fn an_unchanged_inventory_is_stored_once() {
    let (sandbox, old) = fleet();
    let other = "{\"service\":\"bare\",\"env\":\"prod\"}\n";
    let kept = |kind: &str| {
        let facts = sandbox.stampout(&["ledger", "export"]).json_lines();
        facts.iter().filter(|fact| fact["kind"] == kind).count()
    };
    for (hour, inventory, stored) in [
        (0, "", 1),
        (1, "", 1),
        (2, other, 2),
        (3, other, 2),
        (4, "", 3),
    ] {
        scan(&sandbox, hour, &(line("web", &old, "") + inventory), &[]);
        assert_eq!(kept("inventory"), stored, "after {hour} hours");
    }
    assert_eq!(kept("deployment"), 2);
    assert!(gaps(&sandbox).contains(&"vanished prod/bare".to_owned()));
}

/// What cannot be looked at is unknown, listed, and makes the scan incomplete.
#[test]
fn gaps_are_listed_and_nothing_is_closed_by_them() {
    let (sandbox, old) = fleet();
    scan(&sandbox, 0, &line("web", &old, ""), &[]);
    let lost = "0123456789012345678901234567890123456789";
    let other = "{\"service\":\"else\",\"env\":\"prod\",\"repo\":\"acme/else\",\"revision\":\"v1\"}\n{\"service\":\"bare\",\"env\":\"prod\"}\n";
    let run = scan(&sandbox, 1, &(line("web", lost, "") + other), &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("prod/web runs a revision that is not here"),
        "{}",
        run.stderr
    );
    assert_eq!(
        gaps(&sandbox),
        [
            "missing-revision prod/web",
            "no-repository prod/bare",
            "not-deployed acme/tool",
            "unknown-repository prod/else",
        ]
    );
    let live = told(&sandbox, &["--repository", "acme/shop", "--rev", "main"]);
    assert_eq!(
        live,
        [
            "b.py main open main-live-unknown",
            "c.py main open main-live-unknown"
        ]
    );
    let coverage = status(&sandbox)["incidents"][0]["coverage"].clone();
    assert_eq!(coverage["deployments_scanned"], 0);
    assert_eq!(coverage["deployments"], 3);
    // Not named any more, it is told as such; said to be gone, it counts no more.
    scan(&sandbox, 2, other, &[]);
    assert!(
        gaps(&sandbox).contains(&"vanished prod/web".to_owned()),
        "{:?}",
        gaps(&sandbox)
    );
    scan(
        &sandbox,
        3,
        &line("web", &old, ",\"status\":\"decommissioned\""),
        &[],
    );
    assert!(
        !gaps(&sandbox).iter().any(|gap| gap.ends_with("prod/web")),
        "{:?}",
        gaps(&sandbox)
    );
    assert_eq!(
        told(&sandbox, &["--repository", "acme/shop"]),
        [
            "a.py deployment:prod/web gone nowhere",
            "b.py deployment:prod/web gone main-no-deployment",
            "b.py main open main-no-deployment",
            "c.py main open main-no-deployment",
        ]
    );
    assert_eq!(status(&sandbox)["incidents"][0]["open"], 3);
}

/// A bug that main never showed is off main only if main was judged there.
/// Whatever runs and could not be scanned makes the scan incomplete; `--owner` narrows what was asked.
#[test]
fn what_runs_and_is_not_scanned_makes_the_scan_incomplete() {
    let (sandbox, old) = fleet();
    let known = line("web", &old, ",\"owner\":\"team-shop\"");
    let other = |service: &str, more: &str| {
        format!("{{\"service\":\"{service}\",\"env\":\"prod\"{more}}}\n")
    };
    let elsewhere = ",\"repo\":\"acme/else\",\"revision\":\"v1\"";
    let shop = ",\"repo\":\"acme/shop\"";
    let tool = ",\"repo\":\"acme/tool\",\"revision\":\"main\"";
    let two = other("two", tool) + &other("two", &format!("{shop},\"revision\":\"main\""));
    let mine = ",\"owner\":\"team-shop\"";
    let cases: &[(String, &[&str], i32, &str)] = &[
        (String::new(), &[], 1, ""),
        (
            other("bare", ""),
            &[],
            3,
            "1 deployment runs and could not be scanned, from no known repository: prod/bare",
        ),
        (
            other("else", elsewhere),
            &[],
            3,
            "of a repository that this scan does not have: prod/else",
        ),
        (
            other("web2", shop),
            &[],
            3,
            "at no known revision: prod/web2",
        ),
        (
            two,
            &[],
            3,
            "said to be built from different repositories: prod/two",
        ),
        (
            other("bare", "") + &other("else", elsewhere),
            &[],
            3,
            "2 deployments run and could not be scanned, 1 from no known repository, 1 of a repository that this scan does not have: prod/bare, prod/else",
        ),
        (other("bare", ",\"status\":\"third-party\""), &[], 1, ""),
        (
            other("else", &format!("{elsewhere},\"status\":\"third-party\"")),
            &[],
            1,
            "",
        ),
        (other("bare", ",\"status\":\"decommissioned\""), &[], 1, ""),
        (other("tool", tool), &["--owner", "team-shop"], 1, ""),
        (
            other("bare", ",\"owner\":\"others\""),
            &["--owner", "team-shop"],
            1,
            "",
        ),
        (
            other("bare", mine),
            &["--owner", "team-shop"],
            3,
            "prod/bare",
        ),
        (other("bare", ""), &["--allow-incomplete"], 1, "prod/bare"),
    ];
    for (more, arguments, code, said) in cases {
        let run = scan(&sandbox, 0, &(known.clone() + more), arguments);
        assert_eq!(run.code, *code, "{more} {arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{more}: {}", run.stderr);
        assert_eq!(
            run.stderr.is_empty(),
            said.is_empty(),
            "{more}: {}",
            run.stderr
        );
    }
    // What is said of a third party does not keep what is ours from being looked at.
    let ours = other("tool", &format!("{tool},\"status\":\"third-party\""));
    let run = scan(&sandbox, 1, &(known + &ours), &["-f", "jsonl"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(gaps(&sandbox).contains(&"contradiction prod/tool".to_owned()));
    assert_eq!(told(&sandbox, &["--rev", "deployment:prod/tool"]).len(), 1);
    let unscanned = status(&sandbox)["incidents"][0]["coverage"]["deployments_unscanned"].clone();
    assert!(!unscanned.to_string().contains("prod/tool"), "{unscanned}");
}

/// With an inventory of which nothing can be read, "0 found" would speak for deployments that nobody looked at.
#[test]
fn an_inventory_that_cannot_be_read_makes_the_scan_incomplete() {
    let (sandbox, _) = fleet();
    sandbox.write("broken.jsonl", "{nonsense\n");
    let packs = ["scan", "--packs", "packs", "--fleet", "fleet.toml"];
    let deployed = ["--deployed", "--inventory", "broken.jsonl"];
    let run = sandbox.stampout(&[&packs[..], &deployed].concat());
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("broken.jsonl:1"), "{}", run.stderr);
}

#[test]
fn what_main_was_not_judged_for_is_unknown_there() {
    let (sandbox, old) = fleet();
    let long = format!("safe(1)  # danger {}\n", "x".repeat(60));
    sandbox.write("shop/a.py", long);
    sandbox.commit("shop", "too long to be parsed");
    scan(
        &sandbox,
        0,
        &line("web", &old, ""),
        &["--max-file-size", "50"],
    );
    let live = told(
        &sandbox,
        &[
            "--rev",
            "deployment:prod/web",
            "--where",
            "live-main-unknown",
        ],
    );
    assert_eq!(live, ["a.py deployment:prod/web open live-main-unknown"]);
    // Once it is judged, it is known.
    scan(&sandbox, 1, &line("web", &old, ""), &[]);
    let live = told(&sandbox, &["--where", "live-only"]);
    assert_eq!(live, ["a.py deployment:prod/web open live-only"]);
}

/// What is built from another repository now is no more of the one before.
#[test]
fn a_deployment_may_change_its_repository() {
    let (sandbox, old) = fleet();
    scan(&sandbox, 0, &line("web", &old, ""), &[]);
    let tool = sandbox.git("tool", &["rev-parse", "HEAD"]);
    let other = line("web", &tool, "").replace("git@git.example:acme/shop.git", "acme/tool");
    for hour in 1..3 {
        scan(&sandbox, hour, &other, &[]);
        assert_eq!(
            told(&sandbox, &["--rev", "deployment:prod/web"]),
            [
                "a.py deployment:prod/web gone nowhere",
                "b.py deployment:prod/web gone main-no-deployment",
                "t.py deployment:prod/web open main-and-live",
            ]
        );
        assert_eq!(gaps(&sandbox), ["not-deployed acme/shop"]);
    }
}

/// A scan of some repositories does not forget what the others run; but where they went on to, nobody looked.
#[test]
fn a_part_of_the_fleet_does_not_forget_the_rest() {
    let (sandbox, old) = fleet();
    let tool = sandbox.git("tool", &["rev-parse", "HEAD"]);
    let tool = format!(
        "{{\"service\":\"tool\",\"repo\":\"acme/tool\",\"env\":\"office\",\"revision\":\"{tool}\"}}\n"
    );
    let all = line("web", &old, "") + &tool;
    scan(&sandbox, 0, &all, &[]);
    let before = told(&sandbox, &[]);
    scan(&sandbox, 1, &all, &["--owner", "team-shop"]);
    assert_eq!(told(&sandbox, &[]), before);
    assert_eq!(gaps(&sandbox), Vec::<String>::new());
    let moved = line("web", &old, "") + &tool.replace("\"revision\":\"", "\"revision\":\"v2-");
    scan(&sandbox, 2, &moved, &["--owner", "team-shop"]);
    let tool = told(&sandbox, &["--repository", "acme/tool"]);
    assert_eq!(
        tool,
        [
            "t.py deployment:office/tool unknown main-live-unknown",
            "t.py main open main-live-unknown",
        ]
    );
}

/// Reports that CI jobs wrote, brought together with an inventory afterwards.
#[test]
fn reports_are_recorded_with_an_inventory() {
    let (sandbox, old) = fleet();
    let scan = [
        "scan",
        "--fleet",
        "fleet.toml",
        "--packs",
        "packs",
        "-q",
        "-o",
        "json=r.json",
    ];
    sandbox.stampout(
        &[
            &scan[..],
            &["--rev", &old, "--rev", "main", "--owner", "team-shop"],
        ]
        .concat(),
    );
    sandbox.write("i.jsonl", line("web", &old[..12], ""));
    let record = ["record", "r.json", "--inventory", "eu-1=i.jsonl"];
    let run = sandbox.stampout(&record);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all = told(&sandbox, &[]);
    assert_eq!(
        all,
        [
            "a.py deployment:prod/eu-1/web open live-only",
            "b.py deployment:prod/eu-1/web open main-and-live",
            "b.py main open main-and-live",
            "c.py main open main-only",
        ]
    );
    let export = || sandbox.stampout(&["ledger", "export"]).stdout;
    let before = export();
    sandbox.stampout(&record);
    assert_eq!(export(), before);
    sandbox.write("facts", &before);
    let run = sandbox.stampout(&["ledger", "import", "facts", "--ledger", "other.sqlite"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(told(&sandbox, &["--ledger", "other.sqlite"]), all);
}

/// A fleet's repository that could not be read is not forgotten by coverage.
#[test]
fn coverage_knows_the_whole_fleet() {
    let (sandbox, _) = fleet();
    let toml = std::fs::read_to_string(sandbox.path("fleet.toml")).expect("there");
    sandbox.write(
        "fleet.toml",
        toml + "\n[[repository]]\nname = \"acme/lost\"\npath = \"lost\"\n",
    );
    let run = sandbox.stampout(&[
        "scan",
        "--fleet",
        "fleet.toml",
        "--packs",
        "packs",
        "-q",
        "--record",
    ]);
    assert_eq!(run.code, 3);
    let coverage = status(&sandbox)["incidents"][0]["coverage"].clone();
    assert_eq!(
        (&coverage["repositories"], &coverage["scanned"]),
        (&3.into(), &2.into())
    );
    assert_eq!(coverage["never_scanned"][0], "acme/lost");
}

#[test]
fn bad_input_is_said() {
    let (sandbox, _) = fleet();
    sandbox.write("empty", "");
    let scan = [
        "scan",
        "--fleet",
        "fleet.toml",
        "--packs",
        "packs",
        "-q",
        "--deployed",
    ];
    for (more, word) in [
        (&["--inventory", "nosuch"][..], "nosuch cannot be read"),
        (&["--inventory", "empty"], "it is empty"),
        (&[], "--inventory"),
    ] {
        let run = sandbox.stampout(&[&scan[..], more].concat());
        assert_eq!(run.code, 2, "{more:?}");
        assert!(run.stderr.contains(word), "{}", run.stderr);
    }
    scan_once(&sandbox);
    let run = sandbox.stampout(&["findings", "--where", "liveonly"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("did you mean `live-only`?"),
        "{}",
        run.stderr
    );
}

fn scan_once(sandbox: &Sandbox) {
    sandbox.stampout(&[
        "scan",
        "--fleet",
        "fleet.toml",
        "--packs",
        "packs",
        "-q",
        "--record",
    ]);
}
