//! The second half of the story: from the first recorded scan until the bug is gone everywhere, and what is learnt.
//!
//! The days are those of the story: a scan believes what it is told the time is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::fleet::{self, Heads, Stage};
use super::{Exit, Story};
use crate::cli::targets;
use crate::ledger::{Ledger, LedgerError};

const LEDGER: &str = "reports/ledger.sqlite";
const DOCUMENT: &str = "reports/INC-2041.md";
const PAGE: &str = "reports/INC-2041.html";
const SCAN: [&str; 11] = [
    "scan",
    "--fleet",
    fleet::FILE,
    "--packs",
    "packs",
    "--deployed",
    "--inventory",
    fleet::INVENTORY,
    "--record",
    "--ledger",
    LEDGER,
];
const STATUS: [&str; 4] = ["status", "INC-2041", "--ledger", LEDGER];

impl Story<'_> {
    /// Tells it; an error of git or the disk ends the story.
    pub(super) fn until_it_is_gone(&mut self, dir: &Path, old: &Heads) {
        if let Err(error) = self.recorded(dir, old).and_then(|()| self.fixed(dir, old)) {
            self.differences.push(error.to_string());
        }
        targets::set_clock(None);
    }

    fn recorded(&mut self, dir: &Path, old: &Heads) -> Result<(), fleet::Error> {
        self.teller.part("5  What runs where");
        self.teller.lines(&format!(
            "A scan tells what is there; the ledger remembers it. {} says what is deployed, and the\n\
             scan looks at exactly that beside the branches.",
            fleet::INVENTORY
        ));
        fleet::deploy(dir, "v1.4.1", old.0.each_ref().map(String::as_str))?;
        self.day(92);
        self.scan(Exit::Incomplete);
        self.answer(&STATUS);
        self.teller
            .lines("\nCheckout's fix is on main, and what runs is a build from before:\n");
        self.answer(&["findings", "--where", "live-only", "--ledger", LEDGER]);
        self.expect(
            "on 2 April",
            &[("live-only", 1), ("main-and-live", 5), ("main-only", 1)],
        );
        Ok(())
    }

    fn fixed(&mut self, dir: &Path, old: &Heads) -> Result<(), fleet::Error> {
        let old = old.0.each_ref().map(String::as_str);
        self.teller.part("6  Fixed on main, still live");
        self.teller
            .lines("A week later every team has fixed its code, and nobody has shipped it:");
        let new = fleet::go_on(dir, Stage::Fixed)?;
        let new = new.0.each_ref().map(String::as_str);
        self.day(100);
        self.scan(Exit::Incomplete);
        self.answer(&STATUS);
        self.expect("on 10 April", &[("live-only", 6), ("nowhere", 1)]);

        self.teller.part("7  Shipped, and gone");
        fleet::deploy(dir, "v1.4.2", new)?;
        self.day(107);
        self.scan(Exit::Clean);
        self.answer(&STATUS);
        self.expect("on 17 April", &[("nowhere", 7)]);

        self.teller.part("8  Come back");
        self.teller
            .lines("One night billing is rolled back, to the build from before the fix:");
        fleet::deploy(dir, "v1.4.2", [old[0], new[1], new[2], new[3]])?;
        self.day(115);
        self.scan(Exit::Incomplete);
        self.answer(&["findings", "--state", "regressed", "--ledger", LEDGER]);
        self.expect("on 25 April", &[("live-only", 2), ("nowhere", 5)]);
        self.teller
            .lines("\nThe next day it runs the fixed build again.");
        fleet::deploy(dir, "v1.4.2", new)?;
        self.day(116);
        self.scan(Exit::Clean);
        self.expect("on 26 April", &[("nowhere", 7)]);

        self.teller.part("9  Stopped at the gate");
        self.teller.lines(
            "Somebody who never heard of all this proposes a change to search. Its pull request fails, for what\n\
             the change brings in:",
        );
        fleet::go_on(dir, Stage::Proposed)?;
        self.day(118);
        let mut gate = vec![
            "scan",
            "--fleet",
            fleet::FILE,
            "--packs",
            "packs",
            "--owner",
            "team-search",
        ];
        gate.extend(["--rev", "proposal", "--base", "main", "--fail-on", "new"]);
        gate.extend(["--record", "--ledger", LEDGER, "--quiet"]);
        if !self.global.quiet {
            gate.extend(["-f", "github"]);
        }
        self.command(&gate, Exit::Findings);

        self.teller.part("10 The post-mortem");
        self.teller.lines(
            "Facts come from the ledger, prose from people; both survive when it is written anew.",
        );
        self.command(
            &[
                "postmortem",
                "INC-2041",
                "--packs",
                "packs",
                "--fleet",
                fleet::FILE,
                "--ledger",
                LEDGER,
                "-o",
                DOCUMENT,
                "--quiet",
            ],
            Exit::Clean,
        );
        self.excerpt();

        self.teller.part("11 A page to show");
        self.teller.lines(
            "The same for a browser, in one file that needs no network: the burn-down, the findings with their\n\
             code, and what was not looked at.",
        );
        self.command(
            &[
                "report",
                "INC-2041",
                "--fleet",
                fleet::FILE,
                "--ledger",
                LEDGER,
                "-o",
                PAGE,
                "--quiet",
            ],
            Exit::Clean,
        );
        Ok(())
    }

    /// Lets the story's clock stand at noon of a day of its year.
    fn day(&mut self, day: i64) {
        targets::set_clock(Some(fleet::noon(day)));
    }

    fn scan(&mut self, told: Exit) {
        let words: Vec<&str> = SCAN.iter().copied().chain(["--quiet"]).collect();
        self.command(&words, told);
    }

    /// Asks the ledger; nobody hears it where the story is to be quiet.
    fn answer(&mut self, words: &[&str]) {
        if !self.global.quiet {
            self.command(words, Exit::Clean);
        }
    }

    /// Compares where findings are with what the story says.
    fn expect(&mut self, when: &str, told: &[(&str, u64)]) {
        let read = || -> Result<BTreeMap<&'static str, u64>, LedgerError> {
            let mut counts = BTreeMap::new();
            for place in Ledger::look_at(Path::new(LEDGER))?.whereabouts(None)?.all() {
                *counts.entry(place.word()).or_default() += 1;
            }
            Ok(counts)
        };
        let told: BTreeMap<&str, u64> = told.iter().copied().collect();
        match read() {
            Ok(found) if found == told => {}
            Ok(found) => self
                .differences
                .push(format!("{when}: {found:?}, expected {told:?}")),
            Err(error) => self.differences.push(error.to_string()),
        }
    }

    /// The part of the post-mortem that no template has.
    fn excerpt(&mut self) {
        let text = match fs::read_to_string(DOCUMENT) {
            Ok(text) => text,
            Err(error) => {
                self.differences.push(format!("{DOCUMENT}: {error}"));
                return;
            }
        };
        let section = text
            .split("## Eradication\n")
            .nth(1)
            .and_then(|rest| rest.split("\n## ").next());
        let lines: Vec<&str> = section
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.starts_with("<!--") && !line.starts_with('_'))
            .take_while(|line| !line.starts_with("Coverage"))
            .collect();
        self.teller.lines(&format!("{}\n", lines.join("\n").trim()));
        if !text.contains("**Eradicated: ") {
            self.differences
                .push("the post-mortem does not say that the bug is eradicated".to_owned());
        }
        if !text.contains("Git tells of 7 of 7 instances when they were introduced") {
            self.differences
                .push("the post-mortem does not tell when instances were introduced".to_owned());
        }
        if !text.contains("the gate stopped 1 instance since") {
            self.differences
                .push("the post-mortem does not tell what the gate stopped".to_owned());
        }
    }
}
