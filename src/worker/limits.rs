//! What a worker takes from itself before it reads the first request: memory, files, network, processes.
//!
//! A limit that the system does not know is left out: the clock and the parent's SIGKILL stand behind all of them.

use rustix::process::{Resource, Rlimit, Signal, setrlimit};

/// Limits the process for good.
pub(super) fn apply(memory: u64) {
    let cap = |resource, value| {
        let value = Some(value);
        // A lower limit that is set already stays.
        let _ = setrlimit(
            resource,
            Rlimit {
                current: value,
                maximum: value,
            },
        );
    };
    cap(Resource::Core, 0);
    cap(Resource::Fsize, 0);
    cap(Resource::Data, memory);
    // The address space is only reserved, by allocators and stacks; what counts is the data.
    cap(
        Resource::As,
        memory.saturating_mul(2).saturating_add(4 << 30),
    );
    orphan();
    sandbox();
}

/// A worker does not outlive the thread that started it.
fn orphan() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    #[cfg(not(target_os = "linux"))]
    let _ = Signal::KILL;
}

/// Leaves the process nothing but memory, its pipes and its end: every other call to the system fails.
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
fn sandbox() {
    use seccompiler::{SeccompAction, SeccompFilter, TargetArch};

    #[cfg(target_arch = "x86_64")]
    let arch = TargetArch::x86_64;
    #[cfg(target_arch = "aarch64")]
    let arch = TargetArch::aarch64;
    let allowed = [
        libc::SYS_brk,
        libc::SYS_clock_gettime,
        libc::SYS_close,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_futex,
        libc::SYS_getpid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_madvise,
        libc::SYS_mmap,
        libc::SYS_mprotect,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_prctl,
        libc::SYS_read,
        libc::SYS_restart_syscall,
        libc::SYS_rseq,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_getaffinity,
        libc::SYS_sched_yield,
        libc::SYS_set_robust_list,
        libc::SYS_sigaltstack,
        libc::SYS_tgkill,
        libc::SYS_write,
        libc::SYS_writev,
    ];
    let rules = allowed.into_iter().map(|call| (call, Vec::new())).collect();
    let denied = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let program = SeccompFilter::new(rules, denied, SeccompAction::Allow, arch)
        .and_then(seccompiler::BpfProgram::try_from);
    if let Ok(program) = program {
        // Where the kernel has no seccomp the other limits stand.
        let _ = seccompiler::apply_filter_all_threads(&program);
    }
}

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
fn sandbox() {}
