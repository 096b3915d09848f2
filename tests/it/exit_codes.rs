//! Exit codes, one row a case.

use crate::sandbox::Sandbox;

#[test]
fn exit_codes_of_a_scan() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("clean", &[("a.py", "safe(1)\n")]);
    sandbox.repository("found", &[("a.py", "danger(1)\n"), ("b.py", "safe(1)\n")]);
    std::fs::create_dir(sandbox.path("void")).expect("made");
    sandbox.repository("review", &[("a.py", "def (:\n  danger(\n")]);
    sandbox.repository("binary", &[("a.py", "danger(1)\n\0\0\n")]);
    sandbox.repository("empty", &[]);
    sandbox.write("bad/packs/incident.toml", "schema = 1\n");
    sandbox.write("newer/incident.toml", "schema = 2\nfuture = true\n");
    let cases: &[(&[&str], i32)] = &[
        (&["clean"], 0),
        (&["found"], 1),
        (&["found", "--exit-zero"], 0),
        (&["review"], 1),
        (&["binary"], 3),
        (&["binary", "--allow-incomplete"], 1),
        (&["binary", "--allow-incomplete", "--exit-zero"], 0),
        (&["found", "binary"], 3),
        (&["nosuch"], 2),
        (&["found", "--rev", "nosuch"], 2),
        (&["found", "--rev", "main"], 1),
        (&["found", "--rev", "main", "--rev", "rel/*"], 3),
        (&["found", "--frob"], 2),
        (&["found", "-f", "sarfi"], 2),
        (&["found", "-o", "report.xyz"], 2),
        (&["found", "-g", "a{"], 2),
        (&["found", "--packs", "bad"], 2),
        (&["found", "--packs", "newer"], 2),
        (&["found", "--incident", "INC-9"], 2),
        (&["found", "-g", "!a.py"], 0),
        (&["found", "-j", "0"], 1),
        (&["found", "-j", "1025"], 2),
        (&["found", "-g", "*.rb"], 2),
        (&["void"], 2),
        (&["found", "--max-file-size", "3"], 3),
    ];
    for (arguments, expected) in cases {
        let all = [&["scan", "--packs", "packs"], *arguments].concat();
        let run = sandbox.stampout(&all);
        assert_eq!(
            run.code, *expected,
            "{arguments:?}\n{}\n{}",
            run.stdout, run.stderr
        );
    }
}

/// What a service may take for all there is: a part has a category of its own.
#[test]
fn the_category_of_a_part_is_not_that_of_the_whole() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository(
        "found",
        &[("a.py", "danger(1)\n"), ("sub/b.py", "danger(1)\n")],
    );
    let cases: &[(&[&str], &str)] = &[
        (&["found"], "stampout/all/"),
        (&["found/sub"], "stampout/all:sub/"),
        (&["found", "-g", "*.py"], "stampout/all:*.py/"),
        (&["found/sub", "-g", "!a.py"], "stampout/all:sub+!a.py/"),
        (&["found", "--sarif-category", "mine"], "\"mine/"),
    ];
    for (arguments, expected) in cases {
        let all = [&["scan", "--packs", "packs", "-f", "sarif"], *arguments].concat();
        let run = sandbox.stampout(&all);
        assert!(
            run.stdout.contains(expected),
            "{arguments:?}\n{}",
            run.stdout
        );
    }
}

/// A repository within a repository is not scanned with it, and who reads of instances is told.
#[test]
fn what_is_not_entered_is_said() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("found", &[("a.py", "danger(1)\n")]);
    let scan = || sandbox.stampout(&["scan", "--packs", "packs", "found"]);
    assert!(!scan().stdout.contains("Not entered"));
    sandbox.repository("found/inner", &[("b.py", "danger(1)\n")]);
    let run = scan();
    let said = "Not entered: 1 nested repository: scan each as a repository of its own";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert_eq!(run.code, 1);
}

/// What other programs read is read too: `FORCE_COLOR` for colours in a log, and `NO_COLOR` before it.
#[test]
fn colours_follow_the_environment() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("found", &[("a.py", "danger(1)\n")]);
    for (environment, coloured) in [
        (&[][..], false),
        (&[("FORCE_COLOR", "1")], true),
        (&[("FORCE_COLOR", "0")], false),
        (&[("CLICOLOR_FORCE", "1")], true),
        (&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], false),
    ] {
        let run = sandbox.stampout_with(&["scan", "--packs", "packs", "found"], environment);
        assert_eq!(run.stdout.contains('\x1b'), coloured, "{environment:?}");
    }
}

/// A service would close the alerts of a pack that did not run.
#[test]
fn no_upload_without_every_pack_that_was_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("found", &[("a.py", "danger(1)\n")]);
    sandbox.write("bad/incident.toml", "schema = 1\n");
    let scan = |more: &[&str]| {
        let packs = ["scan", "found", "--packs", "packs", "--packs", "bad"];
        sandbox.stampout(&[&packs, more].concat())
    };
    let run = scan(&["-f", "sarif-upload"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains("was not written"), "{}", run.stderr);
    let run = scan(&["-f", "json"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stdout.contains("asked for did not run"),
        "{}",
        run.stdout
    );
}

/// One bad pack never stops the rest, and the exit code says that it was there.
#[test]
fn a_bad_pack_does_not_stop_the_others() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.write(
        "packs/bad/incident.toml",
        "schema = 1\n[incident]\nidd = 'X'\n",
    );
    sandbox.repository("found", &[("a.py", "danger(1)\n")]);
    let run = sandbox.stampout(&["scan", "--packs", "packs", "found", "-f", "jsonl"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(run.json_lines().len(), 1);
    assert!(
        run.stderr.contains("unknown key `idd`") && run.stderr.contains("did you mean `id`?"),
        "{}",
        run.stderr
    );
}

/// A query that does not compile is found when its first candidate comes; the other rules go on.
#[test]
fn a_query_that_does_not_compile_is_said_with_its_place() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.write(
        "packs/bad/incident.toml",
        crate::sandbox::DANGER.replace("INC-1", "INC-2"),
    );
    sandbox.write(
        "packs/bad/danger.scm",
        "((call funtion: (identifier) @_f) @bug (#eq? @_f \"danger\"))\n",
    );
    sandbox.write("packs/bad/c.scm", "((call_expression) @bug)\n");
    sandbox.repository("found", &[("a.py", "danger(1)\n")]);
    let run = sandbox.stampout(&["scan", "--packs", "packs", "found", "-f", "jsonl"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(run.json_lines().len(), 1);
    for part in [
        "python has no field `funtion`",
        "did you mean `function`?",
        "danger.scm:1:8",
        "^^^^^^^",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
}

/// A scan of nothing is never "nothing found".
#[test]
fn nothing_to_scan_is_said() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("found", &[("a.py", "danger(1)\n")]);
    sandbox.git(".", &["clone", "-q", "--no-checkout", "found", "bare"]);
    std::fs::create_dir(sandbox.path("void")).expect("made");
    for (arguments, hint) in [
        (["void", "-v"], "name a repository"),
        (["found", "-g=*.rb"], "no path matches --glob"),
        (["found", "--owner=team"], "a fleet file"),
    ] {
        let run = sandbox.stampout(&[&["scan", "--packs", "packs"], arguments.as_slice()].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(hint), "{arguments:?}: {}", run.stderr);
        assert!(
            !run.stdout.contains("No instance"),
            "{arguments:?}: {}",
            run.stdout
        );
    }
    let run = sandbox.stampout(&["scan", "--packs", "packs", "bare"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let said = "Not looked at: 1 of 1 file (1 not checked out)";
    assert!(run.stdout.contains(said), "{}", run.stdout);
}

/// `--owner` takes its owners' repositories, and nothing is said of the others.
#[test]
fn owners_select_repositories() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("found", &[("a.py", "danger(1)\n")]);
    let fleet = "[[repository]]\nname = 'found'\npath = 'found'\nowner = 'ruby'\n[[repository]]\nname = 'gone'\npath = 'gone'\n";
    sandbox.write("fleet.toml", fleet);
    let scan = |owner: &str| {
        sandbox.stampout(&[
            "scan",
            "--packs",
            "packs",
            "--fleet",
            "fleet.toml",
            "--owner",
            owner,
            "-f",
            "jsonl",
        ])
    };
    let run = scan("ruby");
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let run = scan("rubi");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("did you mean `ruby`?"),
        "{}",
        run.stderr
    );
}

/// A pack whose files are links, or that is one itself, runs like any other.
#[test]
fn linked_packs_are_run() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.write("app/a.py", "danger(1)\n");
    sandbox.write("folder/linked/.keep", "");
    sandbox.write("files/linked/.keep", "");
    let pack = std::fs::read_dir(sandbox.path("packs")).expect("packs");
    let pack = pack.flatten().next().expect("a pack").path();
    symlink(&pack, sandbox.path("folder/pack")).expect("a link");
    for file in std::fs::read_dir(&pack).expect("a pack").flatten() {
        if file.path().is_file() {
            let link = sandbox.path("files/linked").join(file.file_name());
            symlink(file.path(), link).expect("a link");
        }
    }
    for packs in ["folder", "files"] {
        let run = sandbox.stampout(&["scan", "--packs", packs, "app", "-f", "jsonl"]);
        assert_eq!(
            (run.code, run.json_lines().len()),
            (1, 1),
            "{packs}: {}",
            run.stderr
        );
    }
}
