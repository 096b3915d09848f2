//! Progress on a terminal: files, bytes and findings.
//!
//! Invariant: on a terminal only, on standard error only, and never in the middle of a line of standard output.

use std::io::{self, IsTerminal as _, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Global;
use crate::report::Stream;

/// The progress of a scan.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    files: u64,
    bytes: u64,
    findings: u64,
    begun: Instant,
    /// Findings that are known and not shown.
    glimpsed: Vec<String>,
}

/// A unit that is done sooner shows its findings in its report only.
const PATIENCE: Duration = Duration::from_secs(2);

impl Progress {
    /// Progress that shows itself if it may.
    pub(crate) fn new(global: &Global) -> Self {
        let wanted = !global.quiet && !global.no_progress && std::env::var_os("CI").is_none();
        let target = if wanted && io::stderr().is_terminal() {
            ProgressDrawTarget::stderr_with_hz(8)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(125));
        }
        Self {
            bar,
            files: 0,
            bytes: 0,
            findings: 0,
            begun: Instant::now(),
            glimpsed: Vec::new(),
        }
    }

    /// A unit begins.
    pub(crate) fn unit(&mut self, title: &str) {
        self.begun = Instant::now();
        self.glimpsed.clear();
        self.bar
            .set_prefix(crate::report::visible(title).into_owned());
        self.show();
    }

    /// More is done.
    pub(crate) fn add(&mut self, files: u64, bytes: u64, findings: u64) {
        self.files += files;
        self.bytes += bytes;
        self.findings += findings;
        self.show();
    }

    /// A finding is known, long before its turn in the report: who waits sees it at once.
    pub(crate) fn glimpse(&mut self, line: impl FnOnce() -> String) {
        if self.bar.is_hidden() {
            return;
        }
        self.glimpsed.push(line());
        if self.begun.elapsed() >= PATIENCE {
            for line in self.glimpsed.drain(..) {
                self.bar.println(format!("found {line}"));
            }
        }
    }

    fn show(&self) {
        if self.bar.is_hidden() {
            return;
        }
        let (files, bytes, findings) = (
            HumanCount(self.files),
            HumanBytes(self.bytes),
            HumanCount(self.findings),
        );
        self.bar.set_message(format!(
            "{files} files, {bytes}, {findings} findings: {}",
            self.bar.prefix()
        ));
    }

    /// Takes the progress away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Standard output that steps around the progress.
    pub(crate) fn stdout(&self) -> Stream {
        Box::new(Stdout {
            bar: self.bar.clone(),
            inner: io::stdout(),
        })
    }
}

struct Stdout {
    bar: ProgressBar,
    inner: io::Stdout,
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bar.suspend(|| self.inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
