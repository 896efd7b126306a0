//! `PUBLISH` and `SPUBLISH`.

use super::FLAGS;
use crate::command::{Desk, Flags, Group, Keys, Run, Spec};
use crate::hub::ChannelKind;
use crate::resp::Outcome;

/// `PUBLISH channel message`
pub const PUBLISH: Spec = Spec::new(
    "PUBLISH",
    3,
    Group::Pubsub,
    Run::Session(|desk| publish(desk, ChannelKind::Channel)),
)
.flags(FLAGS.or(Flags::FAST))
.since("2.0.0");
/// `SPUBLISH channel message`
pub const SPUBLISH: Spec =
    Spec::new("SPUBLISH", 3, Group::Pubsub, Run::Session(|desk| publish(desk, ChannelKind::Shard)))
        .flags(FLAGS.or(Flags::FAST))
        .keys(Keys::ONE)
        .since("7.0.0");

fn publish(desk: &mut Desk<'_>, kind: ChannelKind) -> Outcome {
    let (channel, message) = (desk.args[1], desk.args[2]);
    let receivers = desk.hub.channels.publish(kind, channel, message, desk.outbox);
    desk.reply.count(receivers);
    Ok(())
}
