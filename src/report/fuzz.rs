//! Random runs against the invariants that hold for every report, and SARIF files of them for other validators.
//!
//! With `STAMPOUT_SARIF_OUT=DIR` the last test writes its files to that folder, where `.ci/validate-sarif` reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::sample::{self, OPTIONS, Sample, SampleUnit, sample};
use super::{Format, Options};
use crate::model::{
    ByteSpan, Catalog, Class, Evidence, Finding, Outcome, RunSummary, Severity, Unit, UnitKind,
    UnitSummary, Unjudged,
};

/// How many runs each test makes.
const RUNS: u64 = 60;

/// Bits that mean trouble somewhere: in JSON, Markdown, messages, URIs, terminals, workflow commands.
const BITS: [&str; 24] = [
    "a",
    "x.y",
    " ",
    "/",
    "é",
    "😀",
    "漢",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200b}",
    "\r",
    "\n",
    "](1)",
    "[",
    "{0}",
    "}",
    "`",
    "```",
    "::error::",
    "%0A",
    "<b>",
    "|",
    "\\",
    "#?",
];

/// A small generator of numbers: runs must be the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.roll(choices.len() as u64) as usize]
    }

    fn text(&mut self, longest: u64) -> String {
        (0..=self.roll(longest)).map(|_| self.pick(&BITS)).collect()
    }

    fn path(&mut self, number: u64) -> Vec<u8> {
        // Paths come sorted and unique, as a scan gives them; no git path has an empty part.
        let mut path = format!("{number:03}{}", self.text(6))
            .replace("//", "/")
            .into_bytes();
        if self.roll(5) == 0 {
            path.push(0xE9);
        }
        path.extend(b".py");
        path.split(|byte| *byte == b'/')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(&b'/')
    }
}

fn catalog(dice: &mut Dice) -> Catalog {
    let mut catalog = Catalog::default();
    for number in 0..=dice.roll(4) {
        let severity = dice.pick(&[
            Severity::Critical,
            Severity::High,
            Severity::Medium,
            Severity::Low,
        ]);
        let class = dice.pick(&[Class::Security, Class::Reliability, Class::Data]);
        let mut incident =
            sample::incident(&format!("INC-{number}"), &dice.text(8), severity, class);
        incident.summary = dice.text(600);
        incident.cwe = (0..dice.roll(8))
            .map(|cwe| format!("CWE-{}", 20 + cwe))
            .collect();
        incident.tickets = (0..dice.roll(3))
            .map(|at| format!("https://tracker.example/{at}"))
            .collect();
        catalog.incidents.push(incident);
        for name in ["one", "two-words"] {
            let message = dice.text(500);
            let rule = sample::rule(&catalog, number as usize, name, &message);
            catalog.rules.push(rule);
        }
    }
    catalog
}

fn finding(dice: &mut Dice, catalog: &Catalog, repository: &str, path: &[u8]) -> Finding {
    let before = dice.text(20);
    let source = format!("{before}call({}){}", dice.text(5), dice.text(20));
    let rule = dice.roll(catalog.rules.len() as u64) as usize;
    let until = source.len() - dice.roll(3) as usize;
    let until = (0..=until)
        .rev()
        .find(|at| source.is_char_boundary(*at))
        .unwrap_or(source.len());
    let text = source[before.len()..]
        .get(..until.saturating_sub(before.len()))
        .filter(|text| !text.is_empty());
    let text = text.unwrap_or("call").to_owned();
    let captures: Vec<(&str, &str)> = if dice.roll(2) == 0 {
        vec![("it", "call"), ("odd {0} ](1)", "call")]
    } else {
        Vec::new()
    };
    let id = catalog.rules[rule].id.clone();
    let mut finding = sample::finding(repository, path, (rule, &id), &source, &text, &captures);
    if dice.roll(2) == 0 {
        Arc::make_mut(&mut finding.instance).enclosing = vec![dice.text(3), dice.text(3)];
    }
    if dice.roll(5) == 0 {
        let kind = dice.pick(&["in-source", "external"]);
        return sample::suppressed(finding, kind, &dice.text(20));
    }
    if dice.roll(4) == 0 {
        sample::review(finding, &dice.text(4))
    } else {
        finding
    }
}

fn unit(dice: &mut Dice, catalog: &Catalog, number: u64) -> SampleUnit {
    let repository = format!("acme/{number}{}", dice.text(3));
    let mut entries = Vec::new();
    let mut unjudged = Vec::new();
    for at in 0..dice.roll(12) {
        let path = dice.path(at);
        let outcome = dice.pick(&Outcome::ALL);
        let mut entry = sample::entry(&path, outcome);
        let mut findings = Vec::new();
        if matches!(outcome, Outcome::Scanned | Outcome::ScannedWithErrors) {
            findings.extend((0..dice.roll(4)).map(|_| finding(dice, catalog, &repository, &path)));
        }
        if outcome == Outcome::ScannedWithErrors {
            entry.spans = vec![ByteSpan { start: 0, end: 3 }];
        }
        if !outcome.is_judged() {
            unjudged.push(Unjudged {
                path: entry.path.clone(),
                blob: None,
                outcome,
                rules: Vec::new(),
                spans: entry.spans.clone(),
            });
        }
        entry.detail = if dice.roll(3) == 0 {
            dice.text(3)
        } else {
            String::new()
        };
        entries.push((entry, findings));
    }
    let known = dice.roll(2) == 0;
    let unit = Unit {
        kind: dice.pick(&[UnitKind::Revision, UnitKind::WorkTree, UnitKind::Folder]),
        url: known.then(|| format!("https://git.example/acme/{number}.git")),
        owner: known.then(|| dice.text(2)),
        revision: known.then(|| dice.text(3)),
        reference: known.then(|| {
            dice.pick(&["refs/heads/main", "refs/tags/v1", "HEAD"])
                .to_owned()
        }),
        commit: known.then(|| "c0ffee11".repeat(5)),
        commit_time: known.then_some(1_774_000_000),
        tree: None,
        shallow: false,
        repository,
    };
    let evidence = Evidence {
        unjudged,
        ..Evidence::default()
    };
    let mut summary: UnitSummary = sample().units.remove(1).summary;
    summary.evidence = evidence;
    SampleUnit {
        unit,
        entries,
        summary,
    }
}

fn random(seed: u64) -> Sample {
    let mut dice = Dice(seed);
    let catalog = catalog(&mut dice);
    let mut run = sample();
    run.run.frozen_clock = dice.roll(2) == 0;
    run.run.snippets = dice.roll(4) > 0;
    run.run.sarif_category = dice
        .pick(&[None, None, Some("team/nightly"), Some("none")])
        .map(str::to_owned);
    run.units = (0..dice.roll(4))
        .map(|number| unit(&mut dice, &catalog, number))
        .collect();
    run.run.catalog = Arc::new(catalog);
    run.summary = RunSummary::default();
    run.sum_up();
    run
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).expect("the report is JSON")
}

/// Calls something for every object in a value, with the key under which it stands.
fn each_object(
    key: &str,
    value: &Value,
    call: &mut dyn FnMut(&str, &serde_json::Map<String, Value>),
) {
    match value {
        Value::Array(values) => values
            .iter()
            .for_each(|value| each_object(key, value, call)),
        Value::Object(map) => {
            call(key, map);
            map.iter()
                .for_each(|(key, value)| each_object(key, value, call));
        }
        _ => {}
    }
}

fn check_results(results: &[Value], rules: usize) {
    for name in [
        "suppressions",
        "baselineState",
        "workItemUris",
        "partialFingerprints",
        "taxa",
    ] {
        let with = results
            .iter()
            .filter(|result| result.get(name).is_some())
            .count();
        assert!(
            with == 0 || with == results.len(),
            "{name} is on all results or on none"
        );
    }
    for result in results {
        assert!((result["ruleIndex"].as_u64().expect("an index") as usize) < rules);
        let message = &result["message"];
        for text in [&message["text"], &message["markdown"]] {
            let units = text.as_str().unwrap_or_default().encode_utf16().count();
            assert!(units <= 2_048, "{units} units");
        }
        // No code may become a link: pack texts here are full of them.
        let text = message["text"].as_str().expect("a text");
        let linked = text
            .match_indices("](")
            .any(|(at, _)| !text[..at].ends_with('\\'));
        assert!(!linked, "{text}");
        let review = result["kind"] == "review";
        assert_eq!(review, result["level"] == "none");
    }
}

fn check_sarif(log: &Value, upload: bool) {
    assert_eq!(log["version"], "2.1.0");
    for run in log["runs"].as_array().expect("runs") {
        assert_eq!(run["columnKind"], "utf16CodeUnits");
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        for rule in rules {
            assert!(rule["properties"]["tags"].as_array().expect("tags").len() <= 10);
            for (name, limit) in [("shortDescription", 1_024), ("fullDescription", 1_024)] {
                let text = rule[name]["text"].as_str().expect("a text");
                assert!(
                    !text.is_empty() && text.encode_utf16().count() <= limit,
                    "{name}"
                );
            }
            let security = rule["properties"]["tags"][0] == "security";
            assert_eq!(
                security,
                rule["properties"].get("security-severity").is_some()
            );
        }
        let results = run["results"]
            .as_array()
            .expect("the key is there even without results");
        check_results(results, rules.len());
        assert!(!upload || results.iter().all(|result| result["kind"] == "fail"));
        let artifacts = run["artifacts"].as_array().map_or(0, Vec::len);
        let enumerated = run["properties"]["stampout/coverage"]["enumerated"].as_u64();
        let outcomes = run["properties"]["stampout/coverage"]["outcomes"]
            .as_object()
            .expect("outcomes");
        assert_eq!(
            enumerated,
            Some(outcomes.values().filter_map(Value::as_u64).sum())
        );
        each_object("", run, &mut |key, object| {
            let number = |name: &str| object.get(name).and_then(Value::as_u64);
            if key == "region" || key == "contextRegion" {
                assert!(object.get("byteOffset").is_none() && object.get("charOffset").is_none());
                let (line, end_line) = (number("startLine"), number("endLine"));
                assert!(line >= Some(1) && end_line.or(line) >= line);
            }
            // Of a comment only the line is known.
            if key == "region" && object.len() > 1 {
                let (column, end_column) = (number("startColumn"), number("endColumn"));
                assert!(column >= Some(1) && end_column >= Some(1));
                assert!(number("startLine") < number("endLine") || column <= end_column);
            }
            if let Some(Value::String(guid)) = object.get("guid") {
                assert_eq!(guid.as_bytes().get(14), Some(&b'5'), "{guid}");
            }
            if key == "artifactLocation" {
                let uri = object["uri"].as_str().expect("a uri");
                assert!(
                    uri.is_ascii() && !uri.starts_with('/') && !uri.contains([' ', '#', '?', ':']),
                    "{uri}"
                );
                assert!(number("index").is_none_or(|index| (index as usize) < artifacts));
            }
        });
    }
}

#[test]
fn every_report_of_a_random_run_holds_its_invariants() {
    for seed in 0..RUNS {
        let run = random(seed);
        let findings: u64 = run.summary.findings + run.summary.reviews;
        check_sarif(&parse(&run.render(Format::Sarif, &OPTIONS)), false);
        check_sarif(&parse(&run.render(Format::SarifUpload, &OPTIONS)), true);
        let json = parse(&run.render(Format::Json, &OPTIONS));
        let units = json["units"].as_array().expect("units").len();
        assert_eq!(units, run.units.len());
        let issues = parse(&run.render(Format::Gitlab, &OPTIONS));
        assert_eq!(issues.as_array().expect("an array").len() as u64, findings);
        let jsonl = run.render(Format::Jsonl, &OPTIONS);
        let suppressed = run.summary.suppressed;
        assert_eq!(
            jsonl.lines().map(parse).count() as u64,
            findings + suppressed
        );
        let coverage = run.render(Format::Coverage, &OPTIONS);
        let outcomes: BTreeMap<String, u64> =
            coverage
                .lines()
                .map(parse)
                .fold(BTreeMap::new(), |mut sums, line| {
                    *sums
                        .entry(line["outcome"].as_str().expect("an outcome").to_owned())
                        .or_default() += 1;
                    sums
                });
        assert_eq!(
            outcomes.values().sum::<u64>(),
            run.summary.coverage.enumerated
        );
        for line in run.render(Format::Github, &OPTIONS).lines() {
            let command = line.strip_prefix("::").expect("every line is a command");
            assert!(
                ["error", "warning", "notice"]
                    .iter()
                    .any(|level| command.starts_with(level))
            );
        }
        let narrow = Options {
            width: 10,
            color: true,
            verbose: true,
            ..OPTIONS
        };
        assert!(
            run.render(Format::Text, &narrow).contains("file")
                || run.summary.coverage.enumerated == 0
        );
        assert!(run.render(Format::Markdown, &OPTIONS).len() < 1 << 20);
    }
}

#[test]
fn with_a_frozen_clock_two_reports_are_equal() {
    for seed in 0..RUNS {
        let mut first = random(seed);
        first.run.frozen_clock = true;
        let mut second = random(seed);
        second.run.frozen_clock = true;
        second.summary.elapsed += std::time::Duration::from_secs(1);
        for format in Format::all() {
            assert_eq!(
                first.render(format, &OPTIONS),
                second.render(format, &OPTIONS),
                "{format}"
            );
        }
    }
}

#[test]
fn categories_differ_in_their_run_and_never_in_their_name() {
    let mut run = sample();
    let mut third = sample().units.remove(1);
    third.unit.repository = "acme/third".to_owned();
    run.units.push(third);
    let log = parse(&run.render(Format::Sarif, &OPTIONS));
    let ids: BTreeSet<&str> = log["runs"]
        .as_array()
        .expect("runs")
        .iter()
        .map(|run| run["automationDetails"]["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids.len(), run.units.len());
    assert!(ids.iter().all(|id| {
        id.rsplit_once('/')
            .is_some_and(|(name, _)| name == "stampout/all")
    }));
}

#[test]
fn sarif_for_other_validators() {
    let Some(folder) = std::env::var_os("STAMPOUT_SARIF_OUT") else {
        return;
    };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let mut samples = vec![("sample".to_owned(), sample())];
    samples.extend((0..RUNS).map(|seed| (format!("fuzz-{seed:02}"), random(seed))));
    for (name, run) in samples {
        for format in [Format::Sarif, Format::SarifUpload] {
            let path = folder.join(format!("{name}-{format}.sarif"));
            std::fs::write(path, run.render(format, &OPTIONS)).expect("the file can be written");
        }
    }
}
