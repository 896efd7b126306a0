//! What is counted of commands: how often they ran, how long, and how they ended.

use super::{Engine, Invocation, Session};
use crate::command::args::is;
use crate::command::{Flags, Group, Spec, Wait};
use crate::hub::SlowCommand;
use crate::resp::{Fault, Outcome};
use std::sync::atomic::Ordering::Relaxed;

const REDACTED: &[u8] = b"(redacted)";

/// The code of an error is looked for in so many bytes.
const CODE_BYTES_MAX: usize = 64;

impl Engine {
    /// Run a command, and count it unless it waits: then it runs again.
    pub(super) fn run(
        &mut self,
        spec: &'static Spec,
        invocation: &mut Invocation<'_>,
        wait: &mut Option<Wait>,
    ) -> Outcome {
        let (start, errors) = (invocation.reply.len(), self.hub.tally.all_errors());
        let outcome = self.perform(spec, invocation, wait);
        if wait.is_some() || self.keys.replaying() {
            return outcome;
        }
        let number = self.table().number(spec);
        let told = invocation.reply.bytes().get(start..).unwrap_or_default();
        let failed = outcome.is_err() || told.first() == Some(&b'-');
        self.hub.tally.ran(number, failed);
        self.ran = Some(number);
        // What a script passes on was counted where it happened.
        let is_passed_on = spec.group == Group::Scripting && self.hub.tally.all_errors() != errors;
        match &outcome {
            Err(fault) => self.hub.tally.error(&fault.text()),
            Ok(()) if failed && !is_passed_on => {
                let text = told.get(1..).unwrap_or_default();
                let text = text.get(..CODE_BYTES_MAX).unwrap_or(text);
                self.hub.tally.error(&String::from_utf8_lossy(text));
            }
            Ok(()) => {}
        }
        outcome
    }

    /// A command was refused: it did not run.
    pub(super) fn count_refusal(&self, args: &[&[u8]], fault: &Fault) {
        self.hub.tally.error(&fault.text());
        let found = args.first().and_then(|name| self.table().find(name));
        let Some(mut spec) = found else { return };
        let named = |sub: &&&'static Spec| args.get(1).is_some_and(|word| is(word, sub.name));
        if let Some(sub) = spec.sub.iter().find(named) {
            spec = sub;
        }
        self.hub.tally.rejected(self.table().number(spec));
    }

    /// The last command of `session`, which is `args`, took so long.
    pub fn took(&mut self, session: &Session, args: &[&[u8]], ns: u64) {
        let Some(number) = self.ran.take() else { return };
        let limits = &self.hub.limits;
        self.hub.tally.took(number, ns, limits.latency_tracking.load(Relaxed));
        let (slower_us, latency_ms) =
            (limits.slower_us.load(Relaxed), limits.latency_ms.load(Relaxed));
        let took_us = ns / 1000;
        if let Ok(slower_us) = u64::try_from(slower_us)
            && took_us >= slower_us
        {
            self.keep_slow(number, session, args, took_us);
        }
        if latency_ms > 0 && took_us / 1000 >= latency_ms {
            let spec = self.table().spec(number);
            let is_fast = spec.is_some_and(|spec| spec.flags.has(Flags::FAST));
            let kind = if is_fast { "fast-command" } else { "command" };
            self.hub.latency.add(kind, self.keys.now_ms() / 1000, took_us / 1000);
        }
    }

    fn keep_slow(&self, number: usize, session: &Session, args: &[&[u8]], took_us: u64) {
        let Some(spec) = self.table().spec(number) else { return };
        // What a transaction runs is not timed one by one: it is kept as a whole.
        let is_passed_over = spec.flags.has(Flags::SKIP_SLOWLOG) && spec.name != "EXEC";
        if is_passed_over || session.script {
            return;
        }
        let card = session.card.as_ref();
        let command = SlowCommand {
            id: 0,
            at_s: self.keys.now_ms() / 1000,
            took_us,
            args: SlowCommand::shorten(&without_passwords(args)),
            address: card.map(|card| card.arrival.address.clone()).unwrap_or_default(),
            name: card.map(|card| card.words().name.clone()).unwrap_or_default(),
        };
        self.hub.slow_log.add(command, self.hub.limits.slowlog_len.load(Relaxed));
    }
}

/// Arguments with what is nobody's business hidden; AUTH and HELLO are not kept at all.
fn without_passwords<'a>(args: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut shown = args.to_vec();
    let named = |at: usize, word: &str| args.get(at).is_some_and(|arg| is(arg, word));
    let mut hide = |at: usize| shown.get_mut(at).into_iter().for_each(|arg| *arg = REDACTED);
    if named(0, "CONFIG") && named(1, "SET") {
        let secret = (2..args.len()).step_by(2).filter(|at| named(*at, "requirepass"));
        secret.for_each(|at| hide(at + 1));
    }
    shown
}
