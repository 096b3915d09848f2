//! How fast each stage is, in bytes per second: decode, prefilter, parse, match, and all of them over a folder.
//!
//! `cargo bench` runs all, `cargo bench -- prefilter` some. The texts are the samples of languages, repeated to a
//! megabyte: the same on every machine, and kinder to caches than real sources are (`benches/compare` has those).

#![allow(missing_docs, reason = "a bench says what it measures by its name")]

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use stampout::language::{self, Language};
use stampout::model::{Class, EntryRecord, Finding, Incident, IncidentTime, Scope, Severity};
use stampout::pack::{Body, Pack, PackRule, PackSource, QueryText};
use stampout::rule::{Nodes, RuleSet, Scene};
use stampout::scan::{Answer, Engine, Job, KnownBlobs, Limits, Scanner, Sink, Text, judge};
use stampout::source::{HARD_LIMIT, ListOptions, Reader, What, discover};
use tree_sitter::{Parser, QueryCursor, StreamingIterator as _, Tree};

const MEGABYTE: usize = 1 << 20;
/// Those whose sources fleets are made of.
const LANGUAGES: &[&str] = &["c", "go", "java", "javascript", "python", "rust"];
/// A name that no sample holds.
const RARE: &str = "hardly_ever_named";
/// Files in the folder of the whole pipeline.
const FILES: usize = 256;

fn main() {
    divan::main();
}

fn language(name: &str) -> &'static Language {
    language::by_name(name).expect("a language of this build")
}

/// A language's sample, again and again; before each a comment that makes it another text.
fn text(language: &Language, length: usize) -> String {
    let comment = language.line_comment.first().copied().unwrap_or("//");
    let mut text = String::with_capacity(length + language.sample.len());
    let mut number = 0;
    while text.len() < length {
        writeln!(text, "{comment} {number}").expect("memory");
        text.push_str(language.sample);
        number += 1;
    }
    text
}

/// So many rules for Python, each in a pack of its own: calls of a name that is in each text, or in none.
fn rules(count: usize, name: impl Fn(usize) -> String) -> RuleSet {
    let packs: Vec<Pack> = (0..count).map(|one| pack(one, &name(one))).collect();
    let (rules, errors) = RuleSet::build(&packs);
    assert!(errors.is_empty(), "{errors:?}");
    rules
}

fn pack(number: usize, name: &str) -> Pack {
    let query = format!(
        "((call function: [(identifier) @_name (attribute attribute: (identifier) @_name)]) @bug\n  \
         (#eq? @_name \"{name}\"))"
    );
    let text = QueryText {
        file: "bench.scm".to_owned(),
        text: Arc::from(query),
    };
    Pack {
        source: PackSource::Builtin(format!("bench-{number}")),
        incident: Incident {
            id: format!("BENCH-{number}"),
            title: "A rule to measure".to_owned(),
            summary: "Nothing happened.".to_owned(),
            severity: Severity::Low,
            class: Class::Reliability,
            url: "https://example.invalid/bench".to_owned(),
            aliases: Vec::new(),
            cwe: Vec::new(),
            tickets: Vec::new(),
            owner: None,
            embargo_until: None,
            time: IncidentTime::default(),
            origins: Vec::new(),
        },
        rules: vec![PackRule {
            name: "call".to_owned(),
            message: "A call".to_owned(),
            help: "Nothing is to be done.".to_owned(),
            bodies: vec![(language("python"), Body::Query(text))],
            recall_exempt: Vec::new(),
        }],
        cases: Vec::new(),
    }
}

fn parse_once(language: &Language, text: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&language.grammar())
        .expect("a grammar of this engine");
    parser.parse(text, None).expect("a tree")
}

/// Finds out that the bytes are UTF-8 and where the lines are.
#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    let text = text(language("python"), MEGABYTE);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| black_box(Text::decode(text.as_bytes())).is_ok());
}

/// Looks for the required text of so many rules, which is not there.
#[divan::bench(args = [1, 200])]
fn prefilter(bencher: Bencher<'_, '_>, rules_count: usize) {
    let rules = rules(rules_count, |one| format!("{RARE}_{one}"));
    let text = text(language("python"), MEGABYTE);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| rules.candidates(language("python"), black_box(text.as_bytes())));
}

/// What the grammar takes, whatever the rules.
#[divan::bench(args = LANGUAGES)]
fn parse(bencher: Bencher<'_, '_>, name: &str) {
    let language = language(name);
    let text = text(language, MEGABYTE);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| parse_once(language, black_box(&text)));
}

/// Runs so many rules, merged, over a tree that is there.
#[divan::bench(args = [1, 10])]
fn matching(bencher: Bencher<'_, '_>, rules_count: usize) {
    let python = language("python");
    let rules = rules(rules_count, |one| format!("{RARE}_{one}"));
    let text = text(python, MEGABYTE);
    let tree = parse_once(python, &text);
    let (merged, wrong) = rules.queries().compiled(&rules.of(python));
    assert!(wrong.is_empty(), "{wrong:?}");
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut accepted = 0;
        let scene = Scene::new(tree.root_node(), python, text.as_bytes(), false, true);
        for one in &merged {
            let mut cursor = QueryCursor::new();
            let mut matches = cursor.matches(one.engine(), tree.root_node(), text.as_bytes());
            while let Some(found) = matches.next() {
                let nodes: Vec<_> = found
                    .captures()
                    .iter()
                    .map(|capture| (capture.index, capture.node.byte_range()))
                    .collect();
                let nodes = Nodes {
                    captures: &nodes,
                    text: text.as_bytes(),
                    scene: &scene,
                };
                accepted += usize::from(one.accepts(found.pattern_index, &nodes));
            }
        }
        accepted
    });
}

/// What a worker does with a text: parse it, run so many rules, tell its blind spots.
#[divan::bench(args = [1, 10])]
fn judging(bencher: Bencher<'_, '_>, rules_count: usize) {
    let python = language("python");
    let rules = rules(rules_count, |one| format!("{RARE}_{one}"));
    let text = text(python, MEGABYTE);
    let selected = rules.of(python);
    let job = Job {
        text: text.as_bytes(),
        language: python,
        rules: &selected,
        timeout: Duration::from_secs(600),
        prefilter: true,
    };
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let answer = judge(&job, rules.queries());
        assert!(matches!(answer, Answer::Judged { .. }));
        answer
    });
}

/// All stages over files on disk, in this process: every file is parsed, or none.
#[divan::bench(args = ["common", "rare"])]
fn pipeline(bencher: Bencher<'_, '_>, kind: &str) {
    let python = language("python");
    let name = if kind == "rare" { RARE } else { "print" };
    let rules = rules(1, |_| name.to_owned());
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = 0;
    for file in 0..FILES {
        let text = format!("# {file}: print\n{}", text(python, 4 * MEGABYTE / FILES));
        bytes += text.len();
        std::fs::write(folder.path().join(format!("{file}.py")), text).expect("written");
    }
    let limits = Limits {
        max_file_size: 16 << 20,
        timeout: None,
        prefilter: true,
    };
    let found = discover(&[folder.path().to_owned()]);
    let repository = found.repositories.first().expect("the folder");
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        // A scanner remembers what it has judged, so each turn has its own.
        let scanner =
            Scanner::new(&rules, limits.clone(), Engine::InProcess, jobs).expect("threads");
        let listing = repository
            .list(&What::Folder, &ListOptions::default())
            .expect("listed");
        let mut reader = Reader::new(repository, HARD_LIMIT).expect("a reader");
        let mut known = KnownBlobs::default();
        let mut files = Count(0);
        let summary = scanner.scan(
            &listing,
            &mut reader,
            &mut known,
            Scope::default(),
            &mut files,
        );
        assert_eq!(files.0, FILES);
        summary.expect("scanned")
    });
}

/// Counts the entries it is told of.
struct Count(usize);

impl Sink for Count {
    fn entry(&mut self, _: &EntryRecord, _: &[Finding]) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn progress(&mut self, _: u64, _: u64) {}
}
