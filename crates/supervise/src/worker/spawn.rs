//! Processes are made here: the only unsafe code of this crate, for what runs between fork and exec.
//!
//! Must be called on the thread that lives as long as Ostler: the kernel ties PR_SET_PDEATHSIG to
//! the thread that forked, not to the process.
#![expect(unsafe_code, reason = "pre_exec: signals and death signal are set in the child")]

use super::command::CommandLine;
use super::environment::Environment;
use crate::output::{Capture, capture};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal, setsid};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A worker's process as it was made.
#[derive(Debug)]
pub struct Spawned {
    pub pid: Pid,
    /// What it writes to its stdout.
    pub out: Capture,
    /// What it writes to its stderr.
    pub err: Capture,
}

/// Start a worker in a process group of its own; it dies with the calling thread.
pub fn worker(line: &CommandLine, folder: &Path, environment: &Environment) -> io::Result<Spawned> {
    let (out, out_end) = capture()?;
    let (err, err_end) = capture()?;
    let mut command = Command::new(&line.program);
    command.args(&line.arguments).current_dir(folder).env_clear().envs(environment);
    command.stdin(Stdio::null()).stdout(out_end).stderr(err_end).process_group(0);
    let parent = rustix::process::getpid();
    // SAFETY: the closure runs in the forked child, where only async-signal-safe calls are allowed:
    // it makes system calls and touches no memory of others, no lock and no allocator.
    unsafe {
        command.pre_exec(move || {
            default_signals();
            set_parent_process_death_signal(Some(Signal::KILL))?;
            // The parent may have died before the line above took effect.
            if getppid() != Some(parent) {
                return Err(Errno::SRCH.into());
            }
            Ok(())
        });
    }
    Ok(Spawned { pid: start(&mut command)?, out, err })
}

/// Start the warden in a session of its own, deaf to the signals of a terminal; it reads `orders`.
pub fn warden(program: &Path, argument: &str, orders: OwnedFd) -> io::Result<Pid> {
    let mut command = Command::new(program);
    command.arg(argument).current_dir("/").env_clear();
    command.stdin(orders).stdout(Stdio::null());
    // SAFETY: as above.
    unsafe {
        command.pre_exec(|| {
            default_signals();
            for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
                libc::signal(signal, libc::SIG_IGN);
            }
            setsid()?;
            Ok(())
        });
    }
    start(&mut command)
}

/// The child is dropped unwaited: this crate reaps by number.
fn start(command: &mut Command) -> io::Result<Pid> {
    let child = command.spawn()?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    pid.ok_or_else(|| io::Error::other("the kernel gave a process number that is none"))
}

/// Undo what Ostler, or who started Ostler, did to signals: ignored and blocked ones are inherited.
fn default_signals() {
    // SAFETY: called in the forked child only; sigset_t is plain data that sigemptyset fills.
    unsafe {
        for signal in 1..=libc::SIGRTMAX() {
            libc::signal(signal, libc::SIG_DFL);
        }
        let mut none = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut());
    }
}
