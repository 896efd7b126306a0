//! Who is logged in with a browser.
//!
//! In: a token, or a user's name and password. Out: a cookie that stands for them, and a second secret that each
//! change must carry in a header, which a page of another site cannot. `table` and `attempts` are pure: they take
//! the time and secrets as arguments. Invariant: memory is bounded, however many try.
//! Not here: who may do what (`gate`), what was done (`audit`).

mod attempts;
mod cookie;
mod password;
mod table;
#[cfg(test)]
mod tests;

pub use attempts::Attempts;
pub use cookie::{given, name, put, taken_back};
pub use password::{hash, matches};
pub use table::{Session, Sessions};

use crate::gate::Role;

/// One of `[admin.user.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its name.
    pub name: String,
    /// An Argon2 hash, as `ostler admin hash` prints it.
    pub password: String,
    /// What it may do.
    pub role: Role,
}

/// Who logs in with the token is shown under this name, which no user can have.
pub const TOKEN_USER: &str = "token";
