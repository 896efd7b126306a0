//! Connections that speak another protocol after `101 Switching Protocols`: bytes both ways.
//!
//! When the worker is to end, a WebSocket is closed properly: at the next frame boundary the
//! client gets a close frame (1001, going away), its answer still reaches the worker, and then
//! both connections are closed. Any other protocol has no close that the edge could speak, so it
//! is reset.

mod frames;
mod tunnel;

pub use tunnel::{Tunnel, run};
