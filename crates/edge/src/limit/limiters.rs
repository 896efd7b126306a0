//! The limiters of a plan: made when the settings are read, kept while theirs stay the same.

use super::limiter::Limiter;
use super::limits::Limits;
use super::redis::{self, Check};
use config::{Edge, Limit, Route};
use meter::{Snapshot, names};
use std::sync::{Arc, Weak};
use std::time::Instant;

/// The limiters of all routes, being collected.
#[derive(Debug)]
pub struct Limiters<'a> {
    edge: &'a [Limit],
    before: &'a [Arc<Limiter>],
    /// There is a store.
    stored: bool,
    all: Vec<Arc<Limiter>>,
}

/// Collect limiters; those of `before` that say the same go on, with what they remember.
pub fn limiters<'a>(edge: &'a Edge, before: Option<&'a [Arc<Limiter>]>) -> Limiters<'a> {
    let stored = edge.limit_store.is_some();
    let (edge, before) = (&edge.rules.limits, before.unwrap_or_default());
    Limiters { edge, before, stored, all: Vec::new() }
}

impl Limiters<'_> {
    /// Those of a route. All routes that go by the limits of `[edge]` share them.
    pub fn of_route(&mut self, route: &Route) -> Limits {
        let limits = &route.rules.limits;
        let scope = (limits != self.edge).then_some(route.pattern.as_str());
        let all = limits.iter().map(|spec| self.one(spec, scope)).collect();
        Limits::new(&route.pattern, all)
    }

    /// All that are in use.
    pub fn all(self) -> Vec<Arc<Limiter>> {
        self.all
    }

    fn one(&mut self, spec: &Limit, scope: Option<&str>) -> Arc<Limiter> {
        let check = if self.stored && spec.shared { Check::new(&spec.most) } else { None };
        let same = |one: &&Arc<Limiter>| {
            one.spec == *spec && one.scope.as_deref() == scope && one.check == check
        };
        if let Some(known) = self.all.iter().find(same) {
            return known.clone();
        }
        let kept = self.before.iter().find(same).cloned();
        let limiter = kept.unwrap_or_else(|| Arc::new(Limiter::new(spec, scope, check.clone())));
        self.all.push(limiter.clone());
        limiter
    }
}

/// Write the samples of limiters that are still in force, and of the store.
pub fn write(
    limiters: &[Weak<Limiter>],
    store: Option<&redis::Shared>,
    now: Instant,
    to: &mut Snapshot,
) {
    if let Some(store) = store {
        to.sample(&names::EDGE_LIMIT_STORE_CHECKS, &[], store.asked.get());
        to.sample(&names::EDGE_LIMIT_STORE_FAILURES, &[], store.failures.get());
    }

    let limiters: Vec<Arc<Limiter>> = limiters.iter().filter_map(Weak::upgrade).collect();
    let mut write = |metric, value: &dyn Fn(&Limiter) -> u64| {
        for one in &limiters {
            let route = one.scope.as_deref().unwrap_or("*");
            to.sample(metric, &[route, &one.spec.name], value(one));
        }
    };
    write(&names::EDGE_LIMIT_REFUSED, &|one| one.refused.get());
    write(&names::EDGE_LIMIT_KEYS, &|one| one.keys(now));
    write(&names::EDGE_LIMIT_OVERFLOWS, &Limiter::overflows);
}
