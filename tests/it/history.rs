//! `findings --history`, as its users see it.

use crate::sandbox::Sandbox;

#[test]
fn the_ledger_and_git_tell_the_story_together() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "x = 1\n")]);
    sandbox.write("shop/a.py", "x = 1\ndanger(1)\ndanger(2)\n");
    sandbox.commit("shop", "brought");
    sandbox.git("shop", &["tag", "v1"]);
    let record = |time: &str| {
        let all = ["scan", "--packs", "packs", "--record", "-q", "shop"];
        sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", time)])
    };
    record("1772442840");
    sandbox.git("shop", &["mv", "a.py", "b.py"]);
    sandbox.commit("shop", "moved");
    record("1772446440");
    sandbox.write("shop/b.py", "x = 1\ndanger(2)\n");
    sandbox.commit("shop", "mended\u{1b}[31m");
    let mended = sandbox.git("shop", &["rev-parse", "HEAD"]);
    sandbox.write("shop/c.py", "y = 1\n");
    sandbox.commit("shop", "later");
    record("1772450040");
    let all = ["findings", "--history", "--clones", "shop"];
    let run = sandbox.stampout(&[&all[..], &["-f", "jsonl", "--state", "fixed"]].concat());
    let story = &run.json_lines()[0]["history"];
    assert_eq!(story["introduced"]["path"], "a.py");
    assert_eq!(story["introduced"]["author"], "A");
    assert_eq!(story["first_tag"]["name"], "v1");
    assert_eq!(story["fixed"]["commit"], mended.as_str());
    assert_eq!(story["shallow"], false);
    let run = sandbox.stampout(&all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().map(str::trim).collect();
    assert!(
        lines[1].starts_with("introduced by ")
            && lines[1].ends_with(" 2026-03-02 A, in a.py: brought"),
        "{lines:#?}"
    );
    assert_eq!(lines[2], "first tag with it: v1 2026-03-02");
    assert!(
        lines[3].ends_with(" A, in b.py: mended\\u{1b}[31m"),
        "{lines:#?}"
    );
    // Without the clone there is nothing to ask.
    sandbox.write("empty/readme", "");
    let run = sandbox.stampout(&["findings", "--history", "--clones", "empty"]);
    assert!(
        run.stdout
            .contains("its clone is not here: --clones DIR or --fleet FILE names it"),
        "{}",
        run.stdout
    );
    let run = sandbox.stampout(&["findings", "--clones", "shop"]);
    assert_eq!(run.code, 2);
}
