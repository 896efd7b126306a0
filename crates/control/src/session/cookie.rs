//! The cookie that a browser keeps. Cookies do not know ports, so its name does: two Ostlers on one machine do not
//! log each other out.

use hyper::header::{COOKIE, HeaderMap};

/// Its name at this port.
pub fn name(port: u16) -> String {
    format!("ostler_session_{port}")
}

/// What a request carries under the name, in any of its `Cookie` headers.
pub fn given<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).find(|value| !value.is_empty())
}

/// `Set-Cookie` for a new session: no script reads it, no other site sends it, it ends with the browser.
pub fn put(name: &str, id: &str) -> String {
    format!("{name}={id}; Path=/; HttpOnly; SameSite=Strict")
}

/// `Set-Cookie` for an ended one.
pub fn taken_back(name: &str) -> String {
    format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}
