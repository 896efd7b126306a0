use super::{Access, Caller, Peer, Role, Via};
use crate::api::Refused;
use crate::session::Session;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::http::uri::Authority;
use std::net::IpAddr;

/// The header that a change made with a session carries.
pub const CSRF: &str = "x-ostler-csrf";

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

/// The caller may use a resource that asks for `access`.
pub fn check_access(peer: Peer, caller: &Caller, access: Access) -> Result<(), Refused> {
    let is_here = match peer {
        Peer::Owner => true,
        Peer::Tcp { from, .. } => from.ip().to_canonical().is_loopback(),
    };
    match (access, caller.role) {
        (Access::Open, _) | (_, Some(Role::Admin)) => Ok(()),
        (Access::Local, _) if is_here => Ok(()),
        (Access::Local | Access::Read, Some(Role::Viewer)) => Ok(()),
        (Access::Change, Some(Role::Viewer)) => Err(Refused::forbidden(format!(
            "{} may look, not change: its role is viewer. Log in as somebody whose role is admin.",
            caller.user
        ))),
        (_, None) => Err(Refused::unauthorized(
            "This needs the admin token. Send `Authorization: Bearer TOKEN`; the token is admin.token in \
             ostler.toml, or in the file `token` of this project's state folder. Or use the unix socket. \
             In a browser log in at /.",
        )),
    }
}

/// What a browser sends by itself, the cookie, is not enough for a change: the page must show that it is ours.
pub fn check_forged(
    caller: &Caller,
    session: Option<&Session>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), Refused> {
    let Some(session) = session.filter(|_| caller.via == Via::Session && *method == Method::POST)
    else {
        return Ok(());
    };
    let given = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !headers.contains_key(ORIGIN) {
        let error = "A change made with a session needs the Origin header, which browsers send. \
                     Programs use the token.";
        return Err(Refused::forbidden(error));
    }
    if super::Token::new(session.csrf.clone()).matches(given) {
        return Ok(());
    }
    Err(Refused::forbidden(
        "A change made with a session needs the header X-Ostler-CSRF with what /api/v1/session tells. \
         Load the page again.",
    ))
}

/// A body must say that it is JSON.
pub fn check_json(headers: &HeaderMap) -> Result<(), Refused> {
    check_type(headers, "application/json")
}

/// A body must say that it is a form.
pub fn check_form(headers: &HeaderMap) -> Result<(), Refused> {
    check_type(headers, "application/x-www-form-urlencoded")
}

fn check_type(headers: &HeaderMap, wanted: &str) -> Result<(), Refused> {
    let given = text(headers, CONTENT_TYPE).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Refused::not_json(format!("This POST needs the header `Content-Type: {wanted}`.")))
}

/// A name of this machine that no foreign DNS server can point elsewhere.
fn is_own(host: &Authority, listens_on: IpAddr) -> bool {
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    match name.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback() || ip == listens_on.to_canonical(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
