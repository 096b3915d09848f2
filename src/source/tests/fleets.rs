//! Fleet files, from folders to text to repositories.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::git;
use crate::model::{Diagnostic, ProblemKind};
use crate::source::{Fleet, Place, write_fleet};

fn errors(text: &str) -> Vec<Diagnostic> {
    Fleet::parse(Path::new("fleet.toml"), text).expect_err("errors")
}

#[test]
fn the_documented_file_is_read() {
    let text = r#"
        x-note = "ours"
        [[repository]]
        name = "acme/checkout"
        path = "../checkout"
        url = "git@git.example:acme/checkout.git"
        revisions = ["main", "release/*"]
        owner = "team-payments"
        x-tier = 1
        [[repository]]
        name = "b"
        path = "b.git"
    "#;
    let fleet = Fleet::parse(Path::new("fleet.toml"), text).expect("a fleet");
    assert_eq!(fleet.entries.len(), 2);
    let first = &fleet.entries[0];
    assert_eq!(
        first.url.as_deref(),
        Some("https://git.example/acme/checkout")
    );
    assert_eq!(
        (first.revisions.len(), first.owner.as_deref()),
        (2, Some("team-payments"))
    );
    assert_eq!(fleet.entries[1].revisions, Vec::<String>::new());
}

#[test]
fn a_fleet_file_without_an_end_is_refused() {
    let errors = Fleet::read(Path::new("/dev/zero")).expect_err("no fleet");
    assert!(
        errors[0].message.contains("larger than 64 MiB"),
        "{errors:?}"
    );
}

#[test]
fn every_error_is_found_and_points_into_the_text() {
    let text = "version = 1\n\
        [[repository]]\nname = \"a\"\npath = \"a\"\nrevision = \"main\"\n\
        [[repository]]\nname = \"a\"\npath = 3\n\
        [[repository]]\nowner = \"\"\nurl = \"/srv/x\"\nrevisions = \"main\"\n";
    let found: Vec<String> = errors(text)
        .iter()
        .map(|error| format!("{error} [{}]", error.hint))
        .collect();
    let expected = [
        "fleet.toml:1:1: unknown key `version` in the fleet file [known keys: repository; keys of your own begin with `x-`]",
        "fleet.toml:5:1: unknown key `revision` in [[repository]] [did you mean `revisions`? Keys of your own begin with `x-`]",
        "fleet.toml:7:8: the name `a` is taken [the repository in line 3 has it; names are unique]",
        "fleet.toml:8:8: `path` of [[repository]] must be a string, not integer []",
        "fleet.toml:9:1: [[repository]] has no `name` [add `name = …`]",
        "fleet.toml:9:1: [[repository]] has no `path` [add `path = …`]",
        "fleet.toml:10:9: the string is empty []",
        "fleet.toml:11:7: `/srv/x` is not a network address \
         [something like `https://git.example/acme/checkout`; leave it out for a local repository]",
        "fleet.toml:12:13: `revisions` of [[repository]] must be a list of strings, not string []",
    ];
    assert_eq!(found, expected);
    assert_eq!(
        errors("[repository]\nname = \"a\"\n")[0].message,
        "`repository` of the fleet file must be an array of tables, not table"
    );
    let broken = errors("[[repository]]\nname = \"ä\npath = 'x'\n");
    assert_eq!(
        broken[0].line_column().map(|(line, _)| line),
        Some(2),
        "{broken:?}"
    );
    for text in [
        "name = \"a\\u001b[2J\"",
        "= 1",
        "[[repository]]\nname = 1979-05-27",
        "repository = [1]",
    ] {
        assert!(!errors(text).is_empty(), "{text}");
    }
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = fs::canonicalize(folder.path()).expect("a path");
    for (name, init) in [
        ("git/it's \"b\"", &["init", "-q"][..]),
        ("git/a.git", &["init", "-q", "--bare"]),
    ] {
        fs::create_dir_all(root.join(name)).expect("folders");
        git(&root.join(name), init);
    }
    git(
        &root.join("git/a.git"),
        &[
            "config",
            "remote.origin.url",
            "https://u:p@git.example/acme/a.git",
        ],
    );
    fs::create_dir(root.join("ops")).expect("a folder");
    let (text, problems) = write_fleet(&[root.join("git")], &root.join("ops"));
    assert_eq!(problems, []);
    let expected = "# Without `revisions` the work tree is scanned, or HEAD of a bare repository:\n\
        # revisions = [\"main\", \"release/*\"]\n\
        \n[[repository]]\nname = \"acme/a\"\npath = \"../git/a.git\"\nurl = \"https://git.example/acme/a\"\n# owner = \"team\"\n\
        \n[[repository]]\nname = \"it's \\\"b\\\"\"\npath = \"../git/it's \\\"b\\\"\"\n# owner = \"team\"\n";
    assert_eq!(text, expected);

    let file = root.join("ops/fleet.toml");
    let text = format!(
        "{text}[[repository]]\nname = \"gone\"\npath = \"gone\"\n[[repository]]\nname = \"ops\"\npath = \".\"\n"
    );
    fs::write(&file, text).expect("writable");
    let fleet = Fleet::read(&file).expect("a fleet");
    let (repositories, problems) = fleet.repositories();
    let names: Vec<(&str, Place)> = repositories
        .iter()
        .map(|it| (it.repository.name.as_str(), it.repository.place()))
        .collect();
    assert_eq!(
        names,
        [("acme/a", Place::Bare), ("it's \"b\"", Place::WorkTree)]
    );
    let said: Vec<Option<&str>> = problems
        .iter()
        .map(|problem| problem.repository.as_deref())
        .collect();
    assert_eq!(said, [Some("gone"), Some("ops")]);
    assert!(
        problems
            .iter()
            .all(|problem| problem.kind == ProblemKind::Source)
    );

    let (_, problems) = write_fleet(&[root.join("ops")], &PathBuf::from("."));
    assert_eq!(problems.len(), 1);
    assert_eq!(
        Fleet::read(&root.join("none.toml"))
            .expect_err("no file")
            .len(),
        1
    );
}
