//! What of a request decides where it goes.

use super::hash;
use crate::http::field;
use config::{Balance, HashKey, Policy};
use std::num::NonZeroU64;

/// What of a request decides where it goes, where the settings let it decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The hash of the key that the policy looks at.
    pub key: Option<NonZeroU64>,
    /// The worker that the client's cookie names.
    pub token: Option<NonZeroU64>,
    /// The client came by TLS, as far as is known.
    pub secure: bool,
}

/// Where a wish is found in a request.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The client's address as text.
    pub client: &'a [u8],
    /// The path, without the query.
    pub path: &'a [u8],
    /// The client came by TLS, as far as is known.
    pub secure: bool,
}

impl Wish {
    /// True if `balance` decides by what is in a request.
    pub fn matters(balance: &Balance) -> bool {
        balance.sticky.is_some() || matches!(balance.policy, Policy::Hash(_))
    }

    /// The wish of a request under `balance`. `values` gives the values of all headers of a name.
    pub fn new<'n, 'a, I: Iterator<Item = &'a [u8]>>(
        balance: &'n Balance,
        asker: &Asker<'_>,
        values: impl Fn(&'n str) -> I,
    ) -> Self {
        let cookie = |name: &'n str| values("cookie").find_map(|line| field::cookie(line, name));
        let key = match &balance.policy {
            Policy::Least | Policy::RoundRobin | Policy::TwoChoices => None,
            Policy::Hash(HashKey::Client) => Some(hash::key(asker.client)),
            Policy::Hash(HashKey::Path) => Some(hash::key(asker.path)),
            Policy::Hash(HashKey::Header(name)) => values(name).next().map(hash::key),
            Policy::Hash(HashKey::Cookie(name)) => cookie(name).map(hash::key),
        };
        let token = balance.sticky.as_ref().and_then(|sticky| token(cookie(&sticky.cookie)?));
        Wish { key, token, secure: asker.secure }
    }
}

/// A cookie that names a worker, to be set. It holds no id of a process and no path, only a hash
/// under a secret of this edge, and lasts as long as the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetCookie<'a> {
    /// The cookie's name.
    pub name: &'a str,
    /// What stands for the worker.
    pub token: NonZeroU64,
    /// Only to be sent by TLS.
    pub secure: bool,
}

impl SetCookie<'_> {
    /// The header's value.
    pub fn value(&self) -> Vec<u8> {
        let secure = if self.secure { "; Secure" } else { "" };
        let (name, token) = (self.name, self.token);
        format!("{name}={token:016x}; Path=/; HttpOnly; SameSite=Lax{secure}").into_bytes()
    }
}

/// What a cookie that this edge has set says.
fn token(value: &[u8]) -> Option<NonZeroU64> {
    let hexadecimal = value.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let text = std::str::from_utf8(value).ok().filter(|_| hexadecimal && value.len() == 16)?;
    NonZeroU64::new(u64::from_str_radix(text, 16).ok()?)
}
