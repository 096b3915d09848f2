//! What a large ledger costs, within the library.

use super::super::Ledger;
use super::{Text, Whole, finding, report, step};
use crate::model::FindingFact;

/// The figures: `cargo test --lib -- --ignored --nocapture scale`; `STAMPOUT_SCALE` sets the repositories. Each has 100
/// findings, seen in 20 scans.
#[test]
#[ignore = "takes some minutes"]
#[expect(clippy::print_stderr, reason = "figures for who asks with --nocapture")]
fn scale() {
    let most: usize = std::env::var("STAMPOUT_SCALE")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("l.sqlite");
    let scan = |repository: usize, number: usize| {
        let mut fact = report(number, &step(Text::Clean, Whole::Fine), 0);
        fact.unit.repository = format!("repository {repository}");
        let findings = (0..100).map(|index| FindingFact {
            fingerprint: format!("{repository}/{index}"),
            line: index * 3 + number as u32 % 4,
            snippet: Some("requests.get(url, headers=headers)".to_owned()),
            owner: Some(format!("team {}", index % 7)),
            ..finding(&format!("src/file{index}.py"))
        });
        fact.findings = findings.collect();
        fact
    };
    let mut ledger = Ledger::open(&path).expect("it opens");
    let mut done = 0;
    for many in [most / 10, most / 2, most] {
        for repository in done..many {
            let scans: Vec<_> = (1..=20).map(|number| scan(repository, number)).collect();
            ledger.record(&scans).expect("recorded");
        }
        done = many;
        let begun = std::time::Instant::now();
        ledger.record(&[scan(0, 100 + many)]).expect("recorded");
        let record = begun.elapsed();
        let begun = std::time::Instant::now();
        let counted = Ledger::look_at(&path)
            .expect("it opens")
            .briefs(None)
            .expect("it answers")
            .len();
        let tallies = begun.elapsed();
        let begun = std::time::Instant::now();
        let listed = ledger.entries(None).expect("it answers").len();
        let entries = begun.elapsed();
        let size = std::fs::metadata(&path).expect("there").len() >> 20;
        assert_eq!((listed, counted), (many * 100, many * 100));
        eprintln!(
            "{many} repositories, {listed} findings, 20 scans each: {size} MiB; record {record:?}, status {tallies:?}, findings {entries:?}"
        );
    }
}
