//! How many files a process may open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Ask for as many as the system grants; what is started from here inherits it.
pub fn raise_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |maximum| maximum.max(WANTED));
    let all = |most| Rlimit { current: Some(most), maximum: Some(most) };
    // Without privilege what the system allows anyway.
    if setrlimit(Resource::Nofile, all(wanted)).is_err()
        && let Some(most) = maximum
    {
        // Then the limit stays as it is, and what needs more says so.
        let _ = setrlimit(Resource::Nofile, all(most));
    }
}

/// Files that this process, and each that it starts, may open.
pub fn files_max() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(WANTED)
}

const WANTED: u64 = 100_000;
