//! `PUBSUB`: who listens to what.

use super::FLAGS;
use crate::command::{Desk, Group, Run, Spec, help};
use crate::hub::ChannelKind;
use crate::resp::Outcome;

const fn sub(name: &'static str, arity: i8, run: fn(&mut Desk<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Pubsub, Run::Session(run)).flags(FLAGS).since("2.8.0")
}

const CHANNELS: Spec = sub("CHANNELS", -2, |desk| channels(desk, ChannelKind::Channel));
const NUMSUB: Spec = sub("NUMSUB", -2, |desk| listeners(desk, ChannelKind::Channel));
const NUMPAT: Spec = sub("NUMPAT", 2, patterns);
const SHARDCHANNELS: Spec =
    sub("SHARDCHANNELS", -2, |desk| channels(desk, ChannelKind::Shard)).since("7.0.0");
const SHARDNUMSUB: Spec =
    sub("SHARDNUMSUB", -2, |desk| listeners(desk, ChannelKind::Shard)).since("7.0.0");
const HELP: Spec = sub("HELP", 2, tell).since("6.2.0");

/// `PUBSUB subcommand`
pub const PUBSUB: Spec = sub("PUBSUB", -2, tell).sub(&[
    &CHANNELS,
    &NUMSUB,
    &NUMPAT,
    &SHARDCHANNELS,
    &SHARDNUMSUB,
    &HELP,
]);

const LINES: &[&str] = &[
    "CHANNELS [<pattern>]",
    "    Channels that somebody listens to and that match <pattern>; all if there is none.",
    "NUMPAT",
    "    How many patterns somebody listens to.",
    "NUMSUB [<channel> ...]",
    "    How many clients listen to each channel, those of patterns apart.",
    "SHARDCHANNELS [<pattern>]",
    "    As CHANNELS, of shard channels.",
    "SHARDNUMSUB [<shardchannel> ...]",
    "    As NUMSUB, of shard channels.",
];

fn channels(desk: &mut Desk<'_>, kind: ChannelKind) -> Outcome {
    if desk.args.len() > 3 {
        return Err(crate::resp::Fault::err(format_args!(
            "unknown subcommand or wrong number of arguments for '{}'. Try PUBSUB HELP.",
            String::from_utf8_lossy(desk.args[1])
        )));
    }
    let names = desk.hub.channels.active(kind, desk.args.get(2).copied());
    desk.reply.array(names.len());
    names.iter().for_each(|name| desk.reply.bulk(name));
    Ok(())
}

fn listeners(desk: &mut Desk<'_>, kind: ChannelKind) -> Outcome {
    let names = desk.args.get(2..).unwrap_or_default();
    desk.reply.array(2 * names.len());
    for name in names {
        desk.reply.bulk(name);
        desk.reply.count(desk.hub.channels.listeners(kind, name));
    }
    Ok(())
}

fn patterns(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.count(desk.hub.channels.len(ChannelKind::Pattern));
    Ok(())
}

fn tell(desk: &mut Desk<'_>) -> Outcome {
    help(desk.reply, "PUBSUB", LINES);
    Ok(())
}
