//! Packs that are made of what was tried, and what rules miss when the bug is written otherwise.

use std::fs;

use crate::sandbox::Sandbox;

const GATEWAY: &str = "import os
import requests


class Gateway:
    def charge(self, order):
        total = order.total
        reply = requests.post(self.url, json={'t': total})
        return reply

    def other(self):
        return requests.get(self.url)
";

#[test]
fn what_was_tried_becomes_a_pack() {
    let sandbox = Sandbox::new();
    sandbox.repository("app", &[("src/gateway.py", GATEWAY)]);
    sandbox.git(
        "app",
        &["remote", "add", "origin", "https://git.example/acme/app"],
    );
    let pattern = "requests.$F(...)";
    let save = [
        "try",
        "-l",
        "py",
        "-p",
        pattern,
        "app",
        "--save",
        "INC-9",
        "--url",
        "https://a.example/9",
        "--packs",
        "made",
        "--origin",
        "2",
    ];
    let made = sandbox.stampout(&save);
    assert_eq!(made.code, 1, "{}", made.stderr);
    assert!(
        made.stdout.contains("The pattern matches"),
        "{}",
        made.stdout
    );
    assert!(
        made.stderr.contains("made made/INC-9 with 2 cases"),
        "{}",
        made.stderr
    );
    let read = |name: &str| fs::read_to_string(sandbox.path(name)).expect("it is there");
    assert_eq!(
        read("made/INC-9/cases/gateway.py"),
        "import requests

class Gateway:
    def charge(self, order):
        # bug: requests
        reply = requests.post(self.url, json={'t': total})
"
    );
    let manifest = read("made/INC-9/incident.toml");
    for part in [
        "url = \"https://a.example/9\"",
        "\n[[origin]]\nrule = \"requests\"\nrepository = \"https://git.example/acme/app\"\ncommit = \"",
        "\npath = \"src/gateway.py\"\nline = 12\n",
        "\npattern = 'requests.$F(...)'\n",
    ] {
        assert!(manifest.contains(part), "{part}: {manifest}");
    }

    let again = sandbox.stampout(&save);
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains("is there already"),
        "{}",
        again.stderr
    );

    // Once the blanks are filled, only the harmless relative is missing.
    sandbox.write(
        "made/INC-9/incident.toml",
        manifest.replace("= \"\" ", "= \"filled in\" "),
    );
    let tested = sandbox.stampout(&["test", "made"]);
    assert_eq!(tested.code, 1, "{}", tested.stderr);
    assert!(
        tested.stdout.contains("has no `ok` in a case for python"),
        "{}",
        tested.stdout
    );
    let case = read("made/INC-9/cases/gateway.py") + "# ok: requests\nother.get(1)\n";
    sandbox.write("made/INC-9/cases/gateway.py", case);
    sandbox.write(
        "fleet.toml",
        "[[repository]]\nname = \"app\"\npath = \"app\"\nurl = \"https://git.example/acme/app\"\n",
    );
    let proven = sandbox.stampout(&["test", "made", "--fleet", "fleet.toml"]);
    assert_eq!(proven.code, 0, "{}{}", proven.stdout, proven.stderr);
    assert!(proven.stdout.contains(":12: found"), "{}", proven.stdout);
}

#[test]
fn an_origin_is_only_what_a_commit_holds() {
    let sandbox = Sandbox::new();
    sandbox.repository("app", &[("a.py", "import requests\nrequests.get(u)\n")]);
    sandbox.write("app/a.py", "import requests\n\nrequests.get(u)\n");
    sandbox.write("loose/a.py", "import requests\nrequests.get(u)\n");
    for (id, place, extra, said) in [
        ("INC-1", "app", None, "a.py is not as the commit has it"),
        ("INC-2", "loose", None, "the finding is not under git"),
        (
            "INC-3",
            "app",
            Some("--rev"),
            "the origin's repository: it has no remote here",
        ),
    ] {
        let mut arguments = vec![
            "try",
            "-l",
            "py",
            "-p",
            "requests.get(...)",
            place,
            "--save",
            id,
        ];
        arguments.extend(extra.map(|option| [option, "HEAD"]).iter().flatten());
        let run = sandbox.stampout(&arguments);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        let manifest =
            fs::read_to_string(sandbox.path(&format!("{id}/incident.toml"))).expect("made");
        assert_eq!(
            manifest.contains("\n[[origin]]"),
            extra.is_some(),
            "{manifest}"
        );
    }
    let nothing = sandbox.stampout(&[
        "try",
        "-l",
        "py",
        "-p",
        "nothing()",
        "app",
        "--save",
        "INC-4",
    ]);
    assert_eq!(nothing.code, 2, "{}", nothing.stderr);
    assert!(!sandbox.path("INC-4").exists());
}

#[test]
fn a_query_becomes_a_file_of_the_pack() {
    let sandbox = Sandbox::new();
    sandbox.write("src/a.json", "{\"a\": 1, \"b\": [2, 3]}\n");
    let query = "((array) @bug)";
    let run = sandbox.stampout(&[
        "try", "-l", "json", "--query", query, "src", "--save", "INC-5",
    ]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(sandbox.path(name)).expect("it is there");
    assert_eq!(read("INC-5/json.scm"), query);
    assert_eq!(
        read("INC-5/cases/a.json"),
        "// bug: name-of-the-bad-pattern\n{\"a\": 1, \"b\": [2, 3]}\n"
    );
}

/// What is missing is said with one more part and a condition.
#[test]
fn absence_can_be_tried_and_saved() {
    let sandbox = Sandbox::new();
    let go = "package a\n\nfunc f() {\n\tgo func() {\n\t\twork()\n\t}()\n\tgo func() {\n\t\tdefer func() { recover() }()\n\t\twork()\n\t}()\n}\n";
    sandbox.write("src/a.go", go);
    let tried = [
        "try",
        "-l",
        "go",
        "-p",
        "go func() { ... }()",
        "src",
        "-f",
        "jsonl",
    ];
    let with = |more: &[&'static str]| [&tried[..], more].concat();
    assert_eq!(sandbox.stampout(&tried).json_lines().len(), 2);
    let run = sandbox.stampout(&with(&[
        "--part",
        "recover=recover()",
        "--condition",
        "pattern and not has(recover)",
        "--save",
        "INC-7",
    ]));
    let found = run.json_lines();
    assert_eq!((run.code, found.len()), (1, 1), "{}", run.stderr);
    assert_eq!(found[0]["line"], 4);
    let manifest = fs::read_to_string(sandbox.path("INC-7/incident.toml")).expect("made");
    for part in [
        "\nmatch.recover = 'recover()'\n",
        "\ncondition = 'pattern and not has(recover)'\n",
    ] {
        assert!(manifest.contains(part), "{part}: {manifest}");
    }
    for (more, said) in [
        (vec!["--part", "recover=recover()"], "no condition"),
        (
            vec!["--part", "recover()", "--condition", "pattern"],
            "has no name",
        ),
        (
            vec!["--part", "pattern=x", "--condition", "pattern"],
            "two parts `pattern`",
        ),
        (vec!["--condition", "pattern and not has(recovr)"], "recovr"),
    ] {
        let wrong = sandbox.stampout(&with(&more));
        assert_eq!(wrong.code, 2, "{said}");
        assert!(wrong.stderr.contains(said), "{said}: {}", wrong.stderr);
    }
}

fn pack(sandbox: &Sandbox, more: &str, case: &str) {
    sandbox.write(
        "pack/incident.toml",
        format!(
            "schema = 1\n[incident]\nid = \"INC-6\"\ntitle = \"t\"\nsummary = \"s\"\nseverity = \"low\"\n\
             class = \"data\"\nurl = \"https://a.example\"\n[[rule]]\nid = \"r\"\nmessage = \"m\"\nhelp = \"h\"\n\
             languages = [\"python\"]\n{more}\n"
        ),
    );
    sandbox.write("pack/python.scm", QUERY);
    sandbox.write("pack/cases/a.py", case);
}

/// Blind for an alias, for parentheses and for the other quotes.
const QUERY: &str = "((call function: (attribute object: (identifier) @_m) arguments: (argument_list . (string) @_s)) @bug
  (#eq? @_m \"os\") (#eq? @_s \"'a'\"))";

const CASE: &str = "import os\n# bug: r\nos.system('a')\n# ok: r\nos.system('b')\n";

#[test]
fn recall_tells_each_rewrite_that_is_missed() {
    let sandbox = Sandbox::new();
    pack(&sandbox, "query = \"python.scm\"", CASE);
    let plain = sandbox.stampout(&["test", "pack"]);
    assert_eq!(plain.code, 0, "{}", plain.stdout);
    let recall = sandbox.stampout(&["test", "pack", "--recall"]);
    assert_eq!(recall.code, 0, "a warning");
    for line in [
        "r misses it with an import alias (`imports`):",
        "  | os2.system('a')",
        "r misses it with parentheses around an expression (`parentheses`):",
        "  | os.system(('a'))",
        "r misses it with other quotes (`quotes`):",
        "  | os.system(\"a\")",
    ] {
        assert!(recall.stdout.contains(line), "{line}: {}", recall.stdout);
    }
    assert_eq!(
        sandbox
            .stampout(&["test", "pack", "--recall", "--strict"])
            .code,
        1
    );
    assert_eq!(sandbox.stampout(&["test", "pack", "--strict"]).code, 2);

    // The same bug as it looks.
    pack(&sandbox, "pattern = \"os.system('a')\"", CASE);
    let strict = sandbox.stampout(&["test", "pack", "--recall", "--strict"]);
    assert_eq!(strict.code, 0, "{}", strict.stdout);
    assert!(strict.stdout.contains(", 0 missed"), "{}", strict.stdout);
}

#[test]
fn a_rule_may_say_why_a_rewrite_does_not_apply() {
    let sandbox = Sandbox::new();
    let exempt = "query = \"python.scm\"\nrecall-exempt = { comments = \"none\", imports = \"nobody does\", parentheses = \"nor this\", quotes = \"or this\" }";
    pack(&sandbox, exempt, CASE);
    let strict = sandbox.stampout(&["test", "pack", "--recall", "--strict"]);
    assert_eq!(strict.code, 0, "{}", strict.stdout);
    assert!(
        strict.stdout.contains("1 of imports exempt"),
        "{}",
        strict.stdout
    );
    for (wrong, said) in [
        ("import = \"why\"", "did you mean `imports`?"),
        ("imports = \"\"", "says no reason"),
        ("imports = 1", "says no reason"),
    ] {
        pack(
            &sandbox,
            &format!("query = \"python.scm\"\nrecall-exempt = {{ {wrong} }}"),
            CASE,
        );
        let run = sandbox.stampout(&["test", "pack"]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
}

/// The packs that are built in keep what they promise.
#[test]
fn the_built_in_packs_miss_nothing_that_they_do_not_name() {
    let sandbox = Sandbox::new();
    let run = sandbox.stampout(&["test", "--recall", "--strict"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        !run.stdout.contains("could not be rewritten"),
        "{}",
        run.stdout
    );
}
