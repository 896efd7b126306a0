//! Which app answers: the most specific route for a host and a path. Pure.
//!
//! Hosts before paths: an exact host wins over `*.example.org`, a longer wildcard over a shorter,
//! and any host comes last. Within a host an exact path wins over a prefix, a longer prefix over a
//! shorter. Paths are compared as the client wrote them: what `%2e` or `//` means is the app's
//! business, and rules about access must not be built on routes.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

use config::Route;
use std::cmp::Reverse;

/// Routes in the order in which they are tried. `T` is what a route leads to.
#[derive(Debug, Clone)]
pub struct Table<T>(Vec<(Rule, T)>);

#[derive(Debug, Clone)]
struct Rule {
    host: Host,
    path: String,
    prefix: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Any,
    Exact(String),
    /// `.example.org`: any subdomain.
    Under(String),
}

impl<T> Table<T> {
    /// A table of `routes`, each with where it leads.
    pub fn new(routes: impl Iterator<Item = (Route, T)>) -> Self {
        let mut rules: Vec<_> = routes.map(|(route, target)| (Rule::new(&route), target)).collect();
        rules.sort_by_key(|(rule, _)| Reverse(rule.rank()));
        Table(rules)
    }

    /// Where a request for `path` (without query) at `host` (without port) leads.
    pub fn find(&self, host: &[u8], path: &[u8]) -> Option<&T> {
        // A trailing dot names the same host (RFC 3986 section 3.2.2).
        let host = host.strip_suffix(b".").unwrap_or(host);
        let found = self.0.iter().find(|(rule, _)| rule.matches(host, path));
        found.map(|(_, target)| target)
    }
}

impl Rule {
    fn new(route: &Route) -> Self {
        let host = match route.host.as_deref() {
            None => Host::Any,
            Some(host) if host.starts_with('.') => Host::Under(host.to_ascii_lowercase()),
            Some(host) => Host::Exact(host.to_ascii_lowercase()),
        };
        Rule { host, path: route.path.clone(), prefix: route.prefix }
    }

    fn rank(&self) -> (u8, usize, bool, usize) {
        let (kind, len) = match &self.host {
            Host::Exact(host) => (2, host.len()),
            Host::Under(host) => (1, host.len()),
            Host::Any => (0, 0),
        };
        (kind, len, !self.prefix, self.path.len())
    }

    fn matches(&self, host: &[u8], path: &[u8]) -> bool {
        let at_host = match &self.host {
            Host::Any => true,
            Host::Exact(exact) => host.eq_ignore_ascii_case(exact.as_bytes()),
            Host::Under(parent) => {
                let split = host.len().checked_sub(parent.len()).filter(|at| *at > 0);
                let tail = split.and_then(|at| host.get(at..));
                tail.is_some_and(|tail| tail.eq_ignore_ascii_case(parent.as_bytes()))
            }
        };
        let rule = self.path.as_bytes();
        // `/api/*` is also for `/api` itself.
        let folder = || rule.strip_suffix(b"/").is_some_and(|folder| folder == path);
        at_host && if self.prefix { path.starts_with(rule) || folder() } else { path == rule }
    }
}

#[cfg(test)]
mod tests;
