//! Objects from the store, through one long-lived `git cat-file --batch`.
//!
//! Invariants: bytes are handed out only after they were hashed and the hash is the id that was asked for (git itself
//! does not check); every id that was asked for gets exactly one answer, in order; an object on which git dies takes no
//! other object with it; nothing is fetched.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};

use super::SourceError;
use super::git::{self, Git, Stderr, Verb};
use super::oid::{Hasher, ObjectFormat, ObjectKind, Oid};
use crate::model::Outcome;

/// After so many objects in a row that ended git, it is not the objects.
const DEATHS_IN_A_ROW: usize = 256;

/// What became of one id.
#[derive(Debug)]
pub(super) enum Fetched {
    /// The bytes, hashed.
    Object { kind: ObjectKind, bytes: Vec<u8> },
    /// Larger than the limit; hashed all the same, and what its id says.
    Oversized { kind: ObjectKind, size: u64 },
    /// Not to be had.
    Failed(Outcome, String),
}

/// Reads objects of one repository.
pub(super) struct CatFile {
    git: Git,
    format: ObjectFormat,
    session: Option<Session>,
}

impl CatFile {
    /// Starts nothing yet.
    pub(super) fn new(git: Git, format: ObjectFormat) -> Self {
        Self {
            git,
            format,
            session: None,
        }
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

struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: Option<Stderr>,
}

impl Session {
    fn start(git: &Git) -> Result<Self, SourceError> {
        let (mut child, stderr) = git.spawn(Verb::CatFile, &["--batch"])?;
        let stdin = child.stdin.take();
        let Some(stdout) = child.stdout.take() else {
            let message = "no standard output".to_owned();
            return Err(SourceError::Answer {
                verb: Verb::CatFile.word(),
                message,
            });
        };
        Ok(Self {
            child,
            stdin,
            stdout: BufReader::with_capacity(64 << 10, stdout),
            stderr: Some(stderr),
        })
    }

    /// Asks for all while reading the answers: with a thread for the questions neither side can block the other.
    fn exchange(
        &mut self,
        format: ObjectFormat,
        wanted: &[Oid],
        limit: u64,
        answers: &mut Vec<Fetched>,
    ) -> io::Result<()> {
        let Self {
            child,
            stdin,
            stdout,
            ..
        } = self;
        std::thread::scope(|scope| {
            let Some(stdin) = stdin.as_mut() else {
                return Err(io::ErrorKind::BrokenPipe.into());
            };
            scope.spawn(move || {
                let questions: String = wanted.iter().map(|oid| format!("{oid}\n")).collect();
                // If git is gone, the reading side notices.
                let _ = stdin
                    .write_all(questions.as_bytes())
                    .and_then(|()| stdin.flush());
            });
            for oid in wanted {
                match answer(stdout, format, *oid, limit) {
                    Ok(answer) => answers.push(answer),
                    Err(cause) => {
                        // Else the thread that asks could wait for ever on a git that waits on us.
                        let _ = child.kill();
                        return Err(cause);
                    }
                }
            }
            Ok(())
        })
    }

    fn last_words(mut self, cause: &io::Error) -> String {
        self.end();
        let text = self.stderr.take().map(Stderr::text).unwrap_or_default();
        let lines = git::last_lines(&text);
        if lines.is_empty() {
            format!("git ended: {cause}")
        } else {
            lines
        }
    }

    fn end(&mut self) {
        drop(self.stdin.take());
        // Both fail only for a process that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads one answer: `<id> <kind> <size>`, the bytes and a line feed; or `<id> missing`.
fn answer(
    stdout: &mut impl BufRead,
    format: ObjectFormat,
    wanted: Oid,
    limit: u64,
) -> io::Result<Fetched> {
    let mut header = Vec::new();
    stdout.by_ref().take(1024).read_until(b'\n', &mut header)?;
    if header.pop() != Some(b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut words = header.split(|byte| *byte == b' ');
    if words.next().and_then(Oid::parse) != Some(wanted) {
        return Err(unexpected(&header));
    }
    let word = words.next().unwrap_or_default();
    if word == b"missing" {
        return Ok(Fetched::Failed(Outcome::MissingObject, String::new()));
    }
    let size = words
        .next()
        .and_then(|size| str::from_utf8(size).ok())
        .and_then(|size| size.parse::<u64>().ok());
    let (Some(kind), Some(size)) = (ObjectKind::parse(word), size) else {
        return Err(unexpected(&header));
    };
    let mut hasher = Hasher::new(format, kind, size);
    let mut bytes = Vec::new();
    let mut body = stdout.by_ref().take(size);
    if size <= limit {
        body.read_to_end(&mut bytes)?;
        hasher.update(&bytes);
    } else {
        loop {
            let chunk = body.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            hasher.update(chunk);
            let length = chunk.len();
            body.consume(length);
        }
    }
    if body.limit() > 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut end = [0];
    stdout.read_exact(&mut end)?;
    if end != *b"\n" {
        return Err(unexpected(&header));
    }
    let found = hasher.finish();
    Ok(if found != wanted {
        Fetched::Failed(
            Outcome::CorruptObject,
            format!("the bytes are those of {} {found}", kind.word()),
        )
    } else if size > limit {
        Fetched::Oversized { kind, size }
    } else {
        Fetched::Object { kind, bytes }
    })
}

fn unexpected(header: &[u8]) -> io::Error {
    io::Error::other(format!(
        "unexpected answer `{}`",
        String::from_utf8_lossy(header)
    ))
}
