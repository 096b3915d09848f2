//! The thin binary: everything is in the library.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay`, which the bindings do not name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

fn main() -> ExitCode {
    // Files come and go by the hundred megabytes a second; the allocator would keep what was freed for a second.
    #[expect(
        unsafe_code,
        reason = "the allocator's options are set through its C API"
    )]
    // SAFETY: the option exists, and nothing else is running yet.
    unsafe {
        libmimalloc_sys::mi_option_set(PURGE_DELAY, 25);
    }
    stampout::cli::main()
}
