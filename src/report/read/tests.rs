//! What is written can be read, and what is not ours is told apart.

use super::{ReadError, read};
use crate::report::Format;
use crate::report::golden::golden;

/// Both formats tell the same: units, evidence, identities and places.
#[test]
fn json_and_sarif_tell_the_same() {
    let json = read(golden(Format::Json).as_bytes(), 0)
        .expect("ours")
        .scans;
    let sarif = read(golden(Format::Sarif).as_bytes(), 0)
        .expect("ours")
        .scans;
    assert_eq!(json.len(), sarif.len());
    assert!(!json.is_empty());
    for (json, sarif) in json.iter().zip(&sarif) {
        assert_eq!(json.unit, sarif.unit);
        assert_eq!(json.evidence, sarif.evidence);
        assert_eq!(json.complete, sarif.complete);
        assert_eq!(json.observed, sarif.observed);
        assert_eq!(json.findings.len(), sarif.findings.len());
        for (one, other) in json.findings.iter().zip(&sarif.findings) {
            assert_eq!(
                (&one.fingerprint, &one.match_key, &one.rule, &one.incident),
                (
                    &other.fingerprint,
                    &other.match_key,
                    &other.rule,
                    &other.incident
                )
            );
            assert_eq!(
                (&one.path, one.line, &one.kind, one.byte_start, &one.blob),
                (
                    &other.path,
                    other.line,
                    &other.kind,
                    other.byte_start,
                    &other.blob
                )
            );
        }
    }
}

#[test]
fn what_is_no_report_is_said() {
    let cut = golden(Format::Json);
    let cases: &[(&str, &str)] = &[
        (&cut[..cut.len() / 2], "not whole JSON"),
        ("", "not whole JSON"),
        ("[]", "neither a json report"),
        (
            "{\"units\": [], \"tool\": {}, \"version\": 2, \"run\": {}}",
            "version 2",
        ),
        ("{\"runs\": [], \"version\": \"2.2\"}", "version 2.2"),
        (
            "{\"units\": 3, \"tool\": {}, \"version\": 1, \"run\": {}}",
            "units: invalid type",
        ),
        (
            "{\"runs\": [{\"results\": []}], \"version\": \"2.1.0\"}",
            "names no repository",
        ),
    ];
    for (text, expected) in cases {
        let error: ReadError = read(text.as_bytes(), 0).expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.hint().is_empty());
    }
}

/// When another tool's run began, as far as it tells; what is made of it is said.
#[test]
fn a_time_that_cannot_be_read_is_said() {
    let cases = [
        (r#""2026-03-02T09:14:00Z""#, 1_772_442_840, ""),
        (r#""2026-03-02T10:14:00+01:00""#, 1_772_442_840, ""),
        (
            r#""2026-03-02T09:14:00.5""#,
            1_772_442_840,
            "runs[0]: it began `2026-03-02T09:14:00.5`, without a zone: taken for UTC",
        ),
        (
            r#""yesterday""#,
            7,
            "runs[0]: it began `yesterday`, which is no time: it counts as seen now",
        ),
        (
            "null",
            7,
            "runs[0]: it does not say when it began: it counts as seen now",
        ),
    ];
    for (time, observed, note) in cases {
        let text = format!(
            r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "other"}}}},
                "invocations": [{{"startTimeUtc": {time}}}],
                "versionControlProvenance": [{{"repositoryUri": "https://git.example/shop"}}]}}]}}"#
        );
        let told = read(text.as_bytes(), 7).expect("it can be read");
        assert_eq!(told.scans[0].observed, observed, "{time}");
        assert_eq!(told.notes.concat(), note, "{time}");
    }
}
