//! What came through each route, from the client to who answered: what a diagram of the running system draws.

use crate::meters::Meters;
use base::clock;
use model::api::RouteStatus;
use std::collections::HashMap;
use std::iter::Sum;
use std::ops::Add;
use std::sync::PoisonError;
use std::time::Instant;

/// Requests since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// Answered, whatever the status.
    pub requests: u64,
    /// Those of them that were answered with a 5xx.
    pub errors: u64,
}

/// What came through one route since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteFlow {
    /// Requests answered.
    pub requests: u64,
    /// With a 4xx.
    pub client_errors: u64,
    /// With a 5xx.
    pub server_errors: u64,
    /// Those that a worker or a server answered, those that the cache asked by itself included.
    pub passed: Flow,
    /// Those that the cache answered.
    pub cached: u64,
    /// By the listener that clients came by, in the order of [`crate::listen::Listeners::addresses`]; the last
    /// stands for all further ones.
    pub listeners: Vec<Flow>,
}

impl Meters {
    /// What came through the route with this pattern; None: there was no such route since the start.
    pub fn route_flow(&self, pattern: &str) -> Option<RouteFlow> {
        let routes = self.routes();
        let (_, meters) = routes.iter().find(|(known, _)| known == pattern)?;
        Some(meters.iter().map(|one| one.flow()).sum())
    }
}

/// Rates of routes, measured between readings that are at least a second apart.
#[derive(Debug)]
pub(crate) struct RouteRates {
    at: Instant,
    before: HashMap<String, RouteFlow>,
    /// Requests, 4xx and 5xx a second.
    rates: HashMap<String, [f64; 3]>,
}

impl RouteRates {
    pub(crate) fn new(at: Instant) -> Self {
        RouteRates { at, before: HashMap::new(), rates: HashMap::new() }
    }

    fn read(&mut self, flows: HashMap<String, RouteFlow>, now: Instant) {
        let seconds = now.saturating_duration_since(self.at).as_secs_f64();
        if seconds < 1.0 {
            return;
        }
        let none = RouteFlow::default();
        let rate = |(pattern, flow): (&String, &RouteFlow)| {
            let before = self.before.get(pattern).unwrap_or(&none);
            let since =
                |of: fn(&RouteFlow) -> u64| of(flow).saturating_sub(of(before)) as f64 / seconds;
            let rates = [
                since(|one| one.requests),
                since(|one| one.client_errors),
                since(|one| one.server_errors),
            ];
            (pattern.clone(), rates)
        };
        self.rates = flows.iter().map(rate).collect();
        (self.at, self.before) = (now, flows);
    }
}

impl Meters {
    /// The routes with these patterns for the admin API, who answers and whether it caches left out. The rates are
    /// those since the last call, or over a second if calls are closer together.
    pub fn route_status<'p>(&self, patterns: impl Iterator<Item = &'p str>) -> Vec<RouteStatus> {
        let routes = self.routes();
        let flow = |(pattern, meters): &(String, Vec<_>)| {
            let meters: &Vec<std::sync::Arc<crate::meters::RouteMeters>> = meters;
            (pattern.clone(), meters.iter().map(|one| one.flow()).sum())
        };
        let flows: HashMap<String, RouteFlow> = routes.iter().map(flow).collect();
        let mut all = self.route_rates.lock().unwrap_or_else(PoisonError::into_inner);
        all.read(flows.clone(), clock::now());
        let status = |pattern: &str| {
            let flow = flows.get(pattern).cloned().unwrap_or_default();
            let [requests, client_errors, server_errors] =
                all.rates.get(pattern).copied().unwrap_or_default();
            RouteStatus {
                pattern: pattern.to_owned(),
                requests: flow.requests,
                cached: flow.cached,
                client_errors: flow.client_errors,
                server_errors: flow.server_errors,
                requests_per_second: requests,
                client_errors_per_second: client_errors,
                server_errors_per_second: server_errors,
                ..RouteStatus::default()
            }
        };
        patterns.map(status).collect()
    }
}

impl Add for Flow {
    type Output = Flow;
    fn add(self, other: Flow) -> Flow {
        Flow { requests: self.requests + other.requests, errors: self.errors + other.errors }
    }
}

impl Sum for RouteFlow {
    fn sum<I: Iterator<Item = RouteFlow>>(all: I) -> RouteFlow {
        all.fold(RouteFlow::default(), |mut sum, one| {
            sum.requests += one.requests;
            sum.client_errors += one.client_errors;
            sum.server_errors += one.server_errors;
            sum.passed = sum.passed + one.passed;
            sum.cached += one.cached;
            sum.listeners.resize(sum.listeners.len().max(one.listeners.len()), Flow::default());
            for (sum, one) in sum.listeners.iter_mut().zip(one.listeners) {
                *sum = *sum + one;
            }
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn rates_over_a_second_at_least() {
        let start = clock::now();
        let mut rates = RouteRates::new(start);
        let mut read = |ms: u64, requests: u64, server_errors: u64| {
            let flow = RouteFlow { requests, server_errors, ..RouteFlow::default() };
            let flows = HashMap::from([("/*".to_owned(), flow)]);
            rates.read(flows, start + Duration::from_millis(ms));
            rates.rates.get("/*").copied()
        };
        assert_eq!(read(500, 10, 0), None, "too soon");
        assert_eq!(read(2_000, 40, 0), Some([20.0, 0.0, 0.0]));
        assert_eq!(read(2_300, 400, 0), Some([20.0, 0.0, 0.0]), "as before");
        assert_eq!(read(4_000, 240, 20), Some([100.0, 0.0, 10.0]));
    }
}
