//! One worker process, seen from its parent.

use std::io::{self, Read as _, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::frame;
use super::pool::{Death, Spec};

/// A running worker.
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    stderr: Option<ChildStderr>,
    /// Whether it was told what it is for: together with the first request, so that a worker that dies before it heard
    /// anything dies in a call, where deaths are told apart and tried again.
    greeted: bool,
}

impl Process {
    /// Starts a worker.
    pub(super) fn start(spec: &Spec) -> io::Result<Self> {
        let mut command = Command::new(&spec.program);
        command.args(&spec.arguments).env_clear().current_dir("/");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let stderr = child.stderr.take();
        // A worker that does not read must not hold its parent: writing waits no longer than the deadline.
        fcntl_setfl(&input, fcntl_getfl(&input)? | OFlags::NONBLOCK)?;
        Ok(Self {
            child,
            input,
            output,
            stderr,
            greeted: false,
        })
    }

    /// Sends a request and waits for the answer; after a death the worker is of no more use.
    pub(super) fn call(
        &mut self,
        spec: &Spec,
        request: &[&[u8]],
        timeout: Duration,
    ) -> Result<Vec<u8>, Death> {
        let deadline = Instant::now() + timeout;
        match self.exchange(spec, request, deadline) {
            Ok(Some(answer)) => Ok(answer),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                self.kill();
                Err(Death::TimedOut)
            }
            _ => Err(self.post_mortem()),
        }
    }

    fn exchange(
        &mut self,
        spec: &Spec,
        request: &[&[u8]],
        deadline: Instant,
    ) -> io::Result<Option<Vec<u8>>> {
        let mut input = Timed {
            pipe: &mut self.input,
            deadline,
        };
        if !self.greeted {
            frame::write(&mut input, &[&spec.memory.to_be_bytes(), &spec.greeting])?;
            self.greeted = true;
        }
        frame::write(&mut input, request)?;
        frame::read(&mut Timed {
            pipe: &mut self.output,
            deadline,
        })
    }

    fn kill(&mut self) {
        // Both fail only for a process that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Why the worker is gone: from its signal and its last words.
    fn post_mortem(&mut self) -> Death {
        // It may have closed its pipes and not be gone; a worker that does not answer is ended.
        let grace = Instant::now() + Duration::from_secs(2);
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if Instant::now() < grace => std::thread::sleep(Duration::from_millis(1)),
                _ => break None,
            }
        };
        self.kill();
        let mut words = Vec::new();
        if let Some(stderr) = &mut self.stderr {
            let _ = stderr.take(16 << 10).read_to_end(&mut words);
        }
        let words = String::from_utf8_lossy(&words).trim().to_owned();
        let signal = status.and_then(|status| status.signal());
        if ["failed to allocate", "memory allocation of", "bad_alloc"]
            .iter()
            .any(|part| words.contains(part))
        {
            return Death::OutOfMemory;
        }
        if words.contains("overflowed its stack") {
            return Death::OutOfStack;
        }
        if signal == Some(9) {
            return Death::Killed;
        }
        let how = match (status, signal) {
            (_, Some(signal)) => format!("signal {signal}"),
            (Some(status), None) => status.to_string(),
            (None, None) => "no answer".to_owned(),
        };
        let last = words.lines().last().unwrap_or_default();
        Death::Crashed(if last.is_empty() {
            how
        } else {
            format!("{how}: {last}")
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A pipe that is waited for until a deadline.
struct Timed<'p, P> {
    pipe: &'p mut P,
    deadline: Instant,
}

impl<P: AsFd> Timed<'_, P> {
    /// Waits until the pipe is ready, or has an end or an error that the next call tells.
    fn wait(&self, ready: PollFlags) -> io::Result<()> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let wait = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(left.subsec_nanos()),
            };
            match poll(&mut [PollFd::new(&*self.pipe, ready)], Some(&wait)) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(_) => return Ok(()),
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }
}

impl io::Read for Timed<'_, ChildStdout> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.wait(PollFlags::IN)?;
        self.pipe.read(into)
    }
}

impl Write for Timed<'_, ChildStdin> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.pipe.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(PollFlags::OUT)?;
                }
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Process;
    use crate::worker::{Death, Spec};

    fn spec(program: &str, arguments: &[&str], greeting: usize) -> Spec {
        Spec {
            program: program.into(),
            arguments: arguments.iter().map(Into::into).collect(),
            greeting: vec![b'x'; greeting],
            memory: 1 << 20,
        }
    }

    /// More than a pipe holds.
    const LONG: usize = 1 << 20;

    /// A worker that does not read holds its parent no longer than the deadline, however much there is to write.
    #[test]
    fn a_worker_that_does_not_read_is_out_of_time() {
        let spec = spec("/bin/sleep", &["600"], LONG);
        let mut worker = Process::start(&spec).expect("it starts");
        let answer = worker.call(&spec, &[b"request"], Duration::from_millis(50));
        assert_eq!(answer, Err(Death::TimedOut));
    }

    /// A worker that was killed before it read its greeting died from outside: its request is worth another try.
    #[test]
    fn a_worker_killed_before_it_was_greeted_was_killed() {
        for greeting in [1, LONG] {
            let spec = spec("/bin/sleep", &["600"], greeting);
            let mut worker = Process::start(&spec).expect("it starts");
            worker.child.kill().expect("it is ours");
            let answer = worker.call(&spec, &[b"request"], Duration::from_secs(600));
            assert_eq!(answer, Err(Death::Killed));
        }
    }
}
