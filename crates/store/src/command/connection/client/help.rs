//! `CLIENT HELP`.

use super::OWN;
use crate::command::{Desk, Group, Run, Spec, help as lines};
use crate::resp::Outcome;

/// `CLIENT HELP`
pub const HELP: Spec =
    Spec::new("HELP", 2, Group::Connection, Run::Session(help)).flags(OWN).since("5.0.0");

const LINES: &[&str] = &[
    "GETNAME",
    "    The name of this connection.",
    "GETREDIR",
    "    Whom messages of tracked keys are sent to: nobody, for keys are not tracked.",
    "ID",
    "    The number of this connection.",
    "INFO",
    "    What LIST prints of this connection.",
    "KILL <ip:port>",
    "    Close the connection of that address.",
    "KILL <option> <value> [<option> <value> ...]",
    "    Close connections: ID <id>, TYPE (NORMAL|MASTER|REPLICA|PUBSUB), ADDR <ip:port>, LADDR <ip:port>,",
    "    USER <name>, MAXAGE <seconds>, SKIPME (YES|NO).",
    "LIST [TYPE (NORMAL|MASTER|REPLICA|PUBSUB)] [ID <id> ...]",
    "    A line for each connection.",
    "NO-EVICT (ON|OFF)",
    "    Keep this connection when memory is short.",
    "NO-TOUCH (ON|OFF)",
    "    Commands of this connection do not count as use of a key.",
    "PAUSE <milliseconds> [WRITE|ALL]",
    "    Let commands wait, or only those that change data.",
    "REPLY (ON|OFF|SKIP)",
    "    Whether this connection wants replies.",
    "SETINFO (LIB-NAME|LIB-VER) <word>",
    "    Say which library this connection uses.",
    "SETNAME <name>",
    "    Give this connection a name.",
    "TRACKING OFF, TRACKINGINFO",
    "    Keys are not tracked for caches of clients.",
    "UNBLOCK <id> [TIMEOUT|ERROR]",
    "    Let a connection wait for a key no longer.",
    "UNPAUSE",
    "    End a pause.",
];

pub(super) fn help(desk: &mut Desk<'_>) -> Outcome {
    lines(desk.reply, "CLIENT", LINES);
    Ok(())
}
