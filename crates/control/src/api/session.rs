//! `GET /api/v1/session`, `POST /api/v1/login`, `POST /api/v1/logout`: who this browser is.

use super::body::parse;
use super::{Body, Desk, Refused, Visit, reply};
use crate::audit::Entry;
use crate::gate::{Caller, Peer, Role, Via};
use crate::session::{self, Session, TOKEN_USER, User};
use hyper::Response;
use hyper::header::{HeaderValue, SET_COOKIE};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::PoisonError;

/// A password is no longer; hashing a long one takes long.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// What `/api/v1/session` answers.
#[derive(Debug, Serialize)]
struct Shown<'s> {
    user: Option<&'s str>,
    role: Option<Role>,
    /// What changes carry in `X-Ostler-CSRF`; None where they need none.
    csrf: Option<&'s str>,
    /// There are users who log in with a password.
    users: bool,
}

/// What `/api/v1/login` takes: the token, or a user and a password.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    token: Option<String>,
    user: Option<String>,
    password: Option<String>,
}

pub fn get(desk: &Desk, visit: &Visit) -> Response<Body> {
    let role = visit.caller.role;
    reply::json(&Shown {
        user: role.map(|_| visit.caller.user.as_str()),
        role,
        csrf: visit
            .session()
            .filter(|_| visit.caller.via == Via::Session)
            .map(|session| session.csrf.as_str()),
        users: !desk.running.users().is_empty(),
    })
}

pub async fn login(desk: &Desk, visit: &Visit, body: &[u8]) -> Result<Response<Body>, Refused> {
    let given: Given = parse(body)?;
    let from = address(visit.peer);
    let wait = desk.attempts.lock().unwrap_or_else(PoisonError::into_inner).wait(now(), from);
    if let Some(wait) = wait {
        return Err(Refused::too_often(wait));
    }
    let (name, known) = check(desk, given).await?;
    let caller = |user: &str, role| Caller {
        via: Via::Login,
        user: user.into(),
        role,
        from: visit.caller.from.clone(),
    };
    let mut attempts = desk.attempts.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(user) = known else {
        attempts.failed(now(), from);
        desk.journal.note(Entry::new(&caller(&name, None), "login", json!({}), "wrong"));
        return Err(Refused::unauthorized(
            "That is not right. Try again, or look into ostler.toml.",
        ));
    };
    attempts.succeeded(from);
    drop(attempts);
    let (id, csrf) = (secret()?, secret()?);
    let mut sessions = desk.sessions.lock().unwrap_or_else(PoisonError::into_inner);
    // Who logs in anew is somebody else from now on.
    if let Some((old, _)) = &visit.session {
        sessions.close(old);
    }
    let session = sessions.open(now(), id.clone(), csrf, user.as_ref());
    drop(sessions);
    let caller = caller(&session.user, Some(session.role));
    desk.journal.note(Entry::new(&caller, "login", json!({}), "ok"));
    Ok(with_cookie(shown(desk, &session), &session::put(&cookie(visit.peer), &id)))
}

pub fn logout(desk: &Desk, visit: &Visit) -> Response<Body> {
    if let Some((id, _)) = &visit.session {
        desk.sessions.lock().unwrap_or_else(PoisonError::into_inner).close(id);
        desk.journal.note(Entry::new(&visit.caller, "logout", json!({}), "ok"));
    }
    let users = !desk.running.users().is_empty();
    let nobody = reply::json(&Shown { user: None, role: None, csrf: None, users });
    with_cookie(nobody, &session::taken_back(&cookie(visit.peer)))
}

/// The name that was given, and who that is: `Some(None)` is the token.
async fn check(desk: &Desk, given: Given) -> Result<(String, Option<Option<User>>), Refused> {
    match given {
        Given { token: Some(token), user: None, password: None } => {
            Ok((TOKEN_USER.into(), desk.settings.token.matches(&token).then_some(None)))
        }
        Given { token: None, user: Some(name), password: Some(password) } => {
            if password.len() > PASSWORD_BYTES_MAX {
                return Err(Refused::bad("No password is that long."));
            }
            let user = desk.running.users().into_iter().find(|user| user.name == name);
            let hash = user.as_ref().map(|user| user.password.clone());
            // One at a time: each takes a core and some memory for a while.
            let _turn = desk.hashing.acquire().await;
            let right =
                tokio::task::spawn_blocking(move || session::matches(&password, hash.as_deref()));
            let right = right.await.unwrap_or(false);
            Ok((name.chars().take(64).collect(), user.filter(|_| right).map(Some)))
        }
        _ => Err(Refused::bad("Give {\"token\": …}, or {\"user\": …, \"password\": …}.")),
    }
}

fn shown(desk: &Desk, session: &Session) -> Response<Body> {
    reply::json(&Shown {
        user: Some(&session.user),
        role: Some(session.role),
        csrf: Some(&session.csrf),
        users: !desk.running.users().is_empty(),
    })
}

fn with_cookie(mut response: Response<Body>, cookie: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// The name of the cookie for those who come this way.
pub fn cookie(peer: Peer) -> String {
    session::name(match peer {
        Peer::Owner => 0,
        Peer::Tcp { to, .. } => to.port(),
    })
}

/// The time that sessions count in.
pub fn now() -> std::time::Duration {
    std::time::Duration::from_nanos(base::clock::monotonic_ns())
}

fn address(peer: Peer) -> IpAddr {
    match peer {
        Peer::Owner => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Peer::Tcp { from, .. } => from.ip(),
    }
}

fn secret() -> Result<String, Refused> {
    let bytes: [u8; 32] = base::random::secret()
        .map_err(|error| Refused::broken(format!("No secret can be made: {error}.")))?;
    Ok(bytes.map(|byte| format!("{byte:02x}")).concat())
}
