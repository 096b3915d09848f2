//! What patterns mean, as data: `tests/conformance/LANGUAGE-FEATURE.txt`.
//!
//! A case is a pattern, a line `--`, and code whose lines begin with `>` where exactly one finding starts and with `|`
//! where none does. In place of a pattern a case may have what a rule of a pack has: `match.NAME = …`, `condition`,
//! `focus` or `query`. Cases are parted by a line `==`, behind which stands the feature, a colon and what it is about of
//! it. Lines that begin with `#` in between say why an answer is what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use stampout::language;
use stampout::model::Incident;
use stampout::pack::{Body, Pack, Part, PartKind, Parts, QueryText};
use stampout::rule::RuleSet;
use stampout::scan::{Limits, examine_once};

/// What the cases are about.
const FEATURES: &[&str] = &[
    "arguments",
    "chains",
    "conditions",
    "containers",
    "contexts",
    "deep",
    "equality",
    "in general",
    "keyword arguments",
    "layout",
    "metavariables",
    "parameters",
    "queries",
    "resolution",
    "statements",
    "strings",
    "types",
];

struct Case {
    about: String,
    pattern: String,
    code: String,
    marks: Vec<(u32, bool)>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for block in text.split("\n==") {
        let (about, body) = block.split_once('\n').unwrap_or((block, ""));
        let Some((pattern, code)) = body.split_once("\n--\n") else {
            continue;
        };
        let notes = |line: &&str| !line.starts_with("# ");
        let pattern: Vec<&str> = pattern.lines().filter(notes).collect();
        let mut case = Case {
            about: about.trim_matches(['=', ' ']).to_owned(),
            pattern: pattern.join("\n"),
            code: String::new(),
            marks: Vec::new(),
        };
        for (index, line) in code.lines().enumerate() {
            let number = u32::try_from(index + 1).expect("a small file");
            let (mark, line) = line.split_at_checked(1).unwrap_or(("|", ""));
            assert!(
                mark == ">" || mark == "|",
                "{}: `{mark}{line}` has no mark",
                case.about
            );
            case.marks.push((number, mark == ">"));
            case.code.push_str(line);
            case.code.push('\n');
        }
        cases.push(case);
    }
    cases
}

fn written(text: &str) -> QueryText {
    QueryText {
        file: "case".to_owned(),
        text: Arc::from(text),
    }
}

/// The rule of a case: a pattern, or what a manifest would say.
fn body(case: &Case) -> Body {
    let is_manifest = ["match.", "query ="]
        .iter()
        .any(|word| case.pattern.starts_with(word));
    if !is_manifest {
        return Body::pattern(written(&case.pattern));
    }
    let table: toml::Table = case.pattern.parse().expect("the rule of a case is TOML");
    let text = |value: &toml::Value| written(value.as_str().expect("a string"));
    if let Some(query) = table.get("query") {
        return Body::Query(text(query));
    }
    let part = |(name, value): (&String, &toml::Value)| {
        let of = |key: &str, kind| Some((kind, text(value.get(key)?)));
        let (kind, text) = of("query", PartKind::Query)
            .or_else(|| of("regex", PartKind::Regex))
            .or_else(|| of("pattern", PartKind::Pattern))
            .unwrap_or_else(|| (PartKind::Pattern, text(value)));
        let name = name.clone();
        let language = value.get("language");
        Part {
            name,
            kind,
            language: language.and_then(|name| name.as_str().map(str::to_owned)),
            text,
        }
    };
    let parts = table["match"].as_table().expect("a table of parts");
    Body::Parts(Arc::new(Parts {
        parts: parts.iter().map(part).collect(),
        condition: text(&table["condition"]),
        focus: table
            .get("focus")
            .and_then(|focus| focus.as_str().map(str::to_owned)),
    }))
}

fn pack(template: &Pack, body: (&'static language::Language, Body)) -> Pack {
    let mut pack = template.clone();
    pack.incident = Incident {
        id: "CASE".to_owned(),
        ..pack.incident
    };
    pack.rules.truncate(1);
    pack.rules[0].bodies = vec![body];
    pack
}

fn limits(prefilter: bool) -> Limits {
    Limits {
        max_file_size: 1 << 20,
        timeout: None,
        prefilter,
    }
}

/// The lines on which findings of a pattern start.
fn lines(
    template: &Pack,
    language: &'static language::Language,
    case: &Case,
    prefilter: bool,
) -> Result<BTreeMap<u32, usize>, String> {
    let (rules, errors) = RuleSet::build(&[pack(template, (language, body(case)))]);
    if !errors.is_empty() {
        return Err(format!("{errors:?}"));
    }
    let limits = limits(prefilter);
    let verdict = examine_once(case.code.as_bytes(), &[language], &rules, &limits);
    let failures = rules.failures();
    if !failures.is_empty() {
        return Err(failures
            .iter()
            .map(|failure| format!("{} ({})", failure.message, failure.hint))
            .collect());
    }
    let mut found = BTreeMap::new();
    for instance in &verdict.instances {
        *found.entry(instance.span.line).or_default() += 1;
    }
    Ok(found)
}

fn check(
    template: &Pack,
    language: &'static language::Language,
    case: &Case,
    wrong: &mut Vec<String>,
) {
    for prefilter in [true, false] {
        let place = format!("{language}, {}: {}", case.about, case.pattern);
        let found = match lines(template, language, case, prefilter) {
            Ok(found) => found,
            Err(error) => {
                wrong.push(format!("{place}: {error}"));
                continue;
            }
        };
        for (line, expected) in &case.marks {
            let got = found.get(line).copied().unwrap_or(0);
            let text = case
                .code
                .lines()
                .nth(*line as usize - 1)
                .unwrap_or_default();
            if got != usize::from(*expected) {
                wrong.push(format!(
                    "{place}\n    line {line} `{text}`: {got} findings (prefilter {prefilter})"
                ));
            }
        }
    }
}

/// The examples of the page on writing rules, each with its language.
fn examples() -> Vec<(String, Case)> {
    let page = include_str!("../../queries/README.md");
    let mut examples = Vec::new();
    for kind in ["pattern", "query"] {
        for block in page.split(&format!("```{kind} ")).skip(1) {
            let (language, rest) = block.split_once('\n').expect("a language");
            let body = rest.split("\n```").next().unwrap_or_default();
            let case = cases(&format!("\n== queries/README.md\n{body}")).pop();
            let mut case = case.expect("an example has a pattern and code");
            if kind == "query" {
                case.pattern = format!("query = '''{}'''", case.pattern);
            }
            examples.push((language.to_owned(), case));
        }
    }
    assert!(examples.len() > 5, "the page has lost its examples");
    examples
}

/// The cases of each language.
fn suite() -> Vec<(&'static language::Language, Vec<Case>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut suite: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("it is there")
        .map(|item| item.expect("listed").path())
        .collect();
    files.sort();
    for file in &files {
        let name = file.file_stem().expect("a name").to_string_lossy();
        let name = name.split('-').next().unwrap_or_default();
        let language = language::by_name(name).expect("files are named after languages");
        let text = fs::read_to_string(file).expect("it can be read");
        suite
            .entry(language.name)
            .or_default()
            .extend(cases(&format!("\n{text}")));
    }
    suite
        .into_iter()
        .map(|(name, cases)| (language::by_name(name).expect("a language"), cases))
        .collect()
}

/// Code that was not written for a pattern holds relatives of it that its author did not think of.
#[test]
fn required_text_rules_out_nothing_that_matches() {
    let template = template();
    let mut wrong = Vec::new();
    for (language, all) in suite() {
        for case in &all {
            let (rules, errors) = RuleSet::build(&[pack(&template, (language, body(case)))]);
            assert!(errors.is_empty(), "{errors:?}");
            for other in &all {
                let found = |prefilter| {
                    let code = other.code.as_bytes();
                    let verdict = examine_once(code, &[language], &rules, &limits(prefilter));
                    verdict.instances.clone()
                };
                if found(true) != found(false) {
                    wrong.push(format!("{language}: {}\n{}", case.pattern, other.code));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

fn template() -> Pack {
    stampout::pack::builtin()
        .iter()
        .find_map(|files| stampout::pack::read(files).ok())
        .expect("a pack is built in")
}

#[test]
fn patterns_mean_what_the_cases_say() {
    let template = template();
    let (mut wrong, mut count) = (Vec::new(), 0);
    let mut features: BTreeMap<String, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for (language, all) in suite() {
        for case in all {
            count += case.marks.len();
            let feature = case.about.split_once(": ");
            let feature = feature.map_or("in general", |(feature, _)| feature);
            let (lines, languages) = features.entry(feature.to_owned()).or_default();
            *lines += case.marks.iter().filter(|(_, found)| *found).count();
            languages.insert(language.name);
            check(&template, language, &case, &mut wrong);
        }
    }
    for (name, case) in examples() {
        let language = language::by_name(&name).expect("a language");
        count += case.marks.len();
        check(&template, language, &case, &mut wrong);
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} lines:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let found: usize = features.values().map(|(lines, _)| lines).sum();
    let languages: BTreeSet<&str> = features
        .values()
        .flat_map(|(_, all)| all)
        .copied()
        .collect();
    assert!(
        found >= 600 && languages.len() >= 12,
        "{found} places to find in {languages:?}"
    );
    for feature in FEATURES {
        let languages = features.get(*feature).map_or(0, |(_, all)| all.len());
        assert!(
            languages > 1,
            "`{feature}` has cases in {languages} languages"
        );
    }
    for feature in features.keys() {
        assert!(
            FEATURES.contains(&feature.as_str()),
            "no feature `{feature}`"
        );
    }
}
