//! Trials: each test is something a user does, with the real binary and real Node.
#![expect(clippy::unwrap_used, reason = "a trial that cannot go on must fail loudly")]

mod access;
mod audit;
mod background;
mod bad_input;
mod cache;
mod cache_store;
mod commands;
mod diagram;
mod export;
mod far;
mod files;
mod handover;
mod ingest;
mod keep_up;
mod limit;
mod limit_store;
mod logs;
mod metrics;
mod output;
mod reload;
mod scaling;
mod serve;
mod shed;
mod sticky;
mod upstreams;
mod websocket;
