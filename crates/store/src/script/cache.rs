//! The scripts that are known by their SHA, compiled.

use super::machine::{Machine, Reference, Run};
use super::sha::ShaHashes;
use super::shebang::{self, Flags};
use super::{Host, Sha};
use crate::resp::{Fault, Reply};
use std::collections::HashMap;

/// What scripts may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Memory of all scripts together, compiled ones included.
    pub memory_bytes_max: usize,
    /// Scripts that are kept because `EVAL` ran them. Those of `SCRIPT LOAD` are kept until `SCRIPT FLUSH`.
    pub passing_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes_max: 256 << 20, passing_max: 2_000 }
    }
}

/// How a script came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// By `SCRIPT LOAD`: it stays.
    ToStay,
    /// By `EVAL`: it may be forgotten for others.
    InPassing,
}

/// Compiled scripts and the machine that runs them.
pub struct Scripts {
    machine: Machine,
    known: HashMap<Sha, Script, ShaHashes>,
    passing: usize,
    limits: Limits,
    /// Counts uses.
    clock: u64,
}

#[derive(Debug, Clone, Copy)]
struct Script {
    function: Reference,
    flags: Flags,
    loaded: Loaded,
    used: u64,
}

impl std::fmt::Debug for Scripts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scripts").field("known", &self.known.len()).finish_non_exhaustive()
    }
}

impl Scripts {
    /// None known yet. An error if the memory is too little for any.
    pub fn new(limits: Limits) -> Result<Self, Fault> {
        let machine = Machine::new(limits.memory_bytes_max).ok_or_else(|| {
            Fault::err(format_args!(
                "not enough memory to run scripts: {} bytes are permitted",
                limits.memory_bytes_max
            ))
        })?;
        Ok(Self { machine, known: HashMap::default(), passing: 0, limits, clock: 0 })
    }

    /// Compiles a script unless it is known, and gives its name.
    pub fn load(&mut self, source: &[u8], loaded: Loaded) -> Result<Sha, Fault> {
        let sha = Sha::of(source);
        if let Some(script) = self.known.get_mut(&sha) {
            if loaded == Loaded::ToStay && script.loaded == Loaded::InPassing {
                script.loaded = loaded;
                self.passing -= 1;
            }
            return Ok(sha);
        }
        let (flags, body) = shebang::parse(source).map_err(Fault::err)?;
        let function = self.machine.compile(body).map_err(|error| {
            Fault::quoting(&[b"ERR Error compiling script (new function): ", &error])
        })?;
        if loaded == Loaded::InPassing {
            self.passing += 1;
            self.make_room();
        }
        self.clock += 1;
        self.known.insert(sha, Script { function, flags, loaded, used: self.clock });
        Ok(sha)
    }

    /// What a known script says of itself.
    pub fn flags(&self, sha: Sha) -> Option<Flags> {
        self.known.get(&sha).map(|script| script.flags)
    }

    /// Runs a known script; false, and nothing written, if it is not.
    pub fn run(
        &mut self,
        sha: Sha,
        keys: &[&[u8]],
        args: &[&[u8]],
        host: &mut dyn Host,
        reply: &mut Reply,
    ) -> bool {
        let Some(script) = self.known.get_mut(&sha) else { return false };
        self.clock += 1;
        script.used = self.clock;
        self.machine.run(&Run { sha, function: script.function, keys, args }, host, reply);
        true
    }

    /// Forgets all.
    pub fn flush(&mut self) {
        for (_, script) in self.known.drain() {
            self.machine.forget(script.function);
        }
        self.passing = 0;
        match Machine::new(self.limits.memory_bytes_max) {
            Some(machine) => self.machine = machine,
            None => self.machine.collect(),
        }
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// None is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Bytes that Lua holds (`used_memory_lua`).
    pub fn memory_bytes(&self) -> usize {
        self.machine.memory_bytes()
    }

    /// Forgets the one that came in passing and was not used for longest, if there are too many.
    fn make_room(&mut self) {
        if self.passing <= self.limits.passing_max {
            return;
        }
        let passing = self.known.iter().filter(|(_, script)| script.loaded == Loaded::InPassing);
        if let Some(oldest) = passing.min_by_key(|(_, script)| script.used).map(|(sha, _)| *sha)
            && let Some(script) = self.known.remove(&oldest)
        {
            self.machine.forget(script.function);
            self.passing -= 1;
        }
    }
}
