//! How long a key still has.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::resp::Outcome;

const fn asker(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, 2, Group::Generic, Run::Data(run))
        .flags(Flags::READONLY.or(Flags::FAST))
        .keys(Keys::ONE)
}

/// `TTL key`
pub const TTL: Spec = asker("TTL", |call| ttl(call, true, false));
/// `PTTL key`
pub const PTTL: Spec = asker("PTTL", |call| ttl(call, false, false)).since("2.6.0");
/// `EXPIRETIME key`
pub const EXPIRETIME: Spec = asker("EXPIRETIME", |call| ttl(call, true, true)).since("7.0.0");
/// `PEXPIRETIME key`
pub const PEXPIRETIME: Spec = asker("PEXPIRETIME", |call| ttl(call, false, true)).since("7.0.0");

/// `PERSIST key`
pub const PERSIST: Spec = Spec::new("PERSIST", 2, Group::Generic, Run::Data(persist))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("2.2.0");

fn ttl(call: &mut Call<'_>, seconds: bool, absolute: bool) -> Outcome {
    let now = call.keys.now_ms();
    let answer = match call.keys.glance(call.args[1]).map(|entry| entry.expires_ms()) {
        None => -2,
        Some(None) => -1,
        Some(Some(end)) => {
            let ms = if absolute { end } else { end.saturating_sub(now).max(0) };
            if seconds { ms.saturating_add(500) / 1000 } else { ms }
        }
    };
    call.reply.int(answer);
    Ok(())
}

fn persist(call: &mut Call<'_>) -> Outcome {
    let ended = call.persist(call.args[1]);
    call.reply.int(ended.into());
    Ok(())
}
