//! `CLUSTER`: there is none, and clients find that out by its error.

use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::{Fault, Outcome};

/// `CLUSTER subcommand`
pub const CLUSTER: Spec = refused("CLUSTER", -2).sub(&[
    &admin("ADDSLOTS", -3),
    &admin("ADDSLOTSRANGE", -4),
    &admin("BUMPEPOCH", 2),
    &admin("COUNT-FAILURE-REPORTS", 3),
    &refused("COUNTKEYSINSLOT", 3),
    &admin("DELSLOTS", -3),
    &admin("DELSLOTSRANGE", -4),
    &admin("FAILOVER", -2),
    &admin("FLUSHSLOTS", 2),
    &admin("FORGET", 3),
    &refused("GETKEYSINSLOT", 4),
    &refused("HELP", 2).flags(Flags::LOADING.or(Flags::STALE)),
    &refused("INFO", 2),
    &refused("KEYSLOT", 3),
    &refused("LINKS", 2),
    &admin("MEET", -4),
    &refused("MYID", 2),
    &refused("NODES", 2),
    &admin("REPLICAS", 3),
    &admin("REPLICATE", 3),
    &admin("RESET", -2).flags(Flags::STALE.or(Flags::ADMIN).or(Flags::NOSCRIPT)),
    &admin("SAVECONFIG", 2),
    &admin("SET-CONFIG-EPOCH", 3),
    &admin("SETSLOT", -4),
    &refused("SHARDS", 2),
    &admin("SLAVES", 3),
    &refused("SLOTS", 2),
]);

const fn refused(name: &'static str, arity: i8) -> Spec {
    Spec::new(name, arity, Group::Server, Run::Session(refuse)).flags(Flags::STALE).since("3.0.0")
}

const fn admin(name: &'static str, arity: i8) -> Spec {
    refused(name, arity).flags(Flags::STALE.or(Flags::ADMIN))
}

fn refuse(_: &mut Desk<'_>) -> Outcome {
    Err(Fault::plain("ERR This instance has cluster support disabled"))
}
