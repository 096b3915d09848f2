//! Objects from the store, through one long-lived `git cat-file --batch`.
//!
//! Invariants: bytes are handed out only after they were hashed and the hash is the id that was asked for (git itself
//! does not check); every id that was asked for gets exactly one answer, in order; an object on which git dies takes no
//! other object with it; nothing is fetched.

use std::collections::HashSet;
use std::io::{self, Write};

use super::SourceError;
pub(super) use super::cat_session::Fetched;
use super::cat_session::Session;
use super::git::{Git, Verb};
use super::oid::{ObjectFormat, Oid};
use crate::model::Outcome;

/// After so many objects in a row that ended git, it is not the objects.
const DEATHS_IN_A_ROW: usize = 256;

/// Reads objects of one repository.
pub(super) struct CatFile {
    git: Git,
    format: ObjectFormat,
    session: Option<Session>,
    /// Questions that the session was asked and whose answers were not read.
    asked: usize,
}

impl CatFile {
    /// Starts nothing yet.
    pub(super) fn new(git: Git, format: ObjectFormat) -> Self {
        Self {
            git,
            format,
            session: None,
            asked: 0,
        }
    }

    /// Asks for these objects ahead of time; [`Self::collect`] reads the answers, in the order of the questions.
    pub(super) fn ask(&mut self, wanted: &[Oid]) {
        if self.session.is_none() {
            self.asked = 0;
            self.session = Session::start(&self.git).ok();
        }
        match self.session.as_mut().map(|session| session.ask(wanted)) {
            Some(Ok(())) => self.asked += wanted.len(),
            // Whoever collects asks again, and learns why.
            _ => self.forget(),
        }
    }

    /// Tells the answers to the questions that were asked first, one by one and in order.
    ///
    /// Errors only if git does not start; what was told stands.
    pub(super) fn collect(
        &mut self,
        wanted: &[Oid],
        limit: u64,
        tell: &mut dyn FnMut(Fetched),
    ) -> Result<(), SourceError> {
        if self.asked < wanted.len() {
            self.forget();
        }
        let mut read = 0;
        // From the first that git misses on: whether it is missing or damaged costs another git, which is asked once.
        let mut held = Vec::new();
        while let (Some(session), Some(oid)) = (&mut self.session, wanted.get(read)) {
            let Ok(answer) = session.answer(self.format, *oid, limit) else {
                self.forget();
                break;
            };
            self.asked -= 1;
            read += 1;
            let is_missing = matches!(answer, Fetched::Failed(Outcome::MissingObject, _));
            if is_missing || !held.is_empty() {
                held.push(answer);
            } else {
                tell(answer);
            }
        }
        self.tell_damaged_from_missing(&wanted[read - held.len()..read], &mut held)?;
        held.into_iter().for_each(&mut *tell);
        // Git died on the first without an answer: what follows is read with the care that finds the culprit.
        let rest = self.read(&wanted[read..], limit)?;
        rest.into_iter().for_each(tell);
        Ok(())
    }

    fn forget(&mut self) {
        self.session = None;
        self.asked = 0;
    }

    /// The git it runs.
    pub(super) fn git(&self) -> &Git {
        &self.git
    }

    /// Reads these objects; the answers come in the same order. Objects larger than `limit` bytes are not kept.
    ///
    /// Errors only if git does not start.
    pub(super) fn read(&mut self, wanted: &[Oid], limit: u64) -> Result<Vec<Fetched>, SourceError> {
        let mut answers = Vec::with_capacity(wanted.len());
        let mut deaths = 0;
        while answers.len() < wanted.len() {
            let before = answers.len();
            if self
                .exchange(&wanted[before..], limit, &mut answers)?
                .is_none()
            {
                break;
            }
            deaths = if answers.len() > before {
                0
            } else {
                deaths + 1
            };
            // Git answers in order, so it died on the first id without an answer; asked alone, that one gets the blame.
            let culprit = answers.len();
            if let Some(last_words) =
                self.exchange(&wanted[culprit..=culprit], limit, &mut answers)?
            {
                answers.push(if deaths < DEATHS_IN_A_ROW {
                    Fetched::Failed(Outcome::CorruptObject, last_words)
                } else {
                    Fetched::Failed(
                        Outcome::Unreadable,
                        format!("git keeps ending: {last_words}"),
                    )
                });
            } else {
                deaths = 0;
            }
            if deaths >= DEATHS_IN_A_ROW {
                let rest = wanted.len() - answers.len();
                answers.extend((0..rest).map(|_| {
                    Fetched::Failed(
                        Outcome::Unreadable,
                        "git keeps ending before it answers".to_owned(),
                    )
                }));
            }
        }
        self.tell_damaged_from_missing(wanted, &mut answers)?;
        Ok(answers)
    }

    /// Reads one object.
    pub(super) fn read_one(&mut self, wanted: Oid, limit: u64) -> Result<Fetched, SourceError> {
        let mut answers = self.read(&[wanted], limit)?;
        Ok(answers
            .pop()
            .unwrap_or_else(|| Fetched::Failed(Outcome::MissingObject, String::new())))
    }

    /// Appends answers until all are there (`None`) or git ends (its last words).
    fn exchange(
        &mut self,
        wanted: &[Oid],
        limit: u64,
        answers: &mut Vec<Fetched>,
    ) -> Result<Option<String>, SourceError> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => Session::start(&self.git)?,
        };
        match session.exchange(self.format, wanted, limit, answers) {
            Ok(()) => {
                self.session = Some(session);
                Ok(None)
            }
            Err(cause) => Ok(Some(session.last_words(&cause))),
        }
    }

    /// Git says `missing` of objects that are there and cannot be unpacked as well; it names those on standard error.
    fn tell_damaged_from_missing(
        &self,
        wanted: &[Oid],
        answers: &mut [Fetched],
    ) -> Result<(), SourceError> {
        let missing: Vec<usize> = answers
            .iter()
            .enumerate()
            .filter(|(_, answer)| matches!(answer, Fetched::Failed(Outcome::MissingObject, _)))
            .map(|(index, _)| index)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let (mut child, stderr) = self.git.spawn(Verb::CatFile, &["--batch-check"])?;
        let stdin = child.stdin.take();
        let ids: Vec<u8> = missing
            .iter()
            .flat_map(|index| format!("{}\n", wanted[*index]).into_bytes())
            .collect();
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(&ids)));
            child
                .stdout
                .take()
                .map(|mut pipe| io::copy(&mut pipe, &mut io::sink()))
        });
        // How it ended does not matter: only what it said about objects.
        let _ = child.wait();
        let text = stderr.text();
        let damaged: HashSet<Oid> = text
            .split(|letter: char| !letter.is_ascii_hexdigit())
            .filter_map(|word| Oid::parse(word.as_bytes()))
            .collect();
        for index in missing {
            if damaged.contains(&wanted[index]) {
                let id = wanted[index].to_string();
                let line = text
                    .lines()
                    .find(|line| line.contains(&id))
                    .unwrap_or_default();
                answers[index] = Fetched::Failed(Outcome::CorruptObject, line.trim().to_owned());
            }
        }
        Ok(())
    }
}
