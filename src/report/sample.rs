//! The one sample run that every format's golden comes from: two units, findings with captures, a review, odd and
//! hostile names and code, outcomes of every weight, problems, incidents with and without tickets.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::{Options, Report};
use crate::model::{
    ByteSpan, Capture, Catalog, Class, CommentNote, CommentProblem, Coverage, Date, EntryRecord,
    Evidence, FileFacts, Finding, Fingerprint, Frame, GrammarDigest, IN_SOURCE, Incident,
    IncidentTally, IncidentTime, Instance, Judgement, Kind, LineHashes, MatchKey, Outcome, Problem,
    ProblemKind, RepoPath, RuleInfo, RunInfo, RunSummary, Scope, Severity, Span, Suppression, Unit,
    UnitKind, UnitSummary, Unjudged,
};

/// The day on which the sample is reported.
pub(super) const TODAY: Date = Date {
    year: 2026,
    month: 3,
    day: 21,
};

/// Plain and narrow.
pub(super) const OPTIONS: Options = Options {
    color: false,
    width: 80,
    allow_incomplete: false,
    today: TODAY,
    verbose: false,
};

/// All calls of a run, to be replayed.
pub(super) struct Sample {
    pub(super) run: RunInfo,
    pub(super) units: Vec<SampleUnit>,
    pub(super) summary: RunSummary,
}

/// All calls of a unit; an entry comes before its findings.
pub(super) struct SampleUnit {
    pub(super) unit: Unit,
    pub(super) entries: Vec<(EntryRecord, Vec<Finding>)>,
    pub(super) summary: UnitSummary,
}

impl Sample {
    /// Replays the run into a report.
    pub(super) fn write(&self, report: &mut dyn Report, out: &mut dyn Write) -> io::Result<()> {
        let run = &self.run;
        report.begin(out, run)?;
        for SampleUnit {
            unit,
            entries,
            summary,
        } in &self.units
        {
            report.unit_begin(out, run, unit)?;
            for (entry, findings) in entries {
                report.entry(out, run, unit, entry)?;
                for finding in findings {
                    report.finding(out, run, unit, finding)?;
                }
            }
            report.unit_end(out, run, unit, summary)?;
        }
        report.end(out, run, &self.summary)
    }

    /// The report as text.
    pub(super) fn render(&self, format: super::Format, options: &Options) -> String {
        let mut out = Vec::new();
        let mut report = format.report(options);
        self.write(&mut *report, &mut out)
            .expect("a vector takes all");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    /// Counts what the units say, so that the sums hold.
    pub(super) fn sum_up(&mut self) {
        let mut total = RunSummary {
            complete: true,
            ..RunSummary::default()
        };
        total.problems = std::mem::take(&mut self.summary.problems);
        total.bytes = self.summary.bytes;
        total.elapsed = self.summary.elapsed;
        total.units = self.units.len() as u64;
        total.complete = total.problems.is_empty();
        let catalog = &self.run.catalog;
        let mut places: BTreeMap<String, (IncidentTally, Vec<&str>)> = catalog
            .incidents
            .iter()
            .map(|incident| (incident.id.clone(), Default::default()))
            .collect();
        let mut repositories: Vec<&str> = Vec::new();
        for each in &mut self.units {
            let summary = &mut each.summary;
            summary.coverage = Coverage::default();
            summary.not_looked_at = Coverage::default();
            (summary.findings, summary.reviews, summary.suppressed) = (0, 0, 0);
            for (entry, findings) in &each.entries {
                summary.coverage.enumerated += 1;
                summary.coverage.count(entry.outcome);
                if entry.outcome.is_blind() && !entry.languages.is_empty() {
                    summary.not_looked_at.enumerated += 1;
                    summary.not_looked_at.count(entry.outcome);
                }
                for finding in findings {
                    let incident = catalog.incident_of(finding.instance.rule);
                    let suppressed = finding.suppression.is_some();
                    let (tally, seen) = places
                        .get_mut(&incident.id)
                        .expect("every incident is there");
                    if suppressed {
                        summary.suppressed += 1;
                        tally.suppressed += 1;
                        continue;
                    }
                    if finding.instance.kind == Kind::Review {
                        summary.reviews += 1;
                        tally.reviews += 1;
                        continue;
                    }
                    summary.findings += 1;
                    tally.instances += 1;
                    *tally.owners.entry(finding.owner.clone()).or_default() += 1;
                    if !seen.contains(&&*each.unit.repository) {
                        seen.push(&each.unit.repository);
                        tally.repositories += 1;
                    }
                }
            }
            summary.complete = summary.not_looked_at.accounted() == 0;
            total.complete &= summary.complete;
            total.coverage.add(&summary.coverage);
            total.not_looked_at.add(&summary.not_looked_at);
            total.findings += summary.findings;
            total.reviews += summary.reviews;
            total.suppressed += summary.suppressed;
            total.blind_files += summary.blind_files;
            if !repositories.contains(&&*each.unit.repository) {
                repositories.push(&each.unit.repository);
            }
        }
        total.repositories = repositories.len() as u64;
        total.incidents = places
            .into_iter()
            .map(|(id, (tally, _))| (id, tally))
            .collect();
        self.summary = total;
    }
}

/// An incident of the sample.
pub(super) fn incident(id: &str, title: &str, severity: Severity, class: Class) -> Incident {
    Incident {
        id: id.to_owned(),
        title: title.to_owned(),
        summary: "The workers waited for a gateway that never answered, until none was left."
            .to_owned(),
        severity,
        class,
        url: format!("https://incidents.example/{id}"),
        aliases: Vec::new(),
        cwe: Vec::new(),
        tickets: Vec::new(),
        owner: None,
        embargo_until: None,
        time: IncidentTime::default(),
        origins: Vec::new(),
    }
}

/// A rule of the sample.
pub(super) fn rule(catalog: &Catalog, incident: usize, name: &str, message: &str) -> RuleInfo {
    RuleInfo {
        id: format!("{}.{name}", catalog.incidents[incident].id),
        name: name.to_owned(),
        incident,
        message: message.to_owned(),
        help: "Pass `timeout=` to every call:\n\n```python\nrequests.post(url, timeout=5)\n```"
            .to_owned(),
        languages: vec!["python"],
        digest: "d1".repeat(32),
    }
}

/// An entry that was scanned whole.
pub(super) fn entry(path: &[u8], outcome: Outcome) -> EntryRecord {
    EntryRecord {
        path: RepoPath::new(path),
        blob: Some("b1".repeat(20)),
        outcome,
        languages: vec!["python"],
        spans: Vec::new(),
        detail: String::new(),
    }
}

/// The span of a text's first occurrence in a source, as the scanner would give it.
pub(super) fn span(source: &str, text: &str) -> Span {
    let start = source.find(text).expect("the text stands in the source");
    let end = start + text.len();
    let place = |at: usize| {
        let line = source[..at].matches('\n').count() as u32 + 1;
        let begin = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        (line, source[begin..at].encode_utf16().count() as u32 + 1)
    };
    let ((line, column), (end_line, end_column)) = (place(start), place(end));
    let bytes = ByteSpan {
        start: start as u64,
        end: end as u64,
    };
    Span {
        bytes,
        line,
        column,
        end_line,
        end_column,
    }
}

/// A finding of `text` in a source, with captures.
pub(super) fn finding(
    repository: &str,
    path: &[u8],
    rule: (usize, &str),
    source: &str,
    text: &str,
    captures: &[(&str, &str)],
) -> Finding {
    let span = span(source, text);
    let lines: Vec<&str> = source.lines().collect();
    let first = span.line.saturating_sub(1).max(1);
    let last = (span.end_line + 1).min(lines.len() as u32);
    let frame = Frame {
        first_line: first,
        lines: lines[first as usize - 1..last as usize]
            .iter()
            .map(|line| (*line).to_owned())
            .collect(),
    };
    let enclosing = vec!["Gateway".to_owned(), "charge".to_owned()];
    let key = MatchKey::new(rule.1, Kind::Fail, text.as_bytes(), &enclosing, 0);
    let captures = captures
        .iter()
        .map(|(name, text)| Capture {
            name: (*name).to_owned(),
            span: self::span(source, text),
            text: (*text).to_owned(),
        })
        .collect();
    let path = RepoPath::new(path);
    Finding {
        fingerprint: Fingerprint::new(repository, &path, &key),
        path,
        instance: Arc::new(Instance {
            rule: rule.0,
            kind: Kind::Fail,
            language: "python".to_owned(),
            span,
            snippet: text.to_owned(),
            frame,
            captures,
            enclosing,
            key,
            line_hash: LineHashes::new(source.as_bytes()).at(span.bytes.start),
            reason: String::new(),
        }),
        file: Arc::new(FileFacts {
            blob: Some("b1".repeat(20)),
            sha256: Some("5a".repeat(32)),
            length: source.len() as u64,
            encoding: "UTF-8",
        }),
        owner: Some("team-payments".to_owned()),
        suppression: None,
    }
}

/// The same as a review.
pub(super) fn review(mut finding: Finding, reason: &str) -> Finding {
    let instance = Arc::make_mut(&mut finding.instance);
    instance.kind = Kind::Review;
    instance.reason = reason.to_owned();
    finding
}

/// The same with somebody who answers for it, in the words of a hostile comment.
pub(super) fn suppressed(mut finding: Finding, kind: &str, reason: &str) -> Finding {
    let in_source = kind == IN_SOURCE;
    finding.suppression = Some(Arc::new(Suppression {
        kind: kind.to_owned(),
        by: "ana".to_owned(),
        reason: reason.to_owned(),
        until: in_source.then(|| "2027-01-31".to_owned()),
        line: in_source.then(|| finding.instance.span.line),
        id: (!in_source).then(|| "S-0123456789ab".to_owned()),
    }));
    finding
}

fn catalog() -> Catalog {
    let mut http = incident(
        "INC-2041",
        "Checkout workers hung on HTTP calls without a timeout",
        Severity::High,
        Class::Reliability,
    );
    http.cwe = vec!["CWE-400".to_owned()];
    http.tickets = vec!["https://tracker.example/OPS-812".to_owned()];
    http.owner = Some("team-payments".to_owned());
    http.time.declared = Some("2026-03-02T09:14:00Z".to_owned());
    let mut token = incident(
        "INC-2077",
        "Tokens in <logs> | [see](1) {0}",
        Severity::Critical,
        Class::Security,
    );
    token.cwe = vec!["CWE-532".to_owned()];
    token.aliases = vec!["CVE-2026-1234".to_owned()];
    let quiet = incident("INC-2090", "Leap day", Severity::Low, Class::Data);
    let mut catalog = Catalog {
        incidents: vec![http, token, quiet],
        rules: Vec::new(),
    };
    catalog.rules = vec![
        rule(
            &catalog,
            0,
            "http-call-without-timeout",
            "HTTP call without a timeout",
        ),
        rule(&catalog, 1, "token-in-log", "A token is logged"),
        rule(
            &catalog,
            2,
            "year-plus-one",
            "The same day of the next year may not exist",
        ),
    ];
    catalog
}

fn unit(repository: &str, kind: UnitKind) -> Unit {
    Unit {
        repository: repository.to_owned(),
        url: None,
        owner: None,
        kind,
        revision: None,
        reference: None,
        commit: None,
        commit_time: None,
        tree: None,
        shallow: false,
    }
}

fn unit_summary() -> UnitSummary {
    UnitSummary {
        bytes: 0,
        coverage: Coverage::default(),
        complete: true,
        findings: 0,
        reviews: 0,
        suppressed: 0,
        comments: Vec::new(),
        blind_files: 0,
        not_looked_at: Coverage::default(),
        dirty: None,
        evidence: Evidence::default(),
    }
}

/// Code that a terminal, Markdown or a workflow log could trip over.
const HOSTILE: &str =
    "x = '](1) ``` <b> \u{1b}[31m \u{202e}'\nlog.info(token, \"::error::%0A\")  # ```\n";

/// A run of two units.
pub(super) fn sample() -> Sample {
    let mut sample = Sample {
        run: RunInfo {
            catalog: Arc::new(catalog()),
            selection: "all".to_owned(),
            sarif_category: None,
            started: 1_774_083_661,
            frozen_clock: true,
            snippets: true,
        },
        units: vec![revision_unit(), work_tree_unit()],
        summary: RunSummary {
            problems: vec![
                Problem {
                    kind: ProblemKind::Source,
                    repository: Some("acme/lost".to_owned()),
                    message: "no such repository".to_owned(),
                    hint: "clone it, or take it out of the fleet".to_owned(),
                },
                Problem {
                    kind: ProblemKind::Input,
                    repository: None,
                    message: "queries/broken/incident.toml:3:1: unknown key `titel`\n3 | titel = 1"
                        .to_owned(),
                    hint: "did you mean `title`?".to_owned(),
                },
            ],
            bytes: 1_234_567,
            elapsed: Duration::from_millis(3_400),
            ..RunSummary::default()
        },
    };
    sample.sum_up();
    sample
}

fn revision_unit() -> SampleUnit {
    let name = "acme/checkout";
    let rule = (0, "INC-2041.http-call-without-timeout");
    let gateway = "import requests\n\ndef charge(order):\n    note = \"é😀\"; resp = \
                   requests.post(GATEWAY_URL, json=order)\n    return resp.json()\n";
    let long = "def retry():\n    return requests.get(\n        GATEWAY_URL,\n        headers=HEADERS,\n    )\n";
    let mut readme = entry(b"README.md", Outcome::UnsupportedLanguage);
    readme.languages.clear();
    let mut skipped = entry(b"legacy/slow.py", Outcome::TimedOut);
    skipped.detail = "10 s".to_owned();
    let mut broken = entry(b"src/broken.py", Outcome::ScannedWithErrors);
    broken.spans = vec![ByteSpan { start: 4, end: 19 }];
    let probe = "import requests\nrequests.get(URL)  # stampout:ignore\n";
    let broken_source = "def (\nrequests.get(URL\n";
    let reviewed = review(
        finding(
            name,
            b"src/broken.py",
            rule,
            broken_source,
            "requests.get(URL",
            &[],
        ),
        "in a part that did not parse",
    );
    let unjudged = vec![
        Unjudged {
            path: RepoPath::from("legacy/slow.py"),
            blob: Some("b1".repeat(20)),
            outcome: Outcome::TimedOut,
            rules: Vec::new(),
            spans: Vec::new(),
        },
        Unjudged {
            path: RepoPath::from("src/broken.py"),
            blob: Some("b1".repeat(20)),
            outcome: Outcome::ScannedWithErrors,
            rules: vec![rule.1.to_owned()],
            spans: broken.spans.clone(),
        },
    ];
    let captures = [("url", "GATEWAY_URL"), ("args", "json=order")];
    let call = "requests.post(GATEWAY_URL, json=order)";
    SampleUnit {
        unit: Unit {
            url: Some("https://git.example/acme/checkout.git".to_owned()),
            owner: Some("team-payments".to_owned()),
            revision: Some("release/1.2".to_owned()),
            reference: Some("refs/heads/release/1.2".to_owned()),
            commit: Some("c0ffee11".repeat(5)),
            commit_time: Some(1_774_000_000),
            tree: Some("7ee5eed1".repeat(5)),
            ..unit(name, UnitKind::Revision)
        },
        entries: vec![
            (
                entry(b"README.md", Outcome::UnsupportedLanguage),
                Vec::new(),
            ),
            (skipped, Vec::new()),
            (broken, vec![reviewed]),
            (
                entry(b"src/gateway.py", Outcome::Scanned),
                vec![finding(
                    name,
                    b"src/gateway.py",
                    rule,
                    gateway,
                    call,
                    &captures,
                )],
            ),
            (
                entry(b"src/probe.py", Outcome::Scanned),
                vec![suppressed(
                    finding(name, b"src/probe.py", rule, probe, "requests.get(URL)", &[]),
                    IN_SOURCE,
                    "the probe may hang \u{1b}[31m ](1) <b> {0}",
                )],
            ),
            (
                entry("src/r\u{e9} #1/retry.py".as_bytes(), Outcome::Scanned),
                vec![finding(
                    name,
                    "src/r\u{e9} #1/retry.py".as_bytes(),
                    rule,
                    long,
                    long.trim_start_matches("def retry():\n    return ")
                        .trim_end(),
                    &[("url", "GATEWAY_URL")],
                )],
            ),
        ],
        summary: UnitSummary {
            comments: vec![CommentNote {
                path: RepoPath::from("src/broken.py"),
                line: 7,
                problem: CommentProblem::Malformed,
                message: "unknown word `\u{1b}[2Juntli=`: did you mean `until=`?".to_owned(),
            }],
            blind_files: 1,
            evidence: Evidence {
                scope: Scope {
                    incidents: vec!["INC-2041".to_owned()],
                    ..Scope::default()
                },
                rules: vec![Judgement {
                    rule: rule.1.to_owned(),
                    digest: "d1".repeat(32),
                    required_text: true,
                }],
                engine: "e1".repeat(32),
                grammars: vec![GrammarDigest {
                    language: "python",
                    digest: "a1".repeat(32),
                }],
                unjudged,
                judged: crate::model::PathSet::default(),
            },
            ..unit_summary()
        },
    }
}

fn work_tree_unit() -> SampleUnit {
    let name = "acme/web";
    let hostile = b"logs/\x1b[2J\n::error::](1)`|<b>\xE9.py";
    let mut leak = finding(
        name,
        hostile,
        (1, "INC-2077.token-in-log"),
        HOSTILE,
        "log.info(token, \"::error::%0A\")",
        &[("secret", "token")],
    );
    leak.owner = None;
    Arc::make_mut(&mut leak.instance).enclosing.clear();
    let mut secret = entry(b"secret.py", Outcome::Unreadable);
    secret.blob = None;
    SampleUnit {
        unit: unit(name, UnitKind::WorkTree),
        entries: vec![
            (entry(b"app.py", Outcome::RuledOut), Vec::new()),
            (entry(hostile, Outcome::Scanned), vec![leak]),
            (secret, Vec::new()),
        ],
        summary: UnitSummary {
            dirty: Some(true),
            ..unit_summary()
        },
    }
}
