//! What of the process's environment decides about places.

use std::env;
use std::path::PathBuf;

/// Read once at the rim; everything below takes it as an argument.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// The effective user id.
    pub uid: u32,
    /// `OSTLER_RUN`.
    pub run: Option<PathBuf>,
    /// `OSTLER_STATE`.
    pub state: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub xdg_runtime: Option<PathBuf>,
    /// `XDG_STATE_HOME`.
    pub xdg_state: Option<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process. Empty and relative paths count as not set.
    pub fn read() -> Self {
        let path = |name: &str| env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
        Environment {
            uid: rustix::process::geteuid().as_raw(),
            run: path("OSTLER_RUN"),
            state: path("OSTLER_STATE"),
            xdg_runtime: path("XDG_RUNTIME_DIR"),
            xdg_state: path("XDG_STATE_HOME"),
            home: path("HOME"),
        }
    }

    /// The folder of all run folders, and whether it is Ostler's own (not one the user named).
    pub(super) fn run_base(&self) -> (PathBuf, bool) {
        if let Some(run) = &self.run {
            return (run.clone(), false);
        }
        if self.uid == 0 {
            return ("/run/ostler".into(), true);
        }
        match &self.xdg_runtime {
            Some(runtime) => (runtime.join("ostler"), true),
            None => (format!("/tmp/ostler-{}", self.uid).into(), true),
        }
    }

    /// The folder of all state folders; None if this user has no home.
    pub(super) fn state_base(&self) -> Option<PathBuf> {
        if let Some(state) = &self.state {
            return Some(state.clone());
        }
        if self.uid == 0 {
            return Some("/var/lib/ostler".into());
        }
        let home = || self.home.as_ref().map(|home| home.join(".local/state"));
        self.xdg_state.clone().or_else(home).map(|base| base.join("ostler"))
    }
}
