use super::{Access, Peer, Token};
use crate::api::Refused;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::http::uri::Authority;
use std::net::IpAddr;

/// Over TCP: the request was meant for this server, and by no other site's page.
pub fn check_origin(peer: Peer, headers: &HeaderMap) -> Result<(), Refused> {
    let Peer::Tcp { to, .. } = peer else { return Ok(()) };
    let host = text(headers, HOST).and_then(|host| host.parse::<Authority>().ok());
    let Some(host) = host else {
        return Err(Refused::bad("The Host header is missing or broken. Send `Host: localhost`."));
    };
    if !is_own(&host, to.ip()) {
        return Err(Refused::forbidden(format!(
            "The admin API does not answer to the name {:?}. Use http://{to}/ or http://localhost:{}/.",
            host.host(),
            to.port()
        )));
    }
    match text(headers, ORIGIN) {
        Some(origin) if origin != format!("http://{host}") => Err(Refused::forbidden(format!(
            "Pages of {origin} may not use the admin API. Call it from a program."
        ))),
        _ if headers.contains_key(ORIGIN) && text(headers, ORIGIN).is_none() => {
            Err(Refused::bad("The Origin header is broken. Leave it out."))
        }
        _ => Ok(()),
    }
}

/// The peer may use a resource that asks for `access`.
pub fn check_access(
    peer: Peer,
    headers: &HeaderMap,
    access: Access,
    token: &Token,
) -> Result<(), Refused> {
    let free = match peer {
        Peer::Owner => true,
        Peer::Tcp { from, .. } => access == Access::Local && from.ip().to_canonical().is_loopback(),
    };
    let bearer = || text(headers, AUTHORIZATION).and_then(bearer);
    if free || bearer().is_some_and(|given| token.matches(given)) {
        return Ok(());
    }
    Err(Refused::unauthorized(
        "This needs the admin token. Send `Authorization: Bearer TOKEN`; the token is admin.token in \
         ostler.toml, or in the file `token` of this project's state folder. Or use the unix socket.",
    ))
}

/// A body must say that it is JSON.
pub fn check_json(headers: &HeaderMap) -> Result<(), Refused> {
    let given = text(headers, CONTENT_TYPE).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Refused::not_json("A POST needs the header `Content-Type: application/json`."))
    }
}

/// A name of this machine that no foreign DNS server can point elsewhere.
fn is_own(host: &Authority, listens_on: IpAddr) -> bool {
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    match name.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback() || ip == listens_on.to_canonical(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
