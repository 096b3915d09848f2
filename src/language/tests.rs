//! The table holds what it promises, and file names lead where people expect.

use std::collections::BTreeMap;

use tree_sitter::{Node, Parser, Tree};

use super::table::TABLE;
use super::*;
use crate::model::RepoPath;

/// Extensions that two languages share, on purpose: such a file is read as both.
const SHARED: &[&str] = &["h", "mm"];

fn names(languages: &[&'static Language]) -> Vec<&'static str> {
    languages.iter().map(|language| language.name).collect()
}

/// What this build makes of a list of names.
fn built_in<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names
        .iter()
        .copied()
        .filter(|name| !absent().contains(name))
        .collect()
}

fn parse(language: &Language) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&language.grammar())
        .expect("a binary interface that the core can read");
    parser
        .parse(language.sample, None)
        .expect("no limit was set")
}

fn nodes(tree: &Tree) -> Vec<Node<'_>> {
    let mut cursor = tree.walk();
    let mut nodes = Vec::new();
    loop {
        nodes.push(cursor.node());
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return nodes;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

/// Whatever a file is read as, plain text can be added to it.
#[test]
fn every_file_can_be_read_as_text_too() {
    let mut seen = 0;
    for row in TABLE {
        let extensions = row.extensions.iter().map(|one| format!("x.{one}"));
        let names = row.file_names.iter().map(|one| (*one).to_owned());
        let patterns = row.name_patterns.iter().map(|one| one.replace('*', "x"));
        let named = extensions
            .chain(names)
            .chain(patterns)
            .map(|name| (name, String::new()));
        let programs = row.interpreters.iter().map(|one| format!("#!/bin/{one}\n"));
        let heads = programs.chain(row.openings.iter().map(|one| (*one).to_owned()));
        let told = heads.map(|head| ("x".to_owned(), head));
        for (name, head) in named
            .chain(told)
            .chain([("x.odd".to_owned(), String::new())])
        {
            let path = RepoPath::from(name.as_str());
            let code = detect(&path, Some(head.as_bytes()));
            let all = with_text(code);
            assert!(
                all.contains(&&TEXT) && all.is_sorted(),
                "{name} {head}: {all:?}"
            );
            assert!(
                code.iter().all(|one| all.contains(one)),
                "{name} {head}: {all:?}"
            );
            assert_eq!(all.len(), code.len() + 1, "{name} {head}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn enough_languages() {
    let least = if cfg!(feature = "all-languages") {
        41
    } else {
        20
    };
    assert!(all().len() >= least, "{}", all().len());
}

#[test]
fn rows_and_their_lists_are_sorted() {
    assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    for row in TABLE {
        let lists = [
            ("aliases", row.aliases),
            (
                "extensions after the first",
                row.extensions.get(1..).unwrap_or_default(),
            ),
            ("file names", row.file_names),
            ("name patterns", row.name_patterns),
            ("interpreters", row.interpreters),
            ("comment kinds", row.comment_kinds),
        ];
        for (what, list) in lists {
            assert!(list.is_sorted_by(|a, b| a < b), "{row}: {what} {list:?}");
        }
    }
}

#[test]
fn nothing_stands_in_two_rows() {
    let unique = |what: &str, of: &dyn Fn(&Language) -> Vec<&'static str>, shared: &[&str]| {
        let mut owners = BTreeMap::<&str, Vec<&str>>::new();
        for row in TABLE {
            for word in of(row) {
                owners.entry(word).or_default().push(row.name);
            }
        }
        for (word, owners) in owners {
            assert_eq!(
                owners.len() > 1,
                shared.contains(&word),
                "{what} `{word}` in {owners:?}"
            );
        }
    };
    unique("word", &|row| [&[row.name], row.aliases].concat(), &[]);
    unique("extension", &|row| row.extensions.to_vec(), SHARED);
    unique("file name", &|row| row.file_names.to_vec(), &[]);
    unique("name pattern", &|row| row.name_patterns.to_vec(), &[]);
    unique("interpreter", &|row| row.interpreters.to_vec(), &[]);
    unique("opening", &|row| row.openings.to_vec(), &[]);
}

#[test]
fn rows_are_complete_and_well_formed() {
    for row in TABLE {
        let word = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        assert!(word(row.name), "{row}");
        assert!(
            row.aliases
                .iter()
                .all(|alias| *alias == alias.to_ascii_lowercase()),
            "{row}"
        );
        assert!(!row.extensions.is_empty(), "{row}");
        assert!(
            row.extensions
                .iter()
                .all(|extension| !extension.contains('.')),
            "{row}"
        );
        assert!(
            row.name_patterns
                .iter()
                .all(|pattern| pattern.matches('*').count() == 1),
            "{row}"
        );
        assert!(
            row.openings
                .iter()
                .all(|opening| *opening == opening.to_ascii_lowercase()),
            "{row}"
        );
        let has_comments = !row.line_comment.is_empty() || row.block_comment.is_some();
        assert_eq!(has_comments, !row.comment_kinds.is_empty(), "{row}");
        assert!(
            (10..=50).contains(&row.sample.lines().count()),
            "{row}: {} lines",
            row.sample.lines().count()
        );
    }
}

#[test]
fn each_sample_is_the_file_named_after_its_row() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language/samples");
    let mut expected: Vec<_> = TABLE
        .iter()
        .map(|row| format!("{}.{}", row.name, row.extensions[0]))
        .collect();
    let mut found: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of the samples")
        .map(|file| {
            file.expect("a readable folder")
                .file_name()
                .into_string()
                .expect("plain names")
        })
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    for row in TABLE {
        let text =
            std::fs::read_to_string(folder.join(format!("{}.{}", row.name, row.extensions[0])));
        assert_eq!(text.expect("a sample"), row.sample, "{row}");
    }
}

#[test]
fn each_sample_is_detected_as_its_language() {
    for language in all() {
        for extension in language
            .extensions
            .iter()
            .filter(|extension| !SHARED.contains(extension))
        {
            let path = RepoPath::from(format!("src/x.{extension}").as_str());
            assert_eq!(names(detect(&path, None)), [language.name], "{path}");
        }
        for name in language.file_names {
            let path = RepoPath::from(format!("deep/er/{name}").as_str());
            assert_eq!(names(detect(&path, None)), [language.name], "{path}");
        }
        for interpreter in language.interpreters {
            let head = format!("#!/usr/bin/{interpreter}\n");
            let found = detect(&RepoPath::from("bin/tool"), Some(head.as_bytes()));
            assert_eq!(names(found), [language.name], "{head}");
        }
        let sample =
            RepoPath::from(format!("{}.{}", language.name, language.extensions[0]).as_str());
        assert_eq!(names(detect(&sample, None)), [language.name]);
    }
}

#[test]
fn each_sample_parses_without_an_error() {
    let mut bad = Vec::new();
    for language in all() {
        let tree = parse(language);
        let errors = nodes(&tree)
            .into_iter()
            .filter(|node| node.is_error() || node.is_missing());
        bad.extend(
            errors.map(|node| format!("{language}:{}: {node}", node.start_position().row + 1)),
        );
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn comments_are_known_for_what_they_are() {
    let mut bad = Vec::new();
    for language in all() {
        let grammar = language.grammar();
        for kind in language.comment_kinds {
            assert_ne!(
                grammar.id_for_node_kind(kind, true),
                0,
                "{language}: no node kind `{kind}`"
            );
        }
        let tree = parse(language);
        let comments: Vec<_> = nodes(&tree)
            .into_iter()
            .filter(|node| language.is_comment(node.kind()))
            .collect();
        let openers = language
            .line_comment
            .iter()
            .copied()
            .chain(language.block_comment.map(|(open, _)| open));
        for opener in openers {
            let begins = |node: &Node<'_>| language.sample[node.start_byte()..].starts_with(opener);
            if !comments.iter().any(begins) {
                bad.push(format!(
                    "{language}: the sample holds no comment that begins with {opener}"
                ));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

/// Two crates with one C symbol link without a word, and both names get one parser.
#[test]
fn grammars_are_the_recorded_ones() {
    let mut wrong = Vec::new();
    for language in all() {
        let grammar = language.grammar();
        let (states, abi) = (grammar.parse_state_count(), grammar.abi_version());
        if (states, abi) != (language.parse_states, language.abi) {
            wrong.push(format!("{language}: parse_states: {states}, abi: {abi}"));
        }
    }
    assert!(wrong.is_empty(), "recorded otherwise: {wrong:#?}");
}

#[test]
fn no_two_grammars_share_a_digest() {
    let mut digests: Vec<_> = all()
        .iter()
        .map(|language| language.grammar_digest())
        .collect();
    assert!(digests.iter().all(|digest| digest.len() == 64));
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), all().len());
    assert_eq!(all()[0].grammar_digest(), all()[0].grammar_digest());
}

#[test]
fn file_names_lead_where_people_expect() {
    let cases: &[(&str, &[&str])] = &[
        ("include/ring.h", &["c", "cpp"]),
        ("INCLUDE/RING.H", &["c", "cpp"]),
        ("a.c", &["c"]),
        ("a.C", &["cpp"]),
        ("a.CPP", &["cpp"]),
        ("a.inl", &["cpp"]),
        ("a.m", &["objc"]),
        ("a.mm", &["cpp", "objc"]),
        ("a.R", &["r"]),
        ("SETUP.PY", &["python"]),
        ("types/index.d.ts", &["typescript"]),
        ("a.mts", &["typescript"]),
        ("a.cjs", &["javascript"]),
        ("app/build.gradle", &["groovy"]),
        ("app/build.gradle.kts", &["kotlin"]),
        ("ci/Jenkinsfile.release", &["groovy"]),
        ("pom.xml", &["xml"]),
        ("app.csproj", &["xml"]),
        ("web.config", &["xml"]),
        ("Dockerfile", &["dockerfile"]),
        ("Dockerfile.go", &["dockerfile"]),
        ("Dockerfile-alpine", &["dockerfile"]),
        ("api.Dockerfile", &["dockerfile"]),
        ("dockerfile.go", &["go"]),
        ("Dockerfile.md", &[]),
        ("Dockerfile.dockerignore", &[]),
        ("Makefile.am", &["make"]),
        ("Makefile.PL", &[]),
        ("CMakeLists.txt", &["cmake"]),
        ("notes.txt", &[]),
        ("Gemfile", &["ruby"]),
        ("home/.bashrc", &["bash"]),
        ("Cargo.lock", &["toml"]),
        ("go.mod", &[]),
        ("BUILD.bazel", &[]),
        ("photo.png", &[]),
        (".py", &[]),
        ("py", &[]),
        ("a.", &[]),
        ("", &[]),
    ];
    for (path, expected) in cases {
        assert_eq!(
            names(detect(&RepoPath::from(*path), None)),
            built_in(expected),
            "{path}"
        );
    }
    let odd = RepoPath::new(b"caf\xE9/caf\xE9.py".to_vec());
    assert_eq!(names(detect(&odd, None)), ["python"]);
}

#[test]
fn content_decides_only_where_the_name_does_not() {
    for open in [
        "bin/deploy",
        "tool-1.2",
        "hooks/pre-commit.sample",
        "configure.in",
        "lib/common.inc",
        ".hidden",
    ] {
        assert!(needs_content(&RepoPath::from(open)), "{open}");
    }
    for closed in [
        "a.py",
        "Dockerfile",
        "photo.png",
        "a.PY",
        "Makefile.am",
        "a.css",
    ] {
        assert!(!needs_content(&RepoPath::from(closed)), "{closed}");
    }
    let shell = Some(b"#!/bin/sh\n".as_slice());
    assert_eq!(names(detect(&RepoPath::from("a.py"), shell)), ["python"]);
    assert_eq!(
        detect(&RepoPath::from("photo.png"), shell),
        &[] as &[&Language]
    );
    assert_eq!(
        names(detect(&RepoPath::from("a.css"), shell)),
        built_in(&["css"])
    );
}

#[test]
fn first_lines_name_their_language() {
    let cases: &[(&str, &[&str])] = &[
        ("#!/bin/sh -e\n", &["bash"]),
        ("#! /bin/bash\r\n", &["bash"]),
        ("\u{feff}#!/usr/bin/python2.7\n", &["python"]),
        ("#!/usr/bin/env python3.11", &["python"]),
        (
            "#!/usr/bin/env -S -i PATH=/bin node --no-warnings\n",
            &["javascript"],
        ),
        ("#!/usr/bin/env -Sdeno run\n", &["typescript"]),
        ("#!/usr/bin/env -u HOME ruby\n", &["ruby"]),
        ("#!C:\\Ruby\\bin\\ruby.exe -w\n", &["ruby"]),
        ("#!/usr/bin/lua5.4\n", &["lua"]),
        ("#!/usr/bin/Rscript --vanilla\n", &["r"]),
        ("#!/usr/bin/make -f\n", &["make"]),
        (
            "#!/usr/bin/env nix-shell\n#! nix-shell -i python3 -p python3\n",
            &["python"],
        ),
        ("<?php\necho 1;\n", &["php"]),
        ("\n<!DOCTYPE HTML>\n<p>", &["html"]),
        ("<?xml version='1.0'?><a/>", &["xml"]),
        ("#!/usr/bin/perl\n", &[]),
        ("#!/usr/bin/env\n", &[]),
        ("#!\n", &[]),
        ("#!", &[]),
        ("", &[]),
        ("plain text", &[]),
    ];
    for (head, expected) in cases {
        let found = detect(&RepoPath::from("bin/tool"), Some(head.as_bytes()));
        assert_eq!(names(found), built_in(expected), "{head:?}");
    }
}

#[test]
fn words_mean_languages() {
    for (word, name) in [
        ("py", "python"),
        ("js", "javascript"),
        ("ts", "typescript"),
        ("c#", "csharp"),
        ("cs", "csharp"),
        ("c++", "cpp"),
        ("cxx", "cpp"),
        ("sh", "bash"),
        ("shell", "bash"),
        ("terraform", "hcl"),
        ("tf", "hcl"),
        ("yml", "yaml"),
        ("rb", "ruby"),
        ("rs", "rust"),
        ("docker", "dockerfile"),
        ("Python", "python"),
    ] {
        assert_eq!(
            by_name(word).map(|language| language.name),
            Ok(name),
            "{word}"
        );
    }
    for language in all() {
        assert_eq!(by_name(language.name), Ok(*language));
    }
}

#[test]
fn unknown_words_get_a_hint() {
    let error = by_name("pyhton").expect_err("no such language");
    assert_eq!(error.to_string(), "unknown language `pyhton`");
    assert_eq!(error.hint().as_deref(), Some("did you mean `python`?"));
    assert_eq!(
        by_name("§§§§§§").expect_err("no such language").hint(),
        None
    );
    for name in absent() {
        assert_eq!(by_name(name), Err(UnknownLanguage::NotInBuild { name }));
    }
}

#[test]
fn support_says_how_a_file_is_known_and_how_a_case_is_marked() {
    let python = support(by_name("python").expect("a language of every build"));
    assert!(python.queries);
    assert!(
        ["*.py", "SConstruct", "#!python"]
            .iter()
            .all(|known| python.detection.iter().any(|it| it == known))
    );
    assert_eq!(
        python.case_marks.comment("ok: x").as_deref(),
        Some("# ok: x")
    );
    let xml = support(by_name("xml").expect("a language of every build"));
    assert_eq!(
        xml.case_marks.comment("ok: x").as_deref(),
        Some("<!-- ok: x -->")
    );
    assert_eq!(CaseMarks::Beside.comment("ok: x"), None);
}
