//! `EVAL`, `EVALSHA`, `EVAL_RO`, `EVALSHA_RO`.

use crate::command::{Flags, Group, Keys, Run, Spec};
use crate::engine::{Engine, Invocation, Source, Writes};
use crate::resp::Outcome;

const FLAGS: Flags =
    Flags::NOSCRIPT.or(Flags::STALE).or(Flags::SKIP_MONITOR).or(Flags::MOVABLE_KEYS);

/// `EVAL script numkeys [key ...] [arg ...]`
pub const EVAL: Spec = Spec::new("EVAL", -3, Group::Scripting, Run::Engine(eval))
    .flags(FLAGS)
    .keys(Keys::Counted(2))
    .since("2.6.0");

/// `EVAL_RO script numkeys [key ...] [arg ...]`
pub const EVAL_RO: Spec = Spec::new("EVAL_RO", -3, Group::Scripting, Run::Engine(eval_ro))
    .flags(FLAGS.or(Flags::READONLY))
    .keys(Keys::Counted(2))
    .since("7.0.0");

/// `EVALSHA sha1 numkeys [key ...] [arg ...]`
pub const EVALSHA: Spec = Spec::new("EVALSHA", -3, Group::Scripting, Run::Engine(evalsha))
    .flags(FLAGS)
    .keys(Keys::Counted(2))
    .since("2.6.0");

/// `EVALSHA_RO sha1 numkeys [key ...] [arg ...]`
pub const EVALSHA_RO: Spec = Spec::new("EVALSHA_RO", -3, Group::Scripting, Run::Engine(evalsha_ro))
    .flags(FLAGS.or(Flags::READONLY))
    .keys(Keys::Counted(2))
    .since("7.0.0");

fn eval(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    engine.eval(invocation, Source::Text, Writes::Allowed)
}

fn eval_ro(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    engine.eval(invocation, Source::Text, Writes::Refused)
}

fn evalsha(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    engine.eval(invocation, Source::Sha, Writes::Allowed)
}

fn evalsha_ro(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    engine.eval(invocation, Source::Sha, Writes::Refused)
}
