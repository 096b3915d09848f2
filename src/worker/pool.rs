//! The parent's side: workers that are started when needed, replaced when they die, and never more than allowed.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::process::Process;

/// A worker that was killed from outside is replaced this often for one request.
const KILLED_TRIES: u32 = 3;

/// How to start a worker.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The program: this very binary.
    pub program: PathBuf,
    /// The arguments that make it serve.
    pub arguments: Vec<OsString>,
    /// What it is told first.
    pub greeting: Vec<u8>,
    /// Bytes of memory it may have.
    pub memory: u64,
}

/// How a request ended that has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// The time was up.
    TimedOut,
    /// It needed more memory than it may have.
    OutOfMemory,
    /// It needed more stack than there is.
    OutOfStack,
    /// It died, twice; how.
    Crashed(String),
    /// It was killed from outside, again and again.
    Killed,
    /// No worker could be started; why.
    NotStarted(String),
}

/// Workers.
pub struct Pool {
    spec: Spec,
    max: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Process>,
    /// Idle and busy ones.
    alive: usize,
}

impl Pool {
    /// A pool of at most `max` workers; starts none.
    pub fn new(spec: Spec, max: usize) -> Self {
        Self {
            spec,
            max: max.max(1),
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Runs a request, given as parts, in a worker; waits for one if all are busy.
    ///
    /// # Errors
    /// Tells how the request ended without an answer. A crash was tried again alone in a new worker.
    pub fn call(&self, request: &[&[u8]], timeout: Duration) -> Result<Vec<u8>, Death> {
        let mut worker = self.checkout()?;
        let (mut crashes, mut kills) = (0, 0);
        loop {
            let death = match worker.call(&self.spec, request, timeout) {
                Ok(answer) => {
                    self.give_back(Some(worker));
                    return Ok(answer);
                }
                Err(death) => death,
            };
            let again = match death {
                Death::Killed => {
                    kills += 1;
                    kills <= KILLED_TRIES
                }
                Death::Crashed(_) | Death::OutOfMemory | Death::OutOfStack => {
                    crashes += 1;
                    crashes <= 1
                }
                Death::TimedOut | Death::NotStarted(_) => false,
            };
            if !again {
                self.give_back(None);
                return Err(death);
            }
            match Process::start(&self.spec) {
                Ok(fresh) => worker = fresh,
                Err(error) => {
                    self.give_back(None);
                    return Err(Death::NotStarted(error.to_string()));
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn checkout(&self) -> Result<Process, Death> {
        let mut state = self.lock();
        loop {
            if let Some(worker) = state.idle.pop() {
                return Ok(worker);
            }
            if state.alive < self.max {
                state.alive += 1;
                drop(state);
                return Process::start(&self.spec).map_err(|error: io::Error| {
                    self.give_back(None);
                    Death::NotStarted(error.to_string())
                });
            }
            state = self
                .returned
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes a worker back; `None` for one that is gone.
    fn give_back(&self, worker: Option<Process>) {
        let mut state = self.lock();
        match worker {
            Some(worker) => state.idle.push(worker),
            None => state.alive -= 1,
        }
        drop(state);
        self.returned.notify_one();
    }
}
