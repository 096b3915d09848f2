//! The README cannot drift: its tutorial is walked as it stands there, its lists are compared with the program's.
//!
//! The README says what is what with comments that readers do not see: `<!-- file: PATH -->` before a block that is a
//! file of the tutorial, `<!-- table: NAME -->` before a list that the program knows, `<!-- config -->` before the
//! user's configuration, `<!-- not run: WHY -->` before commands that need what a test has not. In what a command
//! prints, `…` stands for anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use stampout::cli::Exit;
use stampout::model::Outcome;
use stampout::report::Format;

use crate::sandbox::Sandbox;

const README: &str = include_str!("../../README.md");

/// A fenced block, with the comment that stands right before it.
struct Block {
    line: usize,
    language: String,
    comment: String,
    text: String,
}

impl Block {
    /// What the comment says under a key: `file`, `not run`.
    fn says(&self, key: &str) -> Option<&str> {
        self.comment.strip_prefix(key)?.strip_prefix(": ")
    }
}

fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut comment = String::new();
    let mut open = false;
    for (index, line) in README.lines().enumerate() {
        if let Some(language) = line.strip_prefix("```") {
            if !open {
                blocks.push(Block {
                    line: index + 1,
                    language: language.to_owned(),
                    comment: std::mem::take(&mut comment),
                    text: String::new(),
                });
            }
            open = !open;
        } else if let Some(block) = blocks.last_mut().filter(|_| open) {
            block.text.push_str(line);
            block.text.push('\n');
        } else {
            let inner = line
                .strip_prefix("<!-- ")
                .and_then(|line| line.strip_suffix(" -->"));
            comment = inner.unwrap_or_default().to_owned();
        }
    }
    assert!(!open, "a block is not closed");
    blocks
}

/// The cells of a table, without its head.
fn table(name: &str) -> Vec<Vec<String>> {
    let mark = format!("<!-- table: {name} -->\n");
    let (_, rest) = README.split_once(&mark).unwrap_or_else(|| panic!("{mark}"));
    let rows = rest
        .lines()
        .take_while(|line| line.starts_with('|'))
        .skip(2);
    let cells = |line: &str| {
        let inner = line.trim_matches('|');
        inner
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    rows.map(cells).collect()
}

/// The words between backticks.
fn quoted(text: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

fn first_cells(name: &str) -> Vec<String> {
    let rows = table(name);
    rows.iter().flat_map(|row| quoted(&row[0])).collect()
}

/// Splits a line as a shell does, as far as the README needs it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("never empty").push(character),
        }
    }
    assert!(quote.is_none(), "a quote is not closed: {line}");
    words.retain(|word| !word.is_empty());
    words
}

/// Commands (without `$ `), each with the line it stands on and what it prints.
fn commands(block: &Block) -> Vec<(usize, String, String)> {
    let mut commands: Vec<(usize, String, String)> = Vec::new();
    for (index, line) in block.text.lines().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push((block.line + index + 1, command.to_owned(), String::new()));
        } else if let Some((.., printed)) = commands.last_mut() {
            printed.push_str(line);
            printed.push('\n');
        }
    }
    commands
}

/// Whether a text is what was written, where `…` stands for anything.
fn is_like(printed: &str, written: &str) -> bool {
    // On a line of its own it stands for whole lines, none included.
    let written = format!("\n{written}").replace("\n…\n", "\n…");
    let pieces: Vec<&str> = written[1..].split('…').collect();
    let (first, rest) = pieces.split_first().expect("a split gives something");
    let Some(mut left) = printed.strip_prefix(first) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return left.is_empty();
    };
    for piece in middle {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

/// The time that a scan took is never twice the same.
fn timeless(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once(" in ") {
        Some((before, time)) if time.ends_with(" s") && line.contains(" bytes") => {
            format!("{before} in TIME\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// Writes a file of the tutorial; what lies in a clone is committed, and the first time the clone gets what the fleet
/// needs: a release branch, and a bare twin.
fn lay(sandbox: &Sandbox, path: &str, text: &str) {
    sandbox.write(path, text);
    let Some(clone) = path.split("/src/").next().filter(|clone| *clone != path) else {
        return;
    };
    sandbox.git(clone, &["init", "-q"]);
    sandbox.commit(clone, "as in the README");
    sandbox.git(clone, &["branch", "release/1.0"]);
    sandbox.git(".", &["clone", "-q", "--bare", clone, "clones/billing.git"]);
    sandbox.git("clones/billing.git", &["remote", "remove", "origin"]);
}

#[test]
fn the_commands_print_what_is_written() {
    let sandbox = Sandbox::new();
    let mut ran = 0;
    for block in blocks() {
        if let Some(path) = block.says("file") {
            lay(&sandbox, path, &block.text);
        }
        if block.language != "console" || block.says("not run").is_some() {
            continue;
        }
        for (line, command, written) in commands(&block) {
            let words = words(&command);
            let (program, arguments) = words.split_first().expect("a command has a name");
            assert_eq!(program, "stampout", "README.md:{line}");
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let run = sandbox.stampout_with(&arguments, &[("SOURCE_DATE_EPOCH", "")]);
            assert!(run.code < 2, "README.md:{line}: {}", run.stderr);
            let printed = timeless(&(run.stdout + &run.stderr));
            let written = timeless(&written);
            assert!(
                is_like(&printed, &written),
                "README.md:{line}: `{command}` prints\n{printed}\nand not\n{written}"
            );
            ran += 1;
        }
    }
    assert!(ran > 5, "only {ran} commands were found");
}

/// The help of every command, by name.
fn helps() -> BTreeMap<String, String> {
    let sandbox = Sandbox::new();
    let help = sandbox.stampout(&["--help"]).stdout;
    let (_, list) = help.split_once("Commands:\n").expect("commands are listed");
    // What stands further in goes on with the line before.
    let names = list
        .lines()
        .map_while(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    names
        .map(|name| (name.to_owned(), sandbox.stampout(&[name, "--help"]).stdout))
        .collect()
}

/// The options that a help text or a line of the README names.
fn options(text: &str) -> BTreeSet<String> {
    let is_word = |c: char| c.is_ascii_lowercase() || c == '-';
    text.split(|c: char| !is_word(c))
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_is_listed() {
    let helps = helps();
    let listed = first_cells("commands");
    let missing: Vec<_> = helps.keys().filter(|name| !listed.contains(name)).collect();
    assert!(missing.is_empty(), "the README does not list {missing:?}");
    let gone: Vec<_> = listed
        .iter()
        .filter(|name| !helps.contains_key(*name))
        .collect();
    assert!(
        gone.is_empty(),
        "the README lists {gone:?}, which is no command"
    );
}

#[test]
fn every_option_exists() {
    let helps = helps();
    let known = |command: &str| options(helps.get(command).map_or("", String::as_str));
    let all: BTreeSet<String> = helps.keys().flat_map(|command| known(command)).collect();
    let mut open = false;
    let mut seen = 0;
    for (index, line) in README.lines().enumerate() {
        let place = format!("README.md:{}", index + 1);
        open ^= line.starts_with("```");
        // In a block an option belongs to the command on its line, in the text to any of ours.
        let mut parts = Vec::new();
        if open {
            parts.extend(
                line.split_once("stampout ")
                    .map(|(_, rest)| rest.to_owned()),
            );
        } else {
            let of_ours = |span: &String| span.starts_with("--") || span.starts_with("stampout ");
            let spans = quoted(line).into_iter().filter(of_ours);
            parts.extend(spans.map(|span| span.trim_start_matches("stampout ").to_owned()));
        }
        for part in parts {
            let command = part.split_whitespace().next().unwrap_or_default();
            let known = if helps.contains_key(command) {
                known(command)
            } else {
                all.clone()
            };
            let strange: Vec<String> = options(&part).difference(&known).cloned().collect();
            assert!(strange.is_empty(), "{place}: no such option: {strange:?}");
            seen += options(&part).len();
        }
    }
    assert!(seen > 20, "only {seen} options were found");
}

#[test]
fn the_lists_are_those_of_the_program() {
    let exits: Vec<Vec<String>> = Exit::ALL
        .iter()
        .map(|(_, code, meaning)| vec![code.to_string(), (*meaning).to_owned()])
        .collect();
    assert_eq!(table("exit codes"), exits);

    let outcomes: Vec<(String, String)> = table("outcomes")
        .iter()
        .map(|row| (quoted(&row[0]).concat(), row[2].clone()))
        .collect();
    let expected: Vec<(String, String)> = Outcome::ALL
        .iter()
        .map(|outcome| {
            let incomplete = if outcome.is_blind() { "yes" } else { "no" };
            (outcome.word().to_owned(), incomplete.to_owned())
        })
        .collect();
    assert_eq!(outcomes, expected);

    let formats: Vec<(String, String)> = table("formats")
        .iter()
        .map(|row| (quoted(&row[0]).concat(), row[2].clone()))
        .collect();
    let expected: Vec<(String, String)> = Format::all()
        .map(|format| (format.word().to_owned(), format.about().to_owned()))
        .collect();
    assert_eq!(formats, expected);
    for row in table("formats") {
        for ending in quoted(&row[1]) {
            let name = format!("x{ending}").replace("xgl", "gl").replace('*', "-x");
            let format = Format::infer(name.as_ref()).expect("the name tells a format");
            assert_eq!(format.word(), quoted(&row[0]).concat(), "{ending}");
        }
    }

    let mut predicates: Vec<Vec<String>> = stampout::rule::predicate_documentation()
        .map(|(name, meaning, _)| vec![format!("`{name}`"), meaning.to_owned()])
        .collect();
    predicates.sort();
    assert_eq!(table("predicates"), predicates);
}

#[test]
fn every_field_of_a_finding_is_described() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("app", &[("a.py", "danger(1)\n")]);
    let run = sandbox.stampout(&["scan", "--packs", "packs", "app", "-f", "jsonl"]);
    let lines = run.json_lines();
    let finding = lines[0].as_object().expect("a finding is an object");
    let fields: BTreeSet<String> = finding.keys().cloned().collect();
    let described: BTreeSet<String> = first_cells("finding").into_iter().collect();
    assert_eq!(described, fields);
}

#[test]
fn the_configuration_is_understood() {
    let block = blocks()
        .into_iter()
        .find(|block| block.comment == "config")
        .expect("the README shows a configuration");
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.write("fleet.toml", "");
    let here = sandbox.path("").display().to_string();
    let text = block.text.replace("/srv/incidents/", &here);
    assert_ne!(text, block.text);
    sandbox.write(".config/stampout/config.toml", text);
    let run = sandbox.stampout(&["packs"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("INC-1"), "{}", run.stdout);
    for name in quoted(README) {
        if let Some(rest) = name.strip_prefix("STAMPOUT_") {
            assert!(
                ["CACHE", "FLEET", "LEDGER", "PACKS"].contains(&rest),
                "{name} is no variable of ours"
            );
        }
    }
}

#[test]
fn blocks_are_well_formed() {
    let sandbox = Sandbox::new();
    let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml");
    let hooks = fs::read_to_string(hooks).expect("the hook is there");
    assert!(hooks.starts_with("- id: stampout\n"), "{hooks}");
    let mut yaml = vec![(0, hooks)];
    for block in blocks() {
        match block.language.as_str() {
            "yaml" => yaml.push((block.line, block.text)),
            "toml" => {
                let read: Result<toml::Table, _> = block.text.parse();
                assert!(read.is_ok(), "README.md:{}: {read:?}", block.line);
            }
            _ => {}
        }
    }
    assert_eq!(yaml.len(), 2);
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/templates");
    for name in ["github.yml", "gitlab.yml", "pre-commit.yaml"] {
        assert!(
            README.contains(&format!("(.ci/templates/{name})")),
            "{name}"
        );
        let text = fs::read_to_string(format!("{templates}/{name}"));
        yaml.push((0, text.expect("the template is there")));
    }
    for (line, text) in yaml {
        sandbox.write("block.yaml", text);
        let tree = sandbox.stampout(&["tree", "block.yaml"]).stdout;
        let whole = !tree.contains("(ERROR") && !tree.contains("(MISSING");
        assert!(whole && !tree.is_empty(), "README.md:{line}: {tree}");
    }
}

/// CI runs the first line that begins so, and the README promises that it passes the tests.
#[test]
fn the_command_that_passes_the_tests_is_there() {
    let first = README.lines().find(|line| line.starts_with("cargo test"));
    assert_eq!(first, Some("cargo test"));
    let inside = |block: &Block| block.text.lines().any(|line| line == "cargo test");
    assert!(blocks().iter().any(inside));
}

#[test]
fn an_ellipsis_stands_for_anything_and_nothing_else_does() {
    for (printed, written, like) in [
        ("a\nb\n", "a\nb\n", true),
        ("a\nb\n", "a\n", false),
        ("a\nb\nc\n", "…\nc\n", true),
        ("a\nb\nc\n", "a\n…\n", true),
        ("a\nb\nc\n", "a\n…\nb\n…", true),
        ("a\nb\nc\n", "…\nx\n…", false),
        ("{\"a\":1,\"b\":2}\n", "{\"a\":…,\"b\":2}\n", true),
    ] {
        assert_eq!(is_like(printed, written), like, "{printed:?} {written:?}");
    }
}
