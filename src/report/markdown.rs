//! A job summary or ticket text in Markdown.
//!
//! Invariant: bounded. A CI service drops a summary of more than 1 MiB whole, so details stop well before that and a
//! line says how many findings are not shown. The table stands first but is known last; so the details are held back,
//! which costs no more than the bound.

use std::io::{self, Write};

use super::{Report, claim, escape, number};
use crate::model::{Finding, Kind, ProblemKind, RunInfo, RunSummary, Unit, UnitSummary};

/// How long the details may grow, in bytes; the rest of the mebibyte is for table and lists.
const DETAILS_LIMIT: usize = 700 << 10;
/// How long all else may grow.
const TOP_LIMIT: usize = 250 << 10;
/// How many rows a list or table may have.
const ROWS_LIMIT: usize = 500;
/// How much of a line of code or text is shown.
const TEXT_LIMIT: usize = 300;

/// The report.
#[derive(Default)]
pub(super) struct Markdown {
    details: String,
    unshown: u64,
    /// Whether the unit at hand has its heading.
    headed: bool,
}

impl Report for Markdown {
    fn unit_begin(&mut self, _out: &mut dyn Write, _run: &RunInfo, _unit: &Unit) -> io::Result<()> {
        self.headed = false;
        Ok(())
    }

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
        let heading = if self.headed {
            String::new()
        } else {
            heading(unit)
        };
        let block = details(run, finding);
        if self.unshown > 0 || self.details.len() + heading.len() + block.len() > DETAILS_LIMIT {
            self.unshown += 1;
            return Ok(());
        }
        self.headed = true;
        self.details.push_str(&heading);
        self.details.push_str(&block);
        Ok(())
    }

    fn unit_end(
        &mut self,
        _out: &mut dyn Write,
        _run: &RunInfo,
        _unit: &Unit,
        _summary: &UnitSummary,
    ) -> io::Result<()> {
        self.headed = false;
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
        let mut top = Vec::new();
        self.top(&mut top, run, summary)?;
        if top.len() > TOP_LIMIT {
            let end = top[..TOP_LIMIT].iter().rposition(|byte| *byte == b'\n');
            top.truncate(end.map_or(0, |end| end + 1));
            top.extend(b"\nMore is not shown here: see the SARIF or JSON report.\n\n");
        }
        out.write_all(&top)?;
        if !self.details.is_empty() {
            writeln!(out, "## Findings\n")?;
            out.write_all(self.details.as_bytes())?;
        }
        if self.unshown > 0 {
            let more = number::count(self.unshown, "more finding", "more findings");
            writeln!(out, "{more} not shown here: see the SARIF or JSON report.")?;
        }
        Ok(())
    }
}

impl Markdown {
    /// All but the findings.
    fn top(&self, out: &mut dyn Write, run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
        writeln!(out, "# {}\n", title(summary))?;
        let files = number::count(summary.coverage.enumerated, "file", "files");
        let repositories = number::count(summary.repositories, "repository", "repositories");
        let suppressed = match summary.suppressed {
            0 => String::new(),
            count => format!(
                ", {} suppressed",
                number::count(count, "finding", "findings")
            ),
        };
        writeln!(out, "{files} in {repositories}{suppressed}.\n")?;
        table(out, run, summary)?;
        not_looked_at(out, summary)?;
        problems(out, summary)
    }
}

fn short(text: &str) -> String {
    escape::cap(text, TEXT_LIMIT)
}

fn title(summary: &RunSummary) -> String {
    let instances: u64 = summary
        .incidents
        .values()
        .map(|tally| tally.instances)
        .sum();
    let reviews: u64 = summary.incidents.values().map(|tally| tally.reviews).sum();
    let incidents = |count: usize| number::count(count as u64, "incident", "incidents");
    let mut title = match instances {
        0 => format!("No instance of {}", incidents(summary.incidents.len())),
        _ => {
            let found = summary
                .incidents
                .values()
                .filter(|tally| tally.instances > 0);
            let instances = number::count(instances, "instance", "instances");
            format!("{instances} of {}", incidents(found.count()))
        }
    };
    if reviews > 0 {
        title.push_str(&format!(
            ", {} to review",
            number::count(reviews, "place", "places")
        ));
    }
    if !summary.complete {
        title.push_str(" (incomplete)");
    }
    title
}

fn table(out: &mut dyn Write, run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
    writeln!(
        out,
        "| Incident | Severity | Instances | To review | Repositories | Owners |"
    )?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | --- |")?;
    for incident in run.catalog.incidents.iter().take(ROWS_LIMIT) {
        let Some(tally) = summary.incidents.get(&incident.id) else {
            continue;
        };
        let mut owners: Vec<_> = tally.owners.iter().collect();
        owners.sort_by_key(|(_, instances)| std::cmp::Reverse(**instances));
        let owners: Vec<String> = owners
            .into_iter()
            .take(5)
            .map(|(owner, instances)| {
                let name = owner.as_deref().unwrap_or("no owner");
                format!(
                    "{} {}",
                    escape::inline(&short(name)),
                    number::thousands(*instances)
                )
            })
            .collect();
        writeln!(
            out,
            "| [{}](<{}>): {} | {} | {} | {} | {} | {} |",
            escape::inline(&incident.id),
            target(&incident.url),
            escape::inline(&short(&incident.title)),
            incident.severity.word(),
            number::thousands(tally.instances),
            number::thousands(tally.reviews),
            number::thousands(tally.repositories),
            owners.join(", "),
        )?;
    }
    let more = run.catalog.incidents.len().saturating_sub(ROWS_LIMIT) as u64;
    if more > 0 {
        writeln!(
            out,
            "| {} | | | | | |",
            number::count(more, "more incident", "more incidents")
        )?;
    }
    writeln!(out)
}

fn not_looked_at(out: &mut dyn Write, summary: &RunSummary) -> io::Result<()> {
    if summary.not_looked_at.accounted() == 0 && summary.blind_files == 0 {
        return Ok(());
    }
    writeln!(out, "## Not looked at\n")?;
    for (outcome, count) in &summary.not_looked_at.outcomes {
        writeln!(
            out,
            "- {}: {}",
            outcome.phrase(*count),
            number::count(*count, "file", "files")
        )?;
    }
    if summary.blind_files > 0 {
        let files = number::count(summary.blind_files, "file", "files");
        writeln!(
            out,
            "- parts that did not parse and no rule can judge: {files}"
        )?;
    }
    writeln!(out)
}

fn problems(out: &mut dyn Write, summary: &RunSummary) -> io::Result<()> {
    if summary.problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Problems\n")?;
    for problem in summary.problems.iter().take(ROWS_LIMIT) {
        let what = match problem.kind {
            ProblemKind::Input => "input",
            ProblemKind::Source => "source",
        };
        let place = problem
            .repository
            .as_deref()
            .map(|name| format!("{}: ", escape::code(&short(name))));
        let message = problem.message.lines().next().unwrap_or_default();
        writeln!(
            out,
            "- {what}: {}{}",
            place.unwrap_or_default(),
            escape::inline(&short(message))
        )?;
    }
    let more = summary.problems.len().saturating_sub(ROWS_LIMIT) as u64;
    if more > 0 {
        writeln!(
            out,
            "- {}",
            number::count(more, "more problem", "more problems")
        )?;
    }
    writeln!(out)
}

fn heading(unit: &Unit) -> String {
    let owner = unit
        .owner
        .as_deref()
        .map(|owner| format!(" ({})", escape::inline(&short(owner))));
    format!(
        "### {}{}\n\n",
        escape::code(&short(&unit.title())),
        owner.unwrap_or_default()
    )
}

fn details(run: &RunInfo, finding: &Finding) -> String {
    let instance = &*finding.instance;
    let incident = run.catalog.incident_of(instance.rule);
    let place = format!(
        "{}:{}:{}",
        finding.path, instance.span.line, instance.span.column
    );
    let review = match instance.kind {
        Kind::Fail => "",
        Kind::Review => "review: ",
    };
    let what = escape::inline(&short(&claim(run, finding)));
    let mut block = format!(
        "{} {} {review}{what} ([{}](<{}>))\n\n",
        escape::code(&short(&place)),
        incident.severity.word(),
        escape::inline(&incident.id),
        target(&incident.url),
    );
    if run.snippets && !instance.frame.lines.is_empty() {
        let lines = instance.frame.lines.iter().map(|line| short(line));
        block.push_str(&escape::fence(&language(&instance.language), lines));
        block.push('\n');
    }
    block
}

/// A fence's info string takes a word and no more.
fn language(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A link's target between angle brackets.
fn target(url: &str) -> String {
    escape::visible(url)
        .replace('<', "%3C")
        .replace('>', "%3E")
        .replace('|', "%7C")
        .replace('\\', "%5C")
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::sample::{OPTIONS, sample};

    #[test]
    fn a_huge_summary_is_cut_and_says_so() {
        let mut sample = sample();
        let finding = sample.units[0].entries[3].1[0].clone();
        sample.units[0].entries[3].1 = vec![finding; 20_000];
        let mut problem = sample.summary.problems[0].clone();
        problem.message = "<".repeat(100_000);
        sample.summary.problems = vec![problem; 2_000];
        sample.sum_up();
        let report = sample.render(Format::Markdown, &OPTIONS);
        assert!(report.len() < 1 << 20, "{}", report.len());
        assert!(report.contains("More is not shown here"));
        let last = report.lines().last().expect("a line");
        assert!(last.contains("more findings not shown here"), "{last}");
    }
}
