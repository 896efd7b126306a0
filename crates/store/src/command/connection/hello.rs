//! `HELLO`: which form of the protocol, who, and what for.

use super::{auth, client};
use crate::command::{Args, Desk, Flags, Group, Run, Spec};
use crate::resp::{Fault, Outcome, Version, parse_int};
use crate::script::REDIS_VERSION;

/// `HELLO [version [AUTH username password] [SETNAME name]]`
pub const HELLO: Spec = Spec::new("HELLO", -1, Group::Connection, Run::Session(hello))
    .flags(
        Flags::NOSCRIPT
            .or(Flags::LOADING)
            .or(Flags::STALE)
            .or(Flags::FAST)
            .or(Flags::NO_AUTH)
            .or(Flags::ALLOW_BUSY)
            .or(Flags::SKIP_SLOWLOG),
    )
    .since("6.0.0");

#[derive(Default)]
struct Asked<'a> {
    version: Option<Version>,
    auth: Option<(&'a [u8], &'a [u8])>,
    name: Option<&'a [u8]>,
}

fn hello(desk: &mut Desk<'_>) -> Outcome {
    let asked = Asked::read(Args::from(desk.args, 1))?;
    if let Some((user, password)) = asked.auth {
        auth::enter(desk, user, password)?;
    }
    if !desk.session.known {
        return Err(Fault::plain(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the \
             HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and \
             select the RESP protocol version at the same time",
        ));
    }
    if let Some(name) = asked.name {
        client::set_name(desk.session, name);
    }
    if let Some(version) = asked.version {
        desk.session.version = version;
        desk.reply.set_version(version);
        desk.hub.channels.speak(desk.session.id, version);
    }
    answer(desk);
    Ok(())
}

impl<'a> Asked<'a> {
    fn read(mut args: Args<'a>) -> Result<Self, Fault> {
        let mut asked = Asked::default();
        let Some(version) = args.next() else { return Ok(asked) };
        asked.version = Some(read_version(version)?);
        while let Some(option) = args.rest().first() {
            if args.accept("AUTH") && args.len() >= 2 {
                asked.auth = args.next().zip(args.next());
            } else if args.accept("SETNAME") && !args.is_empty() {
                let name = args.need()?;
                client::check_word(name, "Client names")?;
                asked.name = Some(name);
            } else {
                let option = String::from_utf8_lossy(option);
                return Err(Fault::err(format_args!("Syntax error in HELLO option '{option}'")));
            }
        }
        Ok(asked)
    }
}

fn read_version(arg: &[u8]) -> Result<Version, Fault> {
    match parse_int(arg) {
        Some(2) => Ok(Version::Resp2),
        Some(3) => Ok(Version::Resp3),
        Some(_) => Err(Fault::plain("NOPROTO unsupported protocol version")),
        None => Err(Fault::plain("ERR Protocol version is not an integer or out of range")),
    }
}

fn answer(desk: &mut Desk<'_>) {
    let reply = &mut *desk.reply;
    reply.map(7);
    reply.bulk(b"server");
    reply.bulk(b"redis");
    reply.bulk(b"version");
    reply.bulk(REDIS_VERSION.as_bytes());
    reply.bulk(b"proto");
    reply.int(if reply.version() == Version::Resp3 { 3 } else { 2 });
    reply.bulk(b"id");
    reply.int(desk.session.id as i64);
    reply.bulk(b"mode");
    reply.bulk(b"standalone");
    reply.bulk(b"role");
    reply.bulk(b"master");
    reply.bulk(b"modules");
    reply.array(0);
}
