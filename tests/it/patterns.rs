//! Rules of parts and conditions, patterns on the command line, and rules brought along, as a user meets them.

use crate::sandbox::Sandbox;

fn manifest(rules: &str) -> String {
    format!(
        "schema = 1\n[incident]\nid = \"INC-9\"\ntitle = \"t\"\nsummary = \"s\"\nseverity = \"low\"\n\
         class = \"data\"\nurl = \"https://example.invalid/9\"\n{rules}"
    )
}

const RULE: &str = r#"
[[rule]]
id = "file-never-closed"
languages = ["python"]
message = "$F is opened and never closed"
help = "Close it."
focus = "open"
match.open = "$F = open(...)"
match.close = "$F.close()"
match.with = { query = "with.scm" }
condition = "open and not followed-by(close) and not inside(with)"
"#;

const CASE: &str = "\
def f():
    # bug: file-never-closed
    a = open('a')
    # ok: file-never-closed
    b = open('b')
    if x:
        b.close()
    # bug: file-never-closed
    c = open('c')
    other.close()
    with lock:
        # ok: file-never-closed
        d = open('d')
";

#[test]
fn what_is_missing_can_be_said() {
    let sandbox = Sandbox::new();
    sandbox.write("pack/incident.toml", manifest(RULE));
    sandbox.write("pack/with.scm", "(with_statement) @bug\n");
    sandbox.write("pack/cases/case.py", CASE);
    let run = sandbox.stampout(&["test", "pack"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);

    // In worker processes too.
    let run = sandbox.stampout(&["scan", "--packs", "pack", "-f", "jsonl", "pack/cases"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
}

#[test]
fn errors_point_into_the_text() {
    for (from, to, expected) in [
        (
            "followed-by(close)",
            "followed-by(clse)",
            "did you mean `close`?",
        ),
        (
            "followed-by(close)",
            "folowed-by(close)",
            "did you mean `followed-by`?",
        ),
        (
            "condition = \"open",
            "condition = \"$G is open and open",
            "no part has a metavariable `$G`",
        ),
        (
            "condition = \"open",
            "condition = \"$G + 1 > 2 and open",
            "no part has a metavariable `$G`",
        ),
        (
            "focus = \"open\"",
            "focus = \"opne\"",
            "there is no part `opne`",
        ),
        ("$F.close()", "$F.close(", "is not python code"),
        ("{ query =", "{ qery =", "did you mean `query`?"),
        ("condition = \"open", "x-condition = \"open", "no condition"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("pack/incident.toml", manifest(&RULE.replacen(from, to, 1)));
        sandbox.write("pack/with.scm", "(with_statement) @bug\n");
        sandbox.write("pack/cases/case.py", CASE);
        let run = sandbox.stampout(&["test", "pack"]);
        assert_eq!(run.code, 2, "{to}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(expected), "{to}: {}", run.stderr);
    }
}

#[test]
fn a_pattern_is_explained() {
    let sandbox = Sandbox::new();
    let run = sandbox.stampout(&["try", "-l", "python", "-p", "verify=False", "--explain"]);
    assert_eq!(
        run.stdout,
        "pattern as statements: (assignment verify = False)\npattern as argument: (keyword_argument verify = False)\n"
    );
    let both = sandbox.stampout(&["try", "-l", "python", "-p", "a", "--query", "(b) @bug"]);
    assert_eq!(both.code, 2);
}

#[test]
fn what_unifies_is_explained() {
    let sandbox = Sandbox::new();
    sandbox.write("pack/incident.toml", manifest(RULE));
    sandbox.write("pack/with.scm", "(with_statement) @bug\n");
    sandbox.write("pack/cases/case.py", CASE);
    let run = sandbox.stampout(&["explain", "--packs", "pack", "INC-9.file-never-closed"]);
    assert_eq!(
        run.stdout,
        "INC-9.file-never-closed: $F is opened and never closed\n  python\n    requires \"open\"\n    same     $F in close, open\n",
        "{}",
        run.stderr
    );
}

/// What a metavariable must be is text that the file must hold.
#[test]
fn what_a_condition_demands_is_required() {
    for (condition, requires) in [
        (
            "call and one-of($F, \"ntohs\", \"ntohl\")",
            "\"keep\" and (\"ntohs\" or \"ntohl\")",
        ),
        (
            "call and (one-of($F, \"ntohs\") or matches($F, \"^be(16|32)toh$\"))",
            "\"keep\" and \"ntohs\"\n    or       \"keep\" and (\"be16toh\" or \"be32toh\")",
        ),
        (
            "call and written($F, \"^ntoh[sl]$\")",
            "\"keep\" and (\"ntohl\" or \"ntohs\")",
        ),
        // What is not, is of no help, nor what stands everywhere, nor what is no text.
        ("call and not one-of($F, \"ntohs\")", "\"keep\""),
        ("call and one-of($F, \"a\", \"ntohs\")", "\"keep\""),
        ("call and matches($F, \"(?!ntohs).*\")", "\"keep\""),
    ] {
        let sandbox = Sandbox::new();
        let rule = format!(
            "[[rule]]\nid = \"r\"\nlanguages = [\"c\"]\nmessage = \"m\"\nhelp = \"h\"\nmatch.call = \"keep($F(...))\"\ncondition = '{condition}'\n"
        );
        sandbox.write("pack/incident.toml", manifest(&rule));
        let run = sandbox.stampout(&["explain", "--packs", "pack", "INC-9.r"]);
        let requires = format!("    requires {requires}\n");
        assert!(
            run.stdout.contains(&requires),
            "{condition}: {}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn names_in_queries_are_checked_and_explained() {
    let sandbox = Sandbox::new();
    let query = |names: &str| format!("((call) @bug (#resolves? @bug{names}))");
    for (language, names, expected) in [
        ("html", " \"a.b\"", "what html imports is not known"),
        ("python", "", "the predicate names nothing"),
        ("python", " \"requests.\"", "did you mean \"requests\"?"),
        (
            "python",
            " \"requests.get()\"",
            "did you mean \"requests.get\"?",
        ),
        ("python", " \"\"", "not a dotted name"),
        ("python", " @bug", "must be a string"),
    ] {
        let query = query(names).replace(
            "call",
            if language == "html" {
                "element"
            } else {
                "call"
            },
        );
        let run = sandbox.stampout(&["try", "-l", language, "--query", &query, "."]);
        assert_eq!(run.code, 2, "{names}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(expected), "{names}: {}", run.stderr);
    }
    let rule = "[[rule]]\nid = \"r\"\nlanguages = [\"python\"]\nmessage = \"m\"\nhelp = \"h\"\nquery = \"r.scm\"\n";
    sandbox.write("pack/incident.toml", manifest(rule));
    sandbox.write("pack/r.scm", query(" \"requests.get\" \"requests.post\""));
    let run = sandbox.stampout(&["explain", "--packs", "pack", "INC-9.r"]);
    let requires = "    requires (\"get\" or \"post\") and \"requests\"\n";
    assert!(
        run.stdout.contains(requires),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

const SEMGREP: &str = "\
rules:
- id: no_timeout
  message: A call without a timeout
  severity: ERROR
  options: {constant_propagation: false}
  paths: {exclude: [tests]}
  fix: requests.get($U, timeout=5)
  product: sast
  languages: [python]
  patterns:
  - pattern: requests.$M(...)
  - pattern-not: requests.$M(..., timeout=$T, ...)
  - metavariable-regex:
      metavariable: $M
      regex: ^(get|post)$
- id: tainted
  mode: taint
  message: m
  languages: [python]
  severity: ERROR
- id: broken
  message: m
  languages: [python]
  severity: ERROR
  pattern: 'foo('
";

#[test]
fn rules_are_brought_along_and_what_cannot_be_is_said() {
    let sandbox = Sandbox::new();
    sandbox.write("rules/http.yaml", SEMGREP);
    sandbox.write(
        "rules/http.py",
        "import requests as r\n# ruleid: no_timeout\nr.get(u)\n# ok: no_timeout\nr.get(u, timeout=3)\n# ok: no_timeout\nr.put(u)\n",
    );
    let run = sandbox.stampout(&["import", "semgrep", "rules/http.yaml", "-o", "packs"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for line in [
        "tainted left out: mode `taint`",
        "broken left out: the pattern is not python code",
        "1 of 3 rules carried over",
        "the option `constant_propagation: false` has no counterpart",
        "`paths` has no counterpart: use --glob",
        "`fix` has no counterpart",
        "`product` has no counterpart",
    ] {
        assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
    }
    let run = sandbox.stampout(&["test", "--packs", "packs"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

const OVER_TEXT: &str = "\
rules:
- id: key
  message: A key in a file
  severity: ERROR
  languages: [regex]
  patterns:
  - pattern-regex: AK[A-Z0-9]{7}
  - pattern-not-regex: EXAMPLE
- id: open
  message: Open to the world
  severity: ERROR
  languages: [terraform]
  patterns:
  - pattern-either:
    - pattern-inside: |
        resource \"net\" $N {
          ...
          range = \"$RANGE\"
          ...
        }
    - pattern-inside: |
        resource \"lan\" $N {
          ...
          range = \"$RANGE\"
          ...
        }
  - metavariable-pattern:
      metavariable: $RANGE
      language: generic
      patterns:
      - pattern-not-regex: ^10\\.
";

#[test]
fn rules_over_text_and_of_places_alone_are_brought_along() {
    let sandbox = Sandbox::new();
    sandbox.write("rules/text.yaml", OVER_TEXT);
    sandbox.write("src/keys.py", "a = 'AK1234567'\nb = 'AKEXAMPLE'\n");
    sandbox.write(
        "src/net.tf",
        "resource \"net\" \"a\" {\n  range = \"0.0.0.0/0\"\n}\nresource \"lan\" \"b\" {\n  range = \"10.0.0.0/8\"\n}\n",
    );
    let run = sandbox.stampout(&["import", "semgrep", "rules/text.yaml", "-o", "packs"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("2 of 2 rules carried over"),
        "{}",
        run.stdout
    );
    sandbox.write("src/notes.odd", "mark: AK1234567\n");
    sandbox.write("src/image.odd", b"\0AK1234567\n");
    let run = sandbox.stampout(&["scan", "--packs", "packs", "-f", "jsonl", "src"]);
    let found: Vec<(String, u64)> = run
        .stdout
        .lines()
        .map(|row| serde_json::from_str::<serde_json::Value>(row).expect("a finding"))
        .map(|row| {
            (
                row["path"].as_str().unwrap_or_default().to_owned(),
                row["line"].as_u64().unwrap_or(0),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("keys.py".to_owned(), 1),
            ("net.tf".to_owned(), 1),
            ("notes.odd".to_owned(), 1)
        ],
        "{}",
        run.stderr
    );
}

const OF_MANY_KINDS: &str = "rules:
- id: policy
  languages: [terraform]
  message: all is allowed
  severity: ERROR
  patterns:
  - pattern: policy = $P
  - metavariable-pattern:
      metavariable: $P
      language: json
      pattern: '{..., \"Action\": \"*\", ...}'
- id: typed
  languages: [java]
  message: a statement
  severity: ERROR
  patterns:
  - pattern: $S.run($Q)
  - metavariable-type: { metavariable: $S, types: [Statement, Query] }
- id: typed
  languages: [java]
  message: of the same id
  severity: ERROR
  pattern: twice($A)
- id: mode
  languages: [python]
  message: a mode
  severity: ERROR
  patterns:
  - pattern: chmod($M, $K)
  - metavariable-comparison: { metavariable: $M, comparison: $M & 0o22 | 0 != 0 }
  - metavariable-comparison: { metavariable: $K, comparison: 're.match(\"a+\", $K)' }
- id: absent
  languages: [python]
  message: one alternative speaks of what no pattern has
  severity: ERROR
  pattern-either:
  - pattern: known($A)
  - patterns:
    - pattern: other($A)
    - metavariable-regex: { metavariable: $B, regex: x }
- id: nowhere
  languages: [python]
  message: a comparison speaks of what no pattern has
  severity: ERROR
  patterns:
  - pattern: known($A)
  - metavariable-comparison: { metavariable: $A, comparison: $A > $B }
";

/// What rules say of metavariables, in all the ways of semgrep that there is a counterpart for.
#[test]
fn what_rules_say_of_metavariables_is_brought_along() {
    let sandbox = Sandbox::new();
    sandbox.write("rules/many.yaml", OF_MANY_KINDS);
    sandbox.write(
        "src/a.tf",
        "x \"y\" {\n  policy = <<P\n{\"Action\": \"*\", \"Effect\": \"Allow\"}\nP\n}\nz \"y\" {\n  policy = \"Action\"\n}\n",
    );
    sandbox.write(
        "src/A.java",
        "class A { void f(Query q, Other o) {\n  q.run(x);\n  o.run(x);\n  twice(x);\n} }\n",
    );
    sandbox.write(
        "src/a.py",
        "chmod(0o666, \"aa\")\nchmod(0o600, \"aa\")\nchmod(0o666, \"b\")\nknown(1)\nother(1)\n",
    );
    let run = sandbox.stampout(&["import", "semgrep", "rules/many.yaml", "-o", "packs"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for said in [
        "5 of 6 rules carried over",
        "nowhere left out: no pattern has the metavariable `$B`",
        "another rule of the file has this id: it is `typed-2` here",
        "one alternative is left out: no pattern has the metavariable `$B`",
    ] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    let run = sandbox.stampout(&["scan", "--packs", "packs", "-f", "jsonl", "src"]);
    let found: Vec<String> = run
        .stdout
        .lines()
        .map(|row| serde_json::from_str::<serde_json::Value>(row).expect("a finding"))
        .map(|row| {
            let rule = row["rule"].as_str().unwrap_or_default().to_owned();
            let rule = rule.rsplit('.').next().unwrap_or_default();
            format!(
                "{rule} {}:{}",
                row["path"].as_str().unwrap_or_default(),
                row["line"]
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "typed A.java:2",
            "typed-2 A.java:4",
            "mode a.py:1",
            "absent a.py:4",
            "policy a.tf:2"
        ],
        "{}",
        run.stderr
    );
}

/// Which files are plain text depends on whether some rule asks for it, and each has an outcome either way.
#[test]
fn every_file_that_is_text_is_text() {
    let sandbox = Sandbox::new();
    let secret = "mark = AK1234567\n";
    sandbox.write("src/a.odd", secret);
    sandbox.write("src/b.odd", "nothing\n");
    sandbox.write("src/c.py", format!("# {secret}"));
    sandbox.write("src/d", format!("no first line that tells\n{secret}"));
    sandbox.write("src/e.odd", format!("\0{secret}"));
    sandbox.write("src/f.py", format!("\0{secret}"));
    sandbox.write("src/g.odd", b"\xff\xfem\0a\0r\0k\0 \0=\0 \0A\0K\x001\0");
    sandbox.write("src/h.odd", b"\xff\xfe\x00\xd8mark = AK1");
    let outcomes = |language: &str, pattern: &str| {
        let coverage = "-o=coverage=cov";
        let run = sandbox.stampout(&["try", "-l", language, "-p", pattern, coverage, "src"]);
        let rows = std::fs::read_to_string(sandbox.path("cov")).expect("a report");
        let rows = rows.lines().map(|row| {
            let row: serde_json::Value = serde_json::from_str(row).expect("a row");
            format!(
                "{} {}",
                row["path"].as_str().unwrap_or_default(),
                row["outcome"].as_str().unwrap_or_default()
            )
        });
        (run.code, rows.collect::<Vec<_>>())
    };
    let (code, rows) = outcomes("text", "mark = $KEY");
    assert_eq!(code, 3, "one could not be read: {rows:?}");
    assert_eq!(
        rows,
        [
            "a.odd scanned",
            "b.odd ruled-out",
            "c.py scanned",
            "d scanned",
            "e.odd unsupported-language",
            "f.py ruled-out",
            "g.odd scanned",
            "h.odd undecodable",
        ]
    );
    let (code, rows) = outcomes("python", "mark = $KEY");
    assert_eq!(code, 3, "{rows:?}");
    assert_eq!(
        rows,
        [
            "a.odd unsupported-language",
            "b.odd unsupported-language",
            "c.py scanned",
            "d unsupported-language",
            "e.odd unsupported-language",
            "f.py binary",
            "g.odd unsupported-language",
            "h.odd unsupported-language",
        ]
    );
}

/// A query over plain text would find nothing; that is said, not done.
#[test]
fn plain_text_has_no_tree() {
    let sandbox = Sandbox::new();
    sandbox.write("a.odd", "x\n");
    for args in [
        ["try", "-l", "text", "--query", "(document) @bug", "a.odd"].as_slice(),
        ["tree", "-l", "text", "a.odd"].as_slice(),
        ["try", "-l", "text", "-p", "...", "a.odd"].as_slice(),
    ] {
        let run = sandbox.stampout(args);
        assert_eq!(run.code, 2, "{args:?}: {}{}", run.stdout, run.stderr);
        let said = ["has no syntax tree", "would match any text"];
        assert!(
            said.iter().any(|it| run.stderr.contains(it)),
            "{args:?}: {}",
            run.stderr
        );
    }
    let run = sandbox.stampout(&["new", "-l", "text", "INC-9"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

/// A part that may be anywhere in a large expression has many ways to match, and each is followed.
#[test]
fn large_expressions_are_matched() {
    let sandbox = Sandbox::new();
    let arguments: Vec<String> = (0..1_500).map(|number| format!("a{number}")).collect();
    let code = format!(
        "int f(void) {{ return g({}) > 7; }}\n",
        arguments.join(", ")
    );
    sandbox.write("large/a.c", code);
    let pattern = "<... $N ...> > $LIMIT";
    let run = sandbox.stampout(&["try", "-l", "c", "-p", pattern, "-f", "jsonl", "large"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}
