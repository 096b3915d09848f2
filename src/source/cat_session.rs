//! One running `git cat-file --batch`: questions in, answers out, each hashed.
//!
//! Invariants: neither side can block the other; after an error the session is of no more use.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};

use super::SourceError;
use super::git::{self, Git, Stderr, Verb};
use super::oid::{Hasher, ObjectFormat, ObjectKind, Oid};
use crate::model::Outcome;

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

/// One running git.
pub(super) struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: Option<Stderr>,
}

impl Session {
    /// Starts git.
    pub(super) fn start(git: &Git) -> Result<Self, SourceError> {
        let (mut child, stderr) = git.spawn(Verb::CatFile, &["--batch"])?;
        let stdin = child.stdin.take();
        let Some(stdout) = child.stdout.take() else {
            let message = "no standard output".to_owned();
            return Err(SourceError::Answer {
                verb: Verb::CatFile.word(),
                message,
            });
        };
        widen(&stdout);
        Ok(Self {
            child,
            stdin,
            stdout: BufReader::with_capacity(64 << 10, stdout),
            stderr: Some(stderr),
        })
    }

    /// Asks for all and reads the answers. Where the pipe may not hold all questions, a thread asks them, so that neither
    /// side can block the other.
    pub(super) fn exchange(
        &mut self,
        format: ObjectFormat,
        wanted: &[Oid],
        limit: u64,
        answers: &mut Vec<Fetched>,
    ) -> io::Result<()> {
        if wanted.len() * LONGEST_QUESTION <= QUESTIONS && self.ask(wanted).is_ok() {
            for oid in wanted {
                answers.push(self.answer(format, *oid, limit)?);
            }
            return Ok(());
        }
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

    /// Asks for a few without reading the answers. All that is not answered yet must fit into [`QUESTIONS`] bytes.
    ///
    /// Errors also where the pipe is narrower than that: git and we could wait for each other.
    pub(super) fn ask(&mut self, wanted: &[Oid]) -> io::Result<()> {
        let stdin = self.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        if room(stdin) < QUESTIONS {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let questions: String = wanted.iter().map(|oid| format!("{oid}\n")).collect();
        stdin.write_all(questions.as_bytes())?;
        stdin.flush()
    }

    /// Reads the answer to the oldest question.
    pub(super) fn answer(
        &mut self,
        format: ObjectFormat,
        wanted: Oid,
        limit: u64,
    ) -> io::Result<Fetched> {
        answer(&mut self.stdout, format, wanted, limit)
    }

    /// Ends git; what it said last, or else why we stopped reading.
    pub(super) fn last_words(mut self, cause: &io::Error) -> String {
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

/// So many bytes of questions may wait for their answers.
pub(super) const QUESTIONS: usize = 32 << 10;
/// The longest ids have 64 digits.
pub(super) const LONGEST_QUESTION: usize = 65;

/// How many bytes a pipe holds: less than usual for a user who has very many pipes.
#[cfg(target_os = "linux")]
fn room(pipe: &ChildStdin) -> usize {
    rustix::pipe::fcntl_getpipe_size(pipe).unwrap_or(0)
}

#[cfg(not(target_os = "linux"))]
fn room(_: &ChildStdin) -> usize {
    0
}

/// Answers are large: through a wider pipe they need fewer turns. Where the system has none the pipe serves as it is.
#[cfg(target_os = "linux")]
fn widen(pipe: &ChildStdout) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20);
}

#[cfg(not(target_os = "linux"))]
fn widen(_: &ChildStdout) {}

/// No more room is made for an object before its bytes come.
const FIRST_ROOM: u64 = 64 << 20;

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
    let room = if size <= limit {
        size.min(FIRST_ROOM)
    } else {
        0
    };
    let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
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
