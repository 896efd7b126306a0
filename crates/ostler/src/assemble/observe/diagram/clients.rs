//! Who the store's clients say they are: `CLIENT LIST`, by the port that a connection comes from. Pure but for the
//! question.

use super::ask::{ask, command};
use super::reply::Reply;
use edge::OwnStore;
use std::collections::{BTreeMap, HashMap};

/// More clients than these are not listed by name.
const CLIENTS_MAX: usize = 4_096;

/// Names of clients, by their ports.
pub fn clients(store: &dyn OwnStore) -> HashMap<u16, String> {
    let replies = ask(store, &[command(&["CLIENT", "LIST"])]).unwrap_or_default();
    let text = replies.first().and_then(Reply::text).unwrap_or_default();
    text.lines().take(CLIENTS_MAX).filter_map(client).collect()
}

/// `mail (bull) 2×, ioredis`: who has these connections.
pub fn told(ports: &[u16], clients: &HashMap<u16, String>) -> String {
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    for name in ports.iter().filter_map(|port| clients.get(port)) {
        *names.entry(name).or_default() += 1;
    }
    let each = names.iter().map(|(name, count)| match count {
        1 => (*name).to_owned(),
        count => format!("{name} {count}×"),
    });
    each.collect::<Vec<_>>().join(", ")
}

fn client(line: &str) -> Option<(u16, String)> {
    let field = |key: &str| {
        let mut fields = line.split(' ').filter_map(|field| field.split_once('='));
        fields
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    };
    let port = field("addr")?.rsplit(':').next()?.parse().ok()?;
    let name = field("name").map(named).or_else(|| field("lib-name").map(str::to_owned));
    Some((port, name.unwrap_or_else(|| "unnamed".into())))
}

/// BullMQ names its clients `PREFIX:base64(QUEUE)`, and more after another colon.
fn named(name: &str) -> String {
    let mut parts = name.split(':');
    match (parts.next(), parts.next().and_then(base64), parts.next()) {
        (Some(prefix), Some(queue), Some("qe")) => format!("events of {queue} ({prefix})"),
        (Some(prefix), Some(queue), _) => format!("worker of {queue} ({prefix})"),
        _ => name.to_owned(),
    }
}

/// Printable text out of base64; None: it is something else.
fn base64(text: &str) -> Option<String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if text.is_empty() || !text.len().is_multiple_of(4) {
        return None;
    }
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_by_name() {
        let line = |port: u16, name: &str, library: &str| {
            format!(
                "id=3 addr=127.0.0.1:{port} laddr=127.0.0.1:1 fd=8 name={name} age=1 lib-name={library} lib-ver="
            )
        };
        let check = |line: String, want: &str| {
            assert_eq!(client(&line), Some((7_000, want.to_owned())), "{line}");
        };
        check(line(7_000, "bull:bWFpbA==", "ioredis"), "worker of mail (bull)");
        check(line(7_000, "bull:bWFpbA==:qe", ""), "events of mail (bull)");
        check(line(7_000, "session", "ioredis"), "session");
        check(line(7_000, "a:b", ""), "a:b");
        check(line(7_000, "", "node-redis"), "node-redis");
        check(line(7_000, "", ""), "unnamed");
        assert_eq!(client("id=1 addr=/run/store.sock:0 name=x"), Some((0, "x".into())));
        assert_eq!(client(""), None);
        let names = HashMap::from([(1, "a".to_owned()), (2, "b".into()), (3, "a".into())]);
        assert_eq!(told(&[1, 2, 3, 9], &names), "a 2×, b");
    }
}
