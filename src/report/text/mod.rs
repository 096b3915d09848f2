//! The report for people, repository by repository as each completes, and a summary that says what its claim rests on.

mod cells;
mod frame;
mod summary;

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Options, Report, claim, escape, number};
use crate::model::{Finding, Kind, RunInfo, RunSummary, Severity, Suppression, Unit, UnitSummary};

/// How many comments that suppress nothing are listed per unit.
const COMMENTS: usize = 20;

/// The report.
pub(super) struct Text {
    options: Options,
    /// Whether the unit at hand has its header.
    headed: bool,
    /// Incidents of the unit at hand that were introduced.
    introduced: BTreeSet<usize>,
    /// Whether anything was written.
    begun: bool,
}

impl Text {
    /// A report with these options.
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            headed: false,
            introduced: BTreeSet::new(),
            begun: false,
        }
    }

    /// The header of a unit, before the first word about it.
    fn head(&mut self, out: &mut dyn Write, unit: &Unit) -> io::Result<()> {
        if !self.headed {
            if self.begun {
                writeln!(out)?;
            }
            writeln!(out, "{}", header(Paint(self.options.color), unit))?;
            self.headed = true;
            self.begun = true;
        }
        Ok(())
    }
}

impl Report for Text {
    fn unit_begin(&mut self, _out: &mut dyn Write, _run: &RunInfo, _unit: &Unit) -> io::Result<()> {
        self.headed = false;
        self.introduced.clear();
        Ok(())
    }

    fn finding(
        &mut self,
        out: &mut dyn Write,
        run: &RunInfo,
        unit: &Unit,
        finding: &Finding,
    ) -> io::Result<()> {
        let paint = Paint(self.options.color);
        if let Some(said) = &finding.suppression {
            if self.options.verbose {
                self.head(out, unit)?;
                writeln!(out, "\n{}", suppressed(paint, run, finding, said))?;
            }
            return Ok(());
        }
        self.head(out, unit)?;
        let instance = &*finding.instance;
        let rule = &run.catalog.rules[instance.rule];
        let incident = run.catalog.incident_of(instance.rule);
        writeln!(out)?;
        if self.introduced.insert(rule.incident) {
            let id = paint.bold(&escape::visible(&incident.id));
            writeln!(out, "{id}: {}", escape::visible(&incident.title))?;
            writeln!(out, "{}\n", paint.dim(&escape::visible(&incident.url)))?;
        }
        let place = format!(
            "{}:{}:{}",
            escape::visible(&finding.path.to_text()),
            instance.span.line,
            instance.span.column
        );
        let severity = incident.severity;
        let tag = match instance.kind {
            Kind::Fail => paint.severity(severity, severity.word()),
            Kind::Review => paint.style(AnsiColor::Cyan.on_default(), "review"),
        };
        writeln!(
            out,
            "{}  {}  {tag}",
            paint.bold(&place),
            escape::visible(&rule.id)
        )?;
        writeln!(out, "{}", escape::visible(&claim(run, finding)))?;
        if run.snippets {
            frame::write(out, paint, self.options.width, instance)?;
        }
        if !instance.enclosing.is_empty() {
            let names = instance.enclosing.join(".");
            writeln!(out, "  in {}", escape::visible(&escape::cap(&names, 200)))?;
        }
        Ok(())
    }

    fn unit_end(
        &mut self,
        out: &mut dyn Write,
        _run: &RunInfo,
        unit: &Unit,
        summary: &UnitSummary,
    ) -> io::Result<()> {
        if summary.comments.is_empty() {
            return Ok(());
        }
        self.head(out, unit)?;
        let title = "Comments that suppress nothing";
        writeln!(out, "\n{}:", Paint(self.options.color).bold(title))?;
        for note in summary.comments.iter().take(COMMENTS) {
            let place = format!("{}:{}", escape::visible(&note.path.to_text()), note.line);
            let message = escape::cap(&note.message, 300);
            let message = escape::visible(&message);
            writeln!(out, "  {place}  {}: {message}", note.problem.word())?;
        }
        let more = summary.comments.len().saturating_sub(COMMENTS) as u64;
        if more > 0 {
            let more = number::thousands(more);
            writeln!(out, "  {more} more: -o json=FILE lists them")?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, run: &RunInfo, summary: &RunSummary) -> io::Result<()> {
        if self.begun {
            writeln!(out)?;
        }
        summary::write(
            out,
            Paint(self.options.color),
            self.options.verbose,
            run,
            summary,
        )
    }
}

/// One line for what somebody answers for.
fn suppressed(paint: Paint, run: &RunInfo, finding: &Finding, said: &Suppression) -> String {
    let span = finding.instance.span;
    let place = format!("{}:{}:{}", finding.path.to_text(), span.line, span.column);
    let until = said.until.as_deref().map(|day| format!(" until {day}"));
    let said = format!(
        "by {}{}: {}",
        said.by,
        until.unwrap_or_default(),
        said.reason
    );
    format!(
        "{}  {}  suppressed {}",
        paint.bold(&escape::visible(&place)),
        escape::visible(&run.catalog.rules[finding.instance.rule].id),
        escape::visible(&escape::cap(&said, 300)),
    )
}

fn header(paint: Paint, unit: &Unit) -> String {
    let mut header = escape::visible(&unit.repository).into_owned();
    if let Some(revision) = &unit.revision {
        header.push_str(&format!(" @ {}", escape::visible(revision)));
    }
    let owner = unit
        .owner
        .as_deref()
        .map(|owner| format!(" ({})", escape::visible(owner)));
    let style = Style::new().bold().underline();
    format!(
        "{}{}",
        paint.style(style, &header),
        owner.unwrap_or_default()
    )
}

/// Colours, where they are wanted.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn style(self, style: Style, text: &str) -> String {
        if self.0 {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.style(Style::new().bold(), text)
    }

    fn dim(self, text: &str) -> String {
        self.style(Style::new().dimmed(), text)
    }

    fn severity(self, severity: Severity, text: &str) -> String {
        let color = match severity {
            Severity::Critical | Severity::High => AnsiColor::Red,
            Severity::Medium => AnsiColor::Yellow,
            Severity::Low => AnsiColor::Blue,
        };
        self.style(color.on_default().bold(), text)
    }
}
