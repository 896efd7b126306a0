//! What came through each route, from the client to who answered: what a diagram of the running system draws.

use crate::meters::Meters;
use std::iter::Sum;
use std::ops::Add;

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
