use super::{Caller, Peer, Role, Token, Via};
use crate::session::{Session, TOKEN_USER};
use hyper::header::{AUTHORIZATION, HeaderMap};

/// Who asks: what the connection, the token or the session says.
pub fn identify(
    peer: Peer,
    headers: &HeaderMap,
    token: &Token,
    session: Option<&Session>,
) -> Caller {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let from = match peer {
        Peer::Owner => String::new(),
        Peer::Tcp { from, .. } => from.ip().to_canonical().to_string(),
    };
    let caller = |via, user: &str, role| Caller { via, user: user.into(), role, from };
    match (peer, bearer, session) {
        (Peer::Owner, ..) => caller(Via::Socket, "owner", Some(Role::Admin)),
        (_, Some(given), _) if token.matches(given) => {
            caller(Via::Token, TOKEN_USER, Some(Role::Admin))
        }
        // A wrong token is not made good by a cookie.
        (_, None, Some(session)) => caller(Via::Session, &session.user, Some(session.role)),
        _ => caller(Via::Nothing, "", None),
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
