//! The packages of the Node ecosystem that speak the Redis protocol, unmodified, in a worker of the real
//! `ostler`, each doing real work with whatever `REDIS_URL` leads to. What they do is in `trial/store/suites`.
#![expect(clippy::unwrap_used, reason = "a trial that cannot go on must fail loudly")]

mod crash;
mod elsewhere;
mod embedded;
mod jobs;
mod mishap;
mod site;
mod upgrade;
