//! `CLIENT KILL`: close connections.

use super::OTHERS;
use super::kind::Kind;
use crate::command::args::is;
use crate::command::{Desk, Group, Run, Spec};
use crate::hub::{Card, Hub, Order};
use crate::resp::{Fault, Outcome, parse_int};

/// `CLIENT KILL address`, or with filters
pub const KILL: Spec =
    Spec::new("KILL", -3, Group::Connection, Run::Session(kill)).flags(OTHERS).since("2.4.0");

/// Whom to close: all that each given filter lets through.
#[derive(Debug, Default)]
struct Filter<'a> {
    id: Option<u64>,
    kind: Option<Kind>,
    address: Option<&'a [u8]>,
    local: Option<&'a [u8]>,
    age_s: Option<i64>,
    also_me: bool,
}

fn kill(desk: &mut Desk<'_>) -> Outcome {
    if let [_, _, address] = desk.args {
        let filter = Filter { address: Some(address), also_me: true, ..Filter::default() };
        if close(desk, &filter) == 0 {
            return Err(Fault::plain("ERR No such client"));
        }
        desk.reply.ok();
        return Ok(());
    }
    let filter = read(desk.args.get(2..).unwrap_or_default())?;
    let closed = close(desk, &filter);
    desk.reply.count(closed);
    Ok(())
}

fn read<'a>(mut args: &[&'a [u8]]) -> Result<Filter<'a>, Fault> {
    let mut filter = Filter::default();
    while let [word, value, rest @ ..] = args {
        match *word {
            word if is(word, "ID") => filter.id = Some(id(value)?),
            word if is(word, "TYPE") => filter.kind = Some(Kind::parse(value)?),
            word if is(word, "ADDR") => filter.address = Some(value),
            word if is(word, "LADDR") => filter.local = Some(value),
            word if is(word, "MAXAGE") => {
                filter.age_s = Some(parse_int(value).ok_or(Fault::NotInteger)?);
            }
            word if is(word, "USER") => user(value)?,
            word if is(word, "SKIPME") && is(value, "yes") => filter.also_me = false,
            word if is(word, "SKIPME") && is(value, "no") => filter.also_me = true,
            _ => return Err(Fault::Syntax),
        }
        args = rest;
    }
    if args.is_empty() { Ok(filter) } else { Err(Fault::Syntax) }
}

fn id(value: &[u8]) -> Result<u64, Fault> {
    let id = parse_int(value).filter(|id| *id > 0);
    id.map(i64::cast_unsigned).ok_or(Fault::plain("ERR client-id should be greater than 0"))
}

/// All clients are the one user's.
fn user(name: &[u8]) -> Outcome {
    if name == b"default" {
        return Ok(());
    }
    Err(Fault::err(format_args!("No such user '{}'", String::from_utf8_lossy(name))))
}

/// Close those that `filter` lets through. How many.
fn close(desk: &mut Desk<'_>, filter: &Filter<'_>) -> usize {
    let (own, now_ms) = (desk.session.id, desk.now.wall_ms);
    let mut closed = 0;
    for card in desk.hub.clients.all() {
        if !filter.takes(&card, desk.hub, now_ms) || card.id == own && !filter.also_me {
            continue;
        }
        if card.id == own {
            desk.session.closing = true;
        } else {
            desk.outbox.push(Order::Kill { client: card.id });
        }
        closed += 1;
    }
    closed
}

impl Filter<'_> {
    fn takes(&self, card: &Card, hub: &Hub, now_ms: i64) -> bool {
        let age_s = (now_ms - card.arrival.now_ms) / 1000;
        self.id.is_none_or(|id| id == card.id)
            && self.kind.is_none_or(|kind| kind == Kind::of(card, hub))
            && self.address.is_none_or(|address| address == card.arrival.address.as_bytes())
            && self.local.is_none_or(|local| local == card.arrival.local.as_bytes())
            && self.age_s.is_none_or(|least_s| age_s >= least_s)
    }
}
