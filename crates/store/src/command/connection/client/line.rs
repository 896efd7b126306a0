//! A client in one line, in the order of fields that Redis 7.2 has.

use crate::hub::{Card, Hub, Marks};
use crate::resp::Version;
use std::sync::atomic::Ordering::Relaxed;

/// Add the line of the client of `card`, with its end.
pub(super) fn write(out: &mut Vec<u8>, card: &Card, hub: &Hub, now_ms: i64) {
    let counts = hub.channels.counts(card.id);
    let [sub, psub, ssub] = counts;
    let words = card.words().clone();
    let seconds = |since_ms: i64| (now_ms - since_ms).max(0) / 1000;
    let arrival = &card.arrival;
    let (id, fd, db) = (card.id, arrival.fd, card.db.load(Relaxed));
    let (age, idle) = (seconds(arrival.now_ms), seconds(card.used_ms()));
    out.extend(
        format!("id={id} addr={} laddr={} fd={fd} name=", arrival.address, arrival.local).bytes(),
    );
    out.extend_from_slice(&words.name);
    let flags = flags(card, hub, counts);
    out.extend(format!(" age={age} idle={idle} flags={flags} db={db}").bytes());
    out.extend(format!(" sub={sub} psub={psub} ssub={ssub}").bytes());
    out.extend(memory(card).bytes());
    let events = if card.output_bytes.load(Relaxed) > 0 { "rw" } else { "r" };
    let command = command(words.command);
    let resp = if card.version() == Version::Resp3 { 3 } else { 2 };
    out.extend(format!(" events={events} cmd={command} user=default redir=-1 resp={resp}").bytes());
    out.extend_from_slice(b" lib-name=");
    out.extend_from_slice(&words.library);
    out.extend_from_slice(b" lib-ver=");
    out.extend_from_slice(&words.library_version);
    out.push(b'\n');
}

/// Arguments lie where they were read (`argv-mem`), and all that waits to be sent is one buffer (`oll`).
fn memory(card: &Card) -> String {
    let (queued, queued_bytes) = (card.queued.load(Relaxed), card.queued_bytes.load(Relaxed));
    let (input, input_room) = (card.input_bytes.load(Relaxed), card.input_room_bytes.load(Relaxed));
    let (output, room) = (card.output_bytes.load(Relaxed), card.output_room_bytes.load(Relaxed));
    let all = size_of::<Card>() + input + input_room + queued_bytes + room;
    format!(
        " multi={queued} qbuf={input} qbuf-free={input_room} argv-mem=0 multi-mem={queued_bytes} \
         rbs={room} rbp={room} obl={output} oll=0 omem={output} tot-mem={all}"
    )
}

fn flags(card: &Card, hub: &Hub, counts: [usize; 3]) -> String {
    let marks = card.marks();
    let letters = [
        ('O', hub.monitors.has(card.id)),
        ('P', counts != [0; 3]),
        ('x', marks.has(Marks::TRANSACTION)),
        ('b', marks.has(Marks::WAITS)),
        ('d', card.watched.load(Relaxed)),
        ('c', marks.has(Marks::CLOSING)),
        ('U', card.arrival.address.starts_with('/')),
        ('e', marks.has(Marks::NO_EVICT)),
        ('T', marks.has(Marks::NO_TOUCH)),
    ];
    let set: String = letters.iter().filter(|(_, is)| *is).map(|(letter, _)| letter).collect();
    if set.is_empty() { "N".into() } else { set }
}

fn command(command: Option<(&'static str, Option<&'static str>)>) -> String {
    match command {
        None => "NULL".into(),
        Some((name, None)) => name.to_ascii_lowercase(),
        Some((name, Some(sub))) => format!("{name}|{sub}").to_ascii_lowercase(),
    }
}
