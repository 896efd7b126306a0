//! Run a case and compare what came with what must come.

use super::hpack::{block, status};
use super::table::{Case, Expected, GET, PROTOCOL, headers};
use super::view::compare;
use super::wire::{
    ACK, DATA, END_STREAM, Frame, GOAWAY, HEADERS, PING, RST_STREAM, Wire, connect, frame,
};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

/// The stream of the request that shows that a connection lives.
const PROOF: u32 = 2001;
/// The path of that request, which the app does not count.
const PROOF_PATH: &str = "/live";

/// What came back on a connection.
#[derive(Debug, Default)]
struct Came {
    /// Stream 1 was reset with this code.
    reset: Option<u32>,
    /// The status on stream 1, and its content.
    status: Option<u16>,
    content: String,
    /// Stream 1 is over.
    ended: bool,
    goaway: Option<u32>,
    closed: bool,
    /// The request that came after all others was answered.
    lives: bool,
}

/// Run a case over plain TCP.
pub fn judge(edge: SocketAddr, case: &Case) -> Result<(), String> {
    judge_on(connect(edge), edge, case)
}

/// Run a case on a new connection; `edge`: where the app is asked what it saw.
pub fn judge_on<S: Read + Write>(
    wire: Wire<S>,
    edge: SocketAddr,
    case: &Case,
) -> Result<(), String> {
    let before = seen(edge);
    let (section, what) = (case.section, case.what);
    let wire = if case.bare { wire } else { wire.greet() };
    let came = talk(wire, case).map_err(|fault| format!("{section} {what}: {fault}"))?;
    let unseen = seen(edge) == before;
    if let Some((wanted, why)) = case.differs {
        assert_ne!(wanted, case.expected, "{section} {what} differs from nothing: {why}");
    }
    let bad = |fault: &str| Err(format!("{section} {what}: {fault}: {came:?}"));
    let good = match case.expected {
        Expected::Goaway(code) => came.goaway == Some(code) && came.closed,
        Expected::Closed => came.goaway.unwrap_or(0) == 0 && came.closed,
        Expected::Reset(code) => came.reset == Some(code) && came.lives,
        Expected::Malformed => came.reset == Some(PROTOCOL) && came.lives && unseen,
        Expected::Refused(status) => came.status == Some(status) && came.lives && unseen,
        Expected::Cut(status) => came.status == Some(status) && came.lives,
        Expected::App(_) => came.status == Some(200) && came.lives,
        Expected::Lives => came.lives,
    };
    if !good {
        return bad(&format!("not {:?} (unseen by the app: {unseen})", case.expected));
    }
    if let Expected::App(view) = case.expected
        && let Err(what) = compare(&came.content, view)
    {
        return bad(&what);
    }
    Ok(())
}

/// How many requests the app has seen.
fn seen(edge: SocketAddr) -> String {
    trial::get(edge, "/seen").unwrap().body
}

fn talk<S: Read + Write>(mut wire: Wire<S>, case: &Case) -> Result<Came, String> {
    let mut came = Came::default();
    // A connection error in a bare case comes without settings from this side.
    let settled = matches!(case.expected, Expected::Goaway(_) | Expected::Closed);
    for (at, part) in case.parts.iter().enumerate() {
        wire.send(part);
        if at + 1 < case.parts.len() {
            listen(&mut wire, &mut came, |came| came.ended)?;
            came = Came::default();
        }
    }
    if settled {
        listen(&mut wire, &mut came, |_| false)?;
        return Ok(came);
    }
    if !matches!(case.expected, Expected::Lives) {
        listen(&mut wire, &mut came, |came| came.ended)?;
    }
    wire.send(&frame(PING, 0, 0, b"is alive"));
    let path = |(name, value): &(&'static str, &'static str)| {
        (*name, if *name == ":path" { PROOF_PATH } else { *value })
    };
    let proof = block(&GET.iter().map(path).collect::<Vec<_>>());
    wire.send(&headers(PROOF, END_STREAM, &proof));
    listen(&mut wire, &mut came, |came| came.lives)?;
    Ok(came)
}

/// Read until `enough` or the end of the connection.
fn listen<S: Read + Write>(
    wire: &mut Wire<S>,
    came: &mut Came,
    enough: impl Fn(&Came) -> bool,
) -> Result<(), String> {
    let mut pinged = false;
    let mut proved = false;
    while !enough(came) && !came.closed {
        match wire.read() {
            Ok(frame) => {
                pinged |=
                    frame.kind == PING && frame.flags & ACK != 0 && frame.payload == b"is alive";
                proved |= frame.stream == PROOF && frame.ends(PROOF) && frame.kind != RST_STREAM;
                came.lives = pinged && proved;
                take(came, frame);
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(format!("nothing more comes: {came:?}"));
            }
            Err(_) => came.closed = true,
        }
    }
    Ok(())
}

fn take(came: &mut Came, frame: Frame) {
    match (frame.kind, frame.stream) {
        (GOAWAY, _) => came.goaway = Some(frame.number(4)),
        (RST_STREAM, 1) if !came.ended => came.reset = Some(frame.number(0)),
        (HEADERS, 1) if came.status.is_none_or(|status| status < 200) => {
            came.status = Some(status(&frame.payload));
        }
        (DATA, 1) => came.content += &String::from_utf8_lossy(&frame.payload),
        _ => {}
    }
    came.ended |= frame.ends(1);
}
