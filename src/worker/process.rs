//! One worker process, seen from its parent.

use std::io::{self, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::frame;
use super::pool::{Death, Spec};

/// A running worker.
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    stderr: Option<ChildStderr>,
}

impl Process {
    /// Starts a worker and greets it.
    pub(super) fn start(spec: &Spec) -> io::Result<Self> {
        let mut command = Command::new(&spec.program);
        command.args(&spec.arguments).env_clear().current_dir("/");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let mut input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let stderr = child.stderr.take();
        frame::write(&mut input, &[&spec.memory.to_be_bytes(), &spec.greeting])?;
        Ok(Self {
            child,
            input,
            output,
            stderr,
        })
    }

    /// Sends a request and waits for the answer; after a death the worker is of no more use.
    pub(super) fn call(&mut self, request: &[&[u8]], timeout: Duration) -> Result<Vec<u8>, Death> {
        let deadline = Instant::now() + timeout;
        if frame::write(&mut self.input, request).is_err() {
            return Err(self.post_mortem());
        }
        let mut output = Timed {
            from: &mut self.output,
            deadline,
        };
        match frame::read(&mut output) {
            Ok(Some(answer)) => Ok(answer),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                self.kill();
                Err(Death::TimedOut)
            }
            _ => Err(self.post_mortem()),
        }
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

/// A pipe that is read until a deadline.
struct Timed<'p> {
    from: &'p mut ChildStdout,
    deadline: Instant,
}

impl io::Read for Timed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let wait = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(left.subsec_nanos()),
            };
            match poll(&mut [PollFd::new(self.from, PollFlags::IN)], Some(&wait)) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(_) => return self.from.read(into),
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }
}
