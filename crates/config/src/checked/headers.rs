use std::collections::BTreeMap;

/// A source in a Content-Security-Policy that stands for a fresh nonce.
pub const NONCE_SOURCE: &str = "'nonce-{nonce}'";

/// `headers`: lines that replies get, and lines that they lose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// Lines to add: the values of each name, a line for each. No two names differ only in case.
    /// A [`NONCE_SOURCE`] in one of the two policies of contents stands for a fresh nonce.
    pub set: BTreeMap<String, Vec<String>>,
    /// Names whose lines, if they come from the app, are left out.
    pub remove: Vec<String>,
    /// The lines of `set` replace those that the app sends; else the app's are kept instead.
    pub overrides: bool,
}

impl Headers {
    /// A reply is left as it is.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }

    /// One of the lines has a fresh nonce in it.
    pub fn has_nonce(&self) -> bool {
        let policies = self.set.iter().filter(|(name, _)| is_policy(name));
        policies.flat_map(|(_, values)| values).any(|value| value.contains(NONCE_SOURCE))
    }
}

/// True for the two headers that hold a policy of contents.
pub fn is_policy(name: &str) -> bool {
    ["content-security-policy", "content-security-policy-report-only"]
        .iter()
        .any(|policy| name.eq_ignore_ascii_case(policy))
}
