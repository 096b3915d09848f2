//! The worker's side: reads requests from standard input, answers on standard output, until the input ends.

use std::io::{self, Read as _, Write as _};
use std::sync::mpsc::sync_channel;

use super::{frame, limits};

/// Parsers recurse on deep code; pages that are not touched cost nothing.
const STACK: usize = 256 << 20;

/// Serves requests until standard input ends.
///
/// The first message is the limit on memory (eight bytes) and the greeting, from which `begin` makes the handler of
/// requests; it is made, and every request handled, on a thread with a large stack and in the sandbox.
///
/// # Errors
/// Where a pipe breaks, which ends the worker.
pub fn serve<H, B>(begin: B) -> io::Result<()>
where
    H: FnMut(&[u8]) -> Vec<u8>,
    B: FnOnce(&[u8]) -> H + Send + 'static,
{
    let Some(greeting) = frame::read(&mut io::stdin().lock())? else {
        return Ok(());
    };
    let mut memory = [0; 8];
    let mut rest = greeting.as_slice();
    rest.read_exact(&mut memory)?;
    let greeting = rest.to_vec();
    let (ready, wait) = sync_channel::<()>(0);
    // The thread must be there before the sandbox, which allows no new one.
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            if wait.recv().is_err() {
                return Ok(());
            }
            let mut handler = begin(&greeting);
            let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
            while let Some(request) = frame::read(&mut input)? {
                let answer = handler(&request);
                frame::write(&mut output, &[&answer])?;
                output.flush()?;
            }
            Ok(())
        })?;
    limits::apply(u64::from_be_bytes(memory));
    let _ = ready.send(());
    thread
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the worker panicked")))
}
