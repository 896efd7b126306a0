//! `CLIENT ID`, `GETNAME`, `SETNAME`, `SETINFO`.

use super::OWN;
use crate::command::args::is;
use crate::command::{Desk, Group, Run, Spec};
use crate::engine::Session;
use crate::resp::{Fault, Outcome};

/// `CLIENT ID`
pub const ID: Spec =
    Spec::new("ID", 2, Group::Connection, Run::Session(id)).flags(OWN).since("5.0.0");
/// `CLIENT GETNAME`
pub const GETNAME: Spec =
    Spec::new("GETNAME", 2, Group::Connection, Run::Session(get_name)).flags(OWN).since("2.6.9");
/// `CLIENT SETNAME name`
pub const SETNAME: Spec =
    Spec::new("SETNAME", 3, Group::Connection, Run::Session(take_name)).flags(OWN).since("2.6.9");
/// `CLIENT SETINFO LIB-NAME|LIB-VER word`
pub const SETINFO: Spec =
    Spec::new("SETINFO", 4, Group::Connection, Run::Session(set_info)).flags(OWN).since("7.2.0");

fn id(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.int(desk.session.id as i64);
    Ok(())
}

fn get_name(desk: &mut Desk<'_>) -> Outcome {
    let name = desk.session.card.as_ref().map(|card| card.words().name.clone());
    desk.reply.bulk_or_null(name.as_deref().filter(|name| !name.is_empty()));
    Ok(())
}

fn take_name(desk: &mut Desk<'_>) -> Outcome {
    let name = desk.args[2];
    check_word(name, "Client names")?;
    set_name(desk.session, name);
    desk.reply.ok();
    Ok(())
}

fn set_info(desk: &mut Desk<'_>) -> Outcome {
    let (what, word) = (desk.args[2], desk.args[3]);
    let is_name = is(what, "LIB-NAME");
    if !is_name && !is(what, "LIB-VER") {
        let what = String::from_utf8_lossy(what);
        return Err(Fault::err(format_args!("Unrecognized option '{what}'")));
    }
    check_word(word, if is_name { "lib-name" } else { "lib-ver" })?;
    if let Some(card) = &desk.session.card {
        let mut words = card.words();
        *(if is_name { &mut words.library } else { &mut words.library_version }) = word.into();
    }
    desk.reply.ok();
    Ok(())
}

/// The client is called so from now on; an empty name is none.
pub(in super::super) fn set_name(session: &Session, name: &[u8]) {
    if let Some(card) = &session.card {
        card.words().name = name.into();
    }
}

/// A word that stands in the line of `CLIENT LIST` has nothing in it that would end it. `what` is said of it.
pub(in super::super) fn check_word(word: &[u8], what: &str) -> Outcome {
    if word.iter().all(u8::is_ascii_graphic) {
        return Ok(());
    }
    Err(Fault::err(format_args!("{what} cannot contain spaces, newlines or special characters.")))
}
