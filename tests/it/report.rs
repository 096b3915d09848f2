//! The page as its users get it: from a real ledger, whole, and saying no more than the ledger's other answers.

use crate::sandbox::Sandbox;

const HOUR: u64 = 1_772_442_840;

fn record(sandbox: &Sandbox, hours: u64, more: &[&str]) {
    let all = [&["scan", "--packs", "packs", "--record", "-q"], more].concat();
    let time = (HOUR + hours * 3600).to_string();
    let run = sandbox.stampout_with(&all, &[("SOURCE_DATE_EPOCH", &time)]);
    assert!([0, 1, 3].contains(&run.code), "{}", run.stderr);
}

/// The number that a page shows for a state, in its first incident.
fn shown(page: &str, state: &str) -> u64 {
    let mark = format!("<dt>{state}</dt><dd>");
    let (_, rest) = page.split_once(&mark).expect(state);
    let number = rest.split('<').next().expect("a number");
    number.replace(',', "").parse().expect("a number")
}

#[test]
fn the_page_counts_as_status_does_and_says_what_was_not_judged() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let files: Vec<(String, String)> = (0..6)
        .map(|one| (format!("{one}.py"), format!("danger({one})\n")))
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    sandbox.repository("shop", &files);
    sandbox.repository("other", &[("a.txt", "nothing\n")]);
    sandbox.git(
        "shop",
        &[
            "remote",
            "add",
            "origin",
            "https://git.example/acme/shop.git",
        ],
    );
    record(&sandbox, 0, &["shop"]);
    sandbox.write("shop/0.py", "safe(0)\n");
    sandbox.git("shop", &["rm", "-q", "1.py"]);
    sandbox.write("shop/2.py", "def (:\n  danger(\n");
    sandbox.commit("shop", "some of it");
    record(&sandbox, 48, &["shop"]);
    sandbox.write("shop/0.py", "danger(0)\n");
    sandbox.commit("shop", "back");
    record(&sandbox, 72, &["shop"]);
    let suppressed = sandbox.stampout(&["findings", "-f", "jsonl", "--state", "open"]);
    let fingerprint = suppressed.json_lines()[0]["fingerprint"].clone();
    let words = ["--by", "ana", "--reason", "a </script> reason"];
    let words = [
        &["suppress", fingerprint.as_str().expect("text")],
        &words[..],
    ]
    .concat();
    let run = sandbox.stampout_with(
        &words,
        &[("SOURCE_DATE_EPOCH", &(HOUR + 300_000).to_string())],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Another incident asked elsewhere makes a repository known, and this one was never asked there.
    let toml =
        std::fs::read_to_string(sandbox.path("packs/danger/incident.toml")).expect("it is there");
    sandbox.write("more/danger/incident.toml", toml.replace("INC-1", "INC-2"));
    for name in [
        "danger.scm",
        "c.scm",
        "cases/case.py",
        "cases/case.c",
        "cases/case.cpp",
    ] {
        let text =
            std::fs::read(sandbox.path(&format!("packs/danger/{name}"))).expect("it is there");
        sandbox.write(&format!("more/danger/{name}"), text);
    }
    let run = sandbox.stampout(&["scan", "--packs", "more", "--record", "-q", "other"]);
    assert_eq!(run.code, 0, "{}", run.stderr);

    let run = sandbox.stampout(&["report", "INC-1", "-o", "page.html"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("1 incident and 6 findings in page.html"),
        "{}",
        run.stderr
    );
    let page = std::fs::read_to_string(sandbox.path("page.html")).expect("it is there");
    let status = sandbox.stampout(&["status", "INC-1", "-f", "json"]).json();
    let incident = &status["incidents"][0];
    let mut states = Vec::new();
    for state in [
        "regressed",
        "open",
        "unknown",
        "suppressed",
        "fixed",
        "gone",
    ] {
        assert_eq!(
            shown(&page, state),
            incident[state].as_u64().expect(state),
            "{state}"
        );
        states.push(shown(&page, state));
    }
    assert_eq!(states, [1, 2, 1, 1, 0, 1]);
    for told in [
        "<strong>Not gone</strong> 3 of 6 instances are there.",
        "1 of 2 repositories was never asked",
        "1 place is for a person to judge",
        "Never asked: <code>other</code>",
        "by ana: a &lt;/script&gt; reason",
        "https://git.example/acme/shop/blob/",
        "class=\"a-suppressed\"",
    ] {
        assert!(page.contains(told), "{told}");
    }
    // The course ends where the counts are.
    let (_, table) = page
        .split_once("<table class=\"course\">")
        .expect("the numbers");
    let (table, _) = table.split_once("</table>").expect("an end");
    let last = table.rsplit("<tr>").next().expect("a row");
    let numbers: Vec<&str> = last
        .split("<td class=\"n\">")
        .skip(1)
        .map(|cell| cell.split('<').next().unwrap_or_default())
        .collect();
    assert_eq!(numbers, ["6", "3", "1", "1"]);
    // Without -o it goes to standard output, and it is the same page every time.
    let run = sandbox.stampout(&["report", "INC-1"]);
    assert_eq!((run.code, run.stdout), (0, page));
    // All incidents: the one with something left first.
    let all = sandbox.stampout(&["report"]).stdout;
    let (first, second) = (
        all.find("<a href=\"#i0\">INC-1</a>"),
        all.find("<a href=\"#i1\">INC-2</a>"),
    );
    assert!(first.is_some() && first < second);
}

#[test]
fn a_page_that_cannot_be_made_is_said() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("shop", &[("a.py", "danger(1)\n")]);
    let run = sandbox.stampout(&["report", "-o", "page.html"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no ledger"), "{}", run.stderr);
    record(&sandbox, 0, &["shop"]);
    let run = sandbox.stampout(&["report", "INC-11", "-o", "page.html"]);
    assert_eq!(run.code, 2);
    let told = ["does not know INC-11", "did you mean `INC-1`?"];
    assert!(
        told.iter().all(|one| run.stderr.contains(one)),
        "{}",
        run.stderr
    );
    let run = sandbox.stampout(&["report", "-o", "no/such/folder/page.html"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
    assert!(!sandbox.path("page.html").exists());
}

#[test]
fn the_lines_around_come_from_repositories_at_hand() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let text = "def f(x):\n    # before\n    y = danger(x)\n    return y\n";
    sandbox.repository("shop", &[("a.py", text)]);
    sandbox.write(
        "fleet.toml",
        "[[repository]]\nname = \"shop\"\npath = \"shop\"\n",
    );
    record(&sandbox, 0, &["--fleet", "fleet.toml"]);
    // What is in the work tree now is not where it was found.
    sandbox.write("shop/a.py", "# other\n# other\n# other\n# other\n");
    let report = ["report", "--fleet", "fleet.toml"];
    let page = sandbox.stampout(&report).stdout;
    let marked = "<b>3</b>    y = <mark>danger(x)</mark>\n";
    assert!(page.contains(marked) && page.contains("# before"), "{page}");
    assert!(page.contains("<b>4</b>    return y\n") && !page.contains("# other"));
    let page = sandbox.stampout(&["report"]).stdout;
    assert!(page.contains("<b>3</b><i>…</i><mark>danger(x)</mark>") && !page.contains("# before"));
    // A repository that is gone is said, and costs its lines alone.
    std::fs::remove_dir_all(sandbox.path("shop")).expect("it can be removed");
    let run = sandbox.stampout(&report);
    assert_eq!((run.code, run.stdout == page), (0, true), "{}", run.stderr);
    assert!(run.stderr.contains("warning"), "{}", run.stderr);
}
