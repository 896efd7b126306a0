//! `SUBSCRIBE`, `UNSUBSCRIBE`, and the same for patterns and shard channels.

use super::FLAGS;
use crate::command::{Desk, Flags, Group, Keys, Run, Spec};
use crate::hub::ChannelKind;
use crate::resp::Outcome;

const LISTEN: Flags = FLAGS.or(Flags::NOSCRIPT).or(Flags::SUBSCRIBER);

const fn spec(name: &'static str, arity: i8, run: fn(&mut Desk<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Pubsub, Run::Session(run)).flags(LISTEN).since("2.0.0")
}

/// `SUBSCRIBE channel…`
pub const SUBSCRIBE: Spec = spec("SUBSCRIBE", -2, |desk| listen(desk, ChannelKind::Channel));
/// `UNSUBSCRIBE [channel…]`
pub const UNSUBSCRIBE: Spec = spec("UNSUBSCRIBE", -1, |desk| cease(desk, ChannelKind::Channel));
/// `PSUBSCRIBE pattern…`
pub const PSUBSCRIBE: Spec = spec("PSUBSCRIBE", -2, |desk| listen(desk, ChannelKind::Pattern));
/// `PUNSUBSCRIBE [pattern…]`
pub const PUNSUBSCRIBE: Spec = spec("PUNSUBSCRIBE", -1, |desk| cease(desk, ChannelKind::Pattern));
/// `SSUBSCRIBE channel…`
pub const SSUBSCRIBE: Spec =
    spec("SSUBSCRIBE", -2, |desk| listen(desk, ChannelKind::Shard)).keys(Keys::ALL).since("7.0.0");
/// `SUNSUBSCRIBE [channel…]`
pub const SUNSUBSCRIBE: Spec =
    spec("SUNSUBSCRIBE", -1, |desk| cease(desk, ChannelKind::Shard)).keys(Keys::ALL).since("7.0.0");

fn listen(desk: &mut Desk<'_>, kind: ChannelKind) -> Outcome {
    let (word, _) = words(kind);
    for &name in desk.args.get(1..).unwrap_or_default() {
        let version = desk.reply.version();
        let count = desk.hub.channels.subscribe(kind, desk.session.id, version, name);
        confirm(desk, word, Some(name), count);
    }
    count(desk);
    Ok(())
}

fn cease(desk: &mut Desk<'_>, kind: ChannelKind) -> Outcome {
    let (_, word) = words(kind);
    let all;
    let names: Vec<&[u8]> = match desk.args.get(1..).unwrap_or_default() {
        [] => {
            all = desk.hub.channels.of(kind, desk.session.id);
            all.iter().map(AsRef::as_ref).collect()
        }
        names => names.to_vec(),
    };
    for name in &names {
        let count = desk.hub.channels.unsubscribe(kind, desk.session.id, name);
        confirm(desk, word, Some(name), count);
    }
    if names.is_empty() {
        // Those of the other kind may still be there.
        let count = desk.hub.channels.unsubscribe(kind, desk.session.id, b"");
        confirm(desk, word, None, count);
    }
    count(desk);
    Ok(())
}

fn words(kind: ChannelKind) -> (&'static str, &'static str) {
    match kind {
        ChannelKind::Channel => ("subscribe", "unsubscribe"),
        ChannelKind::Pattern => ("psubscribe", "punsubscribe"),
        ChannelKind::Shard => ("ssubscribe", "sunsubscribe"),
    }
}

fn confirm(desk: &mut Desk<'_>, word: &str, name: Option<&[u8]>, count: usize) {
    desk.reply.push(3);
    desk.reply.bulk(word.as_bytes());
    desk.reply.bulk_or_null(name);
    desk.reply.count(count);
}

fn count(desk: &mut Desk<'_>) {
    desk.session.subscriptions = desk.hub.channels.counts(desk.session.id).iter().sum();
}
