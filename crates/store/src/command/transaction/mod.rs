//! `MULTI`, `EXEC`, `DISCARD`, `WATCH`, `UNWATCH`.

use super::{Call, Desk, Flags, Group, Keys, Run, Spec};
use crate::engine::{Engine, Invocation};
use crate::resp::{Fault, Outcome};

/// All of them.
pub const TABLE: &[&Spec] = &[&MULTI, &EXEC, &DISCARD, &WATCH, &UNWATCH];

const FLAGS: Flags =
    Flags::NOSCRIPT.or(Flags::LOADING).or(Flags::STALE).or(Flags::FAST).or(Flags::ALLOW_BUSY);

const MULTI: Spec =
    Spec::new("MULTI", 1, Group::Transactions, Run::Session(multi)).flags(FLAGS).since("1.2.0");
const EXEC: Spec = Spec::new("EXEC", 1, Group::Transactions, Run::Engine(exec))
    .flags(Flags::NOSCRIPT.or(Flags::LOADING).or(Flags::STALE).or(Flags::SKIP_SLOWLOG))
    .since("1.2.0");
const DISCARD: Spec =
    Spec::new("DISCARD", 1, Group::Transactions, Run::Engine(discard)).flags(FLAGS).since("2.0.0");
const WATCH: Spec = Spec::new("WATCH", -2, Group::Transactions, Run::Data(watch))
    .flags(FLAGS)
    .keys(Keys::ALL)
    .since("2.2.0");
const UNWATCH: Spec =
    Spec::new("UNWATCH", 1, Group::Transactions, Run::Data(unwatch)).flags(FLAGS).since("2.2.0");

fn multi(desk: &mut Desk<'_>) -> Outcome {
    if desk.session.transaction.is_some() {
        return Err(Fault::plain("ERR MULTI calls can not be nested"));
    }
    desk.session.transaction = Some(Default::default());
    desk.reply.ok();
    Ok(())
}

fn exec(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    engine.exec(invocation)
}

fn discard(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    if invocation.session.transaction.take().is_none() {
        return Err(Fault::plain("ERR DISCARD without MULTI"));
    }
    engine.unwatch(invocation.session);
    invocation.reply.ok();
    Ok(())
}

fn watch(call: &mut Call<'_>) -> Outcome {
    if call.session.transaction.is_some() {
        return Err(Fault::plain("ERR WATCH inside MULTI is not allowed"));
    }
    let db = call.keys.selected;
    for &key in call.args.get(1..).unwrap_or_default() {
        call.keys.exists(key);
        call.keys.watches.add(db, key, &call.session.watched);
        call.session.watching.push((db, key.into()));
    }
    call.reply.ok();
    Ok(())
}

fn unwatch(call: &mut Call<'_>) -> Outcome {
    call.session.unwatch(&mut call.keys.watches);
    call.reply.ok();
    Ok(())
}
