//! The user `default`, who may do all: `requirepass` is its password.

use crate::hub::Limits;
use crate::resp::Reply;
use ring::digest::{SHA256, digest};
use std::fmt::Write;

/// Its name.
pub const NAME: &str = "default";

/// As a line of an ACL file.
pub fn line(limits: &Limits) -> String {
    let login = hash(limits).map_or("nopass".to_owned(), |hash| format!("#{hash}"));
    format!("user {NAME} on {login} ~* &* +@all")
}

/// As `ACL GETUSER` tells it.
pub fn details(limits: &Limits, reply: &mut Reply) {
    let hash = hash(limits);
    let flags: &[&str] = if hash.is_none() { &["on", "nopass"] } else { &["on"] };
    reply.map(6);
    reply.bulk(b"flags");
    reply.set(flags.len());
    flags.iter().for_each(|flag| reply.bulk(flag.as_bytes()));
    reply.bulk(b"passwords");
    reply.array(usize::from(hash.is_some()));
    hash.iter().for_each(|hash| reply.bulk(hash.as_bytes()));
    for (name, rule) in [("commands", "+@all"), ("keys", "~*"), ("channels", "&*")] {
        reply.bulk(name.as_bytes());
        reply.bulk(rule.as_bytes());
    }
    reply.bulk(b"selectors");
    reply.array(0);
}

/// The SHA-256 of the password, if one is needed.
fn hash(limits: &Limits) -> Option<String> {
    let hash = limits.is_guarded().then(|| digest(&SHA256, &limits.password()))?;
    let mut digits = String::new();
    for byte in hash.as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    Some(digits)
}
