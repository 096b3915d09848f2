//! Where the parsers run: in this process, or in workers whose death costs one file.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::allocator;
use super::judge::{Answer, Job, judge};
use crate::language;
use crate::rule::{Queries, RuleSet, Selected};
use crate::worker::{self, Death, Pool, Spec};

/// A worker that has not answered this long after its own deadline is killed.
const GRACE: Duration = Duration::from_secs(1);

/// Where the parsers run.
pub enum Engine {
    /// Here: a hostile file can end the process. For files that are trusted, and for tests.
    InProcess,
    /// In worker processes.
    Workers(Pool),
}

/// A request's head; the text follows it.
#[derive(Serialize, Deserialize)]
struct Head {
    language: String,
    rules: Vec<Selected>,
    timeout: Duration,
    prefilter: bool,
}

impl Engine {
    /// Workers that run `program` with `arguments`, which must call [`serve`]; at most `max` of them, each with at most
    /// `memory` bytes.
    pub fn workers(
        rules: &RuleSet,
        program: PathBuf,
        arguments: Vec<OsString>,
        max: usize,
        memory: u64,
    ) -> Self {
        let greeting = rules.queries().to_wire();
        Self::Workers(Pool::new(
            Spec {
                program,
                arguments,
                greeting,
                memory,
            },
            max,
        ))
    }

    /// Parses a text and runs rules over it.
    pub(super) fn judge(&self, job: &Job<'_>, rules: &RuleSet) -> Answer {
        match self {
            Self::InProcess => judge_caught(job, rules.queries()),
            Self::Workers(pool) => remote(pool, job),
        }
    }
}

fn remote(pool: &Pool, job: &Job<'_>) -> Answer {
    let head = Head {
        language: job.language.name.to_owned(),
        rules: job.rules.to_vec(),
        timeout: job.timeout,
        prefilter: job.prefilter,
    };
    let head = match serde_json::to_vec(&head) {
        Ok(head) => head,
        Err(error) => return Answer::Crashed(error.to_string()),
    };
    let length = u32::try_from(head.len()).unwrap_or(u32::MAX).to_be_bytes();
    // Some steps of a parser cannot be interrupted; a quarter more is for a machine under load.
    let patience = job.timeout + job.timeout / 4 + GRACE;
    match pool.call(&[&length, &head, job.text], patience) {
        Ok(answer) => serde_json::from_slice(&answer).unwrap_or_else(|error| {
            Answer::Crashed(format!("the worker's answer is broken: {error}"))
        }),
        Err(Death::TimedOut) => Answer::TimedOut,
        Err(Death::OutOfMemory) => Answer::OutOfMemory,
        Err(Death::OutOfStack) => Answer::TooDeep,
        Err(Death::Crashed(how)) => Answer::Crashed(how),
        Err(Death::Killed) => {
            Answer::Crashed("the worker was killed from outside, again and again".to_owned())
        }
        Err(Death::NotStarted(why)) => {
            Answer::Crashed(format!("no worker could be started: {why}"))
        }
    }
}

/// Serves as a worker until standard input ends.
///
/// # Errors
/// Where a pipe breaks.
pub fn serve() -> io::Result<()> {
    allocator::install();
    worker::serve(|greeting| {
        let queries = Queries::from_wire(greeting);
        move |request: &[u8]| {
            let answer = match &queries {
                Ok(queries) => answer(request, queries),
                Err(error) => Answer::Crashed(format!("the worker understood no queries: {error}")),
            };
            serde_json::to_vec(&answer).unwrap_or_default()
        }
    })
}

fn answer(request: &[u8], queries: &Queries) -> Answer {
    let broken = || Answer::Crashed("the worker understood no request".to_owned());
    let Some((length, rest)) = request.split_first_chunk::<4>() else {
        return broken();
    };
    let Some((head, text)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize) else {
        return broken();
    };
    let Ok(head) = serde_json::from_slice::<Head>(head) else {
        return broken();
    };
    let Ok(language) = language::by_name(&head.language) else {
        return broken();
    };
    judge_caught(
        &Job {
            text,
            language,
            rules: &head.rules,
            timeout: head.timeout,
            prefilter: head.prefilter,
        },
        queries,
    )
}

/// Judges; a panic of ours costs the file, not the run.
fn judge_caught(job: &Job<'_>, queries: &Queries) -> Answer {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge(job, queries)));
    caught.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Answer::Crashed(format!("panic: {}", text.unwrap_or("without words")))
    })
}
