//! GitHub Actions annotations, as workflow commands on the log.
//!
//! GitHub shows ten annotations per level and step and drops the rest in silence, in order of arrival. So the worst ten
//! of each level are held back to the end (a bounded number, whatever the scan finds), and one line says how many more
//! there were.

use std::io::{self, Write};

use super::{Report, escape, number, sentence};
use crate::model::{Finding, Kind, RunInfo, RunSummary, Severity, Unit};

/// How many annotations of one level GitHub shows.
const LEVEL_LIMIT: usize = 10;

/// In order of weight, worst first; within one GitHub level the earlier goes first.
const RANKS: [(&str, &str); 5] = [
    ("error", "critical"),
    ("error", "high"),
    ("warning", "medium"),
    ("notice", "low"),
    ("notice", "review"),
];

/// The report.
#[derive(Default)]
pub(super) struct Github {
    /// By rank: the first few, as they will be written.
    held: [Vec<String>; RANKS.len()],
    /// By rank: all of them.
    seen: [u64; RANKS.len()],
}

impl Report for Github {
    fn finding(
        &mut self,
        _out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        finding: &Finding,
    ) -> io::Result<()> {
        if finding.suppression.is_some() {
            return Ok(());
        }
        let rank = rank(run, finding);
        self.seen[rank] += 1;
        if self.held[rank].len() < LEVEL_LIMIT {
            self.held[rank].push(command(RANKS[rank].0, run, unit, finding));
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
        // The two lines of our own take a place each at their level.
        let mut left = [
            ("error", LEVEL_LIMIT),
            ("warning", LEVEL_LIMIT - 1),
            ("notice", LEVEL_LIMIT - 1),
        ];
        let mut more = Vec::new();
        for (rank, held) in self.held.iter().enumerate() {
            let Some((_, room)) = left.iter_mut().find(|(level, _)| *level == RANKS[rank].0) else {
                continue;
            };
            let shown = held.len().min(*room);
            *room -= shown;
            for line in &held[..shown] {
                writeln!(out, "{line}")?;
            }
            let rest = self.seen[rank] - shown as u64;
            if rest > 0 {
                more.push(format!(
                    "{} more {}",
                    number::thousands(rest),
                    RANKS[rank].1
                ));
            }
        }
        if !summary.complete {
            let unseen = summary.not_looked_at.accounted();
            let text = format!(
                "The scan is incomplete: {} not looked at, {}.",
                number::count(unseen, "file", "files"),
                number::count(summary.problems.len() as u64, "problem", "problems"),
            );
            writeln!(out, "::warning title=stampout::{}", escape::data(&text))?;
        }
        if !more.is_empty() {
            let text = format!("Not shown here: {}. See the full report.", more.join(", "));
            writeln!(out, "::notice title=stampout::{}", escape::data(&text))?;
        }
        Ok(())
    }
}

fn rank(run: &RunInfo, finding: &Finding) -> usize {
    match (
        finding.instance.kind,
        run.catalog.incident_of(finding.instance.rule).severity,
    ) {
        (Kind::Review, _) => 4,
        (Kind::Fail, Severity::Critical) => 0,
        (Kind::Fail, Severity::High) => 1,
        (Kind::Fail, Severity::Medium) => 2,
        (Kind::Fail, Severity::Low) => 3,
    }
}

fn command(level: &str, run: &RunInfo, unit: &Unit, finding: &Finding) -> String {
    let span = finding.instance.span;
    // GitHub refuses columns on an annotation of several lines.
    let columns = if span.line == span.end_line {
        format!(",col={},endColumn={}", span.column, span.end_column)
    } else {
        String::new()
    };
    let rule = &run.catalog.rules[finding.instance.rule].id;
    let incident = run.catalog.incident_of(finding.instance.rule);
    let mut text = sentence(run, finding);
    if unit.revision.is_some() {
        text = format!("{text}\nin {}", unit.title());
    }
    format!(
        "::{level} file={},line={},endLine={}{columns},title={}::{}",
        escape::property(&finding.path.to_text()),
        span.line,
        span.end_line,
        escape::property(rule),
        escape::data(&format!("{text}\n{}", incident.url)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::sample::{OPTIONS, sample};

    #[test]
    fn no_level_has_more_lines_than_are_shown_and_the_worst_come_first() {
        let mut sample = sample();
        for (unit, entry) in [(0, 2), (0, 3), (1, 1)] {
            let finding = sample.units[unit].entries[entry].1[0].clone();
            sample.units[unit].entries[entry].1 = vec![finding; 6];
        }
        sample.sum_up();
        let report = sample.render(Format::Github, &OPTIONS);
        let count = |text: &str| report.matches(text).count();
        assert_eq!(count("::error file="), 10);
        assert_eq!(count("title=INC-2077.token-in-log::"), 6);
        assert_eq!(count("::notice file="), 6);
        let last = report.lines().last().expect("a line");
        assert_eq!(
            last,
            "::notice title=stampout::Not shown here: 3 more high. See the full report."
        );
    }
}
