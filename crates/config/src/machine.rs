/// What the config has to know of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Cores that this process may use; `"cores"` in the file becomes this number.
    pub cores: u32,
}

impl Machine {
    /// This machine, as affinity and the cgroup's CPU quota leave it to this process.
    pub fn here() -> Machine {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        Machine { cores: u32::try_from(cores).unwrap_or(1) }
    }
}
