use super::address::{self, AddressError};
use super::check::Check;
use super::section::{Chosen, Section};
use super::value::Value;
use crate::checked::overlap;
use crate::{Admin, AdminRole, AdminUser, Edge};
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
    let users = users(&section.child(check, "user"), check);
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
    Some(Admin { listen, token, users })
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

/// More users are refused: this is no user directory.
const USERS_MAX: usize = 256;
const NAME_CHARS_MAX: usize = 64;
/// Names under which others than users are shown.
const TAKEN: [&str; 2] = ["token", "owner"];
/// A hash may make a login take at most so much memory, in KiB, and so many rounds.
const HASH_KIB_MAX: u32 = 1 << 20;
const HASH_ROUNDS_MAX: u32 = 100;

fn users(section: &Section<'_>, check: &mut Check<'_>) -> Vec<AdminUser> {
    let chosen = section.chosen(check);
    if chosen.len() > USERS_MAX {
        let text = format!("there are {} users, at most {USERS_MAX} may be", chosen.len());
        check.fault(section.span.clone(), &section.path, text, "let several share one");
    }
    chosen.iter().filter_map(|chosen| user(chosen, check)).collect()
}

fn user(chosen: &Chosen<'_>, check: &mut Check<'_>) -> Option<AdminUser> {
    let (section, name) = (&chosen.section, chosen.name);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    if name.is_empty() || name.len() > NAME_CHARS_MAX || !name.chars().all(fits) {
        let text = format!("{name:?} is no user's name");
        let cure = "use letters, digits, `.`, `-`, `_` and `@`, at most 64";
        check.fault(chosen.name_span.clone(), &section.path, text, cure);
    } else if TAKEN.contains(&name) {
        let text = format!("{name:?} stands for those who come without a password");
        check.fault(chosen.name_span.clone(), &section.path, text, "choose another name");
    }
    let role = match section.word(check, "role")? {
        "admin" => AdminRole::Admin,
        _ => AdminRole::Viewer,
    };
    if !section.has("password") {
        let text = format!("the user {name} has no password");
        let cure = "add password = \"…\" with what `ostler admin hash` prints";
        check.missing(section.span.clone(), &section.path, text, cure);
        return None;
    }
    let password = section.text(check, "password")?;
    if !is_hash(&password) {
        let text = "this is no Argon2 hash";
        let cure = "write what `ostler admin hash` prints, never the password itself";
        check.fault(section.place("password"), &section.path_of("password"), text, cure);
    }
    Some(AdminUser { name: name.into(), password, role })
}

/// `$argon2id$v=19$m=7168,t=5,p=1$SALT$HASH`, with a cost that a login can bear.
fn is_hash(text: &str) -> bool {
    let base64 = |part: &&str| {
        part.len() >= 8 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
    };
    let mut parts = text.split('$');
    let kind = (parts.next(), parts.next(), parts.next());
    let known = matches!(kind, (Some(""), Some("argon2id" | "argon2i" | "argon2d"), Some("v=19")));
    let cost = parts.next().is_some_and(bearable);
    let rest: Vec<&str> = parts.collect();
    known && cost && rest.len() == 2 && rest.iter().all(base64)
}

fn bearable(cost: &str) -> bool {
    let of = |name: &str| -> Option<u32> {
        cost.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
    };
    let within = |value: Option<u32>, most| value.is_some_and(|value| (1..=most).contains(&value));
    within(of("m"), HASH_KIB_MAX) && within(of("t"), HASH_ROUNDS_MAX) && within(of("p"), 16)
}
