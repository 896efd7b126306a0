/// Which hosts are meant: one, or all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostPattern {
    /// This one.
    Exact(String),
    /// `.example.org`: any subdomain.
    Under(String),
}

impl HostPattern {
    /// As the checked config writes it: `example.org`, or `.example.org` for what is below.
    pub fn new(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        if text.starts_with('.') { HostPattern::Under(text) } else { HostPattern::Exact(text) }
    }

    /// True if `host` (without port) is meant, in any case.
    pub fn matches(&self, host: &[u8]) -> bool {
        match self {
            HostPattern::Exact(exact) => host.eq_ignore_ascii_case(exact.as_bytes()),
            HostPattern::Under(parent) => {
                let split = host.len().checked_sub(parent.len()).filter(|at| *at > 0);
                let tail = split.and_then(|at| host.get(at..));
                tail.is_some_and(|tail| tail.eq_ignore_ascii_case(parent.as_bytes()))
            }
        }
    }
}

/// A host without the dot that may end it: that names the same one (RFC 3986 section 3.2.2).
pub fn without_dot(host: &[u8]) -> &[u8] {
    host.strip_suffix(b".").unwrap_or(host)
}
