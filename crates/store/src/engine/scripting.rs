//! Scripts: the engine is their host. All that a script changes is one record, and the time stands still in it.

use super::{Engine, Invocation, Now, Session};
use crate::command::{Flags, Spec};
use crate::keyspace::Fullness;
use crate::resp::{Fault, Outcome, Reply, parse_int};
use crate::script::{self, Host, Limits, Loaded, Scripts, Sha, Verdict};
use std::sync::atomic::Ordering::Relaxed;

/// The scripts, and the client that their commands come from.
#[derive(Debug)]
pub(super) struct Scripting {
    scripts: Scripts,
    session: Session,
}

/// What the first argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The text of a script.
    Text,
    /// The SHA of one that is known.
    Sha,
}

/// Whether a script may change data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// It may.
    Allowed,
    /// It may not (`EVAL_RO`).
    Refused,
}

const NO_SCRIPT: Fault = Fault::plain("NOSCRIPT No matching script. Please use EVAL.");

impl Engine {
    /// `EVAL` and the like: `args` are the script, how many keys follow, the keys, other arguments.
    pub fn eval(
        &mut self,
        invocation: &mut Invocation<'_>,
        source: Source,
        writes: Writes,
    ) -> Outcome {
        let args = invocation.args;
        if source == Source::Sha && args.get(1).is_some_and(|sha| sha.len() != Sha::DIGITS) {
            return Err(NO_SCRIPT);
        }
        let (text, count) = match args {
            [_, text, count, ..] => (*text, parse_int(count).ok_or(Fault::NotInteger)?),
            _ => return Err(Fault::Syntax),
        };
        let rest = args.get(3..).unwrap_or_default();
        if count < 0 {
            return Err(Fault::plain("ERR Number of keys can't be negative"));
        }
        let split = usize::try_from(count).ok().and_then(|count| rest.split_at_checked(count));
        let Some((keys, argv)) = split else {
            return Err(Fault::plain("ERR Number of keys can't be greater than number of args"));
        };
        let mut scripting = self.take_scripting()?;
        let found = find(&mut scripting.scripts, text, source);
        let outcome = found.and_then(|(sha, flags)| {
            let read_only = permitted(flags, writes, self.fullness)?;
            let before = self.fullness;
            if flags.allow_oom {
                self.fullness = Fullness::Fits;
            }
            self.run_script(&mut scripting, sha, (keys, argv), read_only, invocation);
            self.fullness = before;
            Ok(())
        });
        self.scripting = Some(scripting);
        outcome
    }

    fn run_script(
        &mut self,
        scripting: &mut Scripting,
        sha: Sha,
        (keys, argv): (&[&[u8]], &[&[u8]]),
        read_only: bool,
        invocation: &mut Invocation<'_>,
    ) {
        let Scripting { scripts, session } = scripting;
        session.id = invocation.session.id;
        session.db = self.keys.selected;
        let selected = self.keys.selected;
        self.hub.script.begin();
        let mut host = EngineHost { engine: self, session, now: invocation.now, read_only };
        scripts.run(sha, keys, argv, &mut host, invocation.reply);
        self.hub.script.end();
        self.keys.selected = selected;
    }

    /// Whether `args` call a script that says of itself that it changes nothing.
    pub(super) fn is_read_only(&self, spec: &Spec, args: &[&[u8]]) -> bool {
        let text = args.get(1).copied().unwrap_or_default();
        let flags = match spec.name {
            "EVAL" => script::flags(text),
            "EVALSHA" => {
                let scripts = self.scripting.as_ref().map(|scripting| &scripting.scripts);
                Sha::parse(text).and_then(|sha| scripts?.flags(sha))
            }
            _ => None,
        };
        flags.is_some_and(|flags| flags.no_writes)
    }

    /// `SCRIPT LOAD`.
    pub fn load_script(&mut self, text: &[u8]) -> Result<Sha, Fault> {
        let mut scripting = self.take_scripting()?;
        let loaded = scripting.scripts.load(text, Loaded::ToStay);
        self.scripting = Some(scripting);
        loaded
    }

    /// `SCRIPT EXISTS` of one.
    pub fn knows_script(&self, sha: &[u8]) -> bool {
        let scripts = self.scripting.as_ref().map(|scripting| &scripting.scripts);
        Sha::parse(sha).and_then(|sha| scripts?.flags(sha)).is_some()
    }

    /// `SCRIPT FLUSH`.
    pub fn flush_scripts(&mut self) {
        if let Some(scripting) = &mut self.scripting {
            scripting.scripts.flush();
        }
    }

    /// How many scripts are known, and the memory of Lua in bytes, for `INFO`.
    pub fn script_figures(&self) -> (usize, usize) {
        let scripts = self.scripting.as_ref().map(|scripting| &scripting.scripts);
        scripts.map_or((0, 0), |scripts| (scripts.len(), scripts.memory_bytes()))
    }

    /// Taken while a script runs: no command that a script may call needs it.
    fn take_scripting(&mut self) -> Result<Box<Scripting>, Fault> {
        if let Some(scripting) = self.scripting.take() {
            return Ok(scripting);
        }
        let scripts = Scripts::new(Limits::default())?;
        let session = Session { script: true, ..Session::new(0, true) };
        Ok(Box::new(Scripting { scripts, session }))
    }
}

fn find(scripts: &mut Scripts, text: &[u8], source: Source) -> Result<(Sha, script::Flags), Fault> {
    let sha = match source {
        Source::Text => scripts.load(text, Loaded::InPassing)?,
        Source::Sha => Sha::parse(text).ok_or(NO_SCRIPT)?,
    };
    Ok((sha, scripts.flags(sha).ok_or(NO_SCRIPT)?))
}

/// Whether the script is read-only, or why it may not run at all.
fn permitted(flags: script::Flags, writes: Writes, fullness: Fullness) -> Result<bool, Fault> {
    if !flags.silent && !flags.no_writes && writes == Writes::Refused {
        return Err(Fault::plain(
            "ERR Can not execute a script with write flag using *_ro command.",
        ));
    }
    let needs_memory = !flags.silent && !flags.no_writes && !flags.allow_oom;
    if needs_memory && fullness == Fullness::Full {
        return Err(Fault::plain(
            "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'",
        ));
    }
    Ok(flags.no_writes || writes == Writes::Refused)
}

/// The engine to a script.
struct EngineHost<'a> {
    engine: &'a mut Engine,
    session: &'a mut Session,
    now: Now,
    read_only: bool,
}

impl EngineHost<'_> {
    /// Tests let scripts call what they may not.
    fn may_all(&self) -> bool {
        self.engine.hub.limits.scripts_may_all.load(Relaxed)
    }

    fn execute(&mut self, args: &[&[u8]], reply: &mut Reply) -> Outcome {
        const UNKNOWN: Fault = Fault::plain("ERR Unknown Redis command called from script");
        let name = args.first().copied().unwrap_or_default();
        let mut spec = self.engine.table().find(name).ok_or(UNKNOWN)?;
        if let (false, Some(word)) = (spec.sub.is_empty(), args.get(1)) {
            let named = |sub: &&&_| is_named(sub, word);
            spec = spec.sub.iter().find(named).copied().ok_or(UNKNOWN)?;
        }
        if !spec.takes(args.len()) {
            return Err(Fault::plain("ERR Wrong number of args calling Redis command from script"));
        }
        if spec.flags.has(Flags::NOSCRIPT) && !self.may_all() {
            return Err(Fault::plain("ERR This Redis command is not allowed from script"));
        }
        if spec.flags.has(Flags::WRITE) {
            if self.read_only {
                return Err(Fault::plain(
                    "ERR Write commands are not allowed from read-only scripts.",
                ));
            }
            self.engine.gate(spec, self.session, args)?;
            self.engine.hub.script.wrote();
        }
        self.session.version = reply.version();
        let session = &mut *self.session;
        self.engine.nested(spec, &mut Invocation { args, session, reply, now: self.now });
        Ok(())
    }
}

fn is_named(spec: &Spec, word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(spec.name.as_bytes())
}

impl Host for EngineHost<'_> {
    fn call(&mut self, args: &[&[u8]], reply: &mut Reply) {
        if let Err(fault) = self.execute(args, reply) {
            self.engine.count_refusal(args, &fault);
            reply.fail(0, &fault);
        }
    }

    fn slow(&mut self) -> Verdict {
        if self.engine.hub.script.is_killed() { Verdict::Kill } else { Verdict::Go }
    }

    fn log(&mut self, level: u8, text: &[u8]) {
        self.engine.hub.script_log.add(level, text);
    }

    fn knows(&mut self, args: &[&[u8]]) -> bool {
        args.first().is_some_and(|name| self.engine.table().find(name).is_some())
    }
}
