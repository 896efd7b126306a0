use super::address::{self, AddressError};
use super::check::Check;
use super::section::Section;
use super::value::Value;
use crate::checked::overlap;
use crate::{Admin, Edge};
use std::net::SocketAddr;

/// A token that is shorter can be guessed.
const TOKEN_CHARS_MIN: usize = 16;

/// `[admin]`. Its address must not be one of the edge's.
pub(super) fn admin(
    section: &Section<'_>,
    edge: Option<&Edge>,
    check: &mut Check<'_>,
) -> Option<Admin> {
    let token = token(section, check);
    let listen = match section.read(check, "listen")? {
        Value::Off => None,
        Value::Text(text) => match address::socket(&text) {
            Ok(address) => Some(address),
            Err(AddressError { text, cure }) => {
                check.fault(section.place("listen"), &section.path_of("listen"), text, cure);
                None
            }
        },
        _ => return None,
    };
    if let Some(address) = listen {
        reachable(section, address, check);
        if let Some((taken, by)) = edge.and_then(|edge| taken(edge, address)) {
            let text = format!("{address} is taken by {by} ({taken})");
            let cure = "give one of the two another port, or write [admin] listen = false";
            check.fault(section.place("listen"), &section.path_of("listen"), text, cure);
        }
    }
    Some(Admin { listen, token })
}

/// Which address of the edge, and of which key, is in the way.
fn taken(edge: &Edge, address: SocketAddr) -> Option<(SocketAddr, &'static str)> {
    let plain = edge.listen.iter().find(|taken| overlap(**taken, address));
    let plain = plain.map(|taken| (*taken, "edge.listen"));
    plain.or_else(|| Some((edge.tls_at(address)?, "edge.tls.listen")))
}

fn token(section: &Section<'_>, check: &mut Check<'_>) -> Option<String> {
    let token = section.text(check, "token")?;
    let (place, path) = (section.place("token"), section.path_of("token"));
    let cure = "make one with `openssl rand -hex 32`";
    if token.chars().count() < TOKEN_CHARS_MIN {
        check.fault(place, &path, "the token is shorter than 16 characters", cure);
    } else if !token.bytes().all(|b| b.is_ascii_graphic()) {
        check.fault(place, &path, "the token has characters that a header cannot carry", cure);
    }
    Some(token)
}

fn reachable(section: &Section<'_>, address: SocketAddr, check: &mut Check<'_>) {
    if address.ip().is_loopback() || section.has("token") {
        return;
    }
    check.fault(
        section.place("listen"),
        &section.path_of("listen"),
        format!("other machines can reach {address}, and there is no token"),
        format!("write \"127.0.0.1:{}\", or add a token", address.port()),
    );
}
