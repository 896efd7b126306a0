//! What the subcommand `HELP` answers.

use crate::resp::Reply;

/// Write the help of the command `name`, whose subcommands `lines` tell.
pub fn help(reply: &mut Reply, name: &str, lines: &[&str]) {
    reply.array(lines.len() + 3);
    reply.status(&format!("{name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"));
    lines.iter().for_each(|line| reply.status(line));
    reply.status("HELP");
    reply.status("    Prints this help.");
}
