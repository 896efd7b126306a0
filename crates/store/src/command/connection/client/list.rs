//! `CLIENT INFO` and `LIST`.

use super::kind::Kind;
use super::{OTHERS, OWN, line};
use crate::command::args::is;
use crate::command::{Desk, Group, Run, Spec};
use crate::hub::Card;
use crate::resp::{Fault, Outcome, parse_int};
use std::sync::Arc;

/// `CLIENT INFO`
pub const INFO: Spec =
    Spec::new("INFO", 2, Group::Connection, Run::Session(info)).flags(OWN).since("6.2.0");
/// `CLIENT LIST [TYPE type] [ID id ...]`
pub const LIST: Spec =
    Spec::new("LIST", -2, Group::Connection, Run::Session(list)).flags(OTHERS).since("2.4.0");

fn info(desk: &mut Desk<'_>) -> Outcome {
    let cards = Vec::from_iter(desk.session.card.clone());
    answer(desk, &cards);
    Ok(())
}

fn list(desk: &mut Desk<'_>) -> Outcome {
    let clients = &desk.hub.clients;
    let cards = match desk.args {
        [_, _] => clients.all(),
        [_, _, word, kind] if is(word, "TYPE") => {
            let kind = Kind::parse(kind)?;
            let mut cards = clients.all();
            cards.retain(|card| Kind::of(card, desk.hub) == kind);
            cards
        }
        [_, _, word, ids @ ..] if is(word, "ID") && !ids.is_empty() => {
            let ids: Result<Vec<_>, _> = ids.iter().map(|id| number(id)).collect();
            ids?.into_iter().filter_map(|id| clients.find(id)).collect()
        }
        _ => return Err(Fault::Syntax),
    };
    answer(desk, &cards);
    Ok(())
}

fn number(arg: &[u8]) -> Result<u64, Fault> {
    let number = parse_int(arg).and_then(|number| u64::try_from(number).ok());
    number.ok_or(Fault::plain("ERR Invalid client ID"))
}

fn answer(desk: &mut Desk<'_>, cards: &[Arc<Card>]) {
    // Its own client is in the midst of a command.
    desk.session.show();
    let mut text = Vec::new();
    for card in cards {
        line::write(&mut text, card, desk.hub, desk.now.wall_ms);
    }
    desk.reply.verbatim("txt", &text);
}
