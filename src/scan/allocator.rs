//! Memory for the C core of the parsers.
//!
//! Parsing allocates in small pieces, for which the system's allocator takes a tenth of the time; this is the allocator
//! that the rest of the program uses. External scanners of grammars keep the system's, unless they were built otherwise.

use std::ffi::c_void;
use std::io::Write as _;

use libmimalloc_sys::{mi_free, mi_malloc, mi_realloc, mi_zalloc};
use tree_sitter::{Allocator, set_allocator};

/// Gives the core its allocator.
#[expect(unsafe_code, reason = "the C API takes an allocator in no other way")]
pub(super) fn install() {
    // SAFETY: a worker calls this once, before anything of the core was allocated, so nothing is freed by another
    // allocator than the one that it came from.
    unsafe {
        set_allocator(Some(Allocator {
            malloc,
            calloc,
            realloc,
            free: mi_free,
        }));
    }
}

/// The core does not expect failure. The parent reads why from the last words, as it does with the core's own.
fn there(block: *mut c_void, size: usize) -> *mut c_void {
    if block.is_null() && size > 0 {
        let _ = writeln!(std::io::stderr(), "failed to allocate {size} bytes");
        std::process::abort();
    }
    block
}

#[expect(unsafe_code, reason = "the C API asks for it")]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: any size is allowed.
    there(unsafe { mi_malloc(size) }, size)
}

#[expect(unsafe_code, reason = "the C API asks for it")]
unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // A product that overflows is a size that no allocator has.
    let size = count.saturating_mul(size);
    // SAFETY: any size is allowed.
    there(unsafe { mi_zalloc(size) }, size)
}

#[expect(unsafe_code, reason = "the C API asks for it")]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the core gives back only blocks that it had from these functions.
    there(unsafe { mi_realloc(block, size) }, size)
}
