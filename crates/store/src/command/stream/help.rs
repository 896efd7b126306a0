//! `HELP`, and errors that several commands give.

use crate::command::{Call, help};
use crate::resp::{Fault, Outcome};

const XGROUP: &[&str] = &[
    "CREATE <key> <groupname> <id|$> [option]",
    "    Create a new consumer group. Options are:",
    "    * MKSTREAM",
    "      Create the empty stream if it does not exist.",
    "    * ENTRIESREAD entries_read",
    "      Set the group's entries_read counter (internal use).",
    "CREATECONSUMER <key> <groupname> <consumer>",
    "    Create a new consumer in the specified group.",
    "DELCONSUMER <key> <groupname> <consumer>",
    "    Remove the specified consumer.",
    "DESTROY <key> <groupname>",
    "    Remove the specified group.",
    "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
    "    Set the current group ID and entries_read counter.",
];

const XINFO: &[&str] = &[
    "CONSUMERS <key> <groupname>",
    "    Show consumers of <groupname>.",
    "GROUPS <key>",
    "    Show the stream consumer groups.",
    "STREAM <key> [FULL [COUNT <count>]",
    "    Show information about the stream.",
];

pub(super) fn xgroup(call: &mut Call<'_>) -> Outcome {
    help(call.reply, "XGROUP", XGROUP);
    Ok(())
}

pub(super) fn xinfo(call: &mut Call<'_>) -> Outcome {
    help(call.reply, "XINFO", XINFO);
    Ok(())
}

/// A subcommand with arguments that it does not take.
pub(super) fn misused(args: &[&[u8]], name: &str) -> Fault {
    let word = args.get(1).copied().unwrap_or_default();
    let word = word.get(..128).unwrap_or(word);
    Fault::quoting(&[
        b"ERR unknown subcommand or wrong number of arguments for '",
        word,
        b"'. Try ",
        name.as_bytes(),
        b" HELP.",
    ])
}

pub(super) fn no_group(key: &[u8], group: &[u8]) -> Fault {
    Fault::quoting(&[b"NOGROUP No such key '", key, b"' or consumer group '", group, b"'"])
}

pub(super) fn no_group_for_key(key: &[u8], group: &[u8]) -> Fault {
    Fault::quoting(&[b"NOGROUP No such consumer group '", group, b"' for key name '", key, b"'"])
}
