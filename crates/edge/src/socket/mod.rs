//! Connections as the edge uses them, client's and worker's alike, and the buffers they read into.
//!
//! Own thin layer over epoll readiness (`AsyncFd`), because it decides the number of system calls:
//! a write is tried before anything is awaited, a read that did not fill its buffer is taken as
//! the end of what is there, and a peer that goes away is noticed without reading.

mod buffer;
mod connect;
mod register;
mod stream;
mod transport;

pub use buffer::{Buffer, Buffers};
pub use connect::{ConnectError, connect};
pub use register::register;
pub use stream::Socket;
pub use transport::Transport;
