//! What patterns mean, as data: `tests/conformance/LANGUAGE-FEATURE.txt`.
//!
//! A case is a pattern, a line `--`, and code whose lines begin with `>` where exactly one finding starts and with `|`
//! where none does. Cases are parted by a line `==`, behind which a word may say what the case is about.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use stampout::language;
use stampout::model::Incident;
use stampout::pack::{Body, Pack, QueryText};
use stampout::rule::RuleSet;
use stampout::scan::{Limits, examine_once};

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
        let mut case = Case {
            about: about.trim_matches(['=', ' ']).to_owned(),
            pattern: pattern.to_owned(),
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

/// The lines on which findings of a pattern start.
fn lines(
    template: &Pack,
    language: &'static language::Language,
    case: &Case,
    prefilter: bool,
) -> Result<BTreeMap<u32, usize>, String> {
    let text = QueryText {
        file: "pattern".to_owned(),
        text: Arc::from(case.pattern.as_str()),
    };
    let (rules, errors) = RuleSet::build(&[pack(template, (language, Body::pattern(text)))]);
    if !errors.is_empty() {
        return Err(format!("{errors:?}"));
    }
    let limits = Limits {
        max_file_size: 1 << 20,
        timeout: None,
        prefilter,
    };
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
    let blocks = page.split("```pattern ").skip(1);
    let examples: Vec<_> = blocks
        .map(|block| {
            let (language, rest) = block.split_once('\n').expect("a language");
            let body = rest.split("\n```").next().unwrap_or_default();
            let case = cases(&format!("\n== queries/README.md\n{body}")).pop();
            let case = case.expect("an example has a pattern and code");
            (language.to_owned(), case)
        })
        .collect();
    assert!(examples.len() > 5, "the page has lost its examples");
    examples
}

#[test]
fn patterns_mean_what_the_cases_say() {
    let template = stampout::pack::builtin()
        .iter()
        .find_map(|files| stampout::pack::read(files).ok())
        .expect("a pack is built in");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("it is there")
        .map(|item| item.expect("listed").path())
        .collect();
    files.sort();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in files {
        let name = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let Ok(language) = language::by_name(name.split('-').next().unwrap_or_default()) else {
            continue;
        };
        for case in cases(&format!(
            "\n{}",
            fs::read_to_string(&file).expect("it can be read")
        )) {
            count += case.marks.len();
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
}
