//! From `stampout new` to the first finding, as a person goes.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn a_new_pack_passes_once_its_blanks_are_filled() {
    let sandbox = Sandbox::new();
    let made = sandbox.stampout(&["new", "INC-7", "-l", "python"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let blank = sandbox.stampout(&["test", "INC-7"]);
    assert_eq!(blank.code, 2, "{}", blank.stdout);
    assert!(
        blank.stderr.contains("`title` of [incident] is blank"),
        "{}",
        blank.stderr
    );

    let path = sandbox.path("INC-7/incident.toml");
    let manifest = fs::read_to_string(&path).expect("made");
    let manifest = manifest
        .replace("url = \"\"", "url = \"https://example.invalid/INC-7\"")
        .replace("= \"\" ", "= \"filled in\" ");
    fs::write(&path, manifest).expect("written");
    let query = sandbox.stampout(&["test", "INC-7"]);
    assert!(
        query.stderr.contains("the query has no pattern"),
        "{}",
        query.stderr
    );

    let case = fs::read_to_string(sandbox.path("INC-7/cases/case.py")).expect("made");
    sandbox.write(
        "INC-7/cases/case.py",
        case.replacen("\n\n", "\neval(x)\n", 1)
            .replacen("\n\n", "\nsafe(x)\n", 1),
    );
    sandbox.write(
        "INC-7/python.scm",
        "((call function: (identifier) @_f) @bug (#eq? @_f \"eval\"))\n",
    );
    let passed = sandbox.stampout(&["test", "INC-7"]);
    assert_eq!(passed.code, 0, "{}{}", passed.stdout, passed.stderr);

    sandbox.repository("app", &[("app.py", "def f(x):\n    return eval(x)\n")]);
    let found = sandbox.stampout(&["scan", "--packs", "INC-7", "app"]);
    assert_eq!(found.code, 1, "{}", found.stderr);
    assert!(found.stdout.contains("app.py:2:12"), "{}", found.stdout);
}

#[test]
fn new_works_for_every_language() {
    let sandbox = Sandbox::new();
    for (index, language) in stampout::language::all().iter().enumerate() {
        let run = sandbox.stampout(&["new", &format!("INC-{index}"), "-l", language.name, "-q"]);
        assert_eq!(run.code, 0, "{}: {}", language.name, run.stderr);
    }
    assert_eq!(
        sandbox.stampout(&["new", "INC-0"]).code,
        2,
        "a folder that is there is not overwritten"
    );
    assert_eq!(sandbox.stampout(&["new", "../x"]).code, 2);
}

#[test]
fn the_tree_of_a_file() {
    let sandbox = Sandbox::new();
    sandbox.write("a.c", "int f(void) { return 1 }\n");
    let run = sandbox.stampout(&["tree", "a.c"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout
            .contains("declarator: (identifier)  1:5-1:6  `f`"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("(MISSING ;)"), "{}", run.stdout);
}

#[test]
fn a_query_is_tried_at_once() {
    let sandbox = Sandbox::new();
    sandbox.repository("app", &[("a.py", "f(1)\n"), ("b.c", "int x = f(1);\n")]);
    let query = "(call) @bug";
    let run = sandbox.stampout(&["try", "-l", "py", "--query", query, "app", "-f", "jsonl"]);
    assert_eq!((run.code, run.json_lines().len()), (1, 1), "{}", run.stderr);
    let bare = sandbox.stampout(&[
        "try", "-l", "py", "--query", query, "app", "--rev", "main", "-f", "jsonl",
    ]);
    assert_eq!(bare.json_lines()[0]["revision"], "main");
    let wrong = sandbox.stampout(&["try", "-l", "py", "--query", "(cal) @bug", "app"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("python has no node kind `cal`") && wrong.stderr.contains("`call`"),
        "{}",
        wrong.stderr
    );
}

/// An `ok` in a case that could not be parsed proves nothing, so the case fails.
#[test]
fn a_case_that_cannot_be_judged_fails() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    assert_eq!(sandbox.stampout(&["test", "packs"]).code, 0);
    sandbox.write(
        "packs/danger/cases/more.py",
        "# ok: danger\nsafe('danger')\n\0\n",
    );
    let run = sandbox.stampout(&["test", "packs"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("more.py: could not be judged: binary"),
        "{}",
        run.stdout
    );
}
