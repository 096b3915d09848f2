//! The post-mortem: filled from the ledger, written on by people, checked for its actions.

use std::fs;

use crate::sandbox::{Run, Sandbox};

const HOUR: u64 = 1_772_442_840;

/// Two repositories, a deployment, and a pack that knows when its incident was declared.
fn fleet() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let manifest = fs::read_to_string(sandbox.path("packs/danger/incident.toml")).expect("there");
    let manifest = manifest.replace(
        "[[rule]]",
        "cwe = [\"CWE-400\"]\nowner = \"team-shop\"\n\n[incident.time]\nstarted = 2026-03-02T08:00:00Z\n\
         declared = 2026-03-02T08:14:00Z\ncontained = 2026-03-02T09:00:00Z\n\n[[rule]]",
    );
    sandbox.write("packs/danger/incident.toml", manifest);
    sandbox.repository("shop", &[("a.py", "danger(1)\n"), ("b.py", "danger(2)\n")]);
    sandbox.repository("tool", &[("t.py", "danger(3)\n")]);
    sandbox.write(
        "fleet.toml",
        "[[repository]]\nname = \"acme/shop\"\npath = \"shop\"\nrevisions = [\"main\"]\nowner = \"team-shop\"\n\n\
         [[repository]]\nname = \"acme/tool\"\npath = \"tool\"\nrevisions = [\"main\"]\n",
    );
    sandbox
}

fn head(sandbox: &Sandbox, folder: &str) -> String {
    sandbox.git(folder, &["rev-parse", "HEAD"])
}

/// Scans everything and what `shop` and `tool` run, `hours` after the first.
fn scan(sandbox: &Sandbox, hours: u64, deployed: [&str; 2], more: &[&str]) -> Run {
    let [shop, tool] = deployed;
    let inventory = format!(
        "{{\"service\":\"shop\",\"repo\":\"acme/shop\",\"env\":\"prod\",\"revision\":\"{shop}\"}}\n\
         {{\"service\":\"tool\",\"repo\":\"acme/tool\",\"env\":\"office\",\"revision\":\"{tool}\"}}\n"
    );
    sandbox.scan_deployed(hours, &inventory, more)
}

fn write(sandbox: &Sandbox) -> (Run, String) {
    let run = sandbox.stampout(&["postmortem", "INC-1", "-o", "pm.md", "--packs", "packs"]);
    let text = fs::read_to_string(sandbox.path("pm.md")).unwrap_or_default();
    (run, text)
}

/// Fixes everything but what `keep` names, and ships it.
fn story(sandbox: &Sandbox) {
    let old = [head(sandbox, "shop"), head(sandbox, "tool")];
    scan(sandbox, 0, [&old[0], &old[1]], &[]);
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "fix a");
    scan(sandbox, 1, [&old[0], &old[1]], &[]);
    sandbox.write("shop/b.py", "safe(2)\n");
    sandbox.commit("shop", "fix b");
    sandbox.write("tool/t.py", "safe(3)\n");
    sandbox.commit("tool", "fix t");
    let new = [head(sandbox, "shop"), head(sandbox, "tool")];
    scan(sandbox, 26, [&new[0], &old[1]], &[]);
    scan(sandbox, 50, [&new[0], &new[1]], &["--fail-on", "new"]);
}

#[test]
fn the_whole_document() {
    let sandbox = fleet();
    story(&sandbox);
    let (run, text) = write(&sandbox);
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Digests of the blocks say nothing to a reader.
    let shown = text
        .lines()
        .map(|line| match line.strip_prefix("<!-- stampout:facts ") {
            Some(rest) => format!(
                "<!-- stampout:facts {} … -->",
                rest.split(' ').next().unwrap_or_default()
            ),
            None => line.to_owned(),
        });
    let shown = shown.collect::<Vec<_>>().join("\n");
    insta::with_settings!({ snapshot_path => "../golden", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("postmortem", shown);
    });
    let run = sandbox.stampout(&["postmortem", "INC-1", "--packs", "packs"]);
    assert_eq!(run.stdout, text);
}

#[test]
fn what_people_wrote_survives_and_nothing_is_lost() {
    let sandbox = fleet();
    let old = [head(&sandbox, "shop"), head(&sandbox, "tool")];
    scan(&sandbox, 0, [&old[0], &old[1]], &[]);
    let (_, first) = write(&sandbox);
    assert!(first.contains("not eradicated: 3 instances"), "{first}");
    let own = first
        .replace("_who wrote this_", "Ana & Ken")
        .replace("Found 3: 3 open.", "Found 3: 3 open. (Ken says 4)");
    assert_ne!(own, first);
    sandbox.write("pm.md", &own);
    sandbox.write("shop/a.py", "safe(1)\n");
    sandbox.commit("shop", "fix a");
    scan(&sandbox, 1, [&old[0], &old[1]], &[]);
    let (run, text) = write(&sandbox);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr
            .contains("somebody had written into the facts `eradication`"),
        "{}",
        run.stderr
    );
    assert!(
        text.contains("**Authors:** Ana & Ken") && text.contains("(Ken says 4)"),
        "{text}"
    );
    assert_eq!(text.matches("(Ken says 4)").count(), 1);
    let (run, again) = write(&sandbox);
    assert!(!run.stderr.contains("somebody"), "{}", run.stderr);
    assert_eq!(again, text);
    sandbox.write("pm.md", text.replacen("<!-- /stampout:facts -->", "", 1));
    let (run, broken) = write(&sandbox);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("nothing was written"), "{}", run.stderr);
    assert!(!broken.is_empty());
}

/// Nothing is left, but not everything was looked at.
#[test]
fn eradication_is_claimed_at_full_coverage_only() {
    let sandbox = fleet();
    story(&sandbox);
    let claim = |sandbox: &Sandbox| {
        let (_, text) = write(sandbox);
        let line = text
            .lines()
            .find(|line| line.starts_with("| Status |"))
            .expect("a status")
            .to_owned();
        fs::remove_file(sandbox.path("pm.md")).expect("it was written");
        line
    };
    assert!(
        claim(&sandbox).contains("eradicated: no instance is left"),
        "{}",
        claim(&sandbox)
    );
    let new = [head(&sandbox, "shop"), head(&sandbox, "tool")];
    // A part is not the whole.
    scan(&sandbox, 51, [&new[0], &new[1]], &["-g", "*.txt"]);
    let part = claim(&sandbox);
    assert!(
        part.contains("unknown: ") && part.contains("were not looked at as a whole"),
        "{part}"
    );
    scan(&sandbox, 52, [&new[0], &new[1]], &[]);
    assert!(claim(&sandbox).contains("eradicated: no instance is left"));
    // A deployment at a revision that nobody has.
    let lost = "0123456789012345678901234567890123456789";
    scan(&sandbox, 53, [&new[0], lost], &[]);
    let lost = claim(&sandbox);
    assert!(lost.contains("not eradicated: 1 instance"), "{lost}");
    scan(&sandbox, 54, [&new[0], &new[1]], &[]);
    // A repository of the fleet that cannot be read.
    let toml = fs::read_to_string(sandbox.path("fleet.toml")).expect("there");
    sandbox.write(
        "fleet.toml",
        toml + "\n[[repository]]\nname = \"acme/lost\"\npath = \"lost\"\n",
    );
    scan(&sandbox, 55, [&new[0], &new[1]], &[]);
    let lost = claim(&sandbox);
    assert!(
        lost.contains("1 of 3 repositories were never scanned for it: acme/lost"),
        "{lost}"
    );
}

#[test]
fn without_an_inventory_nobody_knows() {
    let sandbox = fleet();
    let scan = [
        "scan",
        "--fleet",
        "fleet.toml",
        "--packs",
        "packs",
        "-q",
        "--record",
    ];
    sandbox.stampout(&scan);
    for file in ["shop/a.py", "shop/b.py", "tool/t.py"] {
        sandbox.write(file, "safe(0)\n");
    }
    sandbox.commit("shop", "fix");
    sandbox.commit("tool", "fix");
    sandbox.stampout_with(&scan, &[("SOURCE_DATE_EPOCH", "1772500000")]);
    let (_, text) = write(&sandbox);
    assert!(
        text.contains("| Status | unknown: no inventory was recorded"),
        "{text}"
    );
}

/// What the gate stopped is in the ledger, and a proposed change is not.
#[test]
fn the_gate_is_told() {
    let sandbox = fleet();
    story(&sandbox);
    sandbox.git("shop", &["switch", "-q", "-c", "proposal"]);
    sandbox.write("shop/n.py", "danger(9)\n");
    sandbox.commit("shop", "a new one");
    let gate = [
        "scan",
        "shop",
        "--packs",
        "packs",
        "-q",
        "--fail-on",
        "new",
        "--base",
        "main",
        "--record",
    ];
    for hour in [60, 61] {
        let time = (HOUR + hour * 3600).to_string();
        let run = sandbox.stampout_with(&gate, &[("SOURCE_DATE_EPOCH", &time)]);
        assert_eq!(run.code, 1, "{}", run.stderr);
    }
    let (_, text) = write(&sandbox);
    assert!(text.contains("the gate stopped 1 instance since"), "{text}");
    assert!(text.contains("n.py"), "{text}");
    assert!(text.contains("| Status | eradicated"), "{text}");
    let findings = sandbox.stampout(&["findings"]).stdout;
    assert!(
        !findings.contains("proposal") && !findings.contains("n.py"),
        "{findings}"
    );
}

/// The rows of the table of the history, and the rest of its block.
fn history(text: &str) -> (Vec<String>, String) {
    let (_, block) = text
        .split_once("<!-- stampout:facts history")
        .expect("a block");
    let (block, _) = block
        .split_once("<!-- /stampout:facts -->")
        .expect("its end");
    let lines = block.lines().skip(1).map(str::to_owned);
    let (rows, rest): (Vec<String>, Vec<String>) = lines.partition(|line| line.starts_with("| `"));
    (rows, rest.join("\n"))
}

/// When each instance was introduced, how long it lived, and whether a gate was there then.
#[test]
fn git_tells_how_long_instances_lived() {
    let sandbox = fleet();
    sandbox.write("shop/old.py", "danger(4)\n");
    sandbox.commit_at("2026-01-01T09:14:00Z", "shop", "an old one");
    sandbox.git("shop", &["tag", "v1.0"]);
    let heads = |sandbox: &Sandbox| [head(sandbox, "shop"), head(sandbox, "tool")];
    let [shop, tool] = heads(&sandbox);
    scan(&sandbox, 0, [&shop, &tool], &["--fail-on", "new"]);
    sandbox.write("shop/new.py", "danger(5)\n");
    sandbox.commit_at("2026-03-03T09:14:00Z", "shop", "a new one");
    scan(&sandbox, 48, [&shop, &tool], &[]);
    let write = |more: &[&str]| {
        let all = ["postmortem", "INC-1", "-o", "pm.md", "--packs", "packs"];
        let run = sandbox.stampout(&[&all[..], more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        history(&fs::read_to_string(sandbox.path("pm.md")).expect("written"))
    };
    let (rows, said) = write(&[]);
    assert!(
        rows.is_empty() && said.contains("Git was not asked"),
        "{said}"
    );
    let (rows, said) = write(&["--fleet", "fleet.toml"]);
    let cells = |row: &String| -> Vec<String> {
        let cells = row.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    let told: Vec<[String; 5]> = rows
        .iter()
        .map(cells)
        .map(|row| [0, 1, 3, 4, 5].map(|at| row[at].clone()))
        .collect();
    let gate = "2026-03-02T09:14:00Z";
    assert_eq!(told.len(), 5);
    assert_eq!(
        told[2],
        [
            "`acme/shop new.py:1`",
            "2026-03-03T09:14:00Z",
            "–",
            "1 d 0 h",
            &format!("yes, since {gate}")
        ]
    );
    assert_eq!(
        told[3],
        [
            "`acme/shop old.py:1`",
            "2026-01-01T09:14:00Z",
            "v1.0 (2026-01-01)",
            "60 d 0 h",
            &format!("no, since {gate}")
        ]
    );
    let commit = sandbox.git("shop", &["rev-parse", "HEAD"]);
    assert!(rows[2].contains(&commit[..12]), "{}", rows[2]);
    for line in [
        "Git tells of 5 of 5 instances when they were introduced.",
        "- the first 2026-01-01T09:14:00Z, the last 2026-03-03T09:14:00Z",
        "lived 60 d 0 h at the longest",
        "- 4 came in after it was declared, 2026-03-02T08:14:00Z",
    ] {
        assert!(said.contains(line), "{said}");
    }
    // Asked once, it stays; and what is written by hand into it is kept like everywhere.
    assert_eq!(write(&[]), (rows, said));
    // A shallow clone says that it is one.
    sandbox.git(
        ".",
        &[
            "clone",
            "-q",
            "--depth",
            "1",
            &format!("file://{}", sandbox.path("shop").display()),
            "clones/shop",
        ],
    );
    sandbox.write(
        "shallow.toml",
        "[[repository]]\nname = \"acme/shop\"\npath = \"clones/shop\"\n",
    );
    let (rows, said) = write(&["--fleet", "shallow.toml"]);
    assert_eq!(cells(&rows[2])[1], "2026-03-03T09:14:00Z or before");
    assert_eq!(cells(&rows[2])[4], "1 d 0 h or longer");
    assert_eq!(cells(&rows[4])[1], "not known");
    for line in [
        "Git tells of 0 of 5 instances",
        "the clone is shallow: it was introduced by this commit or an earlier one",
        "its clone is not here",
    ] {
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn actions_are_checked() {
    let sandbox = fleet();
    story(&sandbox);
    let (_, text) = write(&sandbox);
    let check = || sandbox.stampout(&["postmortem", "INC-1", "-o", "pm.md", "--check"]);
    let run = check();
    assert_eq!(run.code, 1);
    // Five actions of the feedback, three things each.
    assert_eq!(run.stderr.matches("lacks").count(), 15, "{}", run.stderr);
    let prompt = "| _what is to be done_ | _mitigate, prevent, process_ | | | |\n";
    let own = "| Patch it | mitigate | @acme/shop | 2027-01-31 | 0123abcd |\n";
    let text = text.replace(prompt, own);
    let text = text.replace(" | | | |\n", " | ana | 2027-01-31 | OPS-812 |\n");
    sandbox.write("pm.md", text);
    let run = check();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn bad_input_is_said() {
    let sandbox = fleet();
    story(&sandbox);
    for (arguments, word) in [
        (&["postmortem", "INC-2"][..], "did you mean `INC-1`?"),
        (&["postmortem", "INC-1", "--check"], "-o FILE"),
        (
            &["postmortem", "INC-1", "--check", "-o", "nosuch"],
            "cannot be read",
        ),
        (
            &["postmortem", "INC-1", "-o", "no/such/folder/x"],
            "cannot be written",
        ),
    ] {
        let run = sandbox.stampout(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(word), "{}", run.stderr);
    }
}
