//! `CLIENT TRACKING`: keys are not tracked for caches of clients, and who asks for it is told so.

use super::OWN;
use super::switch::on_or_off;
use crate::command::{Desk, Group, Run, Spec};
use crate::resp::{Fault, Outcome};

/// `CLIENT TRACKING ON|OFF …`
pub const TRACKING: Spec =
    Spec::new("TRACKING", -3, Group::Connection, Run::Session(tracking)).flags(OWN).since("6.0.0");
/// `CLIENT TRACKINGINFO`
pub const TRACKINGINFO: Spec =
    Spec::new("TRACKINGINFO", 2, Group::Connection, Run::Session(info)).flags(OWN).since("6.2.0");
/// `CLIENT CACHING YES|NO`
pub const CACHING: Spec =
    Spec::new("CACHING", 3, Group::Connection, Run::Session(caching)).flags(OWN).since("6.0.0");

fn tracking(desk: &mut Desk<'_>) -> Outcome {
    if on_or_off(desk.args[2])? {
        return Err(Fault::plain(
            "ERR this store does not track keys for client-side caches; set `[store] url` to a Redis that does",
        ));
    }
    desk.reply.ok();
    Ok(())
}

fn info(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.map(3);
    desk.reply.bulk(b"flags");
    desk.reply.set(1);
    desk.reply.bulk(b"off");
    desk.reply.bulk(b"redirect");
    desk.reply.int(-1);
    desk.reply.bulk(b"prefixes");
    desk.reply.array(0);
    Ok(())
}

fn caching(_: &mut Desk<'_>) -> Outcome {
    Err(Fault::plain(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
    ))
}
