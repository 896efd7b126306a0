//! Names and ids as types, so that one cannot stand where another is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

const NAME_CHARS_MAX: usize = 32;

/// The name of an app: 1 to 32 of `a-z 0-9 - _`, starting with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppName(Arc<str>);

/// Why a text is not an [`AppName`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an app name: use 1 to 32 of a-z, 0-9, - and _, starting with a letter or digit"
)]
pub struct AppNameError(String);

impl AppName {
    /// Check and take `text`.
    pub fn parse(text: &str) -> Result<Self, AppNameError> {
        let allowed =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        let good = (1..=NAME_CHARS_MAX).contains(&text.len())
            && text.bytes().all(allowed)
            && !text.starts_with(['-', '_']);
        if good { Ok(AppName(text.into())) } else { Err(AppNameError(text.into())) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as text that is shared with it.
    pub fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for AppName {
    type Err = AppNameError;
    fn from_str(text: &str) -> Result<Self, AppNameError> {
        AppName::parse(text)
    }
}

impl TryFrom<String> for AppName {
    type Error = AppNameError;
    fn try_from(text: String) -> Result<Self, AppNameError> {
        AppName::parse(&text)
    }
}

impl From<AppName> for String {
    fn from(name: AppName) -> String {
        name.0.as_ref().to_owned()
    }
}

/// One worker process over its whole life; never used again after it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkerId(pub u64);

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_names() {
        for good in ["web", "a", "api-2", "7up", "my_app"] {
            assert_eq!(AppName::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "-web", "Web", "a/b", "a b", &"x".repeat(33)] {
            assert!(AppName::parse(bad).is_err(), "{bad}");
        }
    }
}
