//! Free ports.

use anyhow::{Context, Result};
use std::net::{SocketAddr, TcpListener};

/// A loopback address that was free a moment ago.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    listener.local_addr().context("no free port on 127.0.0.1")
}
