//! Commands of replication, which there is none of.

use crate::command::args::is;
use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::{Fault, Outcome};

const FLAGS: Flags = Flags::ADMIN.or(Flags::NOSCRIPT).or(Flags::STALE);

/// `REPLICAOF host port`, of which only `NO ONE` is possible.
pub const REPLICAOF: Spec =
    Spec::new("REPLICAOF", 3, Group::Server, Run::Session(replicaof)).flags(FLAGS).since("5.0.0");
/// `SLAVEOF host port`
pub const SLAVEOF: Spec =
    Spec::new("SLAVEOF", 3, Group::Server, Run::Session(replicaof)).flags(FLAGS).since("1.0.0");

fn replicaof(desk: &mut Desk<'_>) -> Outcome {
    if !is(desk.args[1], "NO") || !is(desk.args[2], "ONE") {
        return Err(Fault::plain(
            "ERR The store follows no master. To take over its data, copy it by DUMP and RESTORE while writers are \
             stopped, or keep using that server: see the guide, store",
        ));
    }
    // It is so already.
    desk.reply.ok();
    Ok(())
}
