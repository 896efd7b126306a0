use super::host::{HostPattern, without_dot};
use config::Route;
use std::cmp::Reverse;

/// Routes in the order in which they are tried. `T` is what a route leads to.
#[derive(Debug, Clone)]
pub struct Table<T>(Vec<(Rule, T)>);

#[derive(Debug, Clone)]
struct Rule {
    /// None: every host.
    host: Option<HostPattern>,
    path: String,
    prefix: bool,
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
        let host = without_dot(host);
        let found = self.0.iter().find(|(rule, _)| rule.matches(host, path));
        found.map(|(_, target)| target)
    }
}

impl Rule {
    fn new(route: &Route) -> Self {
        let host = route.host.as_deref().map(HostPattern::new);
        Rule { host, path: route.path.clone(), prefix: route.prefix }
    }

    fn rank(&self) -> (u8, usize, bool, usize) {
        let (kind, len) = match &self.host {
            Some(HostPattern::Exact(host)) => (2, host.len()),
            Some(HostPattern::Under(host)) => (1, host.len()),
            None => (0, 0),
        };
        (kind, len, !self.prefix, self.path.len())
    }

    fn matches(&self, host: &[u8], path: &[u8]) -> bool {
        let at_host = self.host.as_ref().is_none_or(|pattern| pattern.matches(host));
        let rule = self.path.as_bytes();
        // `/api/*` is also for `/api` itself.
        let folder = || rule.strip_suffix(b"/").is_some_and(|folder| folder == path);
        at_host && if self.prefix { path.starts_with(rule) || folder() } else { path == rule }
    }
}
