//! One look.

use super::join::{Sight, join};
use super::{held, tcp, unix};
use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::net::SocketAddr;

/// More of a table is not read: it tells of two hundred thousand sockets.
const TABLE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Whom the processes `pids`, each with everything below it, talk to, and how many clients the `doors` of this
/// process have.
pub fn look(pids: &[u32], doors: &[SocketAddr]) -> Sight {
    let mut notes = Vec::new();
    let mut owners = HashMap::new();
    // Processes in a network of their own have tables of their own.
    let own = network("self");
    let mut networks: Vec<(String, String)> =
        vec![(own.clone().unwrap_or_default(), "self".into())];
    for (owner, pid) in pids.iter().enumerate() {
        if let Err(error) = held::sockets(&held::tree(*pid), owner, &mut owners) {
            notes.push(format!("The connections of process {pid} cannot be seen: {error}."));
        }
        if let Some(network) = network(&pid.to_string())
            && !networks.iter().any(|(known, _)| *known == network)
        {
            networks.push((network, pid.to_string()));
        }
    }
    let mut rows = Vec::new();
    for (_, process) in &networks {
        for name in ["tcp", "tcp6"] {
            // There may be no IPv6.
            rows.extend(tcp::rows(&table(process, name).unwrap_or_default()));
        }
    }
    let unix = unix::rows().unwrap_or_else(|error| {
        notes.push(format!("Connections to unix sockets cannot be seen: {error}."));
        Vec::new()
    });
    Sight { notes, ..join(&owners, &rows, &unix, doors) }
}

fn network(process: &str) -> Option<String> {
    let link = fs::read_link(format!("/proc/{process}/ns/net")).ok()?;
    Some(link.to_str()?.to_owned())
}

fn table(process: &str, name: &str) -> std::io::Result<String> {
    let file = fs::File::open(format!("/proc/{process}/net/{name}"))?;
    let mut text = String::new();
    file.take(TABLE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}
