//! Each format's golden: the sample as it is written.

use insta::assert_snapshot;

use super::sample::{OPTIONS, sample};
use super::{Format, Options};
use crate::model::{Outcome, RunSummary};

pub(super) fn golden(format: Format) -> String {
    sample().render(format, &OPTIONS)
}

/// One key a line, so that a person can read the golden; the streams themselves are compact.
fn pretty(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).expect("the report is JSON");
    serde_json::to_string_pretty(&value).expect("it was JSON")
}

/// Versions change; the goldens should not.
fn unversioned(text: &str) -> String {
    text.replace(super::TOOL_VERSION, "VERSION")
}

#[test]
fn text() {
    assert_snapshot!(golden(Format::Text));
}

#[test]
fn text_in_colour_says_the_same() {
    let options = Options {
        color: true,
        ..OPTIONS
    };
    let colored = sample().render(Format::Text, &options);
    assert!(colored.contains("\u{1b}["));
    let plain = anstream::adapter::strip_str(&colored).to_string();
    assert_eq!(plain, golden(Format::Text));
}

#[test]
fn text_of_a_clean_and_complete_run_says_what_it_rests_on() {
    let mut sample = sample();
    sample.summary = RunSummary::default();
    for unit in &mut sample.units {
        unit.entries.retain(|(entry, _)| !entry.outcome.is_blind());
        unit.entries
            .iter_mut()
            .for_each(|(_, findings)| findings.clear());
        unit.summary.blind_files = 0;
    }
    sample.sum_up();
    assert!(sample.summary.complete && sample.summary.coverage.of(Outcome::Scanned) > 0);
    assert_snapshot!(sample.render(Format::Text, &OPTIONS));
}

#[test]
fn json() {
    assert_snapshot!(unversioned(&pretty(&golden(Format::Json))));
}

#[test]
fn jsonl() {
    assert_snapshot!(golden(Format::Jsonl));
}

#[test]
fn coverage() {
    assert_snapshot!(golden(Format::Coverage));
}

#[test]
fn github() {
    assert_snapshot!(golden(Format::Github));
}

#[test]
fn gitlab() {
    assert_snapshot!(golden(Format::Gitlab));
}

#[test]
fn markdown() {
    assert_snapshot!(golden(Format::Markdown));
}

#[test]
fn sarif() {
    assert_snapshot!(unversioned(&pretty(&golden(Format::Sarif))));
}

#[test]
fn sarif_upload() {
    assert_snapshot!(unversioned(&pretty(&golden(Format::SarifUpload))));
}

#[test]
fn without_snippets_no_report_shows_code() {
    let mut sample = sample();
    sample.run.snippets = false;
    for format in Format::all() {
        let report = sample.render(format, &OPTIONS);
        for code in ["GATEWAY_URL", "log.info", "requests.post("] {
            // The rules' own help is not the repository's code.
            let report = report.replace("requests.post(url, timeout=5)", "");
            assert!(!report.contains(code), "{format} shows {code}");
        }
    }
}

#[test]
fn nothing_in_a_report_can_act_on_a_terminal() {
    for format in Format::all() {
        let report = sample().render(format, &OPTIONS);
        let acts = |each: &char| super::escape::deceives(*each) && !matches!(each, '\n' | '\t');
        assert_eq!(report.chars().find(acts), None, "{format}");
    }
}
