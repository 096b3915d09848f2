//! The one place where a child process, its limits and its sandbox live.
//!
//! A [`Pool`] runs requests in worker processes of this very binary: bytes in, bytes out. A worker has a limit on its
//! memory, a stack that fits, no files, no network and no way to start a process; behind every request stands a clock
//! and SIGKILL. Its death costs one request and is told apart: out of time, out of memory, out of stack, crashed.
//!
//! Invariants: a request has exactly one answer or one [`Death`]; no worker starts before there is a request; the room
//! knows nothing of what the bytes mean.

mod frame;
mod limits;
mod memory;
mod pool;
mod process;
mod serve;

pub use memory::share;
pub use pool::{Death, Pool, Spec};
pub use serve::serve;
